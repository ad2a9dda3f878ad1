using System.Collections.Concurrent;
using ChatOps.Platform.Work;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Delivery;

/// <summary>
/// Brings Slack to what the tables say: finds the channels that have work, and keeps one sender running for each while it does.
/// Wakes when a domain wants something shown, and looks by itself every few seconds for what a crash or another replica left.
/// </summary>
internal sealed partial class Deliverer(
    SenderParts parts, DeliverySignal signal, IOptions<DeliveryOptions> options, WorkerHealth health,
    TimeProvider time, ILogger<Deliverer> logger)
    : SupervisedService(health, time, logger)
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Running> _senders = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _notBefore = new(StringComparer.Ordinal);
    private DateTimeOffset _resolveNotBefore = DateTimeOffset.MinValue;

    protected override IReadOnlyList<WorkerLoop> Loops => [new WorkerLoop("delivery", LookAsync, signal), new WorkerLoop("channel leases", RenewAsync)];

    /// <summary>A call under way is finished and written down.</summary>
    protected override Task DrainAsync() => Task.WhenAll(_senders.Values.Select(running => running.Task));

    private async Task<TimeSpan> RenewAsync(CancellationToken stoppingToken)
    {
        await parts.Leases.RenewAsync(stoppingToken);
        return ChannelLeases.RenewEvery;
    }

    private async Task<TimeSpan> LookAsync(CancellationToken stoppingToken)
    {
        var wait = options.Value.SweepInterval;
        var work = await parts.Messages.ChannelsWithWorkAsync(stoppingToken);
        var targets = work.Targets.ToHashSet(StringComparer.Ordinal);
        if (Time.GetUtcNow() >= _resolveNotBefore && !await ResolveAsync(work.Unresolved, targets, stoppingToken)) wait = AfterFault;
        foreach (var target in targets)
        {
            if (_senders.TryGetValue(target, out var running)) running.Signal.Wake();
            else if (_notBefore.TryGetValue(target, out var until) && until > Time.GetUtcNow()) wait = Min(wait, until - Time.GetUtcNow());
            else Start(target, stoppingToken);
        }

        return wait;
    }

    /// <summary>
    /// Finds the Slack channels of routed names. False when Slack cannot be asked now, or there is no channel at all to go to.
    /// </summary>
    private async Task<bool> ResolveAsync(
        IReadOnlyList<UnresolvedChannel> unresolved, HashSet<string> targets, CancellationToken stoppingToken)
    {
        try
        {
            var all = true;
            foreach (var channel in unresolved)
            {
                if (await parts.Fallback.ResolveAsync(channel, stoppingToken) is { } target)
                {
                    targets.Add(target);
                    continue;
                }

                LogNowhere(Logger, channel.Channel, options.Value.FallbackChannel);
                all = false;
            }

            if (!all) _resolveNotBefore = Time.GetUtcNow() + options.Value.SweepInterval;
            return all;
        }
        catch (SlackCallException fault)
        {
            LogResolveFailed(Logger, fault);
            _resolveNotBefore = Time.GetUtcNow() + (fault is SlackRateLimitedException limited ? limited.RetryAfter : AfterFault);
            return false;
        }
    }

    private void Start(string target, CancellationToken stoppingToken)
    {
        var running = new Running(new DeliverySignal());
        if (!_senders.TryAdd(target, running)) return;
        running.Task = Task.Run(() => RunAsync(target, running.Signal, stoppingToken), CancellationToken.None);
    }

    private async Task RunAsync(string target, DeliverySignal wake, CancellationToken stoppingToken)
    {
        var steps = 0;
        try
        {
            await using var lease = await parts.Leases.TryAcquireAsync(target, stoppingToken);
            if (lease is null)
            {
                // Another replica sends there; it may stop at any time.
                _notBefore[target] = Time.GetUtcNow() + options.Value.SweepInterval;
                return;
            }

            var sender = new ChannelSender(lease, parts);
            while (await sender.StepAsync(stoppingToken) is { } wait)
            {
                steps++;
                if (wait > TimeSpan.Zero) await wake.WaitAsync(Min(wait, options.Value.SweepInterval), Time, stoppingToken);
                stoppingToken.ThrowIfCancellationRequested();
            }

            // Nothing to do although there seemed to be: look again, but not at once.
            if (steps == 0) _notBefore[target] = Time.GetUtcNow() + options.Value.SweepInterval;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        catch (ChannelLeaseLostException fault)
        {
            LogLeaseLost(Logger, fault.Message);
            _notBefore[target] = Time.GetUtcNow() + options.Value.SweepInterval;
        }
        catch (Exception fault)
        {
            // Whatever it was, the tables still say what is due; the channel is tried again, and the others never stopped.
            LogSenderFailed(Logger, fault, target);
            _notBefore[target] = Time.GetUtcNow() + AfterFault;
        }
        finally
        {
            _senders.TryRemove(target, out _);
            // What came in between the sender's last look and its end has nobody else to wake for it.
            signal.Wake();
        }
    }

    private static TimeSpan Min(TimeSpan item, TimeSpan other) => item < other ? item : other;

    private sealed class Running(DeliverySignal signal)
    {
        public DeliverySignal Signal { get; } = signal;

        public Task Task { get; set; } = Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack's channels cannot be listed; trying again shortly")]
    private static partial void LogResolveFailed(ILogger logger, Exception fault);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Channel {Channel} cannot be used, and neither can the fallback {Fallback}: its messages wait. Invite the bot to one " +
            "of them")]
    private static partial void LogNowhere(ILogger logger, string channel, string fallback);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}")]
    private static partial void LogLeaseLost(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending to {Channel} stopped; it is tried again shortly")]
    private static partial void LogSenderFailed(ILogger logger, Exception fault, string channel);
}

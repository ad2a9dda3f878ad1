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

    protected override IReadOnlyList<WorkerLoop> Loops =>
        [new WorkerLoop("delivery", LookAsync, signal), new WorkerLoop("channel leases", RenewAsync)];

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
        var wait = TimeSpan.Zero;
        foreach (var channel in unresolved)
        {
            try
            {
                if (await parts.Fallback.ResolveAsync(channel, stoppingToken) is { } target)
                {
                    targets.Add(target);
                    continue;
                }

                LogNowhere(Logger, channel.Channel, options.Value.FallbackChannel);
                wait = Max(wait, options.Value.SweepInterval);
            }
            catch (SlackCallException fault)
            {
                // The others may be known already; and the list keeps its own pauses, so that these are not held up by them.
                if (fault is SlackRateLimitedException limited)
                {
                    LogResolveLimited(Logger, channel.Channel, limited.Method, limited.RetryAfter.TotalSeconds);
                    wait = Max(wait, limited.Method == ChannelList.Method ? AfterFault : limited.RetryAfter);
                    continue;
                }

                LogResolveFailed(Logger, fault, channel.Channel);
                wait = Max(wait, AfterFault);
            }
        }

        _resolveNotBefore = Time.GetUtcNow() + wait;
        return wait == TimeSpan.Zero;
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

    private static TimeSpan Max(TimeSpan item, TimeSpan other) => item > other ? item : other;

    private static TimeSpan Min(TimeSpan item, TimeSpan other) => item < other ? item : other;

    private sealed class Running(DeliverySignal signal)
    {
        public DeliverySignal Signal { get; } = signal;

        public Task Task { get; set; } = Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel} cannot be looked for; trying again shortly")]
    private static partial void LogResolveFailed(ILogger logger, Exception fault, string channel);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Channel {Channel} is looked for when {Method} may be called again: in {Seconds} s")]
    private static partial void LogResolveLimited(ILogger logger, string channel, string method, double seconds);

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

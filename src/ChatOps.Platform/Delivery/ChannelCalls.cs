using ChatOps.Platform.Telemetry;
using ChatOps.Platform.Work;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Delivery;

/// <summary>A channel's calls to Slack: sorts what comes of each; pauses are set here, for the method or for the channel.</summary>
internal sealed partial class ChannelCalls(ChannelLease lease, SenderParts parts)
{
    private static readonly RetrySchedule Pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    private int _faults;

    /// <summary>Nothing goes to the channel before.</summary>
    public DateTimeOffset PausedUntil { get; private set; } = DateTimeOffset.MinValue;

    private DateTimeOffset Now => parts.Time.GetUtcNow();

    /// <summary>Calls Slack.</summary>
    /// <exception cref="ChannelLeaseLostException">The channel is no longer ours; nothing was sent.</exception>
    public async Task<Call<T>> MakeAsync<T>(string method, Func<Task<T>> call)
    {
        using var span = Spans.StartAlone("delivery");
        span?.SetTag("chatops.channel", lease.Target).SetTag("slack.method", method);
        var made = await TryAsync(method, call);
        if (made.Failed) span.Failed(made.Error ?? "");
        return made;
    }

    private async Task<Call<T>> TryAsync<T>(string method, Func<Task<T>> call)
    {
        try
        {
            // The last moment: a process that was stopped for a while goes on here, and must not send what another has sent since.
            if (method is SlackMethods.Post or SlackMethods.Update && !lease.IsHeld) throw new ChannelLeaseLostException(lease.Target);
            var value = await call();
            // Reading works when posting does not: only what was sent says that the trouble is over.
            if (method is SlackMethods.Post or SlackMethods.Update) _faults = 0;
            return new Call<T>(value);
        }
        catch (SlackRateLimitedException fault)
        {
            LogRateLimited(parts.Logger, method, lease.Target, fault.RetryAfter.TotalSeconds);
            parts.Metrics.RateLimited();
            parts.Pace.Pause(method, lease.Target, fault.RetryAfter);
            // History and replies are only asked to settle a doubt, before which nothing else may go.
            if (method is not (SlackMethods.Post or SlackMethods.Update)) PausedUntil = Now + fault.RetryAfter;
            return new Call<T>(SlackFault.Transient, fault.Message);
        }
        catch (SlackException fault)
        {
            var (kind, remedy) = SlackFaults.Of(method, fault.Error);
            if (kind is SlackFault.Transient or SlackFault.Workspace) Pause(fault);
            return new Call<T>(kind, fault.Message) { Code = fault.Error, Remedy = remedy };
        }
        catch (SlackTransportException fault)
        {
            Pause(fault);
            return new Call<T>(SlackFault.Transient, fault.Message) { InDoubt = !fault.IsUnsent, Answered = fault.Status is not null };
        }
        catch (BlockKitException fault)
        {
            return new Call<T>(SlackFault.Form, fault.Message) { Code = "invalid_blocks", Remedy = PlainForm.NoBlocks };
        }
    }

    /// <summary>
    /// 1 s, 2 s, 4 s … up to five minutes, each up to a quarter longer so that channels and replicas do not come back together.
    /// </summary>
    private void Pause(SlackCallException fault)
    {
        Pause(++_faults);
        LogPaused(parts.Logger, fault, lease.Target, (PausedUntil - Now).TotalSeconds);
    }

    /// <summary>Nothing goes to the channel for as long as it takes after so many failures in a row.</summary>
    public void Pause(int failures) => PausedUntil = Now + Wait(failures);

    /// <summary>How long to wait after so many refusals in a row, from 1.</summary>
    public static TimeSpan Wait(int refusals) => Pauses.After(refusals) * (1 + (Random.Shared.NextDouble() / 4));

    [LoggerMessage(Level = LogLevel.Information, Message = "Slack limits {Method} for {Channel}: waiting {Seconds} s")]
    private static partial void LogRateLimited(ILogger logger, string method, string channel, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sending to {Channel} pauses for {Seconds} s")]
    private static partial void LogPaused(ILogger logger, Exception fault, string channel, double seconds);
}

/// <summary>What came of a call.</summary>
internal sealed record Call<T>(T? Value, SlackFault? Fault, string? Error)
{
    public Call(T value)
        : this(value, null, null)
    {
    }

    public Call(SlackFault fault, string error)
        : this(default, fault, error)
    {
    }

    public bool Failed => Fault is not null;

    /// <summary>Slack may have done it all the same.</summary>
    public bool InDoubt { get; init; }

    /// <summary>Slack answered, though nothing that says what it did: it no longer works on the call.</summary>
    public bool Answered { get; init; }

    /// <summary>Slack's error code, when it gave one.</summary>
    public string? Code { get; init; }

    /// <summary>What to leave out, for a refused form.</summary>
    public PlainForm Remedy { get; init; }
}

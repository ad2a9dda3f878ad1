using System.Globalization;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Delivery;

/// <summary>
/// Looks for what may or may not have reached Slack. That it is not there is believed when Slack was asked twice, some seconds apart, and
/// not before the call of which nothing is known can be over: Slack may work on it as long as its caller waits.
/// </summary>
internal sealed partial class ChannelDoubts(ChannelLease lease, ChannelCalls calls, SenderParts parts)
{
    /// <summary>How many times in a row a history that is refused without a known reason is asked for.</summary>
    private const int Patience = 5;

    /// <summary>A message shows in the history a moment after it was posted.</summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(5);

    /// <summary>The same when Slack has answered the call, though not with what it did.</summary>
    private static readonly TimeSpan SecondLookAfterAnswer = TimeSpan.FromSeconds(2);

    /// <summary>How far Slack's clock may be behind ours when we look for what we posted.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(5);

    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private int _unreadable;

    private DateTimeOffset Now => parts.Time.GetUtcNow();

    /// <summary>Slack has answered the call with this token: it no longer works on it.</summary>
    public void Answered(string delivery) => _answered.Add(delivery);

    /// <summary>Asks Slack about what is in doubt, when it is time to.</summary>
    /// <returns>Zero when something was done, the time until it can be, null when nothing is in doubt.</returns>
    public async Task<TimeSpan?> ResolveAsync(ChannelWork work, CancellationToken cancellationToken)
    {
        TimeSpan? wait = null;
        if (work.DoubtfulMessage is { } message)
        {
            wait = DueIn(message.IntentAt!.Value, message.AskedAt, message.Delivery!);
            if (wait <= TimeSpan.Zero) return await ResolveAsync(message, cancellationToken);
        }

        if (work.DoubtfulReply is { } reply)
        {
            var due = DueIn(reply.IntentAt!.Value, reply.AskedAt, reply.Delivery!);
            if (due <= TimeSpan.Zero) return await ResolveAsync(reply, cancellationToken);
            if (wait is null || due < wait) wait = due;
        }

        return wait;
    }

    private async Task<TimeSpan?> ResolveAsync(LivingMessage message, CancellationToken cancellationToken)
    {
        var call = await calls.MakeAsync("conversations.history", () => FindAsync(
            parts.Slack.Conversations.History(lease.Target, Since(message.IntentAt!.Value), cancellationToken), message.Delivery!));
        if (IsUndecided(call)) return TimeSpan.Zero;
        if (call.Value is { } ts)
        {
            LogFound(parts.Logger, message.Subject, lease.Target);
            await parts.Messages.PostedAsync(
                lease, message, new PostedCopy(ts, message.Delivery!, null, Math.Min(Millis(ts), Now.ToUnixTimeMilliseconds()), null),
                CancellationToken.None);
        }
        else if (message.AskedAt is null && !call.Failed)
        {
            await parts.Messages.AskedAsync(lease, message.Id, CancellationToken.None);
        }
        else
        {
            await parts.Messages.ForgetIntentAsync(lease, message.Id, CancellationToken.None);
        }

        return TimeSpan.Zero;
    }

    private async Task<TimeSpan?> ResolveAsync(ThreadReply reply, CancellationToken cancellationToken)
    {
        // A line that was to stand outside its thread is looked for there.
        var call = reply.Form.HasFlag(PlainForm.NoThread)
            ? await calls.MakeAsync("conversations.history", () => FindAsync(
                parts.Slack.Conversations.History(lease.Target, Since(reply.IntentAt!.Value), cancellationToken), reply.Delivery!))
            : await calls.MakeAsync("conversations.replies", () => FindAsync(
                parts.Slack.Conversations.Replies(lease.Target, reply.ThreadTs, Since(reply.IntentAt!.Value), cancellationToken),
                reply.Delivery!));
        if (IsUndecided(call)) return TimeSpan.Zero;
        if (call.Value is { } ts) await parts.Replies.SentAsync(lease, reply.Id, ts, reply.Delivery!, CancellationToken.None);
        else if (reply.AskedAt is null && !call.Failed) await parts.Replies.AskedAsync(lease, reply.Id, CancellationToken.None);
        else await parts.Replies.ForgetIntentAsync(lease, reply.Id, CancellationToken.None);
        return TimeSpan.Zero;
    }

    private TimeSpan DueIn(long intentAt, long? askedAt, string delivery)
    {
        var answered = _answered.Contains(delivery);
        var due = askedAt is { } asked
            ? DateTimeOffset.FromUnixTimeMilliseconds(asked) + (answered ? SecondLookAfterAnswer : SecondLook)
            : DateTimeOffset.FromUnixTimeMilliseconds(intentAt) + (answered ? TimeSpan.Zero : parts.SlackOptions.Value.CallTimeout);
        return due - Now;
    }

    /// <summary>
    /// Whether to ask again later. When the history can never be read (no scope for it, no such channel) the doubt stays, and a message
    /// twice is better than none.
    /// </summary>
    private bool IsUndecided<T>(Call<T> call)
    {
        if (call.Fault is not SlackFault.Unknown) _unreadable = 0;
        return call.Fault switch
        {
            SlackFault.Transient => true,
            SlackFault.Workspace => call.Code != "missing_scope",
            SlackFault.Unknown => MayBeReadLater(),
            _ => false,
        };
    }

    private bool MayBeReadLater()
    {
        if (++_unreadable > Patience) return false;
        calls.Pause(_unreadable);
        return true;
    }

    private static async Task<string?> FindAsync(IAsyncEnumerable<SlackMessage> messages, string delivery)
    {
        await foreach (var message in messages)
        {
            if (message.Metadata is { EventType: Renderer.MetadataType } metadata && metadata.Text("delivery") == delivery)
                return message.Ts;
        }

        return null;
    }

    private static HistoryRange Since(long intentAt) => new()
    {
        Oldest = FormattableString.Invariant(
            $"{(DateTimeOffset.FromUnixTimeMilliseconds(intentAt) - ClockSlack).ToUnixTimeSeconds()}.000000"),
        IncludeAllMetadata = true,
        PageSize = 200,
    };

    private static long Millis(string ts) => (long)(decimal.Parse(ts, CultureInfo.InvariantCulture) * 1000);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Subject} was already posted in {Channel}; it is not posted again")]
    private static partial void LogFound(ILogger logger, SubjectId subject, string channel);
}

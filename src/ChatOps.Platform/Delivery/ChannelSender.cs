using System.Data.Common;
using ChatOps.Platform.Delivery.Grouping;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using ChatOps.Platform.Work;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Delivery;

/// <summary>What senders share.</summary>
internal sealed record SenderParts(
    IDatabase Database, LivingMessageStore Messages, ThreadReplyStore Replies, GroupingPlan Plan, Renderer Renderer, ISlackApiClient Slack,
    SlackPace Pace,
    ChannelFallback Fallback, DeliveryMetrics Metrics, IOptions<DeliveryOptions> Options, TimeProvider Time, ILogger<ChannelSender> Logger);

/// <summary>
/// Sends what is due in one Slack channel, one call at a time: settles what is in doubt, posts new messages and replies at the channel's
/// pace, updates in between. Nothing is decided in memory that a restart would miss.
/// </summary>
internal sealed partial class ChannelSender(string target, IChannelLease lease, SenderParts parts)
{
    private const string PostMethod = "chat.postMessage";
    private const string UpdateMethod = "chat.update";
    private static readonly RetrySchedule Pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    /// <summary>How far Slack's clock may be behind ours when we look for what we posted.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(5);

    private readonly DeliveryOptions _options = parts.Options.Value;
    private DateTimeOffset _lastPost = DateTimeOffset.MinValue;
    private DateTimeOffset _pausedUntil = DateTimeOffset.MinValue;
    private int _faults;
    private bool _replyIsNext;

    private DateTimeOffset Now => parts.Time.GetUtcNow();

    /// <summary>Does the next thing that is due.</summary>
    /// <returns>How long until there may be something again, zero for at once; null when nothing is left.</returns>
    /// <exception cref="ChannelLeaseLostException">Another replica may be sending to the channel.</exception>
    public async Task<TimeSpan?> StepAsync(CancellationToken cancellationToken)
    {
        if (_pausedUntil > Now) return _pausedUntil - Now;
        var work = await LookAsync(cancellationToken);
        if (work.Counts.NeedsArranging(_options))
        {
            await parts.Plan.ArrangeAsync(target, cancellationToken);
            work = await LookAsync(cancellationToken);
        }

        if (await ResolveDoubtAsync(work, cancellationToken)) return TimeSpan.Zero;

        var (next, reply) = (work.New, work.Reply);
        TimeSpan? wait = null;
        if (next is not null || reply is not null)
        {
            var (posting, place) = WaitToPost(work.Counts);
            if (next is not null && (reply is null || !_replyIsNext || next.Rank == (int)Severity.Critical))
            {
                if (posting <= TimeSpan.Zero && place <= TimeSpan.Zero)
                {
                    await PostAsync(next, cancellationToken);
                    return TimeSpan.Zero;
                }
            }

            if (reply is not null && posting <= TimeSpan.Zero)
            {
                await ReplyAsync(reply, cancellationToken);
                return TimeSpan.Zero;
            }

            // Replies do not need a place.
            wait = reply is not null ? posting : Later(posting, place);
        }

        if (work.Changed is { } changed)
        {
            var updating = parts.Pace.WaitFor(UpdateMethod, target);
            if (updating <= TimeSpan.Zero) updating = parts.Pace.TakeUpdate(_options.UpdatesPerMinute);
            if (updating <= TimeSpan.Zero)
            {
                await UpdateAsync(changed, cancellationToken);
                return TimeSpan.Zero;
            }

            wait = Sooner(wait, updating);
        }

        if (work.Counts.NextDue is { } due && DateTimeOffset.FromUnixTimeMilliseconds(due) - Now is { } until && until > TimeSpan.Zero)
            wait = Sooner(wait, until);
        return wait;
    }

    /// <summary>Slack's pace for the channel, and whether one of its places of this minute is free.</summary>
    private (TimeSpan Posting, TimeSpan Place) WaitToPost(ChannelCounts counts)
    {
        var last = DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(counts.LastPost ?? 0, counts.LastReply ?? 0));
        if (last < _lastPost) last = _lastPost;
        var posting = Later(last + _options.PostInterval - Now, parts.Pace.WaitFor(PostMethod, target));
        var place = counts.FullSince is { } since
            ? DateTimeOffset.FromUnixTimeMilliseconds(since + LivingMessageStore.Minute) - Now
            : TimeSpan.Zero;
        return (posting, place);
    }

    private Task<ChannelWork> LookAsync(CancellationToken cancellationToken) =>
        ChannelWork.ReadAsync(parts.Database, target, _options.PlacesPerMinute, Now.ToUnixTimeMilliseconds(), cancellationToken);

    /// <summary>Looks for what may or may not have reached Slack; nothing else goes to the channel before that is known.</summary>
    private async Task<bool> ResolveDoubtAsync(ChannelWork work, CancellationToken cancellationToken)
    {
        if (work.DoubtfulMessage is { } message)
        {
            var call = await CallAsync("conversations.history", () => FindAsync(
                parts.Slack.Conversations.History(target, Since(message.IntentAt!.Value), cancellationToken), message.Delivery!));
            if (IsUndecided(call)) return true;
            if (call.Value is { } ts)
            {
                LogFound(parts.Logger, message.Subject, target);
                await parts.Messages.PostedAsync(message, ts, null, Millis(ts), null, CancellationToken.None);
            }
            else
            {
                await parts.Messages.ForgetIntentAsync(message.Id, CancellationToken.None);
            }

            return true;
        }

        if (work.DoubtfulReply is { } reply)
        {
            var call = await CallAsync(
                "conversations.replies",
                () => FindAsync(
                    parts.Slack.Conversations.Replies(target, reply.ThreadTs, Since(reply.IntentAt!.Value), cancellationToken),
                    reply.Delivery!));
            if (IsUndecided(call)) return true;
            if (call.Value is { } ts) await parts.Replies.SentAsync(reply.Id, ts, CancellationToken.None);
            else await parts.Replies.ForgetIntentAsync(reply.Id, CancellationToken.None);
            return true;
        }

        return false;
    }

    private async Task PostAsync(LivingMessage message, CancellationToken cancellationToken)
    {
        if (await TryRenderAsync(message, cancellationToken) is not { } rendered) return;
        await HoldAsync(cancellationToken);
        var delivery = Guid.NewGuid().ToString("N");
        await parts.Messages.IntendAsync(message.Id, delivery, cancellationToken);

        // From here on a stop of the host waits: a call that was cut off would be in doubt.
        _lastPost = Now;
        var call = await CallAsync(PostMethod, () => parts.Slack.Chat.PostMessage(
            target, Renderer.Tag(rendered, message.Subject, delivery), cancellationToken: CancellationToken.None));
        if (!call.Failed)
        {
            _replyIsNext = true;
            await parts.Messages.PostedAsync(
                message, call.Value!.Ts, Renderer.HashOf(rendered), Now.ToUnixTimeMilliseconds(), NextUpdateAt(message),
                CancellationToken.None);
            parts.Metrics.Posted(Now - DateTimeOffset.FromUnixTimeMilliseconds(message.CreatedAt));
        }
        else if (!call.InDoubt)
        {
            await parts.Messages.ForgetIntentAsync(message.Id, CancellationToken.None);
            if (call.Fault == SlackFault.Channel) await FallBackAsync(message, call.Code!, cancellationToken);
            else if (call.Fault == SlackFault.Permanent) await GiveUpAsync(message, call.Error!);
        }
    }

    private async Task ReplyAsync(ThreadReply reply, CancellationToken cancellationToken)
    {
        Message rendered;
        try
        {
            rendered = await parts.Renderer.RenderReplyAsync(reply, cancellationToken);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or DbException or TimeoutException))
        {
            LogRenderFailed(parts.Logger, fault, reply.Subject);
            await parts.Replies.GiveUpAsync(reply.Id, $"{fault.GetType().Name}: {fault.Message}", CancellationToken.None);
            return;
        }

        await HoldAsync(cancellationToken);
        var delivery = Guid.NewGuid().ToString("N");
        await parts.Replies.IntendAsync(reply.Id, delivery, cancellationToken);
        _lastPost = Now;
        _replyIsNext = false;
        var call = await CallAsync(
            PostMethod, () => parts.Slack.Chat.PostMessage(
                target, Renderer.Tag(rendered, reply.Subject, delivery), reply.ThreadTs, cancellationToken: CancellationToken.None));
        if (!call.Failed)
        {
            await parts.Replies.SentAsync(reply.Id, call.Value!.Ts, CancellationToken.None);
            parts.Metrics.Replied();
        }
        else if (!call.InDoubt)
        {
            await parts.Replies.ForgetIntentAsync(reply.Id, CancellationToken.None);
            if (call.Fault is SlackFault.Channel or SlackFault.Permanent)
            {
                LogGaveUp(parts.Logger, reply.Subject, target, call.Error!);
                await parts.Replies.GiveUpAsync(reply.Id, call.Error!, CancellationToken.None);
                parts.Metrics.GaveUp();
            }
        }
    }

    private async Task UpdateAsync(LivingMessage message, CancellationToken cancellationToken)
    {
        if (await TryRenderAsync(message, cancellationToken) is not { } rendered) return;
        var hash = Renderer.HashOf(rendered);
        if (hash != message.ContentHash)
        {
            var call = await CallAsync(
                UpdateMethod, () => parts.Slack.Chat.Update(
                    target, message.Ts!, Renderer.Tag(rendered, message.Subject, message.Delivery ?? ""), CancellationToken.None));
            if (call.Failed)
            {
                // The message was deleted, or the channel is closed: there is nothing to update any more.
                if (call.Fault is SlackFault.Channel or SlackFault.Permanent) await GiveUpAsync(message, call.Error!);
                return;
            }

            parts.Metrics.Updated();
        }

        await parts.Messages.UpdatedAsync(message, hash, NextUpdateAt(message), CancellationToken.None);
    }

    /// <summary>Null when there is nothing to send: the subject is gone, or it cannot be rendered, which is written down.</summary>
    private async Task<Message?> TryRenderAsync(LivingMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var rendered = await parts.Renderer.RenderAsync(message, cancellationToken);
            if (rendered is null) await parts.Messages.GoneAsync(message, cancellationToken);
            return rendered;
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or DbException or TimeoutException))
        {
            LogRenderFailed(parts.Logger, fault, message.Subject);
            await GiveUpAsync(message, $"{fault.GetType().Name}: {fault.Message}");
            return null;
        }
    }

    private async Task GiveUpAsync(LivingMessage message, string error)
    {
        LogGaveUp(parts.Logger, message.Subject, target, error);
        await parts.Messages.GiveUpAsync(message, error, CancellationToken.None);
        parts.Metrics.GaveUp();
    }

    private async Task FallBackAsync(LivingMessage message, string error, CancellationToken cancellationToken)
    {
        if (!await parts.Fallback.LeaveAsync(message.Channel, target, error, cancellationToken)) await GiveUpAsync(message, error);
    }

    private async Task HoldAsync(CancellationToken cancellationToken)
    {
        if (!await lease.IsHeldAsync(cancellationToken)) throw new ChannelLeaseLostException(target);
    }

    private long? NextUpdateAt(LivingMessage message) =>
        message.IsBurst ? (Now + _options.BurstUpdateInterval).ToUnixTimeMilliseconds() : null;

    /// <summary>Calls Slack and sorts what comes of it; pauses are set here, for the method or for the channel.</summary>
    private async Task<Call<T>> CallAsync<T>(string method, Func<Task<T>> call)
    {
        using var span = Spans.StartAlone("delivery");
        span?.SetTag("chatops.channel", target).SetTag("slack.method", method);
        var made = await MakeAsync(method, call);
        if (made.Failed) span.Failed(made.Error ?? "");
        return made;
    }

    private async Task<Call<T>> MakeAsync<T>(string method, Func<Task<T>> call)
    {
        try
        {
            var value = await call();
            // Reading works when posting does not: only what was sent says that the trouble is over.
            if (method is PostMethod or UpdateMethod) _faults = 0;
            return new Call<T>(value);
        }
        catch (SlackRateLimitedException fault)
        {
            LogRateLimited(parts.Logger, method, target, fault.RetryAfter.TotalSeconds);
            parts.Metrics.RateLimited();
            parts.Pace.Pause(method, target, fault.RetryAfter);
            // History and replies are only asked to settle a doubt, before which nothing else may go.
            if (method is not (PostMethod or UpdateMethod)) _pausedUntil = Now + fault.RetryAfter;
            return new Call<T>(SlackFault.Transient, fault.Message);
        }
        catch (SlackException fault)
        {
            var kind = SlackFaults.Of(fault);
            if (kind is SlackFault.Transient or SlackFault.Workspace) Pause(fault);
            return new Call<T>(kind, fault.Message) { Code = fault.Error };
        }
        catch (SlackTransportException fault)
        {
            Pause(fault);
            return new Call<T>(SlackFault.Transient, fault.Message) { InDoubt = true };
        }
        catch (BlockKitException fault)
        {
            return new Call<T>(SlackFault.Permanent, fault.Message);
        }
    }

    /// <summary>
    /// 1 s, 2 s, 4 s … up to five minutes, each up to a quarter longer so that channels and replicas do not come back together.
    /// </summary>
    private void Pause(SlackCallException fault)
    {
        _pausedUntil = Now + (Pauses.After(++_faults) * (1 + (Random.Shared.NextDouble() / 4)));
        LogPaused(parts.Logger, fault, target, (_pausedUntil - Now).TotalSeconds);
    }

    /// <summary>
    /// Whether to ask again later. When the history can never be read (no scope for it, no such channel) the doubt stays, and a message
    /// twice is better than none.
    /// </summary>
    private static bool IsUndecided<T>(Call<T> call) =>
        call.Fault is SlackFault.Transient || (call.Fault is SlackFault.Workspace && call.Code != "missing_scope");

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

    private static long Millis(string ts) => (long)(decimal.Parse(ts, System.Globalization.CultureInfo.InvariantCulture) * 1000);

    private static TimeSpan Later(TimeSpan item, TimeSpan other) => item > other ? item : other;

    private static TimeSpan Sooner(TimeSpan? item, TimeSpan other) => item is { } known && known < other ? known : other;

    /// <summary>What came of a call.</summary>
    private sealed record Call<T>(T? Value, SlackFault? Fault, string? Error)
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

        /// <summary>Slack's error code, when it gave one.</summary>
        public string? Code { get; init; }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Subject} was already posted in {Channel}; it is not posted again")]
    private static partial void LogFound(ILogger logger, SubjectId subject, string channel);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Subject} cannot be rendered")]
    private static partial void LogRenderFailed(ILogger logger, Exception fault, SubjectId subject);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Subject} cannot be shown in {Channel}: {Error}")]
    private static partial void LogGaveUp(ILogger logger, SubjectId subject, string channel, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Slack limits {Method} for {Channel}: waiting {Seconds} s")]
    private static partial void LogRateLimited(ILogger logger, string method, string channel, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sending to {Channel} pauses for {Seconds} s")]
    private static partial void LogPaused(ILogger logger, Exception fault, string channel, double seconds);
}

/// <summary>The lock of a channel is gone with its connection; another replica may have it.</summary>
/// <param name="target">The channel.</param>
internal sealed class ChannelLeaseLostException(string target) : Exception($"The lock of channel {target} was lost.");

using System.Data.Common;
using ChatOps.Platform.Delivery.Grouping;
using ChatOps.Platform.Storage;
using ChatOps.Slack;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Delivery;

/// <summary>What senders share.</summary>
internal sealed record SenderParts(
    IDatabase Database, LivingMessageStore Messages, ThreadReplyStore Replies, GroupingPlan Plan, Renderer Renderer, ISlackApiClient Slack,
    SlackPace Pace, UpdateBudget Budget, ChannelLeases Leases, ChannelFallback Fallback, UndeliveredMail Mail, DeliveryMetrics Metrics,
    IOptions<DeliveryOptions> Options, IOptions<SlackOptions> SlackOptions, TimeProvider Time, ILogger<ChannelSender> Logger);

/// <summary>
/// Sends what is due in one Slack channel, one call at a time: looks for what is in doubt, posts new messages and replies at the channel's
/// pace, updates in between. Nothing is decided in memory that a restart would miss.
/// </summary>
internal sealed partial class ChannelSender
{
    private readonly ChannelLease _lease;
    private readonly SenderParts _parts;
    private readonly ChannelCalls _calls;
    private readonly ChannelDoubts _doubts;
    private readonly ChannelRefusals _refusals;
    private readonly DeliveryOptions _options;
    private DateTimeOffset _lastPost = DateTimeOffset.MinValue;
    private DateTimeOffset _noUpdateBefore = DateTimeOffset.MinValue;
    private bool _replyIsNext;

    /// <summary>The sender of the channel that is ours.</summary>
    public ChannelSender(ChannelLease lease, SenderParts parts)
    {
        (_lease, _parts, _options) = (lease, parts, parts.Options.Value);
        _calls = new ChannelCalls(lease, parts);
        _doubts = new ChannelDoubts(lease, _calls, parts);
        _refusals = new ChannelRefusals(lease, parts);
    }

    private string Target => _lease.Target;

    private DateTimeOffset Now => _parts.Time.GetUtcNow();

    /// <summary>Does the next thing that is due.</summary>
    /// <returns>How long until there may be something again, zero for at once; null when nothing is left.</returns>
    /// <exception cref="ChannelLeaseLostException">Another replica may be sending to the channel.</exception>
    public async Task<TimeSpan?> StepAsync(CancellationToken cancellationToken)
    {
        if (_calls.PausedUntil > Now) return _calls.PausedUntil - Now;
        if (_lease.AgainAt <= Now.ToUnixTimeMilliseconds()) await _parts.Leases.UpdateAgainAsync(_lease, cancellationToken);
        var work = await LookAsync(cancellationToken);
        if (work.Counts.NeedsArranging(_options))
        {
            await _parts.Plan.ArrangeAsync(_lease, cancellationToken);
            work = await LookAsync(cancellationToken);
        }

        // What is in doubt holds back its own thread alone.
        var wait = await _doubts.ResolveAsync(work, cancellationToken);
        if (wait == TimeSpan.Zero) return TimeSpan.Zero;
        var (next, reply) = (work.New, work.Reply);
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
            wait = Sooner(wait, reply is not null ? posting : Later(posting, place));
        }

        if (work.Changed is { } changed)
        {
            var updating = Later(_parts.Pace.WaitFor(SlackMethods.Update, Target), _noUpdateBefore - Now);
            if (updating <= TimeSpan.Zero) updating = await UpdateAsync(changed, cancellationToken);
            if (updating <= TimeSpan.Zero) return TimeSpan.Zero;
            wait = Sooner(wait, updating);
        }

        if (Until(work.Counts.NextDue) is { } due) wait = Sooner(wait, due);
        if (Until(_lease.AgainAt) is { } again) wait = Sooner(wait, again);
        return wait;
    }

    /// <summary>Slack's pace for the channel, and whether one of its places of this minute is free.</summary>
    private (TimeSpan Posting, TimeSpan Place) WaitToPost(ChannelCounts counts)
    {
        var last = DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(counts.LastPost ?? 0, counts.LastReply ?? 0));
        if (last < _lastPost) last = _lastPost;
        var posting = Later(last + _options.PostInterval - Now, _parts.Pace.WaitFor(SlackMethods.Post, Target));
        var place = counts.FullSince is { } since
            ? DateTimeOffset.FromUnixTimeMilliseconds(since + LivingMessageStore.Minute) - Now
            : TimeSpan.Zero;
        return (posting, place);
    }

    private Task<ChannelWork> LookAsync(CancellationToken cancellationToken) =>
        ChannelWork.ReadAsync(_parts.Database, Target, _options.PlacesPerMinute, Now.ToUnixTimeMilliseconds(), cancellationToken);

    private async Task PostAsync(LivingMessage message, CancellationToken cancellationToken)
    {
        if (await TryRenderAsync(message, cancellationToken) is not { } rendered) return;
        var delivery = Guid.NewGuid().ToString("N");
        await _parts.Messages.IntendAsync(_lease, message.Id, delivery, cancellationToken);

        // From here on a stop of the host waits: a call that was cut off would be in doubt.
        _lastPost = Now;
        var sent = PlainForms.Apply(Renderer.Tag(rendered, message.Subject, delivery), message.Form);
        var call = await _calls.MakeAsync(SlackMethods.Post, () => _parts.Slack.Chat.PostMessage(
            Target, sent, cancellationToken: CancellationToken.None));
        if (!call.Failed)
        {
            _replyIsNext = true;
            var copy = new PostedCopy(
                call.Value!.Ts, delivery, Renderer.HashOf(rendered), Now.ToUnixTimeMilliseconds(), NextUpdateAt(message));
            await PostedAsync(message, copy);
            _parts.Metrics.Posted(Now - DateTimeOffset.FromUnixTimeMilliseconds(message.CreatedAt));
        }
        else if (call.InDoubt)
        {
            if (call.Answered) _doubts.Answered(delivery);
        }
        else if (call.Fault is SlackFault.Transient or SlackFault.Workspace)
        {
            await _parts.Messages.ForgetIntentAsync(_lease, message.Id, CancellationToken.None);
        }
        else
        {
            await _refusals.PostAsync(message, rendered, call.Code, call.Remedy, call.Fault!.Value, call.Error!);
        }
    }

    /// <summary>Writes down what was posted. When another replica has posted it since, ours is the one too many.</summary>
    private async Task PostedAsync(LivingMessage message, PostedCopy copy)
    {
        try
        {
            if (await _parts.Messages.PostedAsync(_lease, message, copy, CancellationToken.None)) return;
        }
        catch (ChannelLeaseLostException)
        {
            await TakeBackAsync(await _parts.Messages.CopyOfAsync(message.Id, CancellationToken.None), copy.Ts, copy.Delivery);
            throw;
        }

        await TakeBackAsync(await _parts.Messages.CopyOfAsync(message.Id, CancellationToken.None), copy.Ts, copy.Delivery);
    }

    /// <summary>Deletes what we posted when the copy that counts is another.</summary>
    private async Task TakeBackAsync((string? Ts, string? Delivery) known, string ts, string delivery)
    {
        // Nothing is known yet: whoever has the channel looks for the copy by its token.
        if (known.Ts == ts || known.Delivery == delivery) return;
        LogTwice(_parts.Logger, Target, ts);
        try
        {
            await _parts.Slack.Chat.Delete(Target, ts, CancellationToken.None);
        }
        catch (SlackCallException fault)
        {
            LogNotTakenBack(_parts.Logger, fault, Target, ts);
        }
    }

    private async Task ReplyAsync(ThreadReply reply, CancellationToken cancellationToken)
    {
        Message rendered;
        var inThread = !reply.Form.HasFlag(PlainForm.NoThread);
        try
        {
            rendered = await _parts.Renderer.RenderReplyAsync(reply, cancellationToken);
            if (!inThread) rendered = await _parts.Renderer.OutsideThreadAsync(reply, rendered, cancellationToken);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or DbException or TimeoutException))
        {
            LogRenderFailed(_parts.Logger, fault, reply.Subject);
            await _parts.Replies.GiveUpAsync(_lease, reply.Id, $"{fault.GetType().Name}: {fault.Message}", CancellationToken.None);
            return;
        }

        var delivery = Guid.NewGuid().ToString("N");
        await _parts.Replies.IntendAsync(_lease, reply.Id, delivery, cancellationToken);
        _lastPost = Now;
        _replyIsNext = false;
        var sent = PlainForms.Apply(Renderer.Tag(rendered, reply.Subject, delivery), reply.Form);
        var call = await _calls.MakeAsync(
            SlackMethods.Post, () => _parts.Slack.Chat.PostMessage(
                Target, sent, inThread ? reply.ThreadTs : null, cancellationToken: CancellationToken.None));
        if (!call.Failed)
        {
            await SentAsync(reply, call.Value!.Ts, delivery);
            _parts.Metrics.Replied();
        }
        else if (call.InDoubt)
        {
            if (call.Answered) _doubts.Answered(delivery);
        }
        else if (call.Fault is SlackFault.Transient or SlackFault.Workspace)
        {
            await _parts.Replies.ForgetIntentAsync(_lease, reply.Id, CancellationToken.None);
        }
        else
        {
            await _refusals.ReplyAsync(reply, rendered, call.Remedy, call.Fault!.Value, call.Error!);
        }
    }

    private async Task SentAsync(ThreadReply reply, string ts, string delivery)
    {
        try
        {
            if (await _parts.Replies.SentAsync(_lease, reply.Id, ts, delivery, CancellationToken.None)) return;
        }
        catch (ChannelLeaseLostException)
        {
            await TakeBackAsync(await _parts.Replies.CopyOfAsync(reply.Id, CancellationToken.None), ts, delivery);
            throw;
        }

        await TakeBackAsync(await _parts.Replies.CopyOfAsync(reply.Id, CancellationToken.None), ts, delivery);
    }

    /// <returns>Zero when it was done, otherwise how long until the budget has an update left.</returns>
    private async Task<TimeSpan> UpdateAsync(LivingMessage message, CancellationToken cancellationToken)
    {
        if (message.Lost is { } lost)
        {
            await _refusals.LoseAsync(message, lost);
            return TimeSpan.Zero;
        }

        if (await TryRenderAsync(message, cancellationToken) is not { } rendered) return TimeSpan.Zero;
        var hash = Renderer.HashOf(rendered);
        if (hash != message.ContentHash)
        {
            var wait = await _parts.Budget.TakeAsync(_options.UpdatesPerMinute, cancellationToken);
            if (wait > TimeSpan.Zero)
            {
                _noUpdateBefore = Now + wait;
                return wait;
            }

            await _parts.Leases.HoldAsync(_lease, cancellationToken);
            var sent = PlainForms.Apply(Renderer.Tag(rendered, message.Subject, message.Delivery ?? ""), message.Form);
            var call = await _calls.MakeAsync(
                SlackMethods.Update, () => _parts.Slack.Chat.Update(Target, message.Ts!, sent, CancellationToken.None));
            if (call.Fault is SlackFault.Form or SlackFault.Unknown or SlackFault.Lost or SlackFault.Channel)
                await _refusals.UpdateAsync(message, rendered, call.Code, call.Remedy, call.Fault.Value, call.Error!);
            if (call.Failed) return TimeSpan.Zero;
            _parts.Metrics.Updated();
        }

        try
        {
            await _parts.Messages.UpdatedAsync(_lease, message, hash, NextUpdateAt(message), CancellationToken.None);
        }
        catch (ChannelLeaseLostException)
        {
            await _parts.Messages.MistrustAsync(message.Id, CancellationToken.None);
            throw;
        }

        return TimeSpan.Zero;
    }

    /// <summary>Null when there is nothing to send: the subject is gone, or it cannot be rendered, which is written down.</summary>
    private async Task<Message?> TryRenderAsync(LivingMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var rendered = await _parts.Renderer.RenderAsync(message, cancellationToken);
            if (rendered is null) await _parts.Messages.GoneAsync(_lease, message, cancellationToken);
            return rendered;
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or DbException or TimeoutException
            or ChannelLeaseLostException))
        {
            LogRenderFailed(_parts.Logger, fault, message.Subject);
            await _parts.Messages.GiveUpAsync(
                _lease, message, $"{fault.GetType().Name}: {fault.Message}", CancellationToken.None);
            _parts.Metrics.GaveUp();
            return null;
        }
    }

    private long? NextUpdateAt(LivingMessage message) =>
        message.IsBurst ? (Now + _options.BurstUpdateInterval).ToUnixTimeMilliseconds() : null;

    /// <summary>Null when it is past.</summary>
    private TimeSpan? Until(long? time) =>
        time is { } at && DateTimeOffset.FromUnixTimeMilliseconds(at) - Now is var until && until > TimeSpan.Zero ? until : null;

    private static TimeSpan Later(TimeSpan item, TimeSpan other) => item > other ? item : other;

    private static TimeSpan Sooner(TimeSpan? item, TimeSpan other) => item is { } known && known < other ? known : other;

    [LoggerMessage(Level = LogLevel.Error, Message = "{Subject} cannot be rendered")]
    private static partial void LogRenderFailed(ILogger logger, Exception fault, SubjectId subject);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Ts} in {Channel} stands there twice; it is deleted")]
    private static partial void LogTwice(ILogger logger, string channel, string ts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Ts} in {Channel} stands there twice and cannot be deleted")]
    private static partial void LogNotTakenBack(ILogger logger, Exception fault, string channel, string ts);
}

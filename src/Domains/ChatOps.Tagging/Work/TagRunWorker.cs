using ChatOps.Assets;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatOps.Tagging;

/// <summary>
/// Reads the assets of drafts and tells AWS what was confirmed, 20 resources a call. What is to be done stands in the tables, so a restart
/// goes on where it stopped; throttling and outages are ridden out with growing pauses.
/// </summary>
internal sealed partial class TagRunWorker(
    IDatabase database, TagRunStore store, TagRunService runs, TagCalls calls, IAssets assets, TagCompliance compliance, IOutbox outbox, ISlackApiClient slack, ILocales locales,
    TagRunSignal signal, TimeProvider time, ILogger<TagRunWorker> logger) : BackgroundService
{
    /// <summary>Longer than the calls of one round with all their retries: nobody else takes what is being sent.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShownEvery = TimeSpan.FromSeconds(1);

    /// <summary>Five calls' worth in a round.</summary>
    private const int Round = 100;

    /// <summary>With the pauses growing to five minutes, about an hour and a half.</summary>
    private const int MaxAttempts = 24;

    /// <summary>A resource that exists in the inventory and not for AWS is gone, most likely.</summary>
    private const int MaxNotReady = 3;

    /// <summary>A plan is outdated long before; a run can be undone as long.</summary>
    private static readonly TimeSpan PlansKept = TimeSpan.FromDays(1);
    private static readonly TimeSpan RunsKept = TimeSpan.FromDays(90);
    private static readonly TimeSpan ForgottenEvery = TimeSpan.FromHours(6);

    private readonly Dictionary<string, DateTimeOffset> _shown = [];
    private DateTimeOffset _forgetAt = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Idle;
            try
            {
                while (await WorkAsync(stoppingToken))
                {
                }

                await ForgetAsync(stoppingToken);

                if (await store.NextDueAsync(stoppingToken) is { } due && due - time.GetUtcNow() < wait) wait = due - time.GetUtcNow();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // The database is away, most likely: what was taken is due again when its lease ends.
                LogRoundFailed(fault);
            }

            try
            {
                await signal.WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < _forgetAt) return;
        _forgetAt = now + ForgottenEvery;
        await store.ForgetAsync(now - PlansKept, now - RunsKept, cancellationToken);
    }

    /// <summary>One round; false when nothing was due.</summary>
    internal async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var gathering = await store.TakeGatheringAsync(now, now + Lease, cancellationToken);
        foreach (var id in gathering)
        {
            if (await runs.GatherAsync(id, cancellationToken) is { } run) await ShowAsync(run, cancellationToken);
        }

        var items = await store.TakeItemsAsync(now, now + Lease, Round, cancellationToken);
        foreach (var place in items.GroupBy(item => (item.RunId, item.Account, Region: TagCalls.RegionOf(item.Arn, item.Region))))
        {
            foreach (var some in place.Chunk(TagCalls.MaxResources)) await SendAsync(place.Key.Account, place.Key.Region, some, cancellationToken);
            await EndAsync(place.Key.RunId, cancellationToken);
        }

        return gathering.Count > 0 || items.Count > 0;
    }

    private async Task SendAsync(string account, string region, IReadOnlyList<TagRunItem> items, CancellationToken cancellationToken)
    {
        var arns = items.Select(item => item.Arn).ToList();
        // The inventory may be old: what undo brings back is what AWS had just now.
        var (present, unread) = await calls.ReadAsync(account, region, arns, cancellationToken);
        var settled = items.Where(item => unread.ContainsKey(item.Arn)).Select(item => (Item: item, Fault: (TagCallFault?)unread[item.Arn])).ToList();
        var readable = items.Where(item => !unread.ContainsKey(item.Arn)).ToList();
        var todo = readable.Select(item => Due(item, present[item.Arn])).ToList();
        settled.AddRange(todo.Where(one => one.Item.Change.IsEmpty).Select(one => (one.Item, one.IsTheirs ? new TagCallFault("ChangedSince", "", Passing: false) : null)));
        var told = todo.Where(one => !one.Item.Change.IsEmpty).Select(one => one.Item).ToList();
        if (readable.Exists(item => item.Before is null))
            await database.WriteAsync(uow => TagRunStore.KeepBeforeAsync(uow, told, cancellationToken), cancellationToken);
        foreach (var same in told.GroupBy(item => item.Change.ToJson()))
        {
            var list = same.ToList();
            var faults = await calls.WriteAsync(account, region, list[0].Change, [.. list.Select(item => item.Arn)], cancellationToken);
            settled.AddRange(list.Select(item => (item, faults.GetValueOrDefault(item.Arn))));
        }

        await CompleteAsync(settled, present, cancellationToken);
    }

    /// <summary>What is still to be done, and whether what is left of it is somebody else's change since: an undo leaves that alone.</summary>
    private static (TagRunItem Item, bool IsTheirs) Due(TagRunItem item, IReadOnlyDictionary<string, string> present)
    {
        if (item.Expected is not { } expected) return (item with { Before = item.Before ?? item.Change.Undo(present) }, false);
        // What is so already is done: by an attempt whose end was never written down, say.
        var left = item.Change.Against(present);
        var change = new TagChange(left.Tags.Where(tag => present.GetValueOrDefault(tag.Key) == expected.Tags.GetValueOrDefault(tag.Key)).ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal));
        return (item with { Change = change, Before = item.Before ?? change.Undo(present) }, !left.IsEmpty);
    }

    private async Task CompleteAsync(List<(TagRunItem Item, TagCallFault? Fault)> settled, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> present, CancellationToken cancellationToken)
    {
        var again = settled.Where(one => one.Fault is { } fault && (fault.Passing ? one.Item.Attempts < MaxAttempts : fault.NotReady && one.Item.Attempts < MaxNotReady)).ToList();
        var done = settled.Where(one => one.Fault is null).Select(one => one.Item with { State = "done", Code = null, Message = null }).ToList();
        var failed = settled.Except(again).Where(one => one.Fault is not null).Select(one => one.Item with { State = "failed", Code = one.Fault!.Code, Message = one.Fault.Message }).ToList();
        var known = (await assets.FindAsync([.. done.Select(item => item.Arn)], cancellationToken)).ToDictionary(asset => asset.Arn, StringComparer.Ordinal);
        var runId = settled[0].Item.RunId;
        var by = (await store.FindAsync(runId, cancellationToken))?.RequestedBy;
        if (failed.Count > 0) LogFailed(runId, failed.Count, failed[0].Code, failed[0].Message);
        var now = time.GetUtcNow();
        await database.WriteAsync(
            async uow =>
            {
                await TagRunStore.CompleteAsync(uow, [.. done, .. failed], null, cancellationToken);
                foreach (var pause in again.GroupBy(one => one.Item.Attempts))
                {
                    await TagRunStore.CompleteAsync(
                        uow,
                        [.. pause.Select(one => one.Item with { State = "pending", Code = one.Fault!.Code, Message = one.Fault.Message })],
                        now + Pause(pause.Key),
                        cancellationToken);
                }

                foreach (var item in done) await assets.RecordAsync(uow, new SeenAsset(item.Arn, now) { Tags = item.Change.Tags }, cancellationToken);
                await compliance.JudgeAsync(uow, [.. done.Where(item => known.ContainsKey(item.Arn)).Select(item => known[item.Arn] with { Tags = item.Change.AppliedTo(present[item.Arn]) })], by, cancellationToken);
                await outbox.MarkChangedAsync(uow, [new ChangedSubject(new SubjectId(TagRun.SubjectKind, runId), Severity.Informational, true)], cancellationToken);
            },
            cancellationToken);
        if (await store.FindAsync(runId, cancellationToken) is { State: TagRunState.Running } run && run.Counts.Pending > 0) await ShowAsync(run, cancellationToken);
    }

    private async Task EndAsync(string runId, CancellationToken cancellationToken)
    {
        var ended = await database.WriteAsync(
            async uow =>
            {
                if (!await TagRunStore.EndAsync(uow, runId, time.GetUtcNow(), cancellationToken)) return null;
                var run = (await TagRunStore.FindAsync(uow.Connection, uow.Transaction, runId, cancellationToken))!;
                var failed = run.Counts.Failed > 0;
                // Nobody may be looking at the modal any more: a failure is told where everybody sees it.
                if (failed) await runs.ShowAsync(uow, run, cancellationToken);
                await outbox.MarkChangedAsync(uow, [new ChangedSubject(run.Subject, failed ? Severity.Medium : Severity.Informational, failed)], cancellationToken);
                await runs.AuditAsync(uow, run, "chatops", TagRunService.ApplyVerb, failed ? "failed" : "done", cancellationToken);
                return run;
            },
            cancellationToken);
        if (ended is not null) await ShowAsync(ended, cancellationToken);
        _shown.Remove(runId);
    }

    /// <summary>Brings the modal or the answer that follows a run up to date; harmless when it is gone.</summary>
    private async Task ShowAsync(TagRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (run.State == TagRunState.Running && _shown.TryGetValue(run.Id, out var last) && now - last < ShownEvery) return;
        _shown[run.Id] = now;
        var locale = locales.For(run.Language);
        var failures = run.Counts.Failed > 0 ? await store.ItemsAsync(run.Id, "failed", "", TagRunBlocks.FailuresShown, cancellationToken) : [];
        try
        {
            if (run.ViewId is { } view) await slack.Views.Update(view, TagPlanModal.Render(run, failures, locale), cancellationToken: cancellationToken);
            // An answer takes five updates in all: the end is the one that counts.
            else if (run.RespondUrl is { } url && run.State is TagRunState.Done) await slack.Respond(url, InteractionResponse.Replace(TagRunMessage.Render(run, failures, locale)), cancellationToken);
        }
        catch (Exception fault) when (fault is SlackCallException)
        {
            LogNotShown(fault, run.Id);
        }
    }

    private static TimeSpan Pause(long attempts)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts - 1, 10));
        return pause < LongestPause ? pause : LongestPause;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of changing tags failed")]
    private partial void LogRoundFailed(Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {Run}: {Count} resources were not tagged, the first for {Code}: {Reason}")]
    private partial void LogFailed(string run, int count, string? code, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The modal or answer that followed run {Run} is gone")]
    private partial void LogNotShown(Exception fault, string run);
}

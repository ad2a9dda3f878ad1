using System.Collections.Concurrent;
using ChatOps.Assets;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging;

namespace ChatOps.Tagging;

/// <summary>
/// Reads the assets of drafts and tells AWS what was confirmed, 20 resources a call. What is to be done stands in the tables, so a restart
/// goes on where it stopped; throttling and outages are ridden out with growing pauses.
/// </summary>
internal sealed partial class TagRunWorker(
    IDatabase database, TagRunStore store, TagRunService runs, TagCalls calls, IAssets assets, TagCompliance compliance, IOutbox outbox, ISlackApiClient slack, ILocales locales,
    TimeProvider time, ILogger<TagRunWorker> logger) : IWorkProcessor<TagRunDraft>, IWorkProcessor<TagRunItem>
{
    private static readonly TimeSpan ShownEvery = TimeSpan.FromSeconds(1);

    /// <summary>A resource that exists in the inventory and not for AWS is gone, most likely.</summary>
    private const int MaxNotReady = 3;

    /// <summary>A plan is outdated long before; a run can be undone as long.</summary>
    private static readonly TimeSpan PlansKept = TimeSpan.FromDays(1);
    private static readonly TimeSpan RunsKept = TimeSpan.FromDays(90);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _shown = new(StringComparer.Ordinal);

    public async Task ProcessAsync(WorkBatch<TagRunDraft> batch, CancellationToken cancellationToken)
    {
        var draft = batch.Items[0];
        if (await runs.GatherAsync(draft.Id, uow => batch.HoldAsync(uow, draft), cancellationToken) is { } run) await ShowAsync(run, cancellationToken);
    }

    public async Task ProcessAsync(WorkBatch<TagRunItem> batch, CancellationToken cancellationToken)
    {
        foreach (var place in batch.Items.GroupBy(item => (item.RunId, item.Account, Region: TagCalls.RegionOf(item.Arn, item.Region))))
        {
            foreach (var items in place.OrderBy(item => item.Change.ToJson(), StringComparer.Ordinal).Chunk(TagCalls.MaxResources))
                await SendAsync(batch, place.Key.Account, place.Key.Region, items, cancellationToken);
            await EndAsync(place.Key.RunId, cancellationToken);
        }
    }

    /// <summary>A draft that cannot be read stays one until it is deleted with the others.</summary>
    public Task GiveUpAsync(UnitOfWork uow, TagRunDraft item, Exception fault, CancellationToken cancellationToken) => TagRunStore.StopGatheringAsync(uow, item.Id, cancellationToken);

    public async Task GiveUpAsync(UnitOfWork uow, TagRunItem item, Exception fault, CancellationToken cancellationToken)
    {
        await TagRunStore.CompleteAsync(uow, [item with { State = "failed", Code = fault.GetType().Name, Message = fault.Message }], cancellationToken);
        await EndAsync(uow, item.RunId, cancellationToken);
    }

    Task IWorkProcessor<TagRunDraft>.SweepAsync(CancellationToken cancellationToken) => store.ForgetAsync(time.GetUtcNow() - PlansKept, time.GetUtcNow() - RunsKept, cancellationToken);

    private async Task SendAsync(WorkBatch<TagRunItem> batch, string account, string region, IReadOnlyList<TagRunItem> items, CancellationToken cancellationToken)
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
        {
            await database.WriteAsync(
                async uow =>
                {
                    await batch.HoldAsync(uow, items);
                    await TagRunStore.KeepBeforeAsync(uow, told, cancellationToken);
                },
                cancellationToken);
        }

        foreach (var same in told.GroupBy(item => item.Change.ToJson()))
        {
            var list = same.ToList();
            var faults = await calls.WriteAsync(account, region, list[0].Change, [.. list.Select(item => item.Arn)], cancellationToken);
            settled.AddRange(list.Select(item => (item, faults.GetValueOrDefault(item.Arn))));
        }

        await CompleteAsync(batch, settled, present, cancellationToken);
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

    private async Task CompleteAsync(WorkBatch<TagRunItem> batch, List<(TagRunItem Item, TagCallFault? Fault)> settled, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> present, CancellationToken cancellationToken)
    {
        var again = settled.Where(one => one.Fault is { } fault && (fault.Passing ? !TagRunStore.Items.Retry.IsLast((int)one.Item.Attempts) : fault.NotReady && one.Item.Attempts < MaxNotReady)).ToList();
        var done = settled.Where(one => one.Fault is null).Select(one => one.Item with { State = "done", Code = null, Message = null }).ToList();
        var failed = settled.Except(again).Where(one => one.Fault is not null).Select(one => one.Item with { State = "failed", Code = one.Fault!.Code, Message = one.Fault.Message }).ToList();
        var known = (await assets.FindAsync([.. done.Select(item => item.Arn)], cancellationToken)).ToDictionary(asset => asset.Arn, StringComparer.Ordinal);
        var runId = settled[0].Item.RunId;
        var by = (await store.FindAsync(runId, cancellationToken))?.RequestedBy;
        if (failed.Count > 0) LogFailed(runId, failed.Count, failed[0].Code, failed[0].Message);
        foreach (var (item, fault) in again) batch.Retry(item, new TagCallException(fault!));
        var now = time.GetUtcNow();
        await database.WriteAsync(
            async uow =>
            {
                await batch.CloseAsync(uow, done.Concat(failed));
                await TagRunStore.CompleteAsync(uow, [.. done, .. failed], cancellationToken);
                foreach (var item in done) await assets.RecordAsync(uow, new SeenAsset(item.Arn, now) { Tags = item.Change.Tags }, cancellationToken);
                await compliance.JudgeAsync(uow, [.. done.Where(item => known.ContainsKey(item.Arn)).Select(item => known[item.Arn] with { Tags = item.Change.AppliedTo(present[item.Arn]) })], by, cancellationToken);
                await outbox.MarkChangedAsync(uow, [new ChangedSubject(new SubjectId(TagRun.SubjectKind, runId), Severity.Informational, true)], cancellationToken);
            },
            cancellationToken);
        if (await store.FindAsync(runId, cancellationToken) is { State: TagRunState.Running } run && run.Counts.Pending > 0) await ShowAsync(run, cancellationToken);
    }

    private async Task EndAsync(string runId, CancellationToken cancellationToken)
    {
        if (await database.WriteAsync(uow => EndAsync(uow, runId, cancellationToken), cancellationToken) is not { } ended) return;
        await ShowAsync(ended, cancellationToken);
        _shown.TryRemove(runId, out _);
    }

    /// <summary>Ends a run of which nothing is left to do; null when something is.</summary>
    private async Task<TagRun?> EndAsync(UnitOfWork uow, string runId, CancellationToken cancellationToken)
    {
        if (!await TagRunStore.EndAsync(uow, runId, time.GetUtcNow(), cancellationToken)) return null;
        var run = (await TagRunStore.FindAsync(uow.Connection, uow.Transaction, runId, cancellationToken))!;
        var failed = run.Counts.Failed > 0;
        // Nobody may be looking at the modal any more: a failure is told where everybody sees it.
        if (failed) await runs.ShowAsync(uow, run, cancellationToken);
        await outbox.MarkChangedAsync(uow, [new ChangedSubject(run.Subject, failed ? Severity.Medium : Severity.Informational, failed)], cancellationToken);
        await runs.AuditAsync(uow, run, "chatops", TagRunService.ApplyVerb, failed ? "failed" : "done", cancellationToken);
        return run;
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {Run}: {Count} resources were not tagged, the first for {Code}: {Reason}")]
    private partial void LogFailed(string run, int count, string? code, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The modal or answer that followed run {Run} is gone")]
    private partial void LogNotShown(Exception fault, string run);
}

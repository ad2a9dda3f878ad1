using ChatOps.Assets;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;

namespace ChatOps.Tagging;

/// <summary>
/// Tells AWS what was confirmed, 20 resources a call. What is to be done stands in the table, so a restart goes on where it stopped;
/// throttling and outages are ridden out with growing pauses.
/// </summary>
internal sealed partial class TagRunWorker(
    IDatabase database, TagRunStore store, TagRunChanges changes, TagCalls calls, IAssets assets, TagCompliance compliance,
    TagRunProgressView progress, TimeProvider time, ILogger<TagRunWorker> logger) : IWorkProcessor<TagRunItem>
{
    /// <summary>A resource that exists in the inventory and not for AWS is gone, most likely.</summary>
    private const int MaxNotReady = 3;

    /// <summary>So many reads after a change, some 25 minutes, the index has caught up: what it does not show then is not so.</summary>
    private const int MaxUnverified = 12;

    /// <summary>So many reads after an undo, a minute, the index no longer shows what was before the change that is undone.</summary>
    private const int CaughtUp = 5;

    public async Task ProcessAsync(WorkBatch<TagRunItem> batch, CancellationToken cancellationToken)
    {
        foreach (var place in batch.Items.GroupBy(item => (item.RunId, item.Account, Region: TagCalls.RegionOf(item.Arn, item.Region))))
        {
            foreach (var items in place.OrderBy(item => item.Change.ToJson(), StringComparer.Ordinal).Chunk(TagCalls.MaxResources))
                await SendAsync(batch, place.Key.Account, place.Key.Region, items, cancellationToken);
            await EndAsync(place.Key.RunId, cancellationToken);
        }
    }

    public async Task GiveUpAsync(UnitOfWork uow, TagRunItem item, Exception fault, CancellationToken cancellationToken)
    {
        await TagRunStore.CompleteAsync(
            uow, [item with { State = "failed", Code = fault.GetType().Name, Message = fault.Message }], cancellationToken);
        await EndAsync(uow, item.RunId, cancellationToken);
    }

    private async Task SendAsync(
        WorkBatch<TagRunItem> batch, string account, string region, IReadOnlyList<TagRunItem> items, CancellationToken cancellationToken)
    {
        var arns = items.Select(item => item.Arn).ToList();
        // The inventory may be old: what undo brings back is what AWS had just now.
        var reading = await calls.ReadAsync(account, region, arns, cancellationToken);
        var (present, unread) = (reading.Tags, reading.Faults);
        var settled = items.Where(item => unread.ContainsKey(item.Arn)).Select(item => (Item: item, Fault: (TagCallFault?)unread[item.Arn]))
            .ToList();
        // What AWS took before is only looked for: to write it again might undo what somebody did since.
        settled.AddRange(items.Where(item => !unread.ContainsKey(item.Arn) && IsWritten(item)).Select(Written)
            .Select(item => (item, Verified(item, present[item.Arn], reading.Indexed.Contains(item.Arn)))));
        var readable = items.Where(item => !unread.ContainsKey(item.Arn) && !IsWritten(item)).ToList();
        var todo = readable.Select(item => Due(item, present[item.Arn], reading.Indexed.Contains(item.Arn))).ToList();
        settled.AddRange(todo.Where(item => item.Item.Change.IsEmpty).Select(
            item => (item.Item, item.IsTheirs ? new TagCallFault("ChangedSince", "", Passing: false) : null)));
        var incoming = todo.Where(item => !item.Item.Change.IsEmpty).Select(item => item.Item).ToList();
        if (readable.Exists(item => item.Before is null))
        {
            await database.WriteAsync(
                async uow =>
                {
                    await batch.HoldAsync(uow, items);
                    await TagRunStore.KeepBeforeAsync(uow, incoming, cancellationToken);
                },
                cancellationToken);
        }

        foreach (var group in incoming.GroupBy(item => item.Change.ToJson()))
        {
            var list = group.ToList();
            var faults = await calls.WriteAsync(account, region, list[0].Change, [.. list.Select(item => item.Arn)], cancellationToken);
            // The index may still show what was before the change that is undone: that it shows it is no proof yet.
            settled.AddRange(list.Select(item => (item, faults.GetValueOrDefault(item.Arn) ?? (item.Expected is not null
                && reading.Indexed.Contains(item.Arn) && item.Change.Against(present[item.Arn]).IsEmpty ? NotVerified : null))));
        }

        await CompleteAsync(batch, settled, present, cancellationToken);
    }

    private static readonly TagCallFault NotVerified = new(
        TagCalls.NotVerified, "AWS took the change and does not show it yet.", Passing: true);

    private static bool IsWritten(TagRunItem item) =>
        item.Message?.StartsWith(TagCalls.NotVerified, StringComparison.Ordinal) == true;

    /// <summary>The item with the change that was made: of an undo, what was nobody else's since.</summary>
    private static TagRunItem Written(TagRunItem item) => item.Expected is null || item.Before is not { } before ? item : item with
    {
        Change = new TagChange(item.Change.Tags.Where(tag => before.Tags.ContainsKey(tag.Key))
            .ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal)),
    };

    private static TagCallFault? Verified(TagRunItem item, IReadOnlyDictionary<string, string> present, bool indexed) =>
        item.Change.Against(present).IsEmpty && (!indexed || item.Expected is null || item.Attempts >= CaughtUp)
            ? null
            : NotVerified with { Passing = item.Attempts < MaxUnverified };

    /// <summary>
    /// What is still to be done, and whether what is left of it is somebody else's change since: an undo leaves that alone. What an index
    /// says that may be behind is no reason to do nothing.
    /// </summary>
    private static (TagRunItem Item, bool IsTheirs) Due(TagRunItem item, IReadOnlyDictionary<string, string> present, bool indexed)
    {
        if (item.Expected is not { } expected) return (item with { Before = item.Before ?? item.Change.Undo(present) }, false);
        // What is so already is done: by an attempt whose end was never written down, say.
        var left = indexed ? item.Change : item.Change.Against(present);
        var change = new TagChange(left.Tags.Where(tag => present.GetValueOrDefault(tag.Key) is var now
            && (now == expected.Tags.GetValueOrDefault(tag.Key) || (indexed && now == tag.Value)))
            .ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal));
        return (item with { Change = change, Before = item.Before ?? change.Undo(present) }, !left.IsEmpty);
    }

    private async Task CompleteAsync(
        WorkBatch<TagRunItem> batch, List<(TagRunItem Item, TagCallFault? Fault)> settled,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> present, CancellationToken cancellationToken)
    {
        var again = settled.Where(entry => entry.Fault is { } fault && (fault.Passing
            ? !TagRunStore.Items.Retry.IsLast((int)entry.Item.Attempts)
            : fault.NotReady && entry.Item.Attempts < MaxNotReady)).ToList();
        var done = settled.Where(entry => entry.Fault is null)
            .Select(entry => entry.Item with { State = "done", Code = null, Message = null }).ToList();
        var failed = settled.Except(again).Where(entry => entry.Fault is not null)
            .Select(entry => entry.Item with { State = "failed", Code = entry.Fault!.Code, Message = entry.Fault.Message }).ToList();
        var known = (await assets.FindAsync([.. done.Select(item => item.Arn)], cancellationToken)).ToDictionary(
            asset => asset.Arn, StringComparer.Ordinal);
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
                foreach (var item in done)
                    await assets.RecordAsync(uow, new SeenAsset(item.Arn, now) { Tags = item.Change.Tags }, cancellationToken);
                await compliance.JudgeAsync(uow, [.. done.Where(item => known.ContainsKey(item.Arn)).Select(
                    item => known[item.Arn] with { Tags = item.Change.AppliedTo(present[item.Arn]) })], by, cancellationToken);
                await changes.MarkChangedAsync(
                    uow, new SubjectId(TagRun.SubjectKind, runId), Severity.Informational, open: true, cancellationToken);
            },
            cancellationToken);
        if (await store.FindAsync(runId, cancellationToken) is { State: TagRunState.Running, Counts.Pending: > 0 } run)
            await progress.ShowAsync(run, cancellationToken);
    }

    private async Task EndAsync(string runId, CancellationToken cancellationToken)
    {
        if (await database.WriteAsync(uow => EndAsync(uow, runId, cancellationToken), cancellationToken) is not { } ended) return;
        await progress.ShowAsync(ended, cancellationToken);
    }

    /// <summary>Ends a run of which nothing is left to do; null when something is.</summary>
    private async Task<TagRun?> EndAsync(UnitOfWork uow, string runId, CancellationToken cancellationToken)
    {
        if (!await TagRunStore.EndAsync(uow, runId, time.GetUtcNow(), cancellationToken)) return null;
        var run = (await TagRunStore.FindAsync(uow.Connection, uow.Transaction, runId, cancellationToken))!;
        var failed = run.Counts.Failed > 0;
        // Nobody may be looking at the modal any more: a failure is told where everybody sees it.
        if (failed) await changes.ShowAsync(uow, run, cancellationToken);
        await changes.MarkChangedAsync(
            uow, run.Subject, failed ? Severity.Medium : Severity.Informational, open: failed, cancellationToken);
        await changes.AuditAsync(uow, run, "chatops", TagRunService.ApplyVerb, failed ? "failed" : "done", cancellationToken);
        return run;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {Run}: {Count} resources were not tagged, the first for {Code}: {Reason}")]
    private partial void LogFailed(string run, int count, string? code, string? reason);
}

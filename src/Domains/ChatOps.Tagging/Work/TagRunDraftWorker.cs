using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Tagging;

/// <summary>Reads the assets of drafts, shows the plan where it was asked for, and deletes plans and runs that are too old.</summary>
internal sealed class TagRunDraftWorker(TagRunPlanner planner, TagRunProgressView progress, TagRunStore store, TimeProvider time)
    : IWorkProcessor<TagRunDraft>
{
    /// <summary>A plan is outdated long before; a run can be undone as long.</summary>
    private static readonly TimeSpan PlansKept = TimeSpan.FromDays(1);
    private static readonly TimeSpan RunsKept = TimeSpan.FromDays(90);

    public async Task ProcessAsync(WorkBatch<TagRunDraft> batch, CancellationToken cancellationToken)
    {
        var draft = batch.Items[0];
        if (await planner.GatherAsync(draft.Id, uow => batch.HoldAsync(uow, draft), cancellationToken) is { } run)
            await progress.ShowAsync(run, cancellationToken);
    }

    /// <summary>A draft that cannot be read stays one until it is deleted with the others.</summary>
    public Task GiveUpAsync(UnitOfWork uow, TagRunDraft item, Exception fault, CancellationToken cancellationToken) =>
        TagRunStore.StopGatheringAsync(uow, item.Id, cancellationToken);

    public Task SweepAsync(CancellationToken cancellationToken) =>
        store.ForgetAsync(time.GetUtcNow() - PlansKept, time.GetUtcNow() - RunsKept, cancellationToken);
}

using System.Runtime.CompilerServices;
using ChatOps.Assets;
using ChatOps.Platform.Storage;

namespace ChatOps.Tagging;

/// <summary>Makes a draft a plan: reads its assets and what changes on each. What was confirmed before, an undo, then runs.</summary>
internal sealed class TagRunPlanner(
    IDatabase database, TagRunStore store, TagScope scope, IAssets assets, TagRunChanges changes, TimeProvider time)
{
    /// <summary>Assets that one run takes; beyond that, several runs are clearer to everybody.</summary>
    public const int MaxAssets = 10_000;

    /// <summary>Assets that are looked at for it, most of which may be so already.</summary>
    private const int MaxLooked = 100_000;

    private const int Written = 500;

    /// <summary>Reads the assets of a draft and counts what changes; an undo then runs, for it was confirmed before.</summary>
    public Task<TagRun?> GatherAsync(string id, CancellationToken cancellationToken) =>
        GatherAsync(id, _ => Task.CompletedTask, cancellationToken);

    /// <summary>The same, for who holds the draft: <paramref name="hold"/> begins every transaction.</summary>
    public async Task<TagRun?> GatherAsync(string id, Func<UnitOfWork, Task> hold, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { State: TagRunState.Gathering } run) return null;
        var count = new TagPlanCount();
        var found = new List<TagRunItem>();
        var (looked, changed, cut) = (0, 0, false);
        var concerned = run.Source.Kind == TagSource.Undo ? UndoneAsync(run, cancellationToken) : ChangedAsync(run, cancellationToken);
        await foreach (var (asset, change, expected) in concerned)
        {
            if (changed >= MaxAssets || looked++ >= MaxLooked)
            {
                cut = true;
                break;
            }

            var todo = count.Add(asset, change);
            if (todo.IsEmpty) continue;
            changed++;
            found.Add(new TagRunItem
            {
                RunId = id,
                Arn = asset.Arn,
                Name = asset.Name,
                Account = asset.Account,
                Region = asset.Region,
                Change = todo,
                Expected = expected,
            });
            if (found.Count >= Written) await KeepAsync(found, hold, cancellationToken);
        }

        await KeepAsync(found, hold, cancellationToken);
        var plan = count.ToPlan(cut);
        await database.WriteAsync(
            async uow =>
            {
                await hold(uow);
                if (!await TagRunStore.PlannedAsync(uow, id, plan, cancellationToken) || run.Source.Kind != TagSource.Undo) return;
                await changes.StartAsync(uow, run with { Plan = plan }, cancellationToken);
                // With nothing to bring back no worker would ever come to end it.
                if (plan.Changed == 0 && await TagRunStore.EndAsync(uow, id, time.GetUtcNow(), cancellationToken))
                    await changes.AuditAsync(uow, run with { Plan = plan }, "chatops", TagRunService.ApplyVerb, "done", cancellationToken);
            },
            cancellationToken);
        return await store.FindAsync(id, cancellationToken);
    }

    private async IAsyncEnumerable<(Asset Asset, TagChange Change, TagChange? Expected)> ChangedAsync(
        TagRun run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var asset in scope.AssetsAsync(run.Source, cancellationToken)) yield return (asset, run.Change, null);
    }

    private async IAsyncEnumerable<(Asset Asset, TagChange Change, TagChange? Expected)> UndoneAsync(
        TagRun run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = "";
        while (await store.ItemsAsync(run.Source.Value, "done", after, Written, cancellationToken) is { Count: > 0 } items)
        {
            var known = (await assets.FindAsync([.. items.Select(item => item.Arn)], cancellationToken))
                .ToDictionary(asset => asset.Arn, StringComparer.Ordinal);
            foreach (var item in items.Where(item => item.Before is not null && known.ContainsKey(item.Arn)))
                yield return (known[item.Arn], item.Before!, item.Change);
            after = items[^1].Arn;
        }
    }

    private async Task KeepAsync(List<TagRunItem> found, Func<UnitOfWork, Task> hold, CancellationToken cancellationToken)
    {
        if (found.Count == 0) return;
        await database.WriteAsync(
            async uow =>
            {
                await hold(uow);
                await TagRunStore.AddItemsAsync(uow, found, cancellationToken);
            },
            cancellationToken);
        found.Clear();
    }
}

using System.Text.Json.Nodes;
using ChatOps.Assets;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Tagging;

/// <summary>Where a change is shown that a person asked for: the modal or the command's answer.</summary>
/// <param name="ViewId">The modal.</param>
/// <param name="RespondUrl">The answer.</param>
/// <param name="Language">Theirs.</param>
internal sealed record TagRunProgress(string? ViewId, string? RespondUrl, string Language);

/// <summary>
/// What people decide about changes of tags: draft, confirm, cancel, retry, undo. Each act is checked where it happens, claimed by
/// compare-and-set and audited in the same transaction; a second click finds it done.
/// </summary>
internal sealed class TagRunService(
    IDatabase database, TagRunStore store, TagScope scope, IAssets assets, TagCreators creators, IAccess access, IAudit audit, IOutbox outbox, IPolicy<Routes> routes, WorkSignal<TagRunDraft> drafts, WorkSignal<TagRunItem> items, TimeProvider time)
{
    /// <summary>The verbs, as the audit and the buttons have them.</summary>
    public const string ApplyVerb = "tag.apply";
    public const string RetryVerb = "tag.retry";
    public const string UndoVerb = "tag.undo";

    /// <summary>Assets that one run takes; beyond that, several runs are clearer to everybody.</summary>
    public const int MaxAssets = 10_000;

    /// <summary>Assets that are looked at for it, most of which may be so already.</summary>
    private const int MaxLooked = 100_000;

    private const int Written = 500;

    /// <summary>Slack shows our answer to a submission before anything that updates the modal again.</summary>
    private static readonly TimeSpan AfterAnswer = TimeSpan.FromMilliseconds(700);

    /// <summary>How long reading the assets of a plan may take before somebody else tries.</summary>
    private static readonly TimeSpan GatherLease = TimeSpan.FromMinutes(5);

    /// <summary>Keeps what somebody wants changed; its assets are read by the worker, or by <c>GatherAsync</c> at once.</summary>
    public async Task<TagRun> DraftAsync(TagSource source, TagChange change, string userId, TagRunProgress follower, bool now, CancellationToken cancellationToken)
    {
        var run = New(source, change, userId, follower, null);
        await database.WriteAsync(
            async uow =>
            {
                await TagRunStore.AddAsync(uow, run, now ? run.RequestedAt + GatherLease : run.RequestedAt + AfterAnswer, cancellationToken);
                if (!now) uow.AfterCommit(drafts.Wake);
            },
            cancellationToken);
        return now ? await GatherAsync(run.Id, cancellationToken) ?? run : run;
    }

    /// <summary>Reads the assets of a draft and counts what changes; an undo then runs, for it was confirmed before.</summary>
    public Task<TagRun?> GatherAsync(string id, CancellationToken cancellationToken) => GatherAsync(id, _ => Task.CompletedTask, cancellationToken);

    /// <summary>The same, for who holds the draft: <paramref name="hold"/> begins every transaction.</summary>
    public async Task<TagRun?> GatherAsync(string id, Func<UnitOfWork, Task> hold, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { State: TagRunState.Gathering } run) return null;
        var count = new TagPlanCount();
        var found = new List<TagRunItem>();
        var (looked, changed, cut) = (0, 0, false);
        var work = run.Source.Kind == TagSource.Undo ? UndoneAsync(run, cancellationToken) : WantedAsync(run, cancellationToken);
        await foreach (var (asset, change, expected) in work)
        {
            if (changed >= MaxAssets || looked++ >= MaxLooked)
            {
                cut = true;
                break;
            }

            var todo = count.Add(asset, change);
            if (todo.IsEmpty) continue;
            changed++;
            found.Add(new TagRunItem { RunId = id, Arn = asset.Arn, Name = asset.Name, Account = asset.Account, Region = asset.Region, Change = todo, Expected = expected });
            if (found.Count >= Written) await KeepAsync(found, hold, cancellationToken);
        }

        await KeepAsync(found, hold, cancellationToken);
        var plan = count.ToPlan(cut);
        await database.WriteAsync(
            async uow =>
            {
                await hold(uow);
                if (!await TagRunStore.PlannedAsync(uow, id, plan, cancellationToken) || run.Source.Kind != TagSource.Undo) return;
                await StartAsync(uow, run with { Plan = plan }, cancellationToken);
                // With nothing to bring back no worker would ever come to end it.
                if (plan.Changed == 0 && await TagRunStore.EndAsync(uow, id, time.GetUtcNow(), cancellationToken))
                    await AuditAsync(uow, run with { Plan = plan }, "chatops", ApplyVerb, "done", cancellationToken);
            },
            cancellationToken);
        return await store.FindAsync(id, cancellationToken);
    }

    /// <summary>Somebody who saw the plan wants it done.</summary>
    /// <exception cref="AccessDeniedException">They may not.</exception>
    /// <exception cref="UserFacingException">It is gone or was done before.</exception>
    public async Task<TagRun> ConfirmAsync(string id, string userId, TagRunProgress follower, CancellationToken cancellationToken)
    {
        var run = await store.FindAsync(id, cancellationToken) ?? throw new UserFacingException("tag.fault.outdated");
        var act = await creators.DemandAsync(run, userId, cancellationToken);
        var mine = await database.WriteAsync(
            async uow =>
            {
                if (!await StartAsync(uow, run, cancellationToken)) return false;
                await TagRunStore.FollowAsync(uow, id, follower.ViewId, follower.RespondUrl, follower.Language, cancellationToken);
                await AuditAsync(uow, run, act, "requested", cancellationToken);
                return true;
            },
            cancellationToken);
        var present = await store.FindAsync(id, cancellationToken) ?? run;
        return mine || present.State is TagRunState.Running or TagRunState.Done ? present : throw new UserFacingException("tag.fault.outdated");
    }

    /// <summary>They do not want it after all.</summary>
    public Task CancelAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(uow => TagRunStore.CancelAsync(uow, id, cancellationToken), cancellationToken);

    /// <summary>What failed is tried again.</summary>
    public async Task<TagRun> RetryAsync(string id, string userId, CancellationToken cancellationToken)
    {
        var run = await store.FindAsync(id, cancellationToken) ?? throw new UserFacingException("tag.fault.outdated");
        await access.DemandAsync(new UserAction(userId, RetryVerb, run.Subject, Role.Operator), cancellationToken);
        await database.WriteAsync(
            async uow =>
            {
                if (await TagRunStore.RetryAsync(uow, id, time.GetUtcNow(), cancellationToken) == 0) return;
                await outbox.MarkChangedAsync(uow, [new ChangedSubject(run.Subject, Severity.Informational, true)], cancellationToken);
                await AuditAsync(uow, run, userId, RetryVerb, "requested", cancellationToken);
                uow.AfterCommit(items.Wake);
            },
            cancellationToken);
        return await store.FindAsync(id, cancellationToken) ?? run;
    }

    /// <summary>Brings back what was before, as far as nobody changed it since.</summary>
    public async Task<TagRun> UndoAsync(string id, string userId, TagRunProgress follower, CancellationToken cancellationToken)
    {
        var run = await store.FindAsync(id, cancellationToken) ?? throw new UserFacingException("tag.fault.outdated");
        await access.DemandAsync(new UserAction(userId, UndoVerb, run.Subject, Role.Operator), cancellationToken);
        var undo = New(new TagSource(TagSource.Undo, id), TagChange.None, userId, follower, id);
        var mine = await database.WriteAsync(
            async uow =>
            {
                if (!await TagRunStore.UndoneAsync(uow, id, undo.Id, cancellationToken)) return false;
                await TagRunStore.AddAsync(uow, undo, undo.RequestedAt, cancellationToken);
                await outbox.MarkChangedAsync(uow, [new ChangedSubject(run.Subject, Severity.Informational, false)], cancellationToken);
                await AuditAsync(uow, run, userId, UndoVerb, "requested", cancellationToken);
                uow.AfterCommit(drafts.Wake);
                return true;
            },
            cancellationToken);
        if (mine) return undo;
        var present = await store.FindAsync(id, cancellationToken);
        throw present?.UndoneBy is null ? new UserFacingException("tag.fault.running") : new UserFacingException("tag.fault.undone");
    }

    /// <summary>An entry in the audit about a run. The last thing in a transaction: appends stand in line.</summary>
    public Task AuditAsync(UnitOfWork uow, TagRun run, string userId, string verb, string outcome, CancellationToken cancellationToken) =>
        AuditAsync(uow, run, new UserAction(userId, verb, run.Subject, Role.Operator), outcome, cancellationToken);

    private Task AuditAsync(UnitOfWork uow, TagRun run, UserAction act, string outcome, CancellationToken cancellationToken) => audit.AppendAsync(
        uow,
        act,
        outcome,
        new JsonObject
        {
            ["source"] = $"{run.Source.Kind}:{run.Source.Value}",
            ["change"] = JsonNode.Parse(run.Change.ToJson()),
            ["assets"] = run.Plan?.Changed,
            ["done"] = run.Counts.Done,
            ["failed"] = run.Counts.Failed,
            ["undoOf"] = run.UndoOf,
        }.ToJsonString(),
        cancellationToken);

    /// <summary>The run's message, where everybody sees it.</summary>
    public Task ShowAsync(UnitOfWork uow, TagRun run, CancellationToken cancellationToken) => outbox.RequestAsync(
        uow,
        [.. routes.Value.For(RouteKind.Tagging, new RouteFacts()).Select(to => new MessageRequest(run.Subject, to.Channel, to.Language, Severity.Informational, Open: true, Group: null))],
        cancellationToken);

    private async Task<bool> StartAsync(UnitOfWork uow, TagRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await TagRunStore.ConfirmAsync(uow, run.Id, now, now + AfterAnswer, cancellationToken)) return false;
        // One resource is between a person and the modal; many concern the team.
        if (run.Plan is { Changed: > 1 }) await ShowAsync(uow, run, cancellationToken);
        uow.AfterCommit(items.Wake);
        return true;
    }

    private async IAsyncEnumerable<(Asset Asset, TagChange Change, TagChange? Expected)> WantedAsync(TagRun run, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var asset in scope.AssetsAsync(run.Source, cancellationToken)) yield return (asset, run.Change, null);
    }

    private async IAsyncEnumerable<(Asset Asset, TagChange Change, TagChange? Expected)> UndoneAsync(TagRun run, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = "";
        while (await store.ItemsAsync(run.Source.Value, "done", after, Written, cancellationToken) is { Count: > 0 } items)
        {
            var known = (await assets.FindAsync([.. items.Select(item => item.Arn)], cancellationToken)).ToDictionary(asset => asset.Arn, StringComparer.Ordinal);
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

    private TagRun New(TagSource source, TagChange change, string userId, TagRunProgress follower, string? undoOf) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
        State = TagRunState.Gathering,
        Source = source,
        Change = change,
        RequestedBy = userId,
        RequestedAt = time.GetUtcNow(),
        UndoOf = undoOf,
        ViewId = follower.ViewId,
        RespondUrl = follower.RespondUrl,
        Language = follower.Language,
    };
}

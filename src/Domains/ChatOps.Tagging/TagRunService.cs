using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Tagging;

/// <summary>Where a change is shown that a person asked for: the modal or the command's answer.</summary>
/// <param name="ViewId">The modal.</param>
/// <param name="RespondUrl">The answer.</param>
/// <param name="Language">Theirs.</param>
internal sealed record TagRunProgress(string? ViewId, string? RespondUrl, string Language)
{
    /// <summary>Slack shows our answer to a submission before anything that updates the modal again.</summary>
    public static readonly TimeSpan AfterAnswer = TimeSpan.FromMilliseconds(700);
}

/// <summary>
/// What people decide about changes of tags: draft, confirm, cancel, retry, undo. Each act is checked where it happens, claimed by
/// compare-and-set and audited in the same transaction; a second click finds it done.
/// </summary>
internal sealed class TagRunService(
    IDatabase database, TagRunStore store, TagRunPlanner planner, TagRunChanges changes, TagCreators creators, IAccess access,
    WorkSignal<TagRunDraft> drafts, WorkSignal<TagRunItem> items, TimeProvider time)
{
    /// <summary>The verbs, as the audit and the buttons have them.</summary>
    public const string ApplyVerb = "tag.apply";
    public const string RetryVerb = "tag.retry";
    public const string UndoVerb = "tag.undo";

    /// <summary>How long reading the assets of a plan may take before somebody else tries.</summary>
    private static readonly TimeSpan GatherLease = TimeSpan.FromMinutes(5);

    /// <summary>Keeps what somebody wants changed; its assets are read by the worker, or at once.</summary>
    public async Task<TagRun> DraftAsync(
        TagSource source, TagChange change, string userId, TagRunProgress follower, bool now, CancellationToken cancellationToken)
    {
        var run = New(source, change, userId, follower, null);
        await database.WriteAsync(
            async uow =>
            {
                await TagRunStore.AddAsync(uow, run, run.RequestedAt + (now ? GatherLease : TagRunProgress.AfterAnswer), cancellationToken);
                if (!now) uow.AfterCommit(drafts.Wake);
            },
            cancellationToken);
        return now ? await planner.GatherAsync(run.Id, cancellationToken) ?? run : run;
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
                if (!await changes.StartAsync(uow, run, cancellationToken)) return false;
                await TagRunStore.FollowAsync(uow, id, follower.ViewId, follower.RespondUrl, follower.Language, cancellationToken);
                await changes.AuditAsync(uow, run, act, "requested", cancellationToken);
                return true;
            },
            cancellationToken);
        var present = await store.FindAsync(id, cancellationToken) ?? run;
        return mine || present.State is TagRunState.Running or TagRunState.Done
            ? present
            : throw new UserFacingException("tag.fault.outdated");
    }

    /// <summary>They do not want it after all.</summary>
    public Task CancelAsync(string id, CancellationToken cancellationToken) =>
        database.WriteAsync(uow => TagRunStore.CancelAsync(uow, id, cancellationToken), cancellationToken);

    /// <summary>What failed is tried again.</summary>
    public async Task<TagRun> RetryAsync(string id, string userId, CancellationToken cancellationToken)
    {
        var run = await store.FindAsync(id, cancellationToken) ?? throw new UserFacingException("tag.fault.outdated");
        await access.DemandAsync(new UserAction(userId, RetryVerb, run.Subject, Role.Operator), cancellationToken);
        await database.WriteAsync(
            async uow =>
            {
                if (await TagRunStore.RetryAsync(uow, id, time.GetUtcNow(), cancellationToken) == 0) return;
                await changes.MarkChangedAsync(uow, run.Subject, Severity.Informational, open: true, cancellationToken);
                await changes.AuditAsync(uow, run, userId, RetryVerb, "requested", cancellationToken);
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
                await changes.MarkChangedAsync(uow, run.Subject, Severity.Informational, open: false, cancellationToken);
                await changes.AuditAsync(uow, run, userId, UndoVerb, "requested", cancellationToken);
                uow.AfterCommit(drafts.Wake);
                return true;
            },
            cancellationToken);
        if (mine) return undo;
        var present = await store.FindAsync(id, cancellationToken);
        throw present?.UndoneBy is null ? new UserFacingException("tag.fault.running") : new UserFacingException("tag.fault.undone");
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

using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Remediation;

/// <summary>
/// Approval of remediations: who is asked and for how long, and what they decide. Whoever decides is checked here, where it happens; a
/// decision counts once.
/// </summary>
internal sealed class RemediationApprovals(
    IDatabase database,
    RemediationStore store,
    RemediationChanges recorder,
    IAccess access,
    WorkSignal<RemediationRun> signal,
    IPolicy<RemediationCatalogue> catalogue,
    IPolicy<Routes> routes,
    RemediationRecheck recheck,
    TimeProvider time)
{
    public const string ApproveVerb = "remediation.approve";
    public const string DenyVerb = "remediation.deny";

    /// <summary>How long approvers have.</summary>
    public TimeSpan ExpiresAfter => catalogue.Value.Approval.ExpiresAfter;

    /// <summary>The channels where approval of a plan is asked for.</summary>
    /// <exception cref="UserFacingException">There is none: nobody could ever approve.</exception>
    public IReadOnlyList<Destination> ApproversOf(RemediationPlan plan) =>
        routes.Value.For(RouteKind.Approvals, new RouteFacts { Account = plan.Account, Region = plan.Region }) is { Count: > 0 } channels
            ? channels
            : throw new UserFacingException("remediation.fault.no_route");

    /// <summary>Whether the catalogue still has the same for the finding, and asks for no more approval than the plan does.</summary>
    public bool IsCurrent(RemediationPlan plan, Finding finding) =>
        catalogue.Value.Find(finding) is var (entry, resource) && entry.Document == plan.Document && resource.Arn == plan.ResourceArn
        && (plan.NeedsApproval || !catalogue.Value.Approval.Risks.Contains(entry.Risk));

    /// <summary>Agrees to what somebody else asked for; it runs.</summary>
    /// <exception cref="AccessDeniedException">The user may not approve.</exception>
    /// <exception cref="UserFacingException">It is their own request, or is decided or expired.</exception>
    public Task<RemediationRun> ApproveAsync(string id, string userId, CancellationToken cancellationToken) =>
        DecideAsync(id, userId, ApproveVerb, RemediationRunState.Starting, null, cancellationToken);

    /// <summary>Says no, and why.</summary>
    /// <exception cref="AccessDeniedException">The user may not approve or deny.</exception>
    /// <exception cref="UserFacingException">It is their own request, or is decided or expired.</exception>
    public Task<RemediationRun> DenyAsync(string id, string userId, string? reason, CancellationToken cancellationToken) =>
        DecideAsync(id, userId, DenyVerb, RemediationRunState.Denied, reason, cancellationToken);

    /// <summary>What waits for a decision, checked so far that the user may decide it.</summary>
    /// <exception cref="AccessDeniedException">The user may not approve or deny.</exception>
    /// <exception cref="UserFacingException">It is their own request, or is decided or expired.</exception>
    public async Task<RemediationRun> DemandDecidableAsync(string id, string userId, string verb, CancellationToken cancellationToken)
    {
        var attempt = await store.FindAsync(id, cancellationToken) ?? throw new UserFacingException("remediation.fault.outdated");
        await access.DemandAsync(new UserAction(userId, verb, Finding.SubjectOf(attempt.FindingId), Role.Approver), cancellationToken);
        if (attempt.RequestedBy == userId)
        {
            await database.WriteAsync(
                uow => recorder.AuditAsync(uow, attempt, userId, verb, Role.Approver, "refused", cancellationToken, ("why", "own request")),
                cancellationToken);
            throw new UserFacingException("remediation.fault.own");
        }

        if (attempt.State != RemediationRunState.AwaitingApproval || attempt.ExpiresAt <= time.GetUtcNow()) throw Decided(attempt);
        return attempt;
    }

    private async Task<RemediationRun> DecideAsync(
        string id, string userId, string verb, RemediationRunState state, string? reason, CancellationToken cancellationToken)
    {
        var attempt = await DemandDecidableAsync(id, userId, verb, cancellationToken);
        var now = time.GetUtcNow();
        var approved = state == RemediationRunState.Starting;
        if (approved && await recheck.BeforeDecisionAsync(attempt, cancellationToken) is { } cause)
        {
            await database.WriteAsync(uow => recorder.VoidAsync(uow, attempt, cause, cancellationToken), cancellationToken);
            throw Void(cause.ToString());
        }

        var decided = attempt with { State = state, DecidedBy = userId, DecidedAt = now, Decision = reason };
        var mine = await database.WriteAsync(
            async uow =>
            {
                if (!await RemediationStore.DecideAsync(uow, id, state, userId, reason, now, cancellationToken)) return false;
                var mark = approved ? RemediationState.Running : RemediationState.Denied;
                await recorder.MarkAsync(uow, decided, mark, reason, cancellationToken);
                var reply = new RemediationReplyData
                {
                    FindingId = attempt.FindingId,
                    By = userId,
                    To = attempt.RequestedBy,
                    Reason = reason,
                };
                await recorder.TellAsync(uow, approved ? RemediationReply.Approved : RemediationReply.Denied, reply, cancellationToken);
                await recorder.MarkChangedAsync(uow, decided, open: false, cancellationToken);
                await recorder.AuditAsync(uow, decided, userId, verb, Role.Approver, "done", cancellationToken, ("reason", reason));
                if (approved) uow.AfterCommit(signal.Wake);
                return true;
            },
            cancellationToken);
        if (mine) return decided;
        throw Decided(await store.FindAsync(id, cancellationToken) ?? attempt);
    }

    private static UserFacingException Void(string cause) =>
        new("remediation.fault.void", ("why", new LocalizedValue(locale => RemediationRecheck.Why(cause, locale))));

    private static UserFacingException Decided(RemediationRun attempt) => attempt is { State: RemediationRunState.Void, Failure: { } cause }
        ? Void(cause)
        : attempt.DecidedBy is { } by
        ? new UserFacingException("remediation.fault.decided", ("by", $"<@{by}>"))
        : new UserFacingException("remediation.fault.expired");
}

using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation;

/// <summary>What people do to remediations: confirm, approve, deny. Each is checked here, where it happens, and counts once.</summary>
internal sealed class RemediationService(
    IDatabase database,
    RemediationStore store,
    RemediationChanges recorder,
    IFindings findings,
    IAccess access,
    WorkSignal<RemediationRun> signal,
    IPolicy<RemediationCatalogue> catalogue,
    IPolicy<Routes> routes,
    IOptions<RemediationOptions> options,
    TimeProvider time)
{
    public const string RemediateVerb = "finding.remediate";
    public const string ApproveVerb = "remediation.approve";
    public const string DenyVerb = "remediation.deny";

    /// <summary>Confirms a plan: runs it, or asks for approval. Confirming it again changes nothing.</summary>
    /// <returns>The attempt as it stands now.</returns>
    /// <exception cref="AccessDeniedException">The user may not remediate.</exception>
    /// <exception cref="UserFacingException">The plan is outdated, or another remediation is under way.</exception>
    public async Task<RemediationRun> ConfirmAsync(string id, string userId, string? reason, CancellationToken cancellationToken)
    {
        var attempt = await store.FindAsync(id, cancellationToken) ?? throw new UserFacingException("remediation.fault.outdated");
        await access.DemandAsync(new UserAction(userId, RemediateVerb, Finding.SubjectOf(attempt.FindingId), Role.Operator), cancellationToken);
        // Somebody else's plan, shown to them, is not this user's to confirm.
        if (attempt.RequestedBy != userId) throw new UserFacingException("remediation.fault.outdated");
        if (attempt.State != RemediationRunState.Planned) return attempt;

        var now = time.GetUtcNow();
        if (now - attempt.Plan.ReadAt > options.Value.PlanKeptFor) throw new UserFacingException("remediation.fault.outdated");
        var finding = await findings.FindAsync(attempt.FindingId, cancellationToken);
        if (finding is not { Open: true }) throw new UserFacingException("remediation.fault.closed");

        var asked = attempt.Plan.NeedsApproval ? ApproversOf(attempt.Plan) : [];
        var confirmed = attempt with
        {
            State = attempt.Plan.NeedsApproval ? RemediationRunState.AwaitingApproval : RemediationRunState.Starting,
            Reason = reason,
            RequestedAt = now,
            ExpiresAt = attempt.Plan.NeedsApproval ? now + catalogue.Value.Approval.ExpiresAfter : null,
        };
        var claimed = await database.WriteAsync(
            async uow =>
            {
                if (!await RemediationStore.ClaimAsync(uow, id, userId, confirmed.State, reason, now, confirmed.ExpiresAt, cancellationToken)) return false;
                var told = new RemediationReplyData
                {
                    FindingId = confirmed.FindingId,
                    By = userId,
                    Reason = reason,
                    Document = confirmed.Plan.Document,
                    Until = confirmed.ExpiresAt,
                    Channel = asked is [var first, ..] ? first.Channel : null,
                };
                if (confirmed.State == RemediationRunState.AwaitingApproval)
                {
                    await recorder.MarkAsync(uow, confirmed, RemediationState.AwaitingApproval, null, cancellationToken);
                    await recorder.TellAsync(uow, RemediationReply.ApprovalRequested, told, cancellationToken);
                    await recorder.AskAsync(uow, confirmed, asked, cancellationToken);
                }
                else
                {
                    await recorder.MarkAsync(uow, confirmed, RemediationState.Running, null, cancellationToken);
                    await recorder.TellAsync(uow, RemediationReply.Requested, told, cancellationToken);
                }

                await recorder.AuditAsync(uow, confirmed, userId, RemediateVerb, Role.Operator, "requested", cancellationToken, ("reason", reason));
                uow.AfterCommit(signal.Wake);
                return true;
            },
            cancellationToken);
        if (claimed) return confirmed;

        // Either this very plan was confirmed a moment ago, or another one of its finding is under way.
        var present = await store.FindAsync(id, cancellationToken);
        if (present is not null && present.State != RemediationRunState.Planned) return present;
        var other = await store.FindActiveAsync(attempt.FindingId, cancellationToken);
        throw new UserFacingException("remediation.fault.running", ("by", other is null ? "–" : $"<@{other.RequestedBy}>"));
    }

    /// <summary>Agrees to what somebody else asked for; it runs.</summary>
    /// <exception cref="AccessDeniedException">The user may not approve.</exception>
    /// <exception cref="UserFacingException">It is their own request, or is decided or expired.</exception>
    public Task<RemediationRun> ApproveAsync(string id, string userId, CancellationToken cancellationToken) =>
        DecideAsync(id, userId, ApproveVerb, RemediationRunState.Starting, null, cancellationToken);

    /// <summary>Says no, and why.</summary>
    /// <exception cref="AccessDeniedException">The user may not approve or deny.</exception>
    /// <exception cref="UserFacingException">It is their own request, or is decided or expired.</exception>
    public Task<RemediationRun> DenyAsync(string id, string userId, string reason, CancellationToken cancellationToken) =>
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
                async uow =>
                {
                    await recorder.AuditAsync(uow, attempt, userId, verb, Role.Approver, "refused", cancellationToken, ("why", "own request"));
                    return true;
                },
                cancellationToken);
            throw new UserFacingException("remediation.fault.own");
        }

        if (attempt.State != RemediationRunState.AwaitingApproval || attempt.ExpiresAt <= time.GetUtcNow()) throw Decided(attempt);
        return attempt;
    }

    /// <summary>Where approval is asked for. Nowhere means nobody could ever approve: that is said at once.</summary>
    private IReadOnlyList<Destination> ApproversOf(RemediationPlan plan) =>
        routes.Value.For(RouteKind.Approvals, new RouteFacts { Account = plan.Account, Region = plan.Region }) is { Count: > 0 } channels
            ? channels
            : throw new UserFacingException("remediation.fault.no_route");

    private async Task<RemediationRun> DecideAsync(string id, string userId, string verb, RemediationRunState state, string? reason, CancellationToken cancellationToken)
    {
        var attempt = await DemandDecidableAsync(id, userId, verb, cancellationToken);
        var now = time.GetUtcNow();
        var approved = state == RemediationRunState.Starting;
        var decided = attempt with { State = state, DecidedBy = userId, DecidedAt = now, Decision = reason };
        var mine = await database.WriteAsync(
            async uow =>
            {
                if (!await RemediationStore.DecideAsync(uow, id, state, userId, reason, now, cancellationToken)) return false;
                await recorder.MarkAsync(uow, decided, approved ? RemediationState.Running : RemediationState.Denied, reason, cancellationToken);
                await recorder.TellAsync(
                    uow, approved ? RemediationReply.Approved : RemediationReply.Denied, new RemediationReplyData { FindingId = attempt.FindingId, By = userId, Reason = reason }, cancellationToken);
                await recorder.MarkChangedAsync(uow, decided, open: false, cancellationToken);
                await recorder.AuditAsync(uow, decided, userId, verb, Role.Approver, "done", cancellationToken, ("reason", reason));
                if (approved) uow.AfterCommit(signal.Wake);
                return true;
            },
            cancellationToken);
        if (mine) return decided;
        throw Decided(await store.FindAsync(id, cancellationToken) ?? attempt);
    }

    private static UserFacingException Decided(RemediationRun attempt) => attempt.DecidedBy is { } by
        ? new UserFacingException("remediation.fault.decided", ("by", $"<@{by}>"))
        : new UserFacingException("remediation.fault.expired");
}

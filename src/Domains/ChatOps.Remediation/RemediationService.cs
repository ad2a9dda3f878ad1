using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation;

/// <summary>What people confirm runs, or waits for approval. Each is checked here, where it happens, and counts once.</summary>
internal sealed class RemediationService(
    IDatabase database,
    RemediationStore store,
    RemediationChanges recorder,
    IFindings findings,
    IAccess access,
    RemediationApprovals approvals,
    WorkSignal<RemediationRun> signal,
    IOptions<RemediationOptions> options,
    TimeProvider time)
{
    public const string RemediateVerb = "finding.remediate";

    /// <summary>Confirms a plan: runs it, or asks for approval. Confirming it again changes nothing.</summary>
    /// <returns>The attempt as it stands now.</returns>
    /// <exception cref="AccessDeniedException">The user may not remediate.</exception>
    /// <exception cref="UserFacingException">The plan is outdated, or another remediation is under way.</exception>
    public async Task<RemediationRun> ConfirmAsync(string id, string userId, string? reason, CancellationToken cancellationToken)
    {
        var attempt = await store.FindAsync(id, cancellationToken) ?? throw new UserFacingException("remediation.fault.outdated");
        var verb = attempt.Undoes is null ? RemediateVerb : RemediationUndo.Verb;
        await access.DemandAsync(
            new UserAction(userId, verb, Finding.SubjectOf(attempt.FindingId), Role.Operator), cancellationToken);
        // Somebody else's plan, shown to them, is not this user's to confirm.
        if (attempt.RequestedBy != userId) throw new UserFacingException("remediation.fault.outdated");
        if (attempt.State != RemediationRunState.Planned) return attempt;

        var now = time.GetUtcNow();
        if (now - attempt.Plan.ReadAt > options.Value.PlanKeptFor) throw new UserFacingException("remediation.fault.outdated");
        await DemandCurrentAsync(attempt, cancellationToken);

        var asked = attempt.Plan.NeedsApproval ? approvals.ApproversOf(attempt.Plan) : [];
        var confirmed = attempt with
        {
            State = attempt.Plan.NeedsApproval ? RemediationRunState.AwaitingApproval : RemediationRunState.Starting,
            Reason = reason,
            RequestedAt = now,
            ExpiresAt = attempt.Plan.NeedsApproval ? now + approvals.ExpiresAfter : null,
        };
        var claimed = await database.WriteAsync(
            async uow =>
            {
                if (!await RemediationStore.ClaimAsync(
                    uow, id, userId, confirmed.State, reason, now, confirmed.ExpiresAt, cancellationToken))
                    return false;
                var incoming = new RemediationReplyData
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
                    await recorder.TellAsync(
                        uow, attempt.Undoes is null ? RemediationReply.ApprovalRequested : RemediationReply.UndoApprovalRequested, incoming,
                        cancellationToken);
                    // All of a batch are asked for together.
                    if (confirmed.Batch is null) await recorder.AskAsync(uow, confirmed, asked, cancellationToken);
                }
                else
                {
                    await recorder.MarkAsync(uow, confirmed, RemediationState.Running, null, cancellationToken);
                    await recorder.TellAsync(
                        uow, attempt.Undoes is null ? RemediationReply.Requested : RemediationReply.UndoRequested, incoming,
                        cancellationToken);
                }

                await recorder.AuditAsync(
                    uow, confirmed, userId, verb, Role.Operator, "requested", cancellationToken, ("reason", reason));
                uow.AfterCommit(signal.Wake);
                return true;
            },
            cancellationToken);
        if (claimed) return confirmed;

        // Either this very plan was confirmed a moment ago, or another one of its finding is under way.
        var present = await store.FindAsync(id, cancellationToken);
        if (present is not null && present.State != RemediationRunState.Planned) return present;
        var other = await store.FindActiveAsync(attempt.FindingId, cancellationToken)
            ?? await store.FindActiveAsync(attempt.Plan, cancellationToken);
        throw new UserFacingException("remediation.fault.running", ("by", other is null ? "–" : $"<@{other.RequestedBy}>"));
    }

    /// <summary>The channels where approval of a plan is asked for.</summary>
    public IReadOnlyList<Destination> ApproversOf(RemediationPlan plan) => approvals.ApproversOf(plan);

    /// <summary>
    /// What can be told at once: the finding, and what the catalogue says of it by now. Finding and resource are read in AWS before
    /// anything starts; who confirms does not wait for that.
    /// </summary>
    private async Task DemandCurrentAsync(RemediationRun attempt, CancellationToken cancellationToken)
    {
        if (attempt.Undoes is { } undone)
        {
            if (await store.FindAsync(undone, cancellationToken) is not { UndoUntil: { } until } || until <= time.GetUtcNow())
                throw new UserFacingException("remediation.fault.not_undoable");
            return;
        }

        if (await findings.FindAsync(attempt.FindingId, cancellationToken) is not { Open: true } finding)
            throw new UserFacingException("remediation.fault.closed");
        if (!approvals.IsCurrent(attempt.Plan, finding)) throw new UserFacingException("remediation.fault.outdated");
    }
}

using ChatOps.Findings;
using ChatOps.Platform.Access;
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
        await access.DemandAsync(
            new UserAction(userId, RemediateVerb, Finding.SubjectOf(attempt.FindingId), Role.Operator), cancellationToken);
        // Somebody else's plan, shown to them, is not this user's to confirm.
        if (attempt.RequestedBy != userId) throw new UserFacingException("remediation.fault.outdated");
        if (attempt.State != RemediationRunState.Planned) return attempt;

        var now = time.GetUtcNow();
        if (now - attempt.Plan.ReadAt > options.Value.PlanKeptFor) throw new UserFacingException("remediation.fault.outdated");
        var finding = await findings.FindAsync(attempt.FindingId, cancellationToken);
        if (finding is not { Open: true }) throw new UserFacingException("remediation.fault.closed");

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
                    await recorder.TellAsync(uow, RemediationReply.ApprovalRequested, incoming, cancellationToken);
                    await recorder.AskAsync(uow, confirmed, asked, cancellationToken);
                }
                else
                {
                    await recorder.MarkAsync(uow, confirmed, RemediationState.Running, null, cancellationToken);
                    await recorder.TellAsync(uow, RemediationReply.Requested, incoming, cancellationToken);
                }

                await recorder.AuditAsync(
                    uow, confirmed, userId, RemediateVerb, Role.Operator, "requested", cancellationToken, ("reason", reason));
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
}

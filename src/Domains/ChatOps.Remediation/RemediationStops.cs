using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Remediation;

/// <summary>Stops what runs or waits to run. The worker does it; here it is written down, once.</summary>
internal sealed class RemediationStops(
    IDatabase database, RemediationStore store, RemediationChanges recorder, IAccess access, WorkSignal<RemediationRun> signal,
    TimeProvider time)
{
    public const string Verb = "finding.stop";

    /// <summary>Stops what is under way for a finding; doing it twice changes nothing.</summary>
    /// <exception cref="AccessDeniedException">The user may not remediate, nor stop.</exception>
    /// <exception cref="UserFacingException">Nothing runs that could be stopped.</exception>
    public async Task StopAsync(string findingId, string userId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(new UserAction(userId, Verb, Finding.SubjectOf(findingId), Role.Operator), cancellationToken);
        if (await store.FindActiveAsync(findingId, cancellationToken) is not
            { State: RemediationRunState.Starting or RemediationRunState.Running } run)
            throw new UserFacingException("remediation.fault.not_running");
        await database.WriteAsync(
            async uow =>
            {
                if (!await RemediationStore.StopAsync(uow, run.Id, userId, time.GetUtcNow(), cancellationToken)) return false;
                await recorder.TellAsync(
                    uow, RemediationReply.Stopping, new RemediationReplyData { FindingId = findingId, By = userId }, cancellationToken);
                await recorder.AuditAsync(
                    uow, run, userId, Verb, Role.Operator, "requested", cancellationToken, ("execution", run.ExecutionId));
                uow.AfterCommit(signal.Wake);
                return true;
            },
            cancellationToken);
    }
}

using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Remediation;

/// <summary>What waits for an approver: it ends when nobody answers in time, and when what was asked for is over before.</summary>
internal sealed class ApprovalWatch(
    IDatabase database, RemediationChanges recorder, RemediationRecheck recheck, RemediationEnds ends, ApprovalReminder reminder,
    TimeProvider time)
{
    /// <summary>How often it is looked at whether the request still makes sense.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    /// <summary>Looks at one.</summary>
    public async Task<DateTimeOffset> LookAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // Roles are asked for when somebody decides: that Slack does not tell who is in a group just now must not end what waits.
        if (await recheck.OfFindingAsync(run, cancellationToken) is { } cause)
            return await ends.VoidAsync(batch, run, cause, cancellationToken);
        if (run.ExpiresAt is { } expires && expires > now)
        {
            await reminder.RemindAsync(run, cancellationToken);
            return expires < now + LookEvery ? expires : now + LookEvery;
        }

        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, run);
                if (!await RemediationStore.ExpireAsync(uow, run.Id, now, cancellationToken)) return false;
                await recorder.MarkAsync(uow, run, RemediationState.Expired, null, cancellationToken);
                await recorder.TellAsync(
                    uow, RemediationReply.Expired, new RemediationReplyData { FindingId = run.FindingId, To = run.RequestedBy },
                    cancellationToken);
                await recorder.MarkChangedAsync(uow, run, open: false, cancellationToken);
                await recorder.AuditAsync(
                    uow, run, RemediationEnds.Bot, "remediation.expire", Role.Viewer, "done", cancellationToken);
                return true;
            },
            cancellationToken);
        return now;
    }
}

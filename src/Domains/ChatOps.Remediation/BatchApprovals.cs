using System.Text.Json.Nodes;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;

namespace ChatOps.Remediation;

/// <summary>
/// One decision for many: whoever decides a batch decides each of its remediations that waits, and each is checked, audited and started by
/// itself.
/// </summary>
internal sealed class BatchApprovals(
    IDatabase database, RemediationStore store, RemediationBatchStore batches, RemediationApprovals approvals, RemediationChanges recorder,
    IAccess access, IAudit audit, TimeProvider time)
{
    /// <summary>The batch with this id, checked so far that the user may decide it; null when it is no batch.</summary>
    /// <exception cref="AccessDeniedException">The user may not approve or deny.</exception>
    /// <exception cref="UserFacingException">It is their own request, or is decided or expired.</exception>
    public async Task<RemediationBatch?> DemandDecidableAsync(
        string id, string userId, string verb, CancellationToken cancellationToken)
    {
        if (await batches.FindAsync(id, cancellationToken) is not { } batch) return null;
        var act = new UserAction(userId, verb, batch.Subject, Role.Approver);
        await access.DemandAsync(act, cancellationToken);
        if (batch.RequestedBy == userId)
        {
            await database.WriteAsync(
                async uow =>
                {
                    await audit.AppendAsync(
                        uow, act, "refused", new JsonObject { ["batch"] = id, ["why"] = "own request" }.ToJsonString(), cancellationToken);
                    return true;
                },
                cancellationToken);
            throw new UserFacingException("remediation.fault.own");
        }

        if (batch.DecidedBy is { } by) throw new UserFacingException("remediation.fault.decided", ("by", $"<@{by}>"));
        if (batch.ExpiresAt is not { } expires || expires <= time.GetUtcNow()) throw new UserFacingException("remediation.fault.expired");
        return batch;
    }

    /// <summary>Agrees to all of a batch but some, which are denied; what has changed is void. Null when it is no batch.</summary>
    /// <exception cref="AccessDeniedException">The user may not approve.</exception>
    /// <exception cref="UserFacingException">It is their own request, or is decided or expired.</exception>
    public Task<RemediationBatch?> ApproveAsync(
        string id, string userId, IReadOnlyCollection<string> except, CancellationToken cancellationToken) =>
        DecideAsync(id, userId, RemediationApprovals.ApproveVerb, null, except, cancellationToken);

    /// <summary>Says no to all of a batch, and why. Null when it is no batch.</summary>
    /// <exception cref="AccessDeniedException">The user may not approve or deny.</exception>
    /// <exception cref="UserFacingException">It is their own request, or is decided or expired.</exception>
    public Task<RemediationBatch?> DenyAsync(string id, string userId, string reason, CancellationToken cancellationToken) =>
        DecideAsync(id, userId, RemediationApprovals.DenyVerb, reason, [], cancellationToken);

    private async Task<RemediationBatch?> DecideAsync(
        string id, string userId, string verb, string? reason, IReadOnlyCollection<string> except, CancellationToken cancellationToken)
    {
        if (await DemandDecidableAsync(id, userId, verb, cancellationToken) is not { } batch) return null;
        var now = time.GetUtcNow();
        var isApproved = verb == RemediationApprovals.ApproveVerb;
        var waiting = (await store.OfBatchAsync(id, cancellationToken))
            .Where(run => run.State == RemediationRunState.AwaitingApproval).ToList();
        var mine = await database.WriteAsync(
            async uow =>
            {
                if (!await RemediationBatchStore.DecideAsync(uow, id, userId, isApproved ? null : reason ?? "", now, cancellationToken))
                    return false;
                await recorder.TellGroupAsync(
                    uow, batch.Subject, isApproved ? BatchReply.Approved : BatchReply.Denied,
                    new BatchReplyData
                    {
                        By = userId,
                        To = batch.RequestedBy,
                        Count = isApproved ? waiting.Count(run => !except.Contains(run.Id)) : waiting.Count,
                        All = batch.Total,
                        Reason = reason,
                    },
                    cancellationToken);
                await audit.AppendAsync(
                    uow, new UserAction(userId, verb, batch.Subject, Role.Approver), "done",
                    new JsonObject
                    {
                        ["batch"] = id,
                        ["findings"] = waiting.Count,
                        ["left_out"] = waiting.Count(run => except.Contains(run.Id)),
                        ["reason"] = reason,
                    }.ToJsonString(),
                    cancellationToken);
                return true;
            },
            cancellationToken);
        if (!mine) throw new UserFacingException("remediation.fault.expired");
        foreach (var run in waiting)
        {
            try
            {
                if (isApproved && !except.Contains(run.Id)) await approvals.ApproveAsync(run.Id, userId, cancellationToken);
                else await approvals.DenyAsync(run.Id, userId, reason, cancellationToken);
            }
            catch (UserFacingException)
            {
                // It is void by now, or was decided: its own finding tells.
            }
        }

        await database.WriteAsync(
            async uow =>
            {
                await recorder.MarkBatchChangedAsync(uow, id, open: false, cancellationToken);
                return true;
            },
            cancellationToken);
        return await batches.FindAsync(id, cancellationToken);
    }
}

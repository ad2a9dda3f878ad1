using System.Text.Json.Nodes;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation;

/// <summary>
/// Remediates all of a group: confirms what was planned, one remediation after the other. Every one is a remediation of its own, with
/// its own check, approval, audit and automation; the batch only counts them and tells the group's thread.
/// </summary>
internal sealed class RemediationBatches(
    IDatabase database, RemediationStore store, RemediationBatchStore batches, RemediationService requests, RemediationChanges recorder,
    IAccess access, IAudit audit, IOptions<RemediationOptions> options, TimeProvider time)
{
    public const string Verb = "finding.remediate_all";

    /// <summary>Confirms all of a batch; null when that was done before: a second click changes nothing.</summary>
    /// <exception cref="AccessDeniedException">The user may not remediate.</exception>
    /// <exception cref="UserFacingException">It is outdated, or somebody else's.</exception>
    public async Task<BatchOutcome?> ConfirmAsync(string id, string userId, string? reason, CancellationToken cancellationToken)
    {
        var batch = await batches.FindAsync(id, cancellationToken) ?? throw new UserFacingException("remediation.fault.outdated");
        var act = new UserAction(userId, Verb, batch.Subject, Role.Operator);
        await access.DemandAsync(act, cancellationToken);
        if (batch.RequestedBy != userId) throw new UserFacingException("remediation.fault.outdated");
        if (batch.ConfirmedAt is not null) return null;
        var now = time.GetUtcNow();
        if (now - batch.PlannedAt > options.Value.PlanKeptFor) throw new UserFacingException("remediation.fault.outdated");

        var mine = await database.WriteAsync(
            async uow =>
            {
                if (!await RemediationBatchStore.ClaimAsync(uow, id, userId, now, cancellationToken)) return false;
                await recorder.TellGroupAsync(
                    uow, batch.Subject, BatchReply.Started, new BatchReplyData { By = userId, All = batch.Total, Reason = reason },
                    cancellationToken);
                await audit.AppendAsync(
                    uow, act, "requested",
                    new JsonObject { ["batch"] = id, ["findings"] = batch.Total, ["reason"] = reason }.ToJsonString(), cancellationToken);
                return true;
            },
            cancellationToken);
        if (!mine) return null;

        var (started, asked, refused) = (0, new List<RemediationRun>(), new List<(RemediationRun Run, BatchRefusal Why)>());
        foreach (var text in await batches.RemediationsAsync(id, cancellationToken))
        {
            try
            {
                var attempt = await requests.ConfirmAsync(text, userId, reason, cancellationToken);
                if (attempt.State == RemediationRunState.AwaitingApproval) asked.Add(attempt);
                else started++;
            }
            catch (UserFacingException fault)
            {
                var attempt = (await store.FindAsync(text, cancellationToken))!;
                refused.Add((attempt, BatchRefusal.Of(attempt.Plan.ResourceName, fault)));
            }
        }

        IReadOnlyList<BatchRefusal> whys = [.. refused.Select(item => item.Why)];
        await database.WriteAsync(
            async uow =>
            {
                if (asked.Count > 0)
                {
                    await RemediationBatchStore.AskAsync(
                        uow, id, reason, asked.Max(attempt => attempt.ExpiresAt)!.Value, cancellationToken);
                    await recorder.AskAsync(
                        uow, id, asked.Max(attempt => attempt.Plan.Severity),
                        [.. asked.SelectMany(attempt => requests.ApproversOf(attempt.Plan)).Distinct()], cancellationToken);
                    await recorder.TellGroupAsync(
                        uow, batch.Subject, BatchReply.Asked, new BatchReplyData { Count = asked.Count, All = batch.Total },
                        cancellationToken);
                }

                if (whys.Count > 0)
                    await recorder.TellGroupAsync(
                        uow, batch.Subject, BatchReply.Refused,
                        new BatchReplyData { Count = whys.Count, All = batch.Total, Refused = [.. whys.Take(BatchReply.RefusedShown)] },
                        cancellationToken);
                foreach (var (attempt, _) in refused) await recorder.EndOfBatchAsync(uow, attempt, null, cancellationToken);
                return true;
            },
            cancellationToken);
        return new BatchOutcome(started, asked.Count, whys);
    }
}

using System.Text.Json.Nodes;
using Amazon.Runtime;
using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation;

/// <summary>
/// Remediates all of a group: works out each finding's plan, and confirms them one by one. Every one is a remediation of its own, with its own
/// check, approval, audit and automation; the batch only counts them and tells the group's thread.
/// </summary>
internal sealed class RemediationBatches(
    IDatabase database, RemediationStore store, RemediationBatchStore batches, RemediationService requests, RemediationChanges recorder, IGroups groups, IFindings findings,
    IRemediable remediable, RemediationPlanner planner, IAccess access, IAudit audit, IOptions<RemediationOptions> options, TimeProvider time)
{
    public const string Verb = "finding.remediate_all";

    /// <summary>So many at once: a person can look over them, and approvers are not flooded. Pressing again takes the next.</summary>
    public const int MaxCount = 30;

    /// <summary>So many are looked at for these.</summary>
    private const int MaxLooked = 500;

    /// <summary>So many plans are worked out side by side: AWS is asked some times for each.</summary>
    private const int Parallelism = 6;

    /// <summary>Works out what would run, and keeps it.</summary>
    /// <exception cref="UserFacingException">There is no such group.</exception>
    public async Task<BatchPlan> PlanAsync(string group, string userId, CancellationToken cancellationToken)
    {
        var message = await groups.FindAsync(group, "finding", cancellationToken) ?? throw new UserFacingException("remediation.fault.group_gone");
        string[] looked = [.. message.Open.Take(MaxLooked)];
        var found = await findings.FindAsync(looked, cancellationToken);
        var known = looked.Select(found.GetValueOrDefault).OfType<Finding>().Where(finding => finding.Open && remediable.Offers(finding)).ToList();

        var (plans, refused) = await PlanAsync([.. known.Take(MaxCount)], cancellationToken);
        if (plans.Count == 0) return new BatchPlan(null, [], refused, message.Open.Count, Math.Max(0, known.Count - MaxCount));
        var batch = new RemediationBatch { Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("D"), Subject = message.Subject, RequestedBy = userId, PlannedAt = time.GetUtcNow(), Total = plans.Count };
        await batches.AddAsync(batch, [.. plans.Select(plan => (Guid.CreateVersion7(time.GetUtcNow()).ToString("D"), plan))], cancellationToken);
        return new BatchPlan(batch.Id, plans, refused, message.Open.Count, Math.Max(0, known.Count - MaxCount));
    }

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
                await recorder.TellGroupAsync(uow, batch.Subject, BatchReply.Started, new BatchReplyData { By = userId, All = batch.Total, Reason = reason }, cancellationToken);
                await audit.AppendAsync(uow, act, "requested", new JsonObject { ["batch"] = id, ["findings"] = batch.Total, ["reason"] = reason }.ToJsonString(), cancellationToken);
                return true;
            },
            cancellationToken);
        if (!mine) return null;

        var (started, asked, refused) = (0, 0, new List<(RemediationRun Run, BatchRefusal Why)>());
        foreach (var one in await batches.RemediationsAsync(id, cancellationToken))
        {
            try
            {
                var attempt = await requests.ConfirmAsync(one, userId, reason, cancellationToken);
                if (attempt.State == RemediationRunState.AwaitingApproval) asked++;
                else started++;
            }
            catch (UserFacingException fault)
            {
                var attempt = (await store.FindAsync(one, cancellationToken))!;
                refused.Add((attempt, BatchRefusal.Of(attempt.Plan.ResourceName, fault)));
            }
        }

        IReadOnlyList<BatchRefusal> whys = [.. refused.Select(one => one.Why)];
        await database.WriteAsync(
            async uow =>
            {
                if (asked > 0) await recorder.TellGroupAsync(uow, batch.Subject, BatchReply.Asked, new BatchReplyData { Count = asked, All = batch.Total }, cancellationToken);
                if (whys.Count > 0)
                    await recorder.TellGroupAsync(uow, batch.Subject, BatchReply.Refused, new BatchReplyData { Count = whys.Count, All = batch.Total, Refused = [.. whys.Take(BatchReply.RefusedShown)] }, cancellationToken);
                foreach (var (attempt, _) in refused) await recorder.EndOfBatchAsync(uow, attempt, null, cancellationToken);
                return true;
            },
            cancellationToken);
        return new BatchOutcome(started, asked, whys);
    }

    private async Task<(IReadOnlyList<RemediationPlan> Plans, IReadOnlyList<BatchRefusal> Refused)> PlanAsync(IReadOnlyList<Finding> known, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.PlanWithin);
        var found = new (RemediationPlan? Plan, BatchRefusal? Refused)[known.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, known.Count), new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, async (i, _) => found[i] = await PlanAsync(known[i], limit.Token, cancellationToken));
        return ([.. found.Select(one => one.Plan).OfType<RemediationPlan>()], [.. found.Select(one => one.Refused).OfType<BatchRefusal>()]);
    }

    private async Task<(RemediationPlan? Plan, BatchRefusal? Refused)> PlanAsync(Finding finding, CancellationToken limit, CancellationToken cancellationToken)
    {
        var name = finding.Resources is [var first, ..] ? FindingFormat.ResourceName(first) : finding.Title;
        try
        {
            if (await store.FindActiveAsync(finding.Id, limit) is { } other) throw new UserFacingException("remediation.fault.running", ("by", Mrkdwn.User(other.RequestedBy)));
            var plan = await planner.PlanAsync(finding, limit);
            // What cannot be undone is confirmed by typing its name: each by itself.
            return plan.Reversible == Reversible.No ? (null, BatchRefusal.Of(name, new UserFacingException("remediation.all.irreversible"))) : (plan, null);
        }
        catch (UserFacingException fault)
        {
            return (null, BatchRefusal.Of(name, fault));
        }
        catch (AmazonServiceException fault)
        {
            return (null, BatchRefusal.Of(name, new UserFacingException("remediation.all.aws", ("message", Mrkdwn.Literal(AccountText.MaskAll($"{fault.ErrorCode}: {fault.Message}"))))));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, BatchRefusal.Of(name, new UserFacingException("remediation.fault.slow")));
        }
    }
}

using Amazon.Runtime;
using ChatOps.Findings;
using ChatOps.Platform.Delivery;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation;

/// <summary>
/// Works out what would run for the findings of a group, what cannot, and why. Nothing runs before the batch is confirmed.
/// </summary>
internal sealed class BatchPlanner(
    IGroups groups, IFindings findings, IRemediable remediable, RemediationPlanner planner, RemediationStore store,
    RemediationBatchStore batches, IOptions<RemediationOptions> options, TimeProvider time)
{
    /// <summary>So many at once; approvers are asked once for all of them. Pressing again takes the next.</summary>
    public const int MaxCount = 500;

    /// <summary>So many are looked at for these.</summary>
    private const int MaxLooked = 2000;

    /// <summary>So many plans are worked out side by side: AWS is asked several times for each.</summary>
    private const int Parallelism = 16;

    /// <summary>Works out what would run, and keeps it.</summary>
    /// <exception cref="UserFacingException">There is no such group.</exception>
    public async Task<BatchPlan> PlanAsync(string group, string userId, CancellationToken cancellationToken)
    {
        var message = await groups.FindAsync(group, "finding", cancellationToken)
            ?? throw new UserFacingException("remediation.fault.group_gone");
        string[] looked = [.. message.Open.Take(MaxLooked)];
        var found = await findings.FindAsync(looked, cancellationToken);
        var known = looked.Select(found.GetValueOrDefault).OfType<Finding>()
            .Where(finding => finding.Open && remediable.Offers(finding)).ToList();

        var (plans, refused) = await PlanAsync([.. known.Take(MaxCount)], cancellationToken);
        if (plans.Count == 0) return new BatchPlan(null, [], refused, message.Open.Count, Math.Max(0, known.Count - MaxCount));
        var now = time.GetUtcNow();
        var batch = new RemediationBatch
        {
            Id = Guid.CreateVersion7(now).ToString("D"),
            Subject = message.Subject,
            RequestedBy = userId,
            PlannedAt = now,
            Total = plans.Count,
        };
        await batches.AddAsync(batch, [.. plans.Select(plan => (Guid.CreateVersion7(now).ToString("D"), plan))], cancellationToken);
        return new BatchPlan(batch.Id, plans, refused, message.Open.Count, Math.Max(0, known.Count - MaxCount));
    }

    private async Task<(IReadOnlyList<RemediationPlan> Plans, IReadOnlyList<BatchRefusal> Refused)> PlanAsync(
        IReadOnlyList<Finding> known, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.PlanAllWithin);
        var found = new (RemediationPlan? Plan, BatchRefusal? Refused)[known.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, known.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (i, _) => found[i] = await PlanAsync(known[i], limit.Token, cancellationToken));
        return (
            [.. found.Select(outcome => outcome.Plan).OfType<RemediationPlan>()],
            [.. found.Select(outcome => outcome.Refused).OfType<BatchRefusal>()]);
    }

    private async Task<(RemediationPlan? Plan, BatchRefusal? Refused)> PlanAsync(
        Finding finding, CancellationToken limit, CancellationToken cancellationToken)
    {
        var name = finding.Resources is [var first, ..] ? FindingFormat.ResourceName(first) : finding.Title;
        try
        {
            if (await store.FindActiveAsync(finding.Id, limit) is { } other)
                throw new UserFacingException("remediation.fault.running", ("by", Mrkdwn.User(other.RequestedBy)));
            var plan = await planner.PlanAsync(finding, limit);
            if (await store.FindActiveAsync(plan, limit) is { } same)
                throw new UserFacingException("remediation.fault.running", ("by", Mrkdwn.User(same.RequestedBy)));
            // What cannot be undone is confirmed by typing its name: each by itself.
            return plan.Reversible == Reversible.No
                ? (null, BatchRefusal.Of(name, new UserFacingException("remediation.all.irreversible")))
                : (plan, null);
        }
        catch (UserFacingException fault)
        {
            return (null, BatchRefusal.Of(name, fault));
        }
        catch (AmazonServiceException fault)
        {
            var message = Mrkdwn.Literal(AccountText.MaskAll($"{fault.ErrorCode}: {fault.Message}"));
            return (null, BatchRefusal.Of(name, new UserFacingException("remediation.all.aws", ("message", message))));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, BatchRefusal.Of(name, new UserFacingException("remediation.fault.slow")));
        }
    }
}

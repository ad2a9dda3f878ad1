using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Findings;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation;

/// <summary>
/// Undoing a remediation that succeeded: a remediation of its own, which puts the kept before-state back, once, as long as the resource is
/// as the remediation left it.
/// </summary>
internal sealed class RemediationUndo(
    IDatabase database, RemediationStore store, IFindings findings, IAwsClients aws, IAwsAccounts accounts,
    IPolicy<RemediationCatalogue> catalogue, IPolicy<TagVocabulary> vocabulary, TimeProvider time)
{
    public const string Verb = "finding.undo";

    /// <summary>What would be put back, read just now.</summary>
    /// <exception cref="UserFacingException">There is nothing to undo, or the resource is not as it was left.</exception>
    /// <exception cref="AmazonServiceException">AWS refuses to say.</exception>
    public async Task<(RemediationRun Done, RemediationPlan Plan)> PlanAsync(string findingId, CancellationToken cancellationToken)
    {
        var done = await store.FindUndoableAsync(findingId, time.GetUtcNow(), cancellationToken)
            ?? throw new UserFacingException("remediation.fault.not_undoable");
        return (done, await PlanAsync(done, cancellationToken));
    }

    /// <summary>What is read anew before an undoing that waited goes on.</summary>
    /// <returns>The plan as it is now; null when the resource has changed, or approval is needed by now.</returns>
    public async Task<RemediationPlan?> RecheckAsync(RemediationRun run, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(run.Undoes!, cancellationToken) is not { UndoUntil: not null } done) return null;
        try
        {
            var plan = await PlanAsync(done, cancellationToken);
            return plan.NeedsApproval && run.DecidedBy is null ? null : plan;
        }
        catch (UserFacingException)
        {
            return null;
        }
    }

    /// <summary>The time for undoing is over: the finding does not offer it any more.</summary>
    public async Task<DateTimeOffset> CloseAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (run.UndoUntil is { } until && until > now) return until;
        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, run);
                if (!await RemediationStore.WithdrawUndoAsync(uow, run.Id, cancellationToken)) return false;
                if (await findings.FindAsync(run.FindingId, cancellationToken) is { Remediation: { } mark } && mark.RemediationId == run.Id)
                    await findings.RecordRemediationAsync(uow, run.FindingId, mark with { UndoUntil = null }, cancellationToken);
                return true;
            },
            cancellationToken);
        return now;
    }

    private async Task<RemediationPlan> PlanAsync(RemediationRun done, CancellationToken cancellationToken)
    {
        var plan = done.Plan;
        var account = accounts.Find(plan.Account)
            ?? throw new UserFacingException("remediation.fault.account", ("account", AccountText.Mask(plan.Account)));
        var now = await new ResourceReader(aws).ReadAsync(
            plan.Preview!, plan.Account, plan.Region, plan.ResourceKey!, null, cancellationToken);
        if (ResourceState.Differences(JsonNode.Parse(done.AfterState!)!, now.State) is { Count: > 0 } changed)
            throw new UserFacingException(
                "remediation.fault.undo_changed",
                ("changes", string.Join('\n', changed.Select(change => $"• {Mrkdwn.Literal(TextCut.Plain(change, 300))}"))));
        var before = JsonObject.Create(plan.Before!.Value)!;
        var tags = now.Tags is { Count: > 0 } present ? present : plan.Tags;
        return plan with
        {
            Document = plan.UndoCall!,
            Call = plan.UndoCall,
            Target = plan.Before,
            Before = JsonSerializer.SerializeToElement(now.State),
            Parameters = [.. ResourceState.Differences(now.State, before).Select(change => new PlanParameter(change, []))],
            Changes = LocalText.Of("remediation.undo.changes"),
            Undo = LocalText.Of("remediation.undo.again"),
            UndoCall = null,
            Tags = tags,
            Described = vocabulary.Value.Describe(tags),
            Approval = catalogue.Value.Approval.CauseFor(plan.Risk, account, plan.ResourceType, tags, vocabulary.Value),
            Read = [],
            Unreadable = null,
            ReadAt = time.GetUtcNow(),
        };
    }
}

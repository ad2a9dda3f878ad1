using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement.Model;
using ChatOps.Aws;
using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation;

/// <summary>
/// Starts what was confirmed, when all is still as it was: an automation, which may have to wait for a free place, or a call of our own.
/// </summary>
internal sealed class AutomationStart(
    IDatabase database,
    RemediationStore store,
    RemediationChanges recorder,
    RemediationEnds ends,
    IAwsClients aws,
    RemediationRecheck recheck,
    IPolicy<RemediationCatalogue> catalogue,
    IOptions<RemediationOptions> options,
    TimeProvider time)
{
    private const string StartVerb = "remediation.start";

    /// <summary>How many looks at a finding that Security Hub does not list before it counts as gone.</summary>
    private const int MaxUnlisted = 3;

    /// <summary>Starts one, or says when to try again.</summary>
    public async Task<DateTimeOffset> StartAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, CancellationToken cancellationToken)
    {
        if (run is { StopAt: not null, CalledAt: null }) return await ends.StopAsync(batch, run, cancellationToken);
        if (run is { CalledAt: null, Plan.Call: null } && await store.IsQueuedBehindAsync(run, cancellationToken))
            return await QueueAsync(batch, run, cancellationToken);

        var plan = run.Plan;
        string? executionId = null;
        try
        {
            // What may run already is asked for again by its token, whatever the finding says by now.
            if (run.CalledAt is null)
            {
                (plan, var cause) = await recheck.BeforeStartAsync(run, run.Attempts >= MaxUnlisted, cancellationToken);
                if (cause is { } changed) return await ends.VoidAsync(batch, run, changed, cancellationToken);
                await CallAsync(batch, run, plan, time.GetUtcNow(), cancellationToken);
            }

            if (plan.Call is null) executionId = await StartAutomationAsync(run, plan, cancellationToken);
            else await RunCallAsync(plan, cancellationToken);
        }
        catch (AmazonServiceException e) when (e is AutomationExecutionLimitExceededException
            || e.ErrorCode is "AutomationExecutionLimitExceededException" or "AutomationExecutionLimitExceeded")
        {
            // Not a failure: as many run as may. It does not run, and before the next try all is read anew.
            return await QueueAsync(batch, run with { CalledAt = null }, cancellationToken);
        }
        catch (AmazonServiceException e) when (AwsErrors.KindOf(e) == AwsErrorKind.Throttled && !IsOverdue(run))
        {
            // It does not run: before the next try all is read anew.
            await CallAsync(batch, run, plan, null, cancellationToken);
            throw;
        }
        catch (AmazonServiceException e) when (AwsErrors.KindOf(e) is not (AwsErrorKind.Throttled or AwsErrorKind.Unavailable))
        {
            return await ends.FailAsync(batch, run, StartVerb, plan.Call, $"{e.ErrorCode}: {e.Message}", cancellationToken);
        }
        catch (UnknownAwsAccountException e)
        {
            return await ends.FailAsync(batch, run, StartVerb, null, e.Message, cancellationToken);
        }
        catch (Exception e) when (IsOverdue(run))
        {
            return await ends.FailAsync(batch, run, StartVerb, null, e.Message, cancellationToken);
        }

        return executionId is null
            ? await CalledAsync(batch, run, plan, cancellationToken)
            : await StartedAsync(batch, run, plan, executionId, cancellationToken);
    }

    /// <summary>What waited for a place is late only from its last try on.</summary>
    private bool IsOverdue(RemediationRun run) =>
        time.GetUtcNow() - (run.QueuedAt is null ? run.DecidedAt ?? run.RequestedAt : run.CalledAt ?? time.GetUtcNow())
            > options.Value.StartWithin;

    private async Task<string> StartAutomationAsync(RemediationRun run, RemediationPlan plan, CancellationToken cancellationToken)
    {
        var answer = await aws.Ssm(plan.Account, plan.Region).StartAutomationExecutionAsync(
            new StartAutomationExecutionRequest
            {
                DocumentName = plan.Document,
                Parameters = plan.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Values.ToList()),
                // A crash after AWS said yes and before we wrote it down repeats the call, and gets the same execution.
                ClientToken = run.Id,
            },
            cancellationToken);
        return answer.AutomationExecutionId;
    }

    private async Task RunCallAsync(RemediationPlan plan, CancellationToken cancellationToken)
    {
        var now = await new ResourceReader(aws).ReadAsync(
            plan.Preview!, plan.Account, plan.Region, plan.ResourceKey!, null, cancellationToken);
        await new ResourceWriter(aws).RunAsync(plan, now.State, cancellationToken);
    }

    private async Task<DateTimeOffset> QueueAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, run);
                await RemediationStore.CallAsync(uow, run.Id, run.Plan, null, cancellationToken);
                if (!await RemediationStore.QueueAsync(uow, run.Id, now, cancellationToken)) return false;
                await recorder.MarkAsync(uow, run, RemediationState.Waiting, "Limit", cancellationToken);
                await recorder.TellAsync(
                    uow, RemediationReply.Queued,
                    new RemediationReplyData { FindingId = run.FindingId, Document = run.Plan.Document, Region = run.Plan.Region },
                    cancellationToken);
                await recorder.MarkChangedAsync(uow, run, open: false, cancellationToken);
                return true;
            },
            cancellationToken);
        return now + options.Value.QueueEvery;
    }

    private Task<bool> CallAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, RemediationPlan plan, DateTimeOffset? at,
        CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await batch.HoldAsync(uow, run);
            return await RemediationStore.CallAsync(uow, run.Id, plan, at, cancellationToken);
        },
        cancellationToken);

    private async Task<DateTimeOffset> StartedAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, RemediationPlan plan, string executionId,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, run);
                if (!await RemediationStore.StartedAsync(uow, run.Id, executionId, now, cancellationToken)) return false;
                if (run.QueuedAt is not null) await recorder.MarkAsync(uow, run, RemediationState.Running, null, cancellationToken);
                // Where one has found a place, there may be another.
                await RemediationStore.WakeQueueAsync(uow, plan, now, cancellationToken);
                await recorder.TellAsync(
                    uow,
                    RemediationReply.Started,
                    new RemediationReplyData
                    {
                        FindingId = run.FindingId,
                        Document = plan.Document,
                        Region = plan.Region,
                        Execution = executionId,
                    },
                    cancellationToken);
                await recorder.MarkChangedAsync(uow, run, open: false, cancellationToken);
                await recorder.AuditAsync(
                    uow, run, run.RequestedBy, StartVerb, Role.Operator, "done", cancellationToken, ("execution", executionId));
                return true;
            },
            cancellationToken);
        return run.StopAt is null ? now + options.Value.PollEvery : now;
    }

    private async Task<DateTimeOffset> CalledAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, RemediationPlan plan, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, run);
                if (!await RemediationStore.VerifyAsync(uow, run.Id, now, now + catalogue.Value.VerifyFor, cancellationToken)) return false;
                await recorder.MarkAsync(uow, run, RemediationState.Verifying, null, cancellationToken);
                await recorder.TellAsync(
                    uow, RemediationReply.Called, new RemediationReplyData { FindingId = run.FindingId, Document = plan.Document },
                    cancellationToken);
                await recorder.MarkChangedAsync(uow, run, open: false, cancellationToken);
                await recorder.AuditAsync(
                    uow, run, run.RequestedBy, StartVerb, Role.Operator, "done", cancellationToken, ("call", plan.Call),
                    ("target", plan.Target is { } target ? JsonNode.Parse(target.GetRawText())!.ToJsonString() : null));
                return true;
            },
            cancellationToken);
        return now;
    }
}

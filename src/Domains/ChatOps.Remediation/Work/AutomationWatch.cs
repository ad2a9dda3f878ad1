using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using ChatOps.Aws;
using ChatOps.Findings;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation;

/// <summary>Follows a running automation: its steps, what it waits for, its end; and stops it when somebody asks for that.</summary>
internal sealed class AutomationWatch(
    IDatabase database,
    RemediationChanges recorder,
    RemediationEnds ends,
    IAwsClients aws,
    IPolicy<RemediationCatalogue> catalogue,
    IOptions<RemediationOptions> options,
    TimeProvider time)
{
    private const string RunVerb = "remediation.run";

    /// <summary>How many looks at an automation may be refused before it is given up.</summary>
    private const int MaxFailures = 5;

    /// <summary>The wait for an automation that is being stopped.</summary>
    private static readonly TimeSpan StopEvery = TimeSpan.FromSeconds(2);

    /// <summary>Looks at one.</summary>
    public async Task<DateTimeOffset> FollowAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, CancellationToken cancellationToken)
    {
        var ssm = aws.Ssm(run.Plan.Account, run.Plan.Region);
        AutomationExecution execution;
        try
        {
            var answer = await ssm.GetAutomationExecutionAsync(
                new GetAutomationExecutionRequest { AutomationExecutionId = run.ExecutionId }, cancellationToken);
            execution = answer.AutomationExecution;
        }
        catch (AmazonServiceException e) when (run.Attempts > MaxFailures
            && (e is AutomationExecutionNotFoundException || AwsErrors.KindOf(e) == AwsErrorKind.AccessDenied))
        {
            return await ends.FailAsync(batch, run, RunVerb, "GetAutomationExecution", $"{e.ErrorCode}: {e.Message}", cancellationToken);
        }

        var progress = AutomationProgress.Of(execution);
        var now = time.GetUtcNow();
        await TellAsync(batch, run, progress, now, cancellationToken);
        switch (progress.Outcome)
        {
            case AutomationOutcome.Succeeded:
                return now;
            case AutomationOutcome.Stopped:
                return await ends.StopAsync(batch, run, cancellationToken);
            case AutomationOutcome.Failed:
                return await ends.FailAsync(batch, run, RunVerb, progress.FailedStep, progress.Failure, cancellationToken);
        }

        if (run.StopAt is not null) return await StopAsync(batch, run, ssm, execution, cancellationToken);
        if (now - run.StartedAt > run.Plan.Timeout) return await ends.TimeOutAsync(batch, run, cancellationToken);
        return now + options.Value.PollEvery;
    }

    private async Task<DateTimeOffset> StopAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, IAmazonSimpleSystemsManagement ssm, AutomationExecution execution,
        CancellationToken cancellationToken)
    {
        if (execution.AutomationExecutionStatus?.Value != "Cancelling")
        {
            try
            {
                await ssm.StopAutomationExecutionAsync(
                    new StopAutomationExecutionRequest { AutomationExecutionId = run.ExecutionId, Type = StopType.Cancel },
                    cancellationToken);
            }
            catch (AmazonServiceException e) when (e is AutomationExecutionNotFoundException or InvalidAutomationStatusUpdateException)
            {
                // It has ended by itself meanwhile: the next look tells how.
            }
            catch (AmazonServiceException e) when (AwsErrors.KindOf(e) == AwsErrorKind.AccessDenied)
            {
                await TellNotStoppedAsync(batch, run, $"{e.ErrorCode}: {e.Message}", cancellationToken);
                return time.GetUtcNow() + options.Value.PollEvery;
            }
        }

        return time.GetUtcNow() + StopEvery;
    }

    /// <summary>AWS does not let us stop it: it runs on, and can be tried to be stopped again.</summary>
    private Task<bool> TellNotStoppedAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, string message, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await batch.HoldAsync(uow, run);
            if (!await RemediationStore.StopRefusedAsync(uow, run.Id, cancellationToken)) return false;
            await recorder.TellAsync(
                uow, RemediationReply.StopRefused,
                new RemediationReplyData { FindingId = run.FindingId, Document = run.Plan.Document, Message = message }, cancellationToken);
            return true;
        },
        cancellationToken);

    private Task<bool> TellAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, AutomationProgress progress, DateTimeOffset now,
        CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await batch.HoldAsync(uow, run);
            foreach (var step in progress.Ended) await TellStepAsync(uow, run, step, cancellationToken);
            if (progress.Outcome == AutomationOutcome.Running
                && await RemediationStore.WaitAsync(uow, run.Id, progress.WaitsFor, cancellationToken))
                await TellWaitAsync(uow, run, progress.WaitsFor, cancellationToken);
            if (progress.Outcome != AutomationOutcome.Succeeded
                || !await RemediationStore.VerifyAsync(uow, run.Id, now, now + catalogue.Value.VerifyFor, cancellationToken))
                return true;
            await RemediationStore.WakeQueueAsync(uow, run.Plan, now, cancellationToken);
            await recorder.MarkAsync(uow, run, RemediationState.Verifying, null, cancellationToken);
            await recorder.TellAsync(
                uow,
                RemediationReply.Verifying,
                new RemediationReplyData { FindingId = run.FindingId, Seconds = (now - run.StartedAt)?.TotalSeconds },
                cancellationToken);
            await recorder.MarkChangedAsync(uow, run, open: false, cancellationToken);
            return true;
        },
        cancellationToken);

    private async Task TellWaitAsync(UnitOfWork uow, RemediationRun run, string? waitsFor, CancellationToken cancellationToken)
    {
        await recorder.MarkAsync(
            uow, run, waitsFor is null ? RemediationState.Running : RemediationState.Waiting, waitsFor, cancellationToken);
        await recorder.MarkChangedAsync(uow, run, open: false, cancellationToken);
        if (waitsFor is null) return;
        await recorder.TellAsync(
            uow, RemediationReply.Waiting, new RemediationReplyData
            {
                FindingId = run.FindingId,
                Document = run.Plan.Document,
                Region = run.Plan.Region,
                Execution = run.ExecutionId,
                Status = waitsFor,
            },
            cancellationToken);
    }

    private async Task TellStepAsync(UnitOfWork uow, RemediationRun run, AutomationStep step, CancellationToken cancellationToken)
    {
        if (!await RemediationStore.TellStepAsync(uow, run.Id, step.Id, cancellationToken)) return;
        await recorder.TellAsync(
            uow,
            step.Succeeded ? RemediationReply.Step : RemediationReply.StepFailed,
            new RemediationReplyData
            {
                FindingId = run.FindingId,
                Step = step.Name,
                Status = step.Status,
                Seconds = step.Duration?.TotalSeconds,
            },
            cancellationToken);
    }
}

using Amazon.Runtime;
using Amazon.SimpleSystemsManagement.Model;
using ChatOps.Aws;
using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation;

/// <summary>
/// The life of a confirmed attempt: starting → running → verifying → resolved or unverified, or failed. Each look takes a lease on the
/// row, does one thing, and says when to look again; whether a timer, an event or a restart had it look makes no difference.
/// </summary>
internal sealed partial class RemediationWorker(
    IDatabase database,
    RemediationChanges recorder,
    IFindings findings,
    IAwsClients aws,
    RemediationRecheck recheck,
    IPolicy<RemediationCatalogue> catalogue,
    IOptions<RemediationOptions> options,
    TimeProvider time,
    ILogger<RemediationWorker> logger) : IWorkProcessor<RemediationRun>
{
    private const string StartVerb = "remediation.start";
    private const string RunVerb = "remediation.run";
    private const string VerifyVerb = "remediation.verify";

    /// <summary>The bot's own name in the audit.</summary>
    private const string Bot = "chatops";

    private static readonly TimeSpan PlansKept = TimeSpan.FromDays(1);
    private static readonly TimeSpan AwsWithin = TimeSpan.FromSeconds(30);

    /// <summary>How many looks at an automation may be refused before it is given up.</summary>
    private const int MaxFailures = 5;

    /// <summary>How many looks at a finding that Security Hub does not list before it counts as gone.</summary>
    private const int MaxUnlisted = 3;

    public async Task ProcessAsync(WorkBatch<RemediationRun> batch, CancellationToken cancellationToken)
    {
        var attempt = batch.Items[0];
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(AwsWithin);
            var next = await LookAsync(batch, attempt, limit.Token);
            await database.WriteAsync(uow => batch.RescheduleAsync(uow, attempt, next), CancellationToken.None);
        }
        catch (Exception fault) when (fault is not LeaseLostException && !cancellationToken.IsCancellationRequested)
        {
            // The row says what is to be done; it is tried again.
            batch.Retry(attempt, fault, BackOff(attempt));
        }
    }

    /// <summary>Never asked for: each state ends by its own time.</summary>
    public Task GiveUpAsync(UnitOfWork uow, RemediationRun item, Exception fault, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public Task SweepAsync(CancellationToken cancellationToken) =>
        RemediationStore.ForgetPlansAsync(database, time.GetUtcNow() - PlansKept, cancellationToken);

    private Task<DateTimeOffset> LookAsync(WorkBatch<RemediationRun> batch, RemediationRun attempt, CancellationToken cancellationToken) =>
        attempt.State switch
        {
            RemediationRunState.AwaitingApproval => ExpireAsync(batch, attempt, cancellationToken),
            RemediationRunState.Starting => StartAsync(batch, attempt, cancellationToken),
            RemediationRunState.Running => FollowAsync(batch, attempt, cancellationToken),
            RemediationRunState.Verifying => VerifyAsync(batch, attempt, cancellationToken),
            _ => Task.FromResult(time.GetUtcNow()),
        };

    private async Task<DateTimeOffset> ExpireAsync(
        WorkBatch<RemediationRun> batch, RemediationRun attempt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (attempt.ExpiresAt is { } expires && expires > now) return expires;
        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, attempt);
                if (!await RemediationStore.ExpireAsync(uow, attempt.Id, now, cancellationToken)) return false;
                await recorder.MarkAsync(uow, attempt, RemediationState.Denied, null, cancellationToken);
                await recorder.TellAsync(
                    uow, RemediationReply.Expired, new RemediationReplyData { FindingId = attempt.FindingId }, cancellationToken);
                await recorder.MarkChangedAsync(uow, attempt, open: false, cancellationToken);
                await recorder.AuditAsync(uow, attempt, Bot, "remediation.expire", Role.Viewer, "done", cancellationToken);
                return true;
            },
            cancellationToken);
        return now;
    }

    private async Task<DateTimeOffset> StartAsync(
        WorkBatch<RemediationRun> batch, RemediationRun attempt, CancellationToken cancellationToken)
    {
        var plan = attempt.Plan;
        string executionId;
        try
        {
            // What may run already is asked for again by its token, whatever the finding says by now.
            if (attempt.CalledAt is null)
            {
                (plan, var cause) = await recheck.BeforeStartAsync(attempt, attempt.Attempts >= MaxUnlisted, cancellationToken);
                if (cause is { } changed)
                {
                    await database.WriteAsync(
                        async uow =>
                        {
                            await batch.HoldAsync(uow, attempt);
                            return await recorder.VoidAsync(uow, attempt, changed, cancellationToken);
                        },
                        cancellationToken);
                    return time.GetUtcNow();
                }

                await CallAsync(batch, attempt, plan, time.GetUtcNow(), cancellationToken);
            }

            var answer = await aws.Ssm(plan.Account, plan.Region).StartAutomationExecutionAsync(
                new StartAutomationExecutionRequest
                {
                    DocumentName = plan.Document,
                    Parameters = plan.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Values.ToList()),
                    // A crash after AWS said yes and before we wrote it down repeats the call, and gets the same execution.
                    ClientToken = attempt.Id,
                },
                cancellationToken);
            executionId = answer.AutomationExecutionId;
        }
        catch (AmazonServiceException e) when (AwsErrors.KindOf(e) == AwsErrorKind.Throttled
            && time.GetUtcNow() - (attempt.DecidedAt ?? attempt.RequestedAt) <= options.Value.StartWithin)
        {
            // It does not run: before the next try all is read anew.
            await CallAsync(batch, attempt, plan, null, cancellationToken);
            throw;
        }
        catch (AmazonServiceException e) when (AwsErrors.KindOf(e) is not (AwsErrorKind.Throttled or AwsErrorKind.Unavailable))
        {
            return await FailAsync(batch, attempt, StartVerb, null, $"{e.ErrorCode}: {e.Message}", cancellationToken);
        }
        catch (UnknownAwsAccountException e)
        {
            return await FailAsync(batch, attempt, StartVerb, null, e.Message, cancellationToken);
        }
        catch (Exception e) when (time.GetUtcNow() - (attempt.DecidedAt ?? attempt.RequestedAt) > options.Value.StartWithin)
        {
            return await FailAsync(batch, attempt, StartVerb, null, e.Message, cancellationToken);
        }

        var now = time.GetUtcNow();
        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, attempt);
                if (!await RemediationStore.StartedAsync(uow, attempt.Id, executionId, now, cancellationToken)) return false;
                await recorder.TellAsync(
                    uow,
                    RemediationReply.Started,
                    new RemediationReplyData
                    {
                        FindingId = attempt.FindingId,
                        Document = plan.Document,
                        Region = plan.Region,
                        Execution = executionId,
                    },
                    cancellationToken);
                await recorder.MarkChangedAsync(uow, attempt, open: false, cancellationToken);
                await recorder.AuditAsync(
                    uow, attempt, attempt.RequestedBy, StartVerb, Role.Operator, "done", cancellationToken, ("execution", executionId));
                return true;
            },
            cancellationToken);
        return now + options.Value.PollEvery;
    }

    private Task<bool> CallAsync(
        WorkBatch<RemediationRun> batch, RemediationRun attempt, RemediationPlan plan, DateTimeOffset? at,
        CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await batch.HoldAsync(uow, attempt);
            return await RemediationStore.CallAsync(uow, attempt.Id, plan, at, cancellationToken);
        },
        cancellationToken);

    private async Task<DateTimeOffset> FollowAsync(
        WorkBatch<RemediationRun> batch, RemediationRun attempt, CancellationToken cancellationToken)
    {
        var plan = attempt.Plan;
        AutomationExecution execution;
        try
        {
            var answer = await aws.Ssm(plan.Account, plan.Region).GetAutomationExecutionAsync(
                new GetAutomationExecutionRequest { AutomationExecutionId = attempt.ExecutionId }, cancellationToken);
            execution = answer.AutomationExecution;
        }
        catch (AmazonServiceException e) when (attempt.Attempts > MaxFailures
            && (e is AutomationExecutionNotFoundException || AwsErrors.KindOf(e) == AwsErrorKind.AccessDenied))
        {
            return await FailAsync(batch, attempt, RunVerb, "GetAutomationExecution", $"{e.ErrorCode}: {e.Message}", cancellationToken);
        }

        var progress = AutomationProgress.Of(execution);
        var now = time.GetUtcNow();
        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, attempt);
                foreach (var step in progress.Ended) await TellStepAsync(uow, attempt, step, cancellationToken);
                if (progress.Outcome == AutomationOutcome.Succeeded
                    && await RemediationStore.VerifyAsync(uow, attempt.Id, now + catalogue.Value.VerifyFor, cancellationToken))
                {
                    await recorder.MarkAsync(uow, attempt, RemediationState.Verifying, null, cancellationToken);
                    await recorder.TellAsync(
                        uow,
                        RemediationReply.Verifying,
                        new RemediationReplyData { FindingId = attempt.FindingId, Seconds = (now - attempt.StartedAt)?.TotalSeconds },
                        cancellationToken);
                    await recorder.MarkChangedAsync(uow, attempt, open: false, cancellationToken);
                }

                return true;
            },
            cancellationToken);
        return progress.Outcome switch
        {
            AutomationOutcome.Failed => await FailAsync(batch, attempt, RunVerb, progress.FailedStep, progress.Failure, cancellationToken),
            AutomationOutcome.Succeeded => now,
            _ => now + options.Value.PollEvery,
        };
    }

    private async Task TellStepAsync(UnitOfWork uow, RemediationRun attempt, AutomationStep step, CancellationToken cancellationToken)
    {
        if (!await RemediationStore.TellStepAsync(uow, attempt.Id, step.Id, cancellationToken)) return;
        await recorder.TellAsync(
            uow,
            step.Succeeded ? RemediationReply.Step : RemediationReply.StepFailed,
            new RemediationReplyData
            {
                FindingId = attempt.FindingId,
                Step = step.Name,
                Status = step.Status,
                Seconds = step.Duration?.TotalSeconds,
            },
            cancellationToken);
    }

    private async Task<DateTimeOffset> VerifyAsync(
        WorkBatch<RemediationRun> batch, RemediationRun attempt, CancellationToken cancellationToken)
    {
        Finding? finding = null;
        try
        {
            finding = await findings.ReadBackAsync(attempt.FindingId, cancellationToken);
        }
        catch (Exception e) when (time.GetUtcNow() >= attempt.VerifyUntil && !cancellationToken.IsCancellationRequested)
        {
            // Security Hub has not answered until the end: what cannot be read back is not green.
            LogNotAdvanced(e, attempt.Id, attempt.State, attempt.Attempts);
        }

        var now = time.GetUtcNow();
        var isFixed = finding is { Archived: true } or { Compliance: "PASSED" } or { Workflow: WorkflowStatus.Resolved };
        if (!isFixed && now < attempt.VerifyUntil) return now + BackOff(attempt);

        var (to, state, reply) = isFixed
            ? (RemediationRunState.Resolved, RemediationState.Resolved, RemediationReply.Resolved)
            : (RemediationRunState.Unverified, RemediationState.Unverified, RemediationReply.Unverified);
        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, attempt);
                if (!await RemediationStore.EndAsync(
                    uow, attempt.Id, RemediationRunState.Verifying, to, null, null, now, cancellationToken))
                    return false;
                await recorder.MarkAsync(uow, attempt, state, null, cancellationToken);
                await recorder.TellAsync(
                    uow,
                    reply,
                    new RemediationReplyData
                    {
                        FindingId = attempt.FindingId,
                        By = attempt.RequestedBy,
                        Seconds = (now - attempt.RequestedAt).TotalSeconds,
                    },
                    cancellationToken);
                await recorder.MarkChangedAsync(uow, attempt, open: false, cancellationToken);
                if (isFixed)
                {
                    await findings.WriteToSecurityHubAsync(
                        uow, attempt.FindingId, WorkflowStatus.Resolved,
                        $"Remediated by ChatOps with {attempt.Plan.Document}, execution {attempt.ExecutionId}.", attempt.RequestedBy,
                        cancellationToken);
                }

                await recorder.AuditAsync(
                    uow, attempt, Bot, VerifyVerb, Role.Viewer, isFixed ? "done" : "failed", cancellationToken,
                    ("execution", attempt.ExecutionId));
                return true;
            },
            cancellationToken);
        return now;
    }

    private async Task<DateTimeOffset> FailAsync(
        WorkBatch<RemediationRun> batch, RemediationRun attempt, string verb, string? step, string? message,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        LogFailed(attempt.Id, attempt.Plan.Document, step, message);
        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, attempt);
                if (!await RemediationStore.EndAsync(
                    uow, attempt.Id, attempt.State, RemediationRunState.Failed, step, message, now, cancellationToken))
                    return false;
                await recorder.MarkAsync(
                    uow, attempt, RemediationState.Failed, step is null ? message : $"{step}: {message}", cancellationToken);
                await recorder.TellAsync(
                    uow,
                    RemediationReply.Failed,
                    new RemediationReplyData
                    {
                        FindingId = attempt.FindingId,
                        Document = attempt.Plan.Document,
                        Step = step ?? "StartAutomationExecution",
                        Message = message,
                    },
                    cancellationToken);
                await recorder.MarkChangedAsync(uow, attempt, open: false, cancellationToken);
                await recorder.AuditAsync(
                    uow, attempt, Bot, verb, Role.Viewer, "failed", cancellationToken, ("execution", attempt.ExecutionId), ("step", step),
                    ("message", message));
                return true;
            },
            cancellationToken);
        return now;
    }

    private TimeSpan BackOff(RemediationRun attempt) =>
        new RetrySchedule(options.Value.VerifyFirst, options.Value.VerifyAtMost).After(attempt.Attempts);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Remediation {Id} is {State} and could not be advanced at attempt {Attempt}; it is tried again")]
    private partial void LogNotAdvanced(Exception exception, string id, RemediationRunState state, int attempt);

    [LoggerMessage(Level = LogLevel.Information, Message = "Remediation {Id} with {Document} failed at step {Step}: {Reason}")]
    private partial void LogFailed(string id, string document, string? step, string? reason);
}

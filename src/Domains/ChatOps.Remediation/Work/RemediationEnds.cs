using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;

namespace ChatOps.Remediation;

/// <summary>How attempts end otherwise than by a verdict: failed, stopped, void, no longer watched.</summary>
internal sealed partial class RemediationEnds(
    IDatabase database, RemediationChanges recorder, TimeProvider time, ILogger<RemediationEnds> logger)
{
    /// <summary>The bot's own name in the audit.</summary>
    public const string Bot = "chatops";

    /// <summary>What was asked for has changed.</summary>
    public async Task<DateTimeOffset> VoidAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, VoidCause cause, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, run);
                await RemediationStore.WakeQueueAsync(uow, run.Plan, time.GetUtcNow(), cancellationToken);
                return await recorder.VoidAsync(uow, run, cause, cancellationToken);
            },
            cancellationToken);
        return time.GetUtcNow();
    }

    /// <summary>It failed.</summary>
    /// <param name="batch">The batch that holds it.</param>
    /// <param name="run">The attempt.</param>
    /// <param name="verb">What failed, in the audit.</param>
    /// <param name="step">The step that failed; null when it did not come so far.</param>
    /// <param name="message">AWS's words.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    public async Task<DateTimeOffset> FailAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, string verb, string? step, string? message,
        CancellationToken cancellationToken)
    {
        LogFailed(run.Id, run.Plan.Document, step, message);
        var reply = new RemediationReplyData
        {
            FindingId = run.FindingId,
            Document = run.Plan.Document,
            Step = step ?? (run.Plan.Call is null ? "StartAutomationExecution" : run.Plan.Call),
            Message = message,
        };
        return await EndAsync(
            batch, run, new End(RemediationRunState.Failed, RemediationState.Failed, RemediationReply.Failed, reply)
            {
                Step = step,
                Failure = message,
                Detail = step is null ? message : $"{step}: {message}",
                Verb = verb,
                Outcome = "failed",
            },
            cancellationToken);
    }

    /// <summary>Somebody stopped it, here or in AWS.</summary>
    public Task<DateTimeOffset> StopAsync(WorkBatch<RemediationRun> batch, RemediationRun run, CancellationToken cancellationToken) =>
        EndAsync(
            batch, run, new End(
                RemediationRunState.Stopped, RemediationState.Stopped, RemediationReply.Stopped,
                new RemediationReplyData { FindingId = run.FindingId, By = run.StopBy, Document = run.Plan.Document })
            {
                Detail = run.StopBy,
                Verb = "remediation.stop",
                Outcome = "done",
            },
            cancellationToken);

    /// <summary>The automation runs on, and is not watched any more.</summary>
    public Task<DateTimeOffset> TimeOutAsync(WorkBatch<RemediationRun> batch, RemediationRun run, CancellationToken cancellationToken) =>
        EndAsync(
            batch, run, new End(
                RemediationRunState.TimedOut, RemediationState.TimedOut, RemediationReply.TimedOut, new RemediationReplyData
                {
                    FindingId = run.FindingId,
                    Document = run.Plan.Document,
                    Region = run.Plan.Region,
                    Execution = run.ExecutionId,
                    Seconds = run.Plan.Timeout.TotalSeconds,
                })
            {
                Verb = "remediation.watch",
                Outcome = "failed",
            },
            cancellationToken);

    private async Task<DateTimeOffset> EndAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, End end, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, run);
                if (!await RemediationStore.EndAsync(uow, run.Id, run.State, end.To, end.Step, end.Failure, now, cancellationToken))
                    return false;
                await RemediationStore.WakeQueueAsync(uow, run.Plan, now, cancellationToken);
                await recorder.MarkAsync(uow, run, end.Mark, end.Detail, cancellationToken);
                await recorder.TellAsync(uow, end.Reply, end.Data, cancellationToken);
                await recorder.MarkChangedAsync(uow, run, open: false, cancellationToken);
                await recorder.AuditAsync(
                    uow, run, Bot, end.Verb, Role.Viewer, end.Outcome, cancellationToken, ("execution", run.ExecutionId),
                    ("step", end.Step), ("message", end.Failure));
                return true;
            },
            cancellationToken);
        return now;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Remediation {Id} with {Document} failed at step {Step}: {Reason}")]
    private partial void LogFailed(string id, string document, string? step, string? reason);

    private sealed record End(RemediationRunState To, RemediationState Mark, string Reply, RemediationReplyData Data)
    {
        public string? Step { get; init; }

        public string? Failure { get; init; }

        public string? Detail { get; init; }

        public required string Verb { get; init; }

        public required string Outcome { get; init; }
    }
}

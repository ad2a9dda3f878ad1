using System.Text;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Remediation;

/// <summary>
/// Automation's events have the worker look at once. What they say is not believed: the worker asks AWS, so that events may come late,
/// twice, in any order, or from anybody.
/// </summary>
internal sealed class AutomationEventReader(WorkSignal<RemediationRun> signal, TimeProvider time) : IEventReader
{
    public IReadOnlyCollection<string> Kinds { get; } =
        [$"aws.ssm/{AutomationEvents.ExecutionDetailType}", $"aws.ssm/{AutomationEvents.StepDetailType}"];

    public async Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        var executions = events.Select(inboxEvent => ExecutionOf(inboxEvent.Event.Body)).OfType<string>().Distinct(StringComparer.Ordinal)
            .ToList();
        if (executions.Count == 0) return;
        if (await RemediationStore.WakeAsync(uow, executions, time.GetUtcNow(), cancellationToken) > 0) uow.AfterCommit(signal.Wake);
    }

    private static string? ExecutionOf(string body)
    {
        if (!EventBridgeEnvelope.TryParse(Encoding.UTF8.GetBytes(body), out var events, out _) || events is not [var envelope]) return null;
        if (AutomationEvents.TryReadExecution(envelope, out var execution)) return execution.ExecutionId;
        return AutomationEvents.TryReadStep(envelope, out var step) ? step.ExecutionId : null;
    }
}

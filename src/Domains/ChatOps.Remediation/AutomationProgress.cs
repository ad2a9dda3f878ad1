using Amazon.SimpleSystemsManagement.Model;

namespace ChatOps.Remediation;

/// <summary>How far an automation has come.</summary>
/// <param name="Outcome">Whether it runs, succeeded or failed.</param>
/// <param name="Ended">Its ended steps, in the order they ended in the document.</param>
/// <param name="FailedStep">The step that failed; null when none did.</param>
/// <param name="Failure">AWS's message.</param>
internal sealed record AutomationProgress(
    AutomationOutcome Outcome, IReadOnlyList<AutomationStep> Ended, string? FailedStep, string? Failure)
{
    /// <summary>What it waits for, as AWS names it (<c>PendingApproval</c>); null when it goes on.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>Reads AWS's description. Words we do not know mean that it still runs.</summary>
    public static AutomationProgress Of(AutomationExecution execution)
    {
        var outcome = execution.AutomationExecutionStatus?.Value switch
        {
            "Success" or "CompletedWithSuccess" => AutomationOutcome.Succeeded,
            "Cancelled" => AutomationOutcome.Stopped,
            "Failed" or "TimedOut" or "Rejected" or "Exited" or "CompletedWithFailure" or "ChangeCalendarOverrideRejected" =>
                AutomationOutcome.Failed,
            _ => AutomationOutcome.Running,
        };
        var steps = (execution.StepExecutions ?? []).Where(step => Ends(step.StepStatus?.Value)).ToList();
        // onFailure: Continue lets an earlier step fail and the automation go on; what ended it is the last.
        var failed = outcome == AutomationOutcome.Failed ? steps.LastOrDefault(step => step.StepStatus.Value != "Success") : null;
        return new AutomationProgress(
            outcome,
            [.. steps.Select(step => new AutomationStep(
                step.StepExecutionId ?? step.StepName, step.StepName, step.StepStatus.Value,
                step.ExecutionEndTime - step.ExecutionStartTime))],
            failed?.StepName,
            outcome == AutomationOutcome.Failed
                ? failed?.FailureMessage ?? execution.FailureMessage ?? execution.AutomationExecutionStatus!.Value
                : null)
        {
            WaitsFor = outcome != AutomationOutcome.Running ? null
                : WaitOf(execution.AutomationExecutionStatus?.Value)
                    ?? (execution.StepExecutions ?? []).Select(step => WaitOf(step.StepStatus?.Value))
                        .FirstOrDefault(wait => wait is not null),
        };
    }

    /// <summary>That it has not begun its next step yet is no waiting for anybody.</summary>
    private static string? WaitOf(string? status) =>
        status is "Waiting" or "PendingApproval" or "PendingChangeCalendarOverride" or "Scheduled" ? status : null;

    private static bool Ends(string? status) =>
        status is "Success" or "Failed" or "TimedOut" or "Cancelled" or "CompletedWithSuccess" or "CompletedWithFailure";
}

/// <summary>Where an automation stands.</summary>
internal enum AutomationOutcome
{
    /// <summary>It goes on.</summary>
    Running,

    /// <summary>All that it had to do is done.</summary>
    Succeeded,

    /// <summary>It failed or timed out.</summary>
    Failed,

    /// <summary>Somebody cancelled it, here or in AWS.</summary>
    Stopped,
}

/// <summary>A step that ended.</summary>
internal sealed record AutomationStep(string Id, string Name, string Status, TimeSpan? Duration)
{
    public bool Succeeded => Status is "Success" or "CompletedWithSuccess";
}

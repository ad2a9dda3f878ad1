using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Controls;
using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Ssm;

/// <summary>Runs executions step by step, slowly enough to watch, with the events that Automation sends on the way.</summary>
internal sealed class AutomationRunner(
    AwsState state,
    EventBus bus,
    ControlEvaluation evaluation,
    AwsBackground background,
    AwsSandboxOptions options,
    TimeProvider time)
{
    /// <summary>Starts it in the background. Called under the state's lock.</summary>
    public void Start(AutomationExecution execution) => background.Run(stopping => RunAsync(execution, stopping));

    private async Task RunAsync(AutomationExecution execution, CancellationToken stopping)
    {
        var context = new StepContext(state, execution);
        lock (state.Sync)
            SetStatus(execution, "InProgress");
        background.Changed();

        foreach (var step in execution.Steps)
        {
            if (!Begin(execution, step))
                break;
            background.Changed();
            await Task.Delay(options.StepDuration, time, stopping);
            if (!Finish(execution, step, context))
                break;
            background.Changed();
        }

        lock (state.Sync)
        {
            if (execution.StopType is not null)
                SetStatus(execution, "Cancelled");
            else if (execution.Status == "InProgress")
                SetStatus(execution, "Success");
            if (context.Touched is { } resource)
                evaluation.Later(resource);
        }

        background.Changed();
    }

    private bool Begin(AutomationExecution execution, StepRun step)
    {
        lock (state.Sync)
        {
            if (execution.StopType is not null)
                return false;
            step.Status = "InProgress";
            step.StartedAt = time.GetUtcNow();
            step.Inputs = Inputs(execution, step.Step);
            PutStep(execution, step);
            return true;
        }
    }

    private bool Finish(AutomationExecution execution, StepRun step, StepContext context)
    {
        lock (state.Sync)
        {
            step.EndedAt = time.GetUtcNow();
            if (execution.StopType == "Cancel")
            {
                step.Status = "Cancelled";
                PutStep(execution, step);
                return false;
            }

            try
            {
                if (Planned(execution, step))
                    throw new AwsFault(
                        "AccessDenied",
                        $"User: arn:aws:sts::{execution.AccountId}:assumed-role/ChatOpsAutomation/Automation-{execution.Id} is not " +
                        $"authorized to perform: {step.Step.Permission} with an explicit deny in a service control policy",
                        403);
                foreach (var (name, value) in step.Step.Act(context) ?? [])
                    step.Outputs[name] = [Text(value)];
                step.Status = "Success";
            }
            catch (AwsFault fault)
            {
                step.Status = "Failed";
                step.FailureMessage =
                    $"Step fails when it is Execute/Cancelling action. An error occurred ({fault.Code}) when calling the {step.Step.Api} " +
                        $"operation: {fault.Message}. Please refer to Automation Service Troubleshooting Guide for more diagnosis details.";
                execution.FailureMessage =
                    $"Step fails when it is Execute/Cancelling action. {step.Step.Name} failed: An error occurred ({fault.Code}) when " +
                        $"calling the {step.Step.Api} operation: {fault.Message}. Please refer to Automation Service Troubleshooting " +
                        $"Guide for more diagnosis details.";
            }

            PutStep(execution, step);
            if (step.Status == "Failed")
                SetStatus(execution, "Failed");
            return step.Status == "Success";
        }
    }

    private static bool Planned(AutomationExecution execution, StepRun step) => execution.Failure switch
    {
        null => false,
        { Step: { } named } => string.Equals(named, step.Step.Name, StringComparison.OrdinalIgnoreCase),
        _ => step.Step.Changes,
    };

    private static Dictionary<string, string> Inputs(AutomationExecution execution, DocumentStep step)
    {
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal) { ["Api"] = JsonSerializer.Serialize(step.Api) };
        foreach (var (name, values) in execution.Parameters.Where(p => p.Key != "AutomationAssumeRole" && p.Value.Count > 0))
            inputs[name] = JsonSerializer.Serialize(values.Count == 1 ? values[0] : string.Join(',', values));
        return inputs;
    }

    private void SetStatus(AutomationExecution execution, string status)
    {
        execution.Status = status;
        if (execution.Ended)
            execution.EndedAt = time.GetUtcNow();
        var detail = Detail(execution, status, execution.StartedAt, execution.EndedAt);
        detail["ExecutedBy"] = execution.ExecutedBy;
        Put(execution, "EC2 Automation Execution Status-change Notification", detail);
    }

    private void PutStep(AutomationExecution execution, StepRun step)
    {
        var detail = Detail(execution, step.Status, step.StartedAt, step.EndedAt);
        detail["StepName"] = step.Step.Name;
        detail["Action"] = step.Step.Action;
        Put(execution, "EC2 Automation Step Status-change Notification", detail);
    }

    private static JsonObject Detail(AutomationExecution execution, string status, DateTimeOffset? started, DateTimeOffset? ended)
    {
        var detail = new JsonObject
        {
            ["ExecutionId"] = execution.Id,
            ["Definition"] = execution.Document.Name,
            ["DefinitionVersion"] = 1.0,
            ["Status"] = status,
        };
        if (started is { } start)
            detail["StartTime"] = Stamp(start);
        if (ended is { } end)
            detail["EndTime"] = Stamp(end);
        detail["Time"] = ended is { } e && started is { } s ? (e - s).TotalMilliseconds : 0.0;
        return detail;
    }

    private void Put(AutomationExecution execution, string detailType, JsonObject detail) => bus.Put(new BusEvent(
        detailType,
        "aws.ssm",
        execution.AccountId,
        execution.Region,
        [
            $"arn:aws:ssm:{execution.Region}:{execution.AccountId}:automation-execution/{execution.Id}",
            $"arn:aws:ssm:{execution.Region}:{(execution.Document.OwnedByAmazon ? "" : execution.AccountId)}:automation-definition/" +
            $"{execution.Document.Name}:1",
        ],
        detail,
        EventRoute.EventBridge));

    // "Mar 4, 2026 7:43:20 PM", in UTC without saying so, is how Automation writes it.
    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("MMM d, yyyy h:mm:ss tt", CultureInfo.InvariantCulture);

    private static string Text(JsonNode? value) =>
        value is JsonValue v && v.TryGetValue<string>(out var text) ? text : value?.ToJsonString() ?? "";
}

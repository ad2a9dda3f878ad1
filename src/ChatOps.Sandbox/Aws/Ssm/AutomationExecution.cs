using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Aws.Ssm;

/// <summary>One run of a document: its status, its steps, and who started it.</summary>
internal sealed class AutomationExecution
{
    public required string Id { get; init; }

    public required AutomationDocument Document { get; init; }

    public required string AccountId { get; init; }

    public required string Region { get; init; }

    public required string ExecutedBy { get; init; }

    public string? ClientToken { get; init; }

    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters { get; init; }

    /// <summary>The failure planned by the panel, taken by this execution when it started.</summary>
    public PlannedFailure? Failure { get; init; }

    public required IReadOnlyList<StepRun> Steps { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary><c>Pending</c>, <c>InProgress</c>, <c>Success</c>, <c>Failed</c>, <c>Cancelling</c>, <c>Cancelled</c>.</summary>
    public string Status { get; set; } = "Pending";

    public string? FailureMessage { get; set; }

    public bool Ended => Status is "Success" or "Failed" or "Cancelled";

    /// <summary>Set when somebody stops it: <c>Complete</c> lets the present step finish, <c>Cancel</c> does not.</summary>
    public string? StopType { get; set; }

    public JsonObject Describe()
    {
        var body = Metadata();
        body.Remove("AutomationType");
        body["StepExecutions"] = new JsonArray([.. Steps.Select(s => (JsonNode)s.Describe())]);
        body["StepExecutionsTruncated"] = false;
        body["Parameters"] = Map(Parameters);
        return body;
    }

    /// <summary>What lists show of it.</summary>
    public JsonObject Metadata()
    {
        var body = new JsonObject
        {
            ["AutomationExecutionId"] = Id,
            ["DocumentName"] = Document.Name,
            ["DocumentVersion"] = "1",
            ["AutomationExecutionStatus"] = Status,
            ["ExecutionStartTime"] = AwsIds.Epoch(StartedAt),
            ["ExecutedBy"] = ExecutedBy,
            ["Mode"] = "Auto",
            ["AutomationType"] = "Local",
            ["Targets"] = new JsonArray(),
            ["ResolvedTargets"] = new JsonObject { ["ParameterValues"] = new JsonArray(), ["Truncated"] = false },
        };
        if (EndedAt is { } ended)
            body["ExecutionEndTime"] = AwsIds.Epoch(ended);
        if (FailureMessage is not null)
            body["FailureMessage"] = FailureMessage;
        if (Steps.FirstOrDefault(s => s.Status == "InProgress") is { } current)
        {
            body["CurrentStepName"] = current.Step.Name;
            body["CurrentAction"] = current.Step.Action;
        }

        var outputs = Steps.SelectMany(s => s.Outputs.Select(o => KeyValuePair.Create($"{s.Step.Name}.{o.Key}", o.Value))).ToDictionary();
        body["Outputs"] = Map(outputs);
        return body;
    }

    public static JsonObject Map(IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> map) =>
        new(map.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)new JsonArray([.. p.Value.Select(v => (JsonNode)v)]))));
}

/// <summary>One step of an execution.</summary>
internal sealed class StepRun(DocumentStep step)
{
    public DocumentStep Step => step;

    public string Id { get; } = AwsIds.Guid();

    public string Status { get; set; } = "Pending";

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public string? FailureMessage { get; set; }

    public IReadOnlyDictionary<string, string> Inputs { get; set; } = new Dictionary<string, string>();

    public Dictionary<string, IReadOnlyList<string>> Outputs { get; } = [];

    public JsonObject Describe()
    {
        var body = new JsonObject
        {
            ["StepName"] = step.Name,
            ["Action"] = step.Action,
            ["StepStatus"] = Status,
            ["StepExecutionId"] = Id,
            ["OnFailure"] = "Abort",
            ["MaxAttempts"] = 1,
            ["Inputs"] = new JsonObject(Inputs.Select(i => KeyValuePair.Create(i.Key, (JsonNode?)i.Value))),
            ["Outputs"] = AutomationExecution.Map(Outputs),
            ["OverriddenParameters"] = new JsonObject(),
        };
        if (StartedAt is { } started)
            body["ExecutionStartTime"] = AwsIds.Epoch(started);
        if (EndedAt is { } ended)
        {
            body["ExecutionEndTime"] = AwsIds.Epoch(ended);
            body["ResponseCode"] = Status == "Success" ? "0" : "1";
        }

        if (FailureMessage is not null)
        {
            body["FailureMessage"] = FailureMessage;
            body["FailureDetails"] = new JsonObject { ["FailureStage"] = "Invocation", ["FailureType"] = "Error" };
        }

        return body;
    }
}

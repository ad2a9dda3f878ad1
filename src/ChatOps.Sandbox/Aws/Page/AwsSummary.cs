using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Ssm;

namespace ChatOps.Sandbox.Aws.Page;

/// <summary>What the side panel shows of the local AWS.</summary>
internal static class AwsSummary
{
    private const int LatestExecutions = 10;

    public static JsonObject Of(AwsSandbox aws)
    {
        lock (aws.State.Sync)
        {
            var findings = aws.State.Findings.All;
            var suppressed = findings.Count(f => f.WorkflowStatus == "SUPPRESSED");
            var resolved = findings.Count(f => f.WorkflowStatus == "RESOLVED" || (f.Archived && f.WorkflowStatus != "SUPPRESSED"));
            return new JsonObject
            {
                ["accounts"] = new JsonArray([.. AwsState.Accounts.Select(a => (JsonNode)new JsonObject
                {
                    ["id"] = a.Id,
                    ["name"] = a.Name,
                    ["regions"] = new JsonArray([.. AwsState.Regions.Select(r => (JsonNode)r)]),
                })]),
                ["scenarios"] = new JsonArray([.. Scenarios.ScenarioCatalogue.All.Select(s => (JsonNode)new JsonObject
                {
                    ["id"] = s.Id,
                    ["title"] = s.Title,
                    ["description"] = s.Description,
                    ["title_ko"] = Scenarios.ScenarioKorean.Texts[s.Id].Title,
                    ["description_ko"] = Scenarios.ScenarioKorean.Texts[s.Id].Description,
                    ["severity"] = s.Severity,
                })]),
                ["findings"] = new JsonObject
                {
                    ["total"] = findings.Count,
                    ["open"] = findings.Count - suppressed - resolved,
                    ["resolved"] = resolved,
                    ["suppressed"] = suppressed,
                },
                ["executions"] = new JsonArray([.. aws.State.Executions.TakeLast(LatestExecutions).Reverse().Select(Execution)]),
                ["events"] = new JsonObject
                {
                    ["waiting"] = aws.Delivery.Waiting,
                    ["retrying"] = aws.Delivery.Retrying,
                    ["delivered"] = aws.Delivery.Delivered,
                },
                ["throttling"] = aws.Time.GetUtcNow() < aws.State.ThrottledUntil,
                ["paused"] = aws.Delivery.Paused,
            };
        }
    }

    private static JsonNode Execution(AutomationExecution execution) => new JsonObject
    {
        ["id"] = execution.Id,
        ["document"] = execution.Document.Name,
        ["account"] = execution.AccountId,
        ["region"] = execution.Region,
        ["status"] = execution.Status,
        ["startedAt"] = AwsIds.Iso(execution.StartedAt),
        ["endedAt"] = execution.EndedAt is { } ended ? AwsIds.Iso(ended) : null,
        ["failureMessage"] = execution.FailureMessage,
        ["steps"] = new JsonArray(
            [.. execution.Steps.Select(s => (JsonNode)new JsonObject { ["name"] = s.Step.Name, ["status"] = s.Status })]),
    };
}

using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.SecurityHub;

/// <summary>BatchUpdateFindings: what a customer says about findings; sends the "Imported" event as Security Hub does.</summary>
internal sealed class FindingUpdate(AwsState state, TimeProvider time, FindingEvents events)
{
    private static readonly string[] Statuses = ["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"];
    private static readonly string[] Labels = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"];
    private static readonly string[] Verifications = ["UNKNOWN", "TRUE_POSITIVE", "FALSE_POSITIVE", "BENIGN_POSITIVE"];

    public JsonObject Update(AwsCall call)
    {
        var identifiers = call.Json.Objects("FindingIdentifiers").ToArray();
        if (identifiers.Length is 0 or > 100)
            throw new AwsFault("InvalidInputException", "FindingIdentifiers must have from 1 to 100 members.");
        Check(call.Json);

        var now = time.GetUtcNow();
        var processed = new JsonArray();
        var unprocessed = new JsonArray();
        var changed = new List<StoredFinding>();
        foreach (var identifier in identifiers)
        {
            var finding = state.Findings.Find(identifier.RequiredText("Id"), identifier.RequiredText("ProductArn"));
            if (finding is null || !FindingStore.Visible(finding, call.Caller.AccountId, call.Region))
            {
                unprocessed.Add(new JsonObject
                {
                    ["FindingIdentifier"] = identifier.DeepClone(),
                    ["ErrorCode"] = "FindingNotFound",
                    ["ErrorMessage"] = "The specified finding was not found.",
                });
                continue;
            }

            // Somebody else writes at the same time; every second attempt finds the way free.
            if (now < state.HubTroubleUntil && !finding.WasRefused)
            {
                finding.WasRefused = true;
                unprocessed.Add(new JsonObject
                {
                    ["FindingIdentifier"] = identifier.DeepClone(),
                    ["ErrorCode"] = "ConcurrentUpdateError",
                    ["ErrorMessage"] = "Concurrent finding updates detected",
                });
                continue;
            }

            finding.WasRefused = false;
            (finding.Before, finding.ChangedAt) = (finding.Body.DeepClone().AsObject(), now);
            Apply(call.Json, finding.Body);
            processed.Add(identifier.DeepClone());
            changed.Add(finding);
        }

        events.Imported(changed);
        return new JsonObject { ["ProcessedFindings"] = processed, ["UnprocessedFindings"] = unprocessed };
    }

    private static void Check(JsonObject update)
    {
        if (update.Object("Note") is { } note)
        {
            if (note.Text("Text") is not { Length: > 0 and <= 512 })
                throw new AwsFault("InvalidInputException", "Note.Text must have from 1 to 512 characters.");
            if (note.Text("UpdatedBy") is not { Length: > 0 and <= 512 })
                throw new AwsFault("InvalidInputException", "Note.UpdatedBy must have from 1 to 512 characters.");
        }

        OneOf("Workflow.Status", update.Object("Workflow")?.Text("Status"), Statuses);
        OneOf("Severity.Label", update.Object("Severity")?.Text("Label"), Labels);
        OneOf("VerificationState", update.Text("VerificationState"), Verifications);
        if (update.Object("UserDefinedFields") is { Count: > 50 })
            throw new AwsFault("InvalidInputException", "UserDefinedFields must have at most 50 members.");
    }

    private static void OneOf(string member, string? value, string[] allowed)
    {
        if (value is not null && !allowed.Contains(value, StringComparer.Ordinal))
            throw new AwsFault(
                "InvalidInputException",
                $"Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy enum value set: " +
                $"[{string.Join(", ", allowed)}]");
    }

    private void Apply(JsonObject update, JsonObject finding)
    {
        var now = AwsIds.Iso(time.GetUtcNow());
        if (update.Object("Note") is { } note)
            finding["Note"] = new JsonObject { ["Text"] = note.Text("Text"), ["UpdatedBy"] = note.Text("UpdatedBy"), ["UpdatedAt"] = now };
        if (update.Object("Workflow")?.Text("Status") is { } status)
        {
            finding["Workflow"] = new JsonObject { ["Status"] = status };
            finding["WorkflowState"] = status is "SUPPRESSED" ? "RESOLVED" : status;
        }

        if (update.Object("Severity") is { } severity)
        {
            var present = finding["Severity"] as JsonObject ?? [];
            finding["Severity"] = present;
            foreach (var (name, value) in severity)
                present[name] = value?.DeepClone();
            if (severity.Text("Label") is { } label && severity["Normalized"] is null)
                present["Normalized"] = Asff.Normalized(label);
        }

        if (update.Object("UserDefinedFields") is { } fields)
            finding["UserDefinedFields"] = fields.DeepClone();
        foreach (var name in (string[])["Confidence", "Criticality", "Types", "VerificationState", "RelatedFindings"])
        {
            if (update[name] is { } value)
                finding[name] = value.DeepClone();
        }

        // UpdatedAt is the provider's: what customers say leaves it as it is.
        finding["ProcessedAt"] = now;
    }
}

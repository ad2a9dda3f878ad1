using System.Globalization;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.SecurityHub;

/// <summary>BatchImportFindings: a product's own findings, created or, by a newer UpdatedAt, replaced.</summary>
internal sealed class FindingImport(AwsState state, TimeProvider time, FindingEvents events)
{
    private static readonly string[] RequiredTexts =
        ["SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt", "Title", "Description"];

    /// <summary>What belongs to the customer: an import never changes it.</summary>
    private static readonly string[] Customers = ["Note", "UserDefinedFields", "VerificationState", "Workflow", "WorkflowState"];

    public JsonObject Import(AwsCall call)
    {
        var findings = call.Json.Objects("Findings").ToArray();
        if (findings.Length is 0 or > 100)
            throw new AwsFault("InvalidInputException", "Findings must have from 1 to 100 members.");
        var failed = new JsonArray();
        var changed = new List<StoredFinding>();
        foreach (var finding in findings)
        {
            var problem = Problem(finding, call);
            if (problem is null)
                changed.AddRange(Store(finding.DeepClone().AsObject(), call));
            else
                failed.Add(
                    new JsonObject { ["Id"] = finding["Id"]?.DeepClone(), ["ErrorCode"] = "InvalidInput", ["ErrorMessage"] = problem });
        }

        events.Imported(changed);
        return new JsonObject
        {
            ["FailedCount"] = failed.Count,
            ["SuccessCount"] = findings.Length - failed.Count,
            ["FailedFindings"] = failed,
        };
    }

    private static string? Problem(JsonObject finding, AwsCall call)
    {
        foreach (var name in RequiredTexts)
        {
            if (finding[name] is not JsonValue value || !value.TryGetValue<string>(out var text) || text.Length == 0)
                return $"Finding does not adhere to Amazon Finding Format. data should have required property '{name}'.";
        }

        if (finding["Resources"] is not JsonArray { Count: > 0 })
            return "Finding does not adhere to Amazon Finding Format. data should have required property 'Resources'.";
        if (finding["Severity"] is not JsonObject && finding["FindingProviderFields"]?["Severity"] is not JsonObject)
            return "Finding does not adhere to Amazon Finding Format. data should have required property 'Severity'.";
        if (!DateTimeOffset.TryParse((string)finding["UpdatedAt"]!, CultureInfo.InvariantCulture, out _))
            return "Finding does not adhere to Amazon Finding Format. data.UpdatedAt should match format \"date-time\".";
        var account = (string)finding["AwsAccountId"]!;
        if (account != call.Caller.AccountId)
            return $"Account {call.Caller.AccountId} is not allowed to import findings of account {account}.";
        var product = (string)finding["ProductArn"]!;
        return product.StartsWith($"arn:aws:securityhub:{call.Region}:", StringComparison.Ordinal)
            ? null
            : $"ProductArn {product} is not of region {call.Region}.";
    }

    private IEnumerable<StoredFinding> Store(JsonObject finding, AwsCall call)
    {
        var product = (string)finding["ProductArn"]!;
        var provided = finding["FindingProviderFields"]?["Severity"] ?? finding["Severity"];
        finding["Severity"] ??= provided!.DeepClone();
        finding["FindingProviderFields"] ??= new JsonObject
        {
            ["Severity"] = provided!.DeepClone(),
            ["Types"] = finding["Types"]?.DeepClone() ?? new JsonArray(),
        };
        finding["Region"] = call.Region;
        finding["RecordState"] ??= "ACTIVE";
        finding["ProductName"] ??= "Default";
        finding["CompanyName"] ??= "Personal";
        finding["ProcessedAt"] = AwsIds.Iso(time.GetUtcNow());
        var fields = finding["ProductFields"] as JsonObject ?? [];
        finding["ProductFields"] = fields;
        fields["aws/securityhub/FindingId"] = $"{product}/{(string)finding["Id"]!}";
        fields["aws/securityhub/ProductName"] = finding["ProductName"]!.DeepClone();
        fields["aws/securityhub/CompanyName"] = finding["CompanyName"]!.DeepClone();

        var existing = state.Findings.Find((string)finding["Id"]!, product);
        if (existing is null)
        {
            finding["Workflow"] = new JsonObject { ["Status"] = "NEW" };
            finding["WorkflowState"] = "NEW";
            existing = new StoredFinding { Body = finding, AccountId = call.Caller.AccountId, Region = call.Region };
            state.Findings.Add(existing);
            yield return existing;
            yield break;
        }

        if (At(finding) <= At(existing.Body))
            yield break;
        foreach (var name in Customers)
        {
            finding.Remove(name);
            if (existing.Body[name] is { } kept)
                finding[name] = kept.DeepClone();
        }

        existing.Body = finding;
        yield return existing;
    }

    private static DateTimeOffset At(JsonObject finding) =>
        DateTimeOffset.Parse((string)finding["UpdatedAt"]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

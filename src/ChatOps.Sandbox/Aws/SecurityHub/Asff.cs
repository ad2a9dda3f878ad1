using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Controls;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.SecurityHub;

/// <summary>Findings in AWS Security Finding Format, as the products of AWS write them.</summary>
internal static class Asff
{
    public static int Normalized(string label) => label switch
    {
        "CRITICAL" => 90,
        "HIGH" => 70,
        "MEDIUM" => 40,
        "LOW" => 1,
        _ => 0,
    };

    /// <summary>A consolidated control finding of Security Hub itself.</summary>
    public static JsonObject OfControl(Control control, AwsResource resource, string? accountName, DateTimeOffset now)
    {
        var types = new[] { "Software and Configuration Checks/Industry and Regulatory Standards" };
        var finding = Of(
            "securityhub",
            "Security Hub",
            "AWS",
            $"arn:aws:securityhub:{resource.Region}:{resource.AccountId}:security-control/{control.Id}/finding/{AwsIds.Guid()}",
            "security-control/" + control.Id,
            control.Severity,
            control.Title,
            control.Description,
            types,
            resource,
            accountName,
            now);
        finding["Severity"]!["Original"] = control.Severity;
        finding["FindingProviderFields"]!["Severity"]!["Original"] = control.Severity;
        finding["Compliance"] = new JsonObject
        {
            ["Status"] = "FAILED",
            ["SecurityControlId"] = control.Id,
            ["RelatedRequirements"] = control.Requirements.ToJson(),
            ["AssociatedStandards"] = new JsonArray(
                new JsonObject { ["StandardsId"] = "standards/aws-foundational-security-best-practices/v/1.0.0" },
                new JsonObject { ["StandardsId"] = "standards/nist-800-53/v/5.0.0" }),
        };
        finding["Remediation"] = new JsonObject
        {
            ["Recommendation"] = new JsonObject
            {
                ["Text"] = "For information on how to correct this issue, consult the AWS Security Hub controls documentation.",
                ["Url"] = $"https://docs.aws.amazon.com/console/securityhub/{control.Id}/remediation",
            },
        };
        var fields = finding["ProductFields"]!.AsObject();
        fields["RelatedAWSResources:0/name"] = $"securityhub-{control.ConfigRule}-{AwsIds.Hex(8)}";
        fields["RelatedAWSResources:0/type"] = "AWS::Config::ConfigRule";
        fields["Resources:0/Id"] = resource.Arn;
        return finding;
    }

    /// <summary>The members that every product's finding has.</summary>
    public static JsonObject Of(
        string product,
        string productName,
        string company,
        string id,
        string generator,
        string severity,
        string title,
        string description,
        IReadOnlyList<string> types,
        AwsResource resource,
        string? accountName,
        DateTimeOffset now)
    {
        var at = AwsIds.Iso(now);
        var productArn = $"arn:aws:securityhub:{resource.Region}::product/aws/{product}";
        return new JsonObject
        {
            ["SchemaVersion"] = "2018-10-08",
            ["Id"] = id,
            ["ProductArn"] = productArn,
            ["ProductName"] = productName,
            ["CompanyName"] = company,
            ["Region"] = resource.Region,
            ["GeneratorId"] = generator,
            ["AwsAccountId"] = resource.AccountId,
            ["AwsAccountName"] = accountName,
            ["Types"] = types.ToJson(),
            ["FirstObservedAt"] = at,
            ["LastObservedAt"] = at,
            ["CreatedAt"] = at,
            ["UpdatedAt"] = at,
            ["ProcessedAt"] = at,
            ["Severity"] = new JsonObject { ["Label"] = severity, ["Normalized"] = Normalized(severity) },
            ["Title"] = title,
            ["Description"] = description,
            ["Resources"] = new JsonArray(Resource(resource)),
            ["WorkflowState"] = "NEW",
            ["Workflow"] = new JsonObject { ["Status"] = "NEW" },
            ["RecordState"] = "ACTIVE",
            ["FindingProviderFields"] = new JsonObject
            {
                ["Severity"] = new JsonObject { ["Label"] = severity },
                ["Types"] = types.ToJson(),
            },
            ["ProductFields"] = new JsonObject
            {
                ["aws/securityhub/FindingId"] = $"{productArn}/{id}",
                ["aws/securityhub/ProductName"] = productName,
                ["aws/securityhub/CompanyName"] = company,
            },
        };
    }

    /// <summary>One member of Resources, as the resource is now.</summary>
    public static JsonObject Resource(AwsResource resource)
    {
        var body = new JsonObject
        {
            ["Type"] = resource.AsffType,
            ["Id"] = resource.Arn,
            ["Partition"] = "aws",
            ["Region"] = resource.Region,
        };
        if (resource.Tags.Count > 0)
            body["Tags"] = new JsonObject(resource.Tags.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value)));
        if (resource.Details() is { } details)
            body["Details"] = new JsonObject { [resource.AsffType] = details };
        return body;
    }
}

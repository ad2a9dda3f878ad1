using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;

namespace ChatOps.Findings;

/// <summary>
/// AWS Config's compliance changes, and the invocations of its custom rules. A rule and a resource are one finding, in whichever form
/// it is told: Security Hub gives a Config finding an id of its own that nobody can derive, so ours comes from rule and resource.
/// </summary>
internal static class ConfigRules
{
    /// <summary>A rule came to another result for a resource.</summary>
    public const string ComplianceChange = "aws.config/Config Rules Compliance Change";

    /// <summary>
    /// The rules that Security Hub made for its controls: their results come as the controls' findings, with the control's severity and
    /// advice. As Config's they would be said twice.
    /// </summary>
    private const string SecurityHubs = "securityhub-";

    /// <summary>Reads a compliance change; null when it is of a rule of Security Hub's.</summary>
    /// <exception cref="UnreadableEventException">It does not name its rule and resource.</exception>
    public static IncomingFinding? Read(EventBridgeEnvelope envelope)
    {
        JsonElement? json = envelope.Detail;
        var result = json.Child("newEvaluationResult");
        var named = result.Child("evaluationResultIdentifier").Child("evaluationResultQualifier");
        if ((json.Text("configRuleARN", 512) ?? json.Text("configRuleArn", 512)) is not { } rule
            || json.Text("resourceId", 768) is not { } resource)
            throw new UnreadableEventException("'detail.configRuleARN' or 'detail.resourceId' is missing.");
        var name = json.Text("configRuleName", 128) ?? named.Text("configRuleName", 128) ?? rule;
        if (name.StartsWith(SecurityHubs, StringComparison.OrdinalIgnoreCase)) return null;

        var compliance = ComplianceOf(result);
        var before = ComplianceOf(json.Child("oldEvaluationResult"));
        var finding = Finding(
            rule, name, json.Text("resourceType", 128) ?? named.Text("resourceType", 128) ?? "Other", resource,
            json.Text("awsAccountId", 12) ?? envelope.Account, json.Text("awsRegion", 64) ?? envelope.Region,
            result?.Time("resultRecordedTime") ?? json.Value.Time("notificationCreationTime") ?? envelope.Time, envelope.Time) with
        {
            Compliance = compliance,
            Description = result.Text("annotation", 1024) ?? "",
            // The rule no longer looks at it, most often because it is gone.
            Archived = compliance == "NOT_AVAILABLE",
        };
        // That something is as it should be is news only where it was not. An overtaking message may say so first: it says what was before.
        return new IncomingFinding(finding, OnlyIfKnown: compliance != "FAILED" && before != "FAILED");
    }

    /// <summary>
    /// Reads the invocation of a custom rule: it carries no result, but the resource as Config has it. That makes a finding of the rule and
    /// the resource more telling; one of a deleted resource ends.
    /// </summary>
    public static IncomingFinding Read(ConfigRuleInvocation invocation, DateTimeOffset receivedAt)
    {
        var item = invocation.Item;
        var type = item.Text("resourceType", 128) ?? "Other";
        var id = item.Text("resourceId", 768) ?? "";
        var at = item.Child("configurationItemCaptureTime") is null ? receivedAt : item?.Time("configurationItemCaptureTime") ?? receivedAt;
        var gone = invocation.EventLeftScope
            || item.Text("configurationItemStatus", 64) is "ResourceDeleted" or "ResourceDeletedNotRecorded";
        var finding = Finding(
            invocation.RuleArn, invocation.RuleName, type, id, invocation.Account, item.Text("awsRegion", 64) ?? "", at, at);
        var resource = finding.Resources[0];
        return new IncomingFinding(
            finding with
            {
                Archived = gone,
                Resources =
                [
                    resource with
                    {
                        Arn = item.Text("ARN", 2048) ?? item.Text("arn", 2048) ?? resource.Arn,
                        Tags = EventText.Map(item.Child("tags"), 50),
                        Details = EventText.Map(item.Child("configuration"), 40),
                    },
                ],
            },
            OnlyIfKnown: true,
            OnlyResources: !gone);
    }

    /// <summary>
    /// The id of a finding by its rule and its only resource, however the resource is written: by its ARN or by the last part of it.
    /// </summary>
    public static string? IdOf(string rule, IReadOnlyList<FindingResource> resources) =>
        resources is [var only] && rule.Length > 0 ? Findings.Finding.IdOf($"{rule}/{Tail(only.Arn)}", "aws/config") : null;

    private static string Tail(string resource) => resource[(resource.LastIndexOfAny(['/', ':']) + 1)..];

    private static Finding Finding(
        string rule, string name, string configType, string id, string account, string region, DateTimeOffset at, DateTimeOffset observedAt)
    {
        if (account.Length != 12 || !account.All(char.IsAsciiDigit))
            throw new UnreadableEventException("The account is not twelve digits.");
        var partition = Arn.TryParse(rule, out var arn) ? arn.Partition : "aws";
        var type = ResourceText.Asff(configType);
        FindingResource[] resources =
        [
            new(NativeFindings.ResourceArn(type, id, partition, account, region), type, region, new Dictionary<string, string>()),
        ];
        return new Finding
        {
            Id = IdOf(rule, resources)!,
            Arn = $"{rule}/{configType}/{id}",
            ProductArn = NativeFindings.ProductArn(partition, region, "aws/config"),
            Account = account,
            Region = region,
            Title = name,
            // Config does not rate; Security Hub gives its findings this.
            Severity = Severity.Medium,
            Product = "Config",
            Company = "AWS",
            Generator = rule,
            Types = ["Software and Configuration Checks"],
            FirstSeen = at,
            LastSeen = at,
            CreatedAt = at,
            UpdatedAt = at,
            ObservedAt = observedAt,
            SourceUrl = EventText.Link(ConsoleLinks.ConfigRule(region, name)),
            Resources = resources,
            Rule = name,
            Form = FindingForm.Native,
        };
    }

    private static string? ComplianceOf(JsonElement? result) => result.Text("complianceType", 32) switch
    {
        null => null,
        "COMPLIANT" => "PASSED",
        "NON_COMPLIANT" => "FAILED",
        _ => "NOT_AVAILABLE",
    };
}

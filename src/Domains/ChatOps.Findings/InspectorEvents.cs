using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;

namespace ChatOps.Findings;

/// <summary>
/// Inspector's own EventBridge events. The finding gets the identity by which Security Hub imports it: its ARN, and the product
/// <c>aws/inspector</c> of its Region.
/// </summary>
internal static class InspectorEvents
{
    /// <summary>A finding was created, changed or closed.</summary>
    public const string Kind = "aws.inspector2/Inspector2 Finding";

    private const int MaxPackages = 50;

    /// <summary>Reads an event.</summary>
    /// <exception cref="UnreadableEventException">It has no ARN or account.</exception>
    public static Finding Read(EventBridgeEnvelope envelope)
    {
        JsonElement? json = envelope.Detail;
        if (json.Text("findingArn", 512) is not { } text || !Arn.TryParse(text, out var arn))
            throw new UnreadableEventException("'detail.findingArn' is missing or no ARN.");
        var account = json.Text("awsAccountId", 12) ?? arn.Account;
        if (account.Length != 12 || !account.All(char.IsAsciiDigit))
            throw new UnreadableEventException("'detail.awsAccountId' is not twelve digits.");
        var region = arn.Region.Length > 0 ? arn.Region : envelope.Region;
        var updated = json.Value.Time("updatedAt") ?? json.Value.Time("lastObservedAt") ?? envelope.Time;
        var first = json.Value.Time("firstObservedAt") ?? updated;
        var recommendation = json.Child("remediation").Child("recommendation");
        var productArn = NativeFindings.ProductArn(arn.Partition, region, "aws/inspector");
        return new Finding
        {
            Id = Finding.IdOf(text, productArn),
            Arn = text,
            ProductArn = productArn,
            Account = account,
            Region = region,
            Title = json.Text("title", 512) ?? text,
            Description = json.Text("description", 4096) ?? "",
            // UNTRIAGED is what nobody has rated yet.
            Severity = Asff.RankOf(json.Text("severity", 32)) ?? Severity.Medium,
            Product = "Inspector",
            Company = "Amazon",
            Generator = "AWSInspector",
            Types = json.Text("type", 128) is { } type ? [type] : [],
            // Closed: fixed, or the resource is gone. Suppressed: by a filter of Inspector's. Security Hub archives both.
            Archived = json.Text("status", 32) is "CLOSED" or "SUPPRESSED",
            FirstSeen = first,
            LastSeen = json.Value.Time("lastObservedAt") ?? updated,
            CreatedAt = first,
            UpdatedAt = updated,
            ObservedAt = envelope.Time,
            RemediationText = recommendation.Text("text", 2048) is { } advice and not "None Provided" ? advice : null,
            RemediationUrl = EventText.Link(recommendation.Text("Url", 2048) ?? recommendation.Text("url", 2048)),
            Vulnerabilities = VulnerabilitiesOf(json),
            Resources = [.. json.Child("resources").Items().Take(32).Select(item => ResourceOf(item, json, arn.Partition, account, region))
                .OfType<FindingResource>()],
            Form = FindingForm.Native,
        };
    }

    private static IReadOnlyList<Vulnerability> VulnerabilitiesOf(JsonElement? json)
    {
        var package = json.Child("packageVulnerabilityDetails");
        if (package.Text("vulnerabilityId", 128) is not { } id) return [];
        // Inspector's own score comes first: it knows whether the network reaches the package. It may be missing.
        var scores = package.Child("cvss").Items().Select(score => ((JsonElement?)score).Number("baseScore")).OfType<double>().ToList();
        var packages = package.Child("vulnerablePackages").Items()
            .Select(item => item.Text("name", 256) is { } name
                ? new VulnerablePackage(name, item.Text("version", 128), item.Text("fixedInVersion", 128), item.Text("remediation", 256))
                : null)
            .OfType<VulnerablePackage>().Take(MaxPackages).ToList();
        return
        [
            new Vulnerability(
                id,
                json.Number("inspectorScore") ?? (scores.Count > 0 ? scores.Max() : null),
                json.Child("epss").Number("score"),
                json.Text("exploitAvailable", 16)?.ToUpperInvariant() switch { "YES" => true, "NO" => false, _ => null },
                json.Text("fixAvailable", 16)?.ToUpperInvariant(),
                packages,
                EventText.Link(package.Text("sourceUrl", 2048))),
        ];
    }

    private static FindingResource? ResourceOf(JsonElement item, JsonElement? finding, string partition, string account, string region)
    {
        if (item.Text("id", 2048) is not { } id) return null;
        var given = item.Text("type", 64) ?? "";
        var type = given switch
        {
            "AWS_EC2_INSTANCE" => "AwsEc2Instance",
            "AWS_ECR_CONTAINER_IMAGE" => "AwsEcrContainerImage",
            "AWS_ECR_REPOSITORY" => "AwsEcrRepository",
            "AWS_LAMBDA_FUNCTION" => "AwsLambdaFunction",
            _ => given.Length > 0 ? given : "Other",
        };
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in item.Child("details") is { ValueKind: JsonValueKind.Object } all ? all.EnumerateObject() : default)
        {
            foreach (var (name, value) in EventText.Map(member.Value, 20)) details[char.ToUpperInvariant(name[0]) + name[1..]] = value;
        }

        if (OpenPorts(finding) is { } ports) details["OpenToTheWorld"] = ports;
        return new FindingResource(
            NativeFindings.ResourceArn(type, id, partition, account, region), type, item.Text("region", 64) ?? region,
            EventText.Map(item.Child("tags"), 50))
        {
            Details = details,
        };
    }

    /// <summary>What the network lets in: <c>22</c>, <c>8000–8080</c>.</summary>
    private static string? OpenPorts(JsonElement? finding)
    {
        var range = finding.Child("networkReachabilityDetails").Child("openPortRange");
        var (begin, end) = (range.Text("begin", 16), range.Text("end", 16));
        return begin is null ? null : end is null || end == begin ? begin : $"{begin}–{end}";
    }
}

using System.Text.Json;
using ChatOps.Aws;

namespace ChatOps.Findings;

/// <summary>
/// AWS Security Finding Format (2018-10-08) in, <see cref="Finding"/> out: every generation of it and the odd things that products send.
/// The one place that knows ASFF's names.
/// </summary>
internal static class Asff
{
    private const int MaxResources = 32;
    private const int MaxVulnerabilities = 20;
    private const int MaxList = 50;
    private const int MaxTags = 50;

    /// <summary>Reads one finding. False when it has no identity or account: then <paramref name="error"/> says what is missing.</summary>
    /// <param name="json">The ASFF object.</param>
    /// <param name="region">The region of the envelope, for findings that do not name their own.</param>
    /// <param name="observedAt">When Security Hub said so.</param>
    /// <param name="finding">The finding.</param>
    /// <param name="error">One sentence.</param>
    public static bool TryRead(JsonElement json, string region, DateTimeOffset observedAt, out Finding finding, out string error)
    {
        finding = null!;
        if (json.ValueKind != JsonValueKind.Object)
        {
            error = $"A finding is an object in ASFF; this is {json.ValueKind}.";
            return false;
        }

        if (json.Text("Id", 512) is not { } arn || json.Text("ProductArn", 2048) is not { } productArn
            || json.Text("AwsAccountId", 32) is not { } account)
        {
            error = "A finding needs Id, ProductArn and AwsAccountId; at least one of them is missing or not text.";
            return false;
        }

        if (account.Length != 12 || !account.All(char.IsAsciiDigit))
        {
            error = "AwsAccountId is not twelve digits.";
            return false;
        }

        error = "";
        finding = Read(json, arn, productArn, account, region, observedAt);
        return true;
    }

    private static Finding Read(
        JsonElement json, string arn, string productArn, string account, string envelopeRegion, DateTimeOffset observedAt)
    {
        var fields = EventText.Map(json.Child("ProductFields"), 200);
        var compliance = json.Child("Compliance");
        var generator = json.Text("GeneratorId", 512) ?? "";
        var control = AsffControl.Of(compliance, fields, generator);
        var resources = json.Child("Resources").Items().Take(MaxResources).Select(AsffResource.Read).OfType<FindingResource>().ToList();
        var region = json.Text("Region", 64) ?? RegionOf(productArn) ?? resources.Select(resource => resource.Region)
            .FirstOrDefault(name => name is not null) ?? envelopeRegion;
        var updated = json.Time("UpdatedAt")
            ?? json.Time("updatedAt") ?? json.Time("LastObservedAt") ?? json.Time("CreatedAt") ?? observedAt;
        var created = json.Time("CreatedAt") ?? updated;
        var rule = ProductOf(productArn) == "config" ? fields.GetValueOrDefault("aws/config/ConfigRuleArn") ?? generator : null;
        var recommendation = json.Child("Remediation").Child("Recommendation");

        var ofStandards = FindingStandards.IdOf(
            arn, productArn, compliance.Text("SecurityControlId", 64), account, region, resources is [var first, ..] ? first.Arn : null);
        var finding = new Finding
        {
            Id = ofStandards ?? (rule is null ? null : ConfigRules.IdOf(rule, resources)) ?? Finding.IdOf(arn, productArn),
            Arn = arn,
            ProductArn = productArn,
            Account = account,
            Region = region,
            Title = AsffControl.WithoutId(
                json.Text("Title", 512) ?? (generator.Length > 0 ? generator : arn), control, fields.GetValueOrDefault("ControlId")),
            Description = json.Text("Description", 4096) ?? "",
            Severity = SeverityOf(json, fields),
            ControlId = control?.Id,
            ControlName = control?.Name,
            Product = json.Text("ProductName", 128) ?? fields.GetValueOrDefault("aws/securityhub/ProductName") ?? ProductOf(productArn),
            Company = json.Text("CompanyName", 128) ?? fields.GetValueOrDefault("aws/securityhub/CompanyName") ?? "",
            Generator = generator,
            Standards = AsffControl.Standards(compliance, generator),
            Types = TextsOf(json.Child("Types")),
            Compliance = compliance.Text("Status", 32),
            ComplianceReason = ReasonOf(compliance) ?? fields.GetValueOrDefault("aws/securityhub/annotation"),
            Requirements = TextsOf(compliance.Child("RelatedRequirements")),
            Workflow = WorkflowOf(json),
            Archived = json.Text("RecordState", 32) == "ARCHIVED",
            FirstSeen = json.Time("FirstObservedAt") ?? created,
            LastSeen = json.Time("LastObservedAt") ?? updated,
            CreatedAt = created,
            UpdatedAt = updated,
            ObservedAt = observedAt,
            RemediationText = recommendation.Text("Text", 2048),
            RemediationUrl = EventText.Link(recommendation.Text("Url", 2048) ?? fields.GetValueOrDefault("RecommendationUrl")),
            SourceUrl = EventText.Link(json.Text("SourceUrl", 2048)),
            Note = NoteOf(json.Child("Note")),
            Vulnerabilities = VulnerabilitiesOf(json.Child("Vulnerabilities")),
            Threat = AsffThreat.Of(json.Child("Action"), fields),
            Resources = resources,
            Rule = rule is null ? null : fields.GetValueOrDefault("aws/config/ConfigRuleName"),
        };
        finding = AttackSequences.Read(finding, json.Child("Detection").Child("Sequence"));
        return ofStandards is null
            ? finding
            : finding with
            {
                Members =
                [
                    new StandardFinding(
                        arn, productArn, finding.Standards is [var standard, ..] ? standard : null, finding.Severity, finding.Compliance,
                        finding.Workflow, finding.Archived, updated, observedAt),
                ],
            };
    }

    /// <summary>Newest form first. Normalized: 0, 1–39, 40–69, 70–89, 90–100. What nobody rated is not hidden: medium.</summary>
    private static Severity SeverityOf(JsonElement json, Dictionary<string, string> fields)
    {
        var severity = json.Child("Severity");
        var label = severity.Text("Label", 32) ?? fields.GetValueOrDefault("aws/securityhub/SeverityLabel");
        if (RankOf(label) is { } rank) return rank;
        if (severity.Number("Normalized") is { } normalized) return RankOf(normalized);
        if (RankOf(json.Child("FindingProviderFields").Child("Severity").Text("Label", 32)) is { } provided) return provided;
        // The product's own scale is up to the product; GuardDuty's and Inspector's end at 10, the others' at 100.
        if (severity.Number("Product") is { } product) return RankOf(product <= 10 ? product * 10 : product);
        return Severity.Medium;
    }

    internal static Severity? RankOf(string? label) => label?.ToUpperInvariant() switch
    {
        "CRITICAL" => Severity.Critical,
        "HIGH" => Severity.High,
        "MEDIUM" => Severity.Medium,
        "LOW" => Severity.Low,
        "INFORMATIONAL" => Severity.Informational,
        _ => null,
    };

    internal static Severity RankOf(double normalized) => normalized switch
    {
        >= 90 => Severity.Critical,
        >= 70 => Severity.High,
        >= 40 => Severity.Medium,
        >= 1 => Severity.Low,
        _ => Severity.Informational,
    };

    /// <summary>Findings from before 2020 have WorkflowState alone, whose words are others.</summary>
    private static WorkflowStatus WorkflowOf(JsonElement json) =>
        (json.Child("Workflow").Text("Status", 32) ?? json.Text("WorkflowState", 32)) switch
        {
            "NOTIFIED" or "ASSIGNED" or "IN_PROGRESS" => WorkflowStatus.Notified,
            "SUPPRESSED" or "DEFERRED" => WorkflowStatus.Suppressed,
            "RESOLVED" => WorkflowStatus.Resolved,
            _ => WorkflowStatus.New,
        };

    private static string? ReasonOf(JsonElement? compliance) =>
        compliance.Child("StatusReasons").Items().Select(reason => reason.Text("Description", 1024) ?? reason.Text("ReasonCode", 128))
            .FirstOrDefault(text => text is not null);

    private static FindingNote? NoteOf(JsonElement? note) =>
        // Its lines are kept: ours is told from others' by them.
        note?.Lines("Text", FindingNotes.MaxLength) is { } text
            ? new FindingNote(text, note.Text("UpdatedBy", 512) ?? "", note.Value.Time("UpdatedAt"))
            : null;

    private static List<Vulnerability> VulnerabilitiesOf(JsonElement? json) =>
    [
        .. json.Items().Select(VulnerabilityOf).OfType<Vulnerability>()
            .OrderByDescending(vulnerability => vulnerability.Cvss ?? 0).Take(MaxVulnerabilities),
    ];

    private static Vulnerability? VulnerabilityOf(JsonElement json)
    {
        if (json.Text("Id", 128) is not { } id) return null;
        JsonElement? vulnerability = json;
        var scores = json.Child("Cvss").Items().Select(score => ((JsonElement?)score).Number("BaseScore")).OfType<double>().ToList();
        var packages = json.Child("VulnerablePackages").Items()
            .Select(package => package.Text("Name", 256) is { } name
                ? new VulnerablePackage(
                    name, package.Text("Version", 128), package.Text("FixedInVersion", 128), package.Text("Remediation", 256))
                : null)
            .OfType<VulnerablePackage>().Take(MaxList).ToList();
        var url = json.Child("Vendor").Text("Url", 2048)
            ?? EventText.Text(json.Child("ReferenceUrls").Items().Select(item => (JsonElement?)item).FirstOrDefault(), 2048);
        return new Vulnerability(
            id, scores.Count > 0 ? scores.Max() : null, vulnerability.Number("EpssScore"), YesNo(json.Text("ExploitAvailable", 16)),
            json.Text("FixAvailable", 16), packages, EventText.Link(url));
    }

    private static bool? YesNo(string? text) => text?.ToUpperInvariant() switch { "YES" => true, "NO" => false, _ => null };

    private static List<string> TextsOf(JsonElement? json) =>
        [.. json.Items().Select(item => EventText.Text(item, 256)).OfType<string>().Take(MaxList)];

    private static string? RegionOf(string productArn) =>
        Arn.TryParse(productArn, out var arn) && arn.Region.Length > 0 ? arn.Region : null;

    private static string ProductOf(string productArn) => productArn[(productArn.LastIndexOf('/') + 1)..];

    internal static Dictionary<string, string> TagsOf(JsonElement? json) => EventText.Map(json, MaxTags);
}

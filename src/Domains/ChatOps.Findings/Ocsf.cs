using System.Text.Json;
using ChatOps.Aws;

namespace ChatOps.Findings;

/// <summary>
/// OCSF findings, as Security Hub's second generation sends them, in; <see cref="Finding"/> out. Reads compliance (2003), vulnerability
/// (2002)
/// and detection findings (2004) alike: a field that a class lacks is absent.
/// </summary>
internal static class Ocsf
{
    private const int MaxResources = 32;
    private const int MaxVulnerabilities = 20;
    private const int MaxList = 50;

    /// <summary>Reads one finding. False when it has no identity or account: then <paramref name="error"/> says what is missing.</summary>
    public static bool TryRead(JsonElement json, string region, DateTimeOffset observedAt, out Finding finding, out string error)
    {
        finding = null!;
        error = "";
        var info = json.Child("finding_info");
        if (info.Text("uid", 512) is not { } uid || json.Child("metadata").Child("product").Text("uid", 2048) is not { } product)
        {
            error = "A finding in OCSF needs finding_info.uid and metadata.product.uid; at least one of them is missing or not text.";
            return false;
        }

        if (json.Child("cloud").Child("account").Text("uid", 32) is not { Length: 12 } account || !account.All(char.IsAsciiDigit))
        {
            error = "cloud.account.uid is not twelve digits.";
            return false;
        }

        finding = Read(json, info!.Value, uid, ProductArnOf(product), account, region, observedAt);
        return true;
    }

    /// <summary>
    /// The product as ASFF names it: <c>…::productv2/aws/inspector</c> is <c>…::product/aws/inspector</c>. With the provider's own id of
    /// the
    /// finding, which both generations keep, it is the identity by which the two forms of one finding meet.
    /// </summary>
    internal static string ProductArnOf(string uid) => uid.Replace("::productv2/", "::product/", StringComparison.Ordinal);

    private static Finding Read(
        JsonElement json, JsonElement info, string uid, string productArn, string account, string envelopeRegion, DateTimeOffset observedAt)
    {
        var compliance = json.Child("compliance");
        var control = ControlOf(compliance);
        var product = json.Child("metadata").Child("product");
        var updated = At(info, "modified_time") ?? At(json, "time") ?? observedAt;
        var created = At(info, "created_time") ?? updated;
        var title = info.Text("title", 512) ?? uid;
        var region = json.Child("cloud").Text("region", 64) ?? envelopeRegion;
        var resources = json.Child("resources").Items().Take(MaxResources).Select(ResourceOf).OfType<FindingResource>().ToList();
        var standards = compliance.Child("standards").Items().Select(item => EventText.Text(item, 256)).OfType<string>().Take(10).ToList();
        return new Finding
        {
            Id = FindingStandards.IdOf(uid, productArn, control?.Id, account, region, resources is [var first, ..] ? first.Arn : null)
                ?? Finding.IdOf(uid, productArn),
            Arn = uid,
            ProductArn = productArn,
            Account = account,
            Region = region,
            Title = AsffControl.WithoutId(title, control),
            Description = info.Text("desc", 4096) ?? "",
            Severity = SeverityOf(json),
            ControlId = control?.Id,
            ControlName = control?.Name,
            Product = product.Text("name", 128) ?? "",
            Company = product.Text("vendor_name", 128) ?? "",
            Generator = control is { Id: var id } ? $"security-control/{id}" : info.Child("analytic").Text("uid", 512) ?? "",
            Standards = [.. standards.SelectMany(standard => AsffControl.Standards(null, standard)).Distinct()],
            Types = TextsOf(info.Child("types")),
            Compliance = ComplianceOf(compliance),
            ComplianceReason = compliance.Text("status_detail", 1024),
            Requirements = TextsOf(compliance.Child("requirements")),
            Workflow = WorkflowOf(json),
            // 5 is Archived, 6 Deleted; a class's activity 3 is Close.
            Archived = json.Text("status_id", 8) is "5" or "6" || json.Text("activity_id", 8) == "3",
            FirstSeen = At(info, "first_seen_time") ?? created,
            LastSeen = At(info, "last_seen_time") ?? updated,
            CreatedAt = created,
            UpdatedAt = updated,
            ObservedAt = observedAt,
            RemediationText = json.Child("remediation").Text("desc", 2048),
            RemediationUrl = EventText.Link(TextsOf(json.Child("remediation").Child("references"), 2048).FirstOrDefault()),
            SourceUrl = EventText.Link(info.Text("src_url", 2048)),
            Note = json.Text("comment", 512) is { } note ? new FindingNote(note, "", null) : null,
            Vulnerabilities =
            [
                .. json.Child("vulnerabilities").Items().Select(VulnerabilityOf).OfType<Vulnerability>()
                .OrderByDescending(vulnerability => vulnerability.Cvss ?? 0).Take(MaxVulnerabilities),
            ],
            Threat = ThreatOf(json),
            Resources = resources,
            Form = FindingForm.Ocsf,
        };
    }

    /// <summary>Times stand there as milliseconds, and again as text under <c>…_dt</c>.</summary>
    private static DateTimeOffset? At(JsonElement json, string name)
    {
        if (json.Time($"{name}_dt") is { } time) return time;
        return EventText.Whole(json.Text(name, 32)) is > 0 and < 253_402_300_800_000 and { } ms
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : null;
    }

    private static AsffControl? ControlOf(JsonElement? compliance) =>
        compliance.Text("control", 64) is { } control && !string.IsNullOrWhiteSpace(control)
            ? new AsffControl(control.ToUpperInvariant(), control)
            : null;

    /// <summary>Fatal is critical here: five ranks are what people tell apart. What nobody rated is not hidden: medium.</summary>
    private static Severity SeverityOf(JsonElement json) => json.Text("severity_id", 8) switch
    {
        "1" => Severity.Informational,
        "2" => Severity.Low,
        "3" => Severity.Medium,
        "4" => Severity.High,
        "5" or "6" => Severity.Critical,
        _ => json.Text("severity", 32) is "Fatal" ? Severity.Critical : Asff.RankOf(json.Text("severity", 32)) ?? Severity.Medium,
    };

    private static string? ComplianceOf(JsonElement? compliance) => compliance.Text("status_id", 8) switch
    {
        "1" => "PASSED",
        "2" => "WARNING",
        "3" => "FAILED",
        _ => compliance.Text("status", 32)?.ToUpperInvariant() switch
        {
            "PASS" => "PASSED",
            "FAIL" => "FAILED",
            "WARNING" => "WARNING",
            null => null,
            _ => "NOT_AVAILABLE",
        },
    };

    private static WorkflowStatus WorkflowOf(JsonElement json) => json.Text("status_id", 8) switch
    {
        "2" => WorkflowStatus.Notified,
        "3" => WorkflowStatus.Suppressed,
        "4" => WorkflowStatus.Resolved,
        _ => WorkflowStatus.New,
    };

    private static FindingResource? ResourceOf(JsonElement json)
    {
        if (json.Text("uid", 2048) is not { } uid) return null;
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in json.Child("tags").Items().Take(MaxList))
        {
            if (tag.Text("name", 128) is { } name) tags[name] = tag.Text("value", 256) ?? "";
        }

        return new FindingResource(uid, ResourceText.Asff(json.Text("type", 128) ?? "Other"), json.Text("region", 64), tags)
        {
            Details = EventText.Map(json.Child("data"), 40),
        };
    }

    private static Vulnerability? VulnerabilityOf(JsonElement json)
    {
        JsonElement? given = json;
        var cve = given.Child("cve");
        if ((cve.Text("uid", 128) ?? given.Child("advisory").Text("uid", 128)) is not { } id) return null;
        var scores = cve.Child("cvss").Items().Select(score => ((JsonElement?)score).Number("base_score")).OfType<double>().ToList();
        var packages = given.Child("affected_packages").Items()
            .Select(package => package.Text("name", 256) is { } name
                ? new VulnerablePackage(
                    name, package.Text("version", 128), package.Text("fixed_in_version", 128),
                    package.Child("remediation").Text("desc", 256))
                : null)
            .OfType<VulnerablePackage>().Take(MaxList).ToList();
        return new Vulnerability(
            id,
            scores.Count > 0 ? scores.Max() : null,
            cve.Child("epss").Number("score"),
            given.Flag("is_exploit_available"),
            given.Flag("is_fix_available") switch { true => "YES", false => "NO", null => null },
            packages,
            EventText.Link(
                TextsOf(cve.Child("references"), 2048).FirstOrDefault() ?? TextsOf(given.Child("references"), 2048).FirstOrDefault()));
    }

    /// <summary>Who did what, by the first piece of evidence.</summary>
    private static ThreatAction? ThreatOf(JsonElement json)
    {
        if (json.Child("evidences").Items().Select(item => (JsonElement?)item).FirstOrDefault() is not { } evidence) return null;
        var (source, api) = (evidence.Child("src_endpoint"), evidence.Child("api"));
        return new ThreatAction
        {
            Kind = api is null ? evidence.Child("query") is null ? "NETWORK_CONNECTION" : "DNS_REQUEST" : "AWS_API_CALL",
            Ip = source.Text("ip", 64),
            Country = source.Child("location").Text("country", 128),
            City = source.Child("location").Text("city", 128),
            Organization = source.Child("autonomous_system").Text("name", 256),
            Api = api.Text("operation", 128),
            Service = api.Child("service").Text("name", 128),
            Port = evidence.Child("dst_endpoint").Text("port", 16),
            Domain = evidence.Child("query").Text("hostname", 256),
            Direction = evidence.Child("connection_info").Text("direction", 32)?.ToUpperInvariant(),
            Count = EventText.Whole(json.Text("count", 32)),
        };
    }

    private static List<string> TextsOf(JsonElement? json, int max = 256) =>
        [.. json.Items().Select(item => EventText.Text(item, max)).OfType<string>().Take(MaxList)];
}

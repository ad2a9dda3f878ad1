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
            Actors = ActorsOf(json),
            Signals = SignalsOf(json),
            Related = RelatedOf(info),
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

    /// <summary>The ARN stands in <c>uid</c> or <c>uid_alt</c>, the readable name in <c>name</c>; any may be missing.</summary>
    private static FindingResource? ResourceOf(JsonElement json)
    {
        var (uid, other, name) = (json.Text("uid", 2048), json.Text("uid_alt", 2048), json.Text("name", 512));
        var id = IsArn(uid) ? uid : IsArn(other) ? other : uid ?? other ?? name;
        if (id is null) return null;
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in json.Child("tags").Items().Take(MaxList))
        {
            if (tag.Text("name", 128) is { } key) tags[key] = tag.Text("value", 256) ?? "";
        }

        var details = AsffResource.DetailsOf(json.Child("data"));
        if (name is not null && !id.EndsWith(name, StringComparison.Ordinal)) details.TryAdd("ResourceName", name);
        return new FindingResource(id, ResourceText.Asff(json.Text("type", 128) ?? "Other"), json.Text("region", 64), tags)
        {
            Details = details,
        };
    }

    private static bool IsArn(string? text) => text?.StartsWith("arn:", StringComparison.Ordinal) == true;

    /// <summary>The findings that an exposure is made of, with why each counts.</summary>
    private static List<RelatedFinding> RelatedOf(JsonElement info) =>
    [
        .. info.Child("related_events").Items().Take(MaxList).Select(item => item.Text("uid", 512) is { } uid
            ? new RelatedFinding(
                item.Text("title", 512) ?? uid, uid, ProductArnOf(item.Child("product").Text("uid", 2048) ?? ""),
                [
                    .. item.Child("tags").Items().Take(MaxList).Select(tag =>
                        $"{tag.Text("name", 128)}: {string.Join(", ", TextsOf(tag.Child("values")))}"),
                ])
            : null).OfType<RelatedFinding>(),
    ];

    /// <summary>Who acted: the finding's own actor and those of its evidence.</summary>
    private static List<string> ActorsOf(JsonElement json) =>
    [
        .. json.Child("evidences").Items().Select(evidence => evidence.Child("actor")).Prepend(json.Child("actor"))
            .Select(ActorOf).OfType<string>().Distinct().Take(MaxList),
    ];

    private static string? ActorOf(JsonElement? actor)
    {
        var user = actor.Child("user");
        var name = user.Text("name", 256) ?? user.Text("uid_alt", 256) ?? user.Text("uid", 256)
            ?? actor.Child("process").Text("name", 256) ?? actor.Child("session").Text("issuer", 256);
        return name is null ? null : user.Text("type", 64) is { } type ? $"{name} ({type})" : name;
    }

    /// <summary>Each piece of evidence, where there are several.</summary>
    private static List<ThreatSignal> SignalsOf(JsonElement json)
    {
        var evidences = json.Child("evidences").Items().Take(MaxList).ToList();
        return evidences.Count < 2 ? [] :
        [
            .. evidences.Select(evidence =>
            {
                JsonElement? given = evidence;
                var source = given.Child("src_endpoint");
                var name = given.Child("api").Text("operation", 128) ?? given.Child("query").Text("hostname", 256)
                    ?? given.Child("process").Text("name", 256) ?? given.Child("file").Text("path", 256)
                    ?? given.Child("connection_info").Text("direction", 32) ?? given.Text("name", 256);
                var place = string.Join(", ", new[]
                {
                    source.Child("location").Text("city", 128), source.Child("location").Text("country", 128),
                    source.Child("autonomous_system").Text("name", 128),
                }.OfType<string>());
                return name is null ? null : new ThreatSignal(
                    name, At(evidence, "first_seen_time") ?? At(evidence, "time"), At(evidence, "last_seen_time"),
                    EventText.Whole(given.Text("count", 32)), ActorOf(given.Child("actor")),
                    source.Text("ip", 64) ?? source.Text("domain", 256),
                    place.Length > 0 ? place : null, []);
            }).OfType<ThreatSignal>(),
        ];
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
        // A piece of evidence that names neither whence nor what (a process, a file) is none of a threat.
        if (json.Child("evidences").Items().Select(item => (JsonElement?)item).FirstOrDefault(item => item.Child("src_endpoint") is not null
            || item.Child("api") is not null || item.Child("query") is not null) is not { } evidence)
            return null;
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

using System.Globalization;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>The words about findings that several views use. All of it is markup, escaped. Pure.</summary>
internal static class FindingText
{
    private static readonly string[] TagsShown = ["Env", "Environment", "Stage", "Owner", "OwnerContact", "Team", "Service", "Project"];

    /// <summary>A short text from outside: escaped, and cut so that a hostile one leaves room for the others.</summary>
    public static string Piece(string? text, int max = 120) => TextCut.Markup(Mrkdwn.Literal(text), max);

    /// <summary>A resource's type; breaking its colons up would spoil it for copying.</summary>
    public static string Type(FindingResource resource) =>
        ResourceText.Type(resource.Type) is var type && type.All(c => char.IsAsciiLetterOrDigit(c) || c == ':') ? type : Piece(type);

    public static string Severity(Severity rank, Locale locale) => locale.Text(rank switch
    {
        Kernel.Severity.Critical => "finding.severity.critical",
        Kernel.Severity.High => "finding.severity.high",
        Kernel.Severity.Medium => "finding.severity.medium",
        Kernel.Severity.Low => "finding.severity.low",
        _ => "finding.severity.informational",
    });

    public static string Sign(Severity rank) => rank switch
    {
        Kernel.Severity.Critical => "🔴",
        Kernel.Severity.High => "🟠",
        Kernel.Severity.Medium => "🟡",
        Kernel.Severity.Low => "🔵",
        _ => "⚫",
    };

    public static string State(FindingState state, Locale locale) => locale.Text(state switch
    {
        FindingState.New => "finding.state.new",
        FindingState.Acknowledged => "finding.state.acknowledged",
        FindingState.Suppressed => "finding.state.suppressed",
        FindingState.Resolved => "finding.state.resolved",
        _ => "finding.state.archived",
    });

    /// <summary>The control or CVE in bold and the title: <c>*S3.8*  S3 buckets should block public access</c>.</summary>
    public static string Title(Finding finding, int max = 250)
    {
        var title = TextCut.Markup(Mrkdwn.Literal(finding.Title), max);
        return finding.ControlName is { } control ? $"*{Piece(control)}*  {title}" : $"*{title}*";
    }

    /// <summary>What it is in a word: the control, the CVE, or the title. Plain text.</summary>
    public static string Short(Finding finding) =>
        finding.ControlName ?? (finding.Vulnerabilities is [var first, ..] ? first.Id : TextCut.Plain(finding.Title.TrimEnd('.'), 80));

    /// <summary>The name of the first resource, and how many more. Plain text.</summary>
    public static string Resource(Finding finding, string? accountName = null) => finding.Resources switch
    {
        [] or [{ Type: "AwsAccount" }] => accountName is null ? finding.Account : $"{accountName} ({finding.Account})",
        [var only] => ResourceText.Name(only),
        [var first, ..] => string.Create(CultureInfo.InvariantCulture, $"{ResourceText.Name(first)} +{finding.Resources.Count - 1}"),
    };

    public static string Account(Finding finding, string? name) =>
        name is null ? finding.Account : $"{Mrkdwn.Literal(name)} ({finding.Account})";

    /// <summary>The tags that say whose it is: <c>Env PROD · Owner SECURITY</c>; empty when there are none.</summary>
    public static string Tags(Finding finding) => string.Join(" · ", Telling(finding).Select(tag => $"{Piece(tag.Key, 40)} {Piece(tag.Value, 80)}"));

    /// <summary>Their values alone: <c>PROD, SECURITY</c>.</summary>
    public static string TagValues(Finding finding) => string.Join(", ", Telling(finding).Select(tag => Piece(tag.Value, 80)));

    private static IEnumerable<KeyValuePair<string, string>> Telling(Finding finding) => finding.Resources is [var first, ..]
        ? TagsShown.SelectMany(key => first.Tags.Where(tag => string.Equals(tag.Key, key, StringComparison.OrdinalIgnoreCase)).Take(1)).Take(3)
        : [];

    public static string Moment(DateTimeOffset at, Locale locale) => Mrkdwn.Date(at, "{date_short_pretty} {time}", locale.DayAndTime(at));

    public static string Day(DateTimeOffset at, Locale locale) => Mrkdwn.Date(at, "{date_short_pretty}", locale.Day(at));

    /// <summary>What found it: <c>Security Hub (FSBP, CIS 1.2.0)</c>, <c>Prowler</c>.</summary>
    public static string FoundBy(Finding finding)
    {
        var product = Piece(finding.Product.Length > 0 ? finding.Product : finding.Company);
        return finding.Standards.Count == 0 ? product : $"{product} ({Piece(string.Join(", ", finding.Standards))})";
    }

    /// <summary>Who says how it stands: Security Hub, or the service itself where Security Hub does not have it.</summary>
    public static string Teller(Finding finding) => finding.Form == FindingForm.Native && finding.Product.Length > 0 ? Piece(finding.Product) : "Security Hub";

    public static string Vulnerability(Vulnerability vulnerability, Locale locale)
    {
        var id = vulnerability.Url is { } url ? Mrkdwn.Link(url, vulnerability.Id) : Piece(vulnerability.Id);
        var parts = new List<string> { $"*{id}*" };
        parts.AddRange(vulnerability.Packages.Take(3).Select(package => Package(package, locale)));
        if (vulnerability.Packages.Count > 3) parts.Add(locale.Text("finding.cve.more-packages", ("count", vulnerability.Packages.Count - 3)));
        if (vulnerability.Cvss is { } cvss) parts.Add($"CVSS {locale.Number(cvss, 1)}");
        if (vulnerability.Epss is { } epss) parts.Add($"EPSS {locale.Number(epss, 2)}");
        if (vulnerability.ExploitAvailable is { } exploit) parts.Add(locale.Text(exploit ? "finding.cve.exploit" : "finding.cve.no-exploit"));
        if (vulnerability.FixAvailable is "NO") parts.Add(locale.Text("finding.cve.no-fix"));
        return string.Join(" · ", parts);
    }

    public static string Threat(ThreatAction threat, Locale locale)
    {
        var parts = new List<string>();
        if (threat.Api is { } api) parts.Add(threat.Service is { } service ? $"*{Piece(api)}* ({Piece(service)})" : $"*{Piece(api)}*");
        else if (threat.Domain is { } domain) parts.Add($"*{Piece(domain)}*");
        else if (threat.Kind is { } kind) parts.Add($"*{Kind(kind, locale)}*");
        if (threat.Ip is { } ip)
        {
            var where = string.Join(", ", new[] { threat.City, threat.Country, threat.Organization }.OfType<string>().Select(text => Piece(text)));
            var who = where.Length > 0 ? $"{Mrkdwn.Code(TextCut.Plain(ip, 64))} ({where})" : Mrkdwn.Code(TextCut.Plain(ip, 64));
            parts.Add(threat.Direction == "OUTBOUND" ? locale.Text("finding.threat.to", ("who", who)) : locale.Text("finding.threat.from", ("who", who)));
        }

        if (threat.Port is { } port) parts.Add(locale.Text("finding.threat.port", ("port", Piece(port))));
        if (threat.Blocked is { } blocked) parts.Add(locale.Text(blocked ? "finding.threat.blocked" : "finding.threat.not-blocked"));
        if (threat.Count is { } count) parts.Add(locale.Text("finding.threat.count", ("count", count)));
        return string.Join(" · ", parts);
    }

    /// <summary>ASFF's <c>ActionType</c>; what is not known stays as it is.</summary>
    private static string Kind(string kind, Locale locale) => kind switch
    {
        "NETWORK_CONNECTION" => locale.Text("finding.threat.kind.connection"),
        "AWS_API_CALL" => locale.Text("finding.threat.kind.api-call"),
        "DNS_REQUEST" => locale.Text("finding.threat.kind.dns"),
        "PORT_PROBE" => locale.Text("finding.threat.kind.port-probe"),
        _ => Piece(kind),
    };

    /// <summary>One line for lists and groups: sign and word of severity, what is wrong, resource, account.</summary>
    public static string Line(Finding finding, string? accountName, Locale locale)
    {
        var state = finding.State == FindingState.New ? "" : $" · {State(finding.State, locale)}";
        return $"{Sign(finding.Severity)} {Severity(finding.Severity, locale)} · {Piece(Short(finding))} · *{Piece(TextCut.Plain(Resource(finding, accountName), 80))}*" +
            $" · {Piece(accountName ?? finding.Account)} {Piece(finding.Region)}{state}";
    }

    private static string Package(VulnerablePackage package, Locale locale)
    {
        var name = Piece(package.Version is { } version ? $"{package.Name} {version}" : package.Name);
        return package.FixedIn is { } fixedIn and not "NotAvailable" ? locale.Text("finding.cve.fixed", ("package", name), ("version", Piece(fixedIn))) : name;
    }
}

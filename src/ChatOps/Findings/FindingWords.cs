using System.Globalization;
using ChatOps.Delivery;
using ChatOps.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>The words about findings that several views use. All of it is markup, escaped. Pure.</summary>
internal static class FindingWords
{
    private static readonly string[] TagsShown = ["Env", "Environment", "Stage", "Owner", "OwnerContact", "Team", "Service", "Project"];

    public static string Severity(Rank rank, Locale locale) => locale.Text(rank switch
    {
        Rank.Critical => "finding.severity.critical",
        Rank.High => "finding.severity.high",
        Rank.Medium => "finding.severity.medium",
        Rank.Low => "finding.severity.low",
        _ => "finding.severity.informational",
    });

    public static string Sign(Rank rank) => rank switch
    {
        Rank.Critical => "🔴",
        Rank.High => "🟠",
        Rank.Medium => "🟡",
        Rank.Low => "🔵",
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
        return finding.ControlName is { } control ? $"*{Mrkdwn.Literal(control)}*  {title}" : $"*{title}*";
    }

    /// <summary>What it is in a word: the control, the CVE, or the title. Plain text.</summary>
    public static string Short(Finding finding) =>
        finding.ControlName ?? (finding.Vulnerabilities is [var first, ..] ? first.Id : TextCut.Plain(finding.Title, 80));

    /// <summary>The name of the first resource, and how many more. Plain text.</summary>
    public static string Resource(Finding finding) => finding.Resources switch
    {
        [] => finding.Account,
        [var only] => ResourceWords.Name(only),
        [var first, ..] => string.Create(CultureInfo.InvariantCulture, $"{ResourceWords.Name(first)} +{finding.Resources.Count - 1}"),
    };

    public static string Account(Finding finding, string? name) =>
        name is null ? finding.Account : $"{Mrkdwn.Literal(name)} ({finding.Account})";

    /// <summary>The tags that say whose it is: <c>Env PROD · Owner SECURITY</c>; empty when there are none.</summary>
    public static string Tags(Finding finding)
    {
        if (finding.Resources is not [var first, ..]) return "";
        return string.Join(" · ", TagsShown
            .SelectMany(key => first.Tags.Where(tag => string.Equals(tag.Key, key, StringComparison.OrdinalIgnoreCase)).Take(1))
            .Take(3).Select(tag => $"{Mrkdwn.Literal(tag.Key)} {Mrkdwn.Literal(TextCut.Plain(tag.Value, 60))}"));
    }

    public static string Moment(DateTimeOffset at, Locale locale) => Mrkdwn.Date(at, "{date_short_pretty} {time}", locale.DayAndTime(at));

    public static string Day(DateTimeOffset at, Locale locale) => Mrkdwn.Date(at, "{date_short_pretty}", locale.Day(at));

    /// <summary>What found it: <c>Security Hub (FSBP, CIS 1.2.0)</c>, <c>Prowler</c>.</summary>
    public static string FoundBy(Finding finding)
    {
        var product = Mrkdwn.Literal(finding.Product.Length > 0 ? finding.Product : finding.Company);
        return finding.Standards.Count == 0 ? product : $"{product} ({Mrkdwn.Literal(string.Join(", ", finding.Standards))})";
    }

    public static string Vulnerability(Vulnerability vulnerability, Locale locale)
    {
        var id = vulnerability.Url is { } url ? Mrkdwn.Link(url, vulnerability.Id) : Mrkdwn.Literal(vulnerability.Id);
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
        if (threat.Api is { } api) parts.Add(threat.Service is { } service ? $"*{Mrkdwn.Literal(api)}* ({Mrkdwn.Literal(service)})" : $"*{Mrkdwn.Literal(api)}*");
        else if (threat.Domain is { } domain) parts.Add($"*{Mrkdwn.Literal(domain)}*");
        else if (threat.Kind is { } kind) parts.Add($"*{Mrkdwn.Literal(kind)}*");
        if (threat.Ip is { } ip)
        {
            var where = string.Join(", ", new[] { threat.City, threat.Country, threat.Organization }.OfType<string>().Select(Mrkdwn.Literal));
            var who = where.Length > 0 ? $"{Mrkdwn.Code(ip)} ({where})" : Mrkdwn.Code(ip);
            parts.Add(threat.Direction == "OUTBOUND" ? locale.Text("finding.threat.to", ("who", who)) : locale.Text("finding.threat.from", ("who", who)));
        }

        if (threat.Port is { } port) parts.Add(locale.Text("finding.threat.port", ("port", Mrkdwn.Literal(port))));
        if (threat.Blocked is { } blocked) parts.Add(locale.Text(blocked ? "finding.threat.blocked" : "finding.threat.not-blocked"));
        if (threat.Count is { } count) parts.Add(locale.Text("finding.threat.count", ("count", count)));
        return string.Join(" · ", parts);
    }

    /// <summary>One line for lists and groups: sign and word of severity, what is wrong, resource, account.</summary>
    public static string Line(Finding finding, string? accountName, Locale locale)
    {
        var state = finding.State == FindingState.New ? "" : $" · {State(finding.State, locale)}";
        return $"{Sign(finding.Severity)} {Severity(finding.Severity, locale)} · {Mrkdwn.Literal(Short(finding))} · *{Mrkdwn.Literal(TextCut.Plain(Resource(finding), 80))}*" +
            $" · {Mrkdwn.Literal(accountName ?? finding.Account)} {Mrkdwn.Literal(finding.Region)}{state}";
    }

    private static string Package(VulnerablePackage package, Locale locale)
    {
        var name = Mrkdwn.Literal(package.Version is { } version ? $"{package.Name} {version}" : package.Name);
        return package.FixedIn is { } fixedIn and not "NotAvailable" ? locale.Text("finding.cve.fixed", ("package", name), ("version", Mrkdwn.Literal(fixedIn))) : name;
    }
}

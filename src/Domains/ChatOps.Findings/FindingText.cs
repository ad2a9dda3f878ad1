using System.Globalization;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>The words about findings that several views use. All of it is markup, escaped. Pure.</summary>
internal static class FindingText
{
    /// <summary>A resource's type; breaking its colons up would spoil it for copying.</summary>
    public static string Type(FindingResource resource) =>
        ResourceText.Type(resource.Type) is var type && type.All(c => char.IsAsciiLetterOrDigit(c) || c == ':') ? type : Mrkdwn.Cut(type);

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
        var title = Mrkdwn.Cut(finding.Title, max);
        return finding.ControlName is { } control ? $"*{Mrkdwn.Cut(control)}*  {title}" : $"*{title}*";
    }

    /// <summary>What it is in a word: the control, the CVE, or the title. Plain text.</summary>
    public static string Short(Finding finding) =>
        finding.ControlName ?? (finding.Vulnerabilities is [var first, ..] ? first.Id : TextCut.Plain(finding.Title.TrimEnd('.'), 80));

    /// <summary>The name of the first resource, and how many more. Plain text.</summary>
    public static string Resource(Finding finding, string? accountName = null) => finding.Resources switch
    {
        [] or [{ Type: "AwsAccount" }] => AccountText.Of(finding.Account, accountName),
        [var only] => ResourceText.Name(only),
        [var first, ..] => string.Create(CultureInfo.InvariantCulture, $"{ResourceText.Name(first)} +{finding.Resources.Count - 1}"),
    };

    public static string Account(Finding finding, string? name) => Mrkdwn.Cut(AccountText.Of(finding.Account, name));

    /// <summary>The tags that say whose it is: <c>Env PROD · Owner SECURITY</c>; empty when there are none.</summary>
    public static string Tags(Finding finding, TagVocabulary vocabulary) =>
        string.Join(" · ", Described(finding, vocabulary).Select(tag => $"{Mrkdwn.Cut(tag.Key, 40)} {Mrkdwn.Cut(tag.Value, 80)}"));

    /// <summary>Their values alone: <c>PROD, SECURITY</c>.</summary>
    public static string TagValues(Finding finding, TagVocabulary vocabulary) =>
        string.Join(", ", Described(finding, vocabulary).Select(tag => Mrkdwn.Cut(tag.Value, 80)));

    private static IReadOnlyList<KeyValuePair<string, string>> Described(Finding finding, TagVocabulary vocabulary) =>
        finding.Resources is [var first, ..] ? vocabulary.Describe(first.Tags) : [];

    public static string Moment(DateTimeOffset at, Locale locale) => Mrkdwn.Date(at, "{date_short_pretty} {time}", locale.DayAndTime(at));

    public static string Day(DateTimeOffset at, Locale locale) => Mrkdwn.Date(at, "{date_short_pretty}", locale.Day(at));

    /// <summary>What found it: <c>Security Hub (FSBP, CIS 1.2.0)</c>, <c>Prowler</c>.</summary>
    public static string FoundBy(Finding finding)
    {
        var product = Mrkdwn.Cut(finding.Product.Length > 0 ? finding.Product : finding.Company);
        return finding.Standards.Count == 0 ? product : $"{product} ({Mrkdwn.Cut(string.Join(", ", finding.Standards))})";
    }

    /// <summary>Who says how it stands: Security Hub, or the service itself where Security Hub does not have it.</summary>
    public static string Teller(Finding finding) =>
        finding.Form == FindingForm.Native && finding.Product.Length > 0 ? Mrkdwn.Cut(finding.Product) : "Security Hub";

    public static string Vulnerability(Vulnerability vulnerability, Locale locale)
    {
        var id = vulnerability.Url is { } url ? Mrkdwn.Link(url, vulnerability.Id) : Mrkdwn.Cut(vulnerability.Id);
        var parts = new List<string> { $"*{id}*" };
        parts.AddRange(vulnerability.Packages.Take(3).Select(package => Package(package, locale)));
        if (vulnerability.Packages.Count > 3)
            parts.Add(locale.Text("finding.cve.more-packages", ("count", vulnerability.Packages.Count - 3)));
        if (vulnerability.Cvss is { } cvss) parts.Add($"CVSS {locale.Number(cvss, 1)}");
        if (vulnerability.Epss is { } epss) parts.Add($"EPSS {locale.Number(epss, 2)}");
        if (vulnerability.ExploitAvailable is { } exploit)
            parts.Add(locale.Text(exploit ? "finding.cve.exploit" : "finding.cve.no-exploit"));
        if (vulnerability.FixAvailable is "NO") parts.Add(locale.Text("finding.cve.no-fix"));
        return string.Join(" · ", parts);
    }

    public static string Threat(ThreatAction threat, Locale locale)
    {
        var parts = new List<string>();
        if (threat.Api is { } api)
            parts.Add(threat.Service is { } service ? $"*{Mrkdwn.Cut(api)}* ({Mrkdwn.Cut(service)})" : $"*{Mrkdwn.Cut(api)}*");
        else if (threat.Domain is { } domain) parts.Add($"*{Mrkdwn.Cut(domain)}*");
        else if (threat.Kind is { } kind) parts.Add($"*{Kind(kind, locale)}*");
        if (threat.Ip is { } ip)
        {
            var where = string.Join(
                ", ", new[] { threat.City, threat.Country, threat.Organization }.OfType<string>().Select(text => Mrkdwn.Cut(text)));
            var who = where.Length > 0 ? $"{Mrkdwn.Code(TextCut.Plain(ip, 64))} ({where})" : Mrkdwn.Code(TextCut.Plain(ip, 64));
            parts.Add(threat.Direction == "OUTBOUND"
                ? locale.Text("finding.threat.to", ("who", who))
                : locale.Text("finding.threat.from", ("who", who)));
        }

        if (threat.Port is { } port) parts.Add(locale.Text("finding.threat.port", ("port", Mrkdwn.Cut(port))));
        if (threat.Blocked is { } blocked) parts.Add(locale.Text(blocked ? "finding.threat.blocked" : "finding.threat.not-blocked"));
        if (threat.Count is { } count) parts.Add(locale.Text("finding.threat.count", ("count", count)));
        return string.Join(" · ", parts);
    }

    /// <summary>Who acted, and the steps of a threat in their order.</summary>
    public static IEnumerable<string> Sequence(Finding finding, int most, Locale locale)
    {
        if (finding.Actors.Count > 0)
            yield return locale.Text("finding.sequence.actors", ("who", Mrkdwn.Cut(string.Join(", ", finding.Actors.Take(most)), 300)));
        foreach (var signal in finding.Signals.Take(most)) yield return Signal(signal, locale);
        if (finding.Signals.Count > most)
            yield return locale.Text("list.more", ("count", (long)(finding.Signals.Count - most)));
    }

    /// <summary>What an exposure is made of.</summary>
    public static IEnumerable<string> Related(Finding finding, int most, Locale locale)
    {
        if (finding.Related.Count == 0) yield break;
        yield return locale.Text("finding.contributing");
        foreach (var related in finding.Related.Take(most))
        {
            var traits = Mrkdwn.Cut(string.Join("; ", related.Traits), 200);
            yield return $"• {Mrkdwn.Cut(related.Title, 200)}{(traits.Length > 0 ? $" · {traits}" : "")}";
        }

        if (finding.Related.Count > most)
            yield return locale.Text("list.more", ("count", (long)(finding.Related.Count - most)));
    }

    private static string Signal(ThreatSignal signal, Locale locale)
    {
        var parts = new List<string>();
        if (signal.FirstSeen is { } at) parts.Add(Moment(at, locale));
        parts.Add($"*{Mrkdwn.Cut(signal.Name, 150)}*");
        if (signal.Actor is { } actor) parts.Add(Mrkdwn.Cut(actor, 80));
        if (signal.From is { } from)
        {
            var who = Mrkdwn.Code(TextCut.Plain(from, 80));
            parts.Add(locale.Text(
                "finding.threat.from", ("who", signal.Place is { } place ? $"{who} ({Mrkdwn.Cut(place, 100)})" : who)));
        }

        if (signal.Resources.Count > 0) parts.Add(Mrkdwn.Cut(string.Join(", ", signal.Resources), 150));
        if (signal.Count is { } count and > 1) parts.Add(locale.Text("finding.threat.count", ("count", count)));
        return string.Join(" · ", parts);
    }

    /// <summary>ASFF's <c>ActionType</c>; what is not known stays as it is.</summary>
    private static string Kind(string kind, Locale locale) => kind switch
    {
        "NETWORK_CONNECTION" => locale.Text("finding.threat.kind.connection"),
        "AWS_API_CALL" => locale.Text("finding.threat.kind.api-call"),
        "DNS_REQUEST" => locale.Text("finding.threat.kind.dns"),
        "PORT_PROBE" => locale.Text("finding.threat.kind.port-probe"),
        _ => Mrkdwn.Cut(kind),
    };

    /// <summary>One line for lists and groups: sign and word of severity, what is wrong, resource, account.</summary>
    public static string Line(Finding finding, string? accountName, Locale locale)
    {
        var state = finding.State == FindingState.New ? "" : $" · {State(finding.State, locale)}";
        return $"{finding.Severity.Sign()} {locale.Severity(finding.Severity)} · {Mrkdwn.Cut(Short(finding))} · " +
            $"*{Mrkdwn.Cut(TextCut.Plain(Resource(finding, accountName), 80))}*" +
            $" · {Mrkdwn.Cut(accountName ?? finding.Account)} {Mrkdwn.Cut(finding.Region)}{state}";
    }

    private static string Package(VulnerablePackage package, Locale locale)
    {
        var name = Mrkdwn.Cut(package.Version is { } version ? $"{package.Name} {version}" : package.Name);
        return package.FixedIn is { } fixedIn and not "NotAvailable"
            ? locale.Text("finding.cve.fixed", ("package", name), ("version", Mrkdwn.Cut(fixedIn)))
            : name;
    }
}

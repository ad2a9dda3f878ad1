using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>All that is known of a finding: description, resources with their details, packages, requirements, history, ids.</summary>
internal sealed class FindingDetailsModal(FindingViews views, FindingThread thread, IDatabase database)
{
    private const string CallbackId = "finding.details";
    private const int HistoryShown = 15;
    private const int ResourcesShown = 8;
    private const int DetailsShown = 12;
    private const int StepsShown = 15;

    /// <summary>Opens it; the menu that offers it calls this.</summary>
    public async Task OpenAsync(BlockActionRequest request, string id, CancellationToken cancellationToken)
    {
        var finding = await views.GetAsync(id, cancellationToken);
        IReadOnlyList<HistoryRow> history;
        Dictionary<string, Finding> known;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            history = await FindingStore.HistoryAsync(connection, id, HistoryShown, cancellationToken);
            // Those of them that we have are a press away.
            known = await FindingStore.FindAsync(
                connection, null,
                [.. finding.Related.Take(StepsShown).Select(related => Finding.IdOf(related.Arn, related.ProductArn)).Distinct()],
                cancellationToken);
        }

        var locale = await views.LocaleOf(request, cancellationToken);
        var lines = history.Select(
            row => (DateTimeOffset.FromUnixTimeMilliseconds(row.At), thread.Render(finding, row.What, row.Data, locale).Text));
        var before = await views.BeforeOfAsync(id, locale, cancellationToken);
        await views.ShowAsync(
            request,
            Render(
                finding, views.SceneOf(finding), [.. lines], locale, before,
                [.. known.Values.OrderBy(item => item.Severity).Select(item => (item, views.SceneOf(item).AccountName))]),
            cancellationToken);
    }

    internal static ModalView Render(
        Finding finding, FindingView view, IReadOnlyList<(DateTimeOffset At, string Text)> history, Locale locale,
        string? before = null, IReadOnlyList<(Finding Finding, string? AccountName)>? related = null)
    {
        var blocks = new List<Block>
        {
            Section($"{finding.Severity.Sign()} *{locale.Severity(finding.Severity)}* · " +
                $"{FindingText.Title(finding)}\n{FindingText.State(finding.State, locale)}"),
        };
        if (finding.Description.Length > 0) blocks.Add(Section(Mrkdwn.Cut(finding.Description, 2900)));
        blocks.Add(Section(Facts(finding, view, locale)));
        foreach (var vulnerability in finding.Vulnerabilities.Take(10)) blocks.Add(Section(Vulnerability(vulnerability, locale)));
        if (finding.Threat is { } threat) blocks.Add(Section(FindingText.Threat(threat, locale)));
        if (FindingText.Sequence(finding, StepsShown, locale).ToList() is { Count: > 0 } steps)
            blocks.Add(Section(string.Join('\n', steps)));
        if (FindingText.Related(finding, StepsShown, locale).ToList() is { Count: > 0 } parts)
            blocks.Add(Section(string.Join('\n', parts)));
        blocks.AddRange((related ?? []).Select(item => FindingListMessage.Row(item.Finding, item.AccountName, locale)));
        if (finding.RemediationText is { } advice) blocks.Add(Section(locale.Text("finding.advice", ("text", Mrkdwn.Literal(advice)))));
        blocks.Add(new DividerBlock());
        blocks.AddRange(finding.Resources.Take(ResourcesShown).Select(resource => Section(Resource(resource, locale))));
        if (finding.Resources.Count > ResourcesShown)
            blocks.Add(
                new ContextBlock(new Mrkdwn(locale.Text("finding.more-resources", ("count", finding.Resources.Count - ResourcesShown)))));
        if (before is not null) blocks.Add(Section(before));
        if (history.Count > 0)
        {
            blocks.Add(new DividerBlock());
            blocks.Add(Section(
                $"*{locale.Text("finding.details.history")}*\n" +
                $"{string.Join(
                    '\n', history.Select(line => $"{FindingText.Moment(line.At, locale)}  {TextCut.Markup(line.Text, 150)}"))}"));
        }

        blocks.Add(new DividerBlock());
        if (Links(finding, locale) is { Length: > 0 } links) blocks.Add(Section(links));
        blocks.Add(
            new ContextBlock(new Mrkdwn(Mrkdwn.Code(finding.Arn), Verbatim: true), new Mrkdwn(Mrkdwn.Code(finding.Id), Verbatim: true)));
        return new ModalView
        {
            CallbackId = CallbackId,
            Title = locale.Text("finding.details.title"),
            Close = locale.Text("button.close"),
            Blocks = blocks,
        };
    }

    private static SectionBlock Section(string text) => new(new Mrkdwn(TextCut.Markup(text, 2990), Verbatim: true));

    private static string Facts(Finding finding, FindingView view, Locale locale)
    {
        var facts = new List<(string Key, string Value)>
        {
            ("finding.field.account", FindingText.Account(finding, view.AccountName)),
            ("finding.field.region", Mrkdwn.Literal(finding.Region)),
            ("finding.field.found-by", FindingText.FoundBy(finding)),
            ("finding.field.generator", Mrkdwn.Literal(finding.Generator)),
            ("finding.field.types", Mrkdwn.Literal(string.Join(", ", finding.Types))),
            ("finding.field.label", finding.LastLabel is { } label ? locale.Severity(label) : ""),
            ("finding.field.check", Mrkdwn.Literal(
                string.Join(" · ", new[] { finding.Compliance, finding.ComplianceReason }.Where(text => !string.IsNullOrEmpty(text))))),
            ("finding.field.requirements", Mrkdwn.Literal(TextCut.Plain(string.Join(", ", finding.Requirements), 600))),
            ("finding.field.first-seen", FindingText.Moment(finding.FirstSeen, locale)),
            ("finding.field.last-seen", FindingText.Moment(finding.LastSeen, locale)),
            ("finding.field.created", FindingText.Moment(finding.CreatedAt, locale)),
            ("finding.field.updated", FindingText.Moment(finding.UpdatedAt, locale)),
            ("finding.field.note", finding.Note is { } note ? $"{Mrkdwn.Literal(note.Text)} — {Mrkdwn.Literal(note.By)}" : ""),
        };
        return string.Join('\n', facts.Where(fact => fact.Value.Length > 0).Select(fact => $"*{locale.Text(fact.Key)}*  {fact.Value}"));
    }

    private static string Vulnerability(Vulnerability vulnerability, Locale locale)
    {
        var fixes = vulnerability.Packages.Where(package => package.Remediation is not null).Take(5)
            .Select(package => $"{Mrkdwn.Literal(package.Name)}: {Mrkdwn.Code(package.Remediation)}");
        return string.Join('\n', [FindingText.Vulnerability(vulnerability, locale), .. fixes]);
    }

    private static string Resource(FindingResource resource, Locale locale)
    {
        var console = ResourceText.Console(resource) is { } url ? $"  {Mrkdwn.Link(url, locale.Text("finding.console"))}" : "";
        var lines = new List<string>
        {
            $"*{Mrkdwn.Literal(ResourceText.Name(resource))}*  {FindingText.Type(resource)}{console}",
            Mrkdwn.Code(resource.Arn),
        };
        if (resource.Tags.Count > 0)
            lines.Add($"*{locale.Text("finding.field.tags")}*  " +
                $"{Mrkdwn.Literal(string.Join(
                    " · ",
                    resource.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Take(15).Select(tag => $"{tag.Key}={tag.Value}")))}");
        // The database does not keep their order: shallow facts first, then by name.
        lines.AddRange(resource.Details
            .OrderBy(detail => detail.Key.Count(c => c == '.')).ThenBy(detail => detail.Key, StringComparer.Ordinal)
            .Take(DetailsShown).Select(detail => $"{Mrkdwn.Literal(detail.Key)}: {Mrkdwn.Code(TextCut.Plain(detail.Value, 120))}"));
        return string.Join('\n', lines);
    }

    private static string Links(Finding finding, Locale locale)
    {
        var links = new List<string>();
        if (finding.Form != FindingForm.Native && ConsoleLinks.SecurityHubFinding(finding.Region, finding.Arn) is { } hub)
            links.Add(Mrkdwn.Link(hub, locale.Text("finding.details.security-hub")));

        if (finding.SourceUrl is { } source) links.Add(Mrkdwn.Link(source, locale.Text("finding.details.source")));
        if (finding.RemediationUrl is { } remediation) links.Add(Mrkdwn.Link(remediation, locale.Text("finding.how-to-fix")));
        return string.Join("  ·  ", links);
    }
}

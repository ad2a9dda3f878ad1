using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>The results of an insight: its name, what is counted, and a table. Pure.</summary>
internal static class InsightMessage
{
    private const int Shown = 10;
    private const int ShownInModal = 60;

    public static Message Render(Insight insight, string? accountName, Locale locale) => new()
    {
        Text = locale.Text("finding.insight.notification", ("name", Mrkdwn.Cut(insight.Name, 200)), ("count", (long)insight.Results.Count)),
        Blocks = [.. Blocks(insight, accountName, Shown, locale)],
    };

    /// <summary>All of them, in a modal.</summary>
    public static ModalView RenderAll(Insight insight, string? accountName, Locale locale) => new()
    {
        CallbackId = InsightButton.ActionId,
        Title = TextCut.Plain(insight.Name, 24),
        Close = locale.Text("button.close"),
        // Modals take no tables.
        Blocks =
        [
            Head(insight, accountName, locale),
            .. insight.Results.Take(ShownInModal).Chunk(20).Select(chunk => new SectionBlock(new Mrkdwn(
                string.Join('\n', chunk.Select(result => $"{locale.Number(result.Count)}  {Mrkdwn.Cut(result.Value, 100)}")),
                Verbatim: true))),
        ],
    };

    private static IEnumerable<Block> Blocks(Insight insight, string? accountName, int most, Locale locale)
    {
        yield return Head(insight, accountName, locale);
        if (insight.Results.Count > 0)
        {
            yield return new TableBlock(
            [
                [
                    new RawText(TextCut.Plain(insight.ResultType.Length > 0 ? insight.ResultType : "—", 100)),
                    new RawText(locale.Text("finding.insight.column.findings"))
                ],
                .. insight.Results.Take(most).Select(IReadOnlyList<ITableCell> (result) =>
                [
                    new RawText(TextCut.Plain(result.Value, 150)), new RawText(locale.Number(result.Count)),
                ]),
            ])
            { ColumnSettings = [new ColumnSetting(IsWrapped: true), new ColumnSetting(ColumnAlign.Right)] };
        }

        if (insight.Results.Count > most)
            yield return new ActionsBlock(new Button(InsightButton.ActionId, locale.Text("finding.insight.open"), insight.Id));
        var context = new List<string>();
        if (insight.Results.Count > most) context.Add(locale.Text("finding.insight.more", ("count", (long)(insight.Results.Count - most))));
        if (insight.Action.Length > 0) context.Add(locale.Text("finding.insight.sent", ("action", Mrkdwn.Cut(insight.Action))));
        context.Add(FindingText.Moment(insight.At, locale));
        yield return new ContextBlock(new Mrkdwn(string.Join(" · ", context), Verbatim: true));
    }

    private static SectionBlock Head(Insight insight, string? accountName, Locale locale)
    {
        var summary = insight.Results.Count == 0
            ? locale.Text("finding.insight.none")
            : locale.Text(
                "finding.insight.summary", ("count", (long)insight.Results.Count), ("total", insight.Results.Sum(result => result.Count)));
        var account = Mrkdwn.Cut(AccountText.Of(insight.Account, accountName));
        var link = Link(insight) is { } url ? $"  {Mrkdwn.Link(url, locale.Text("finding.insight.console"))}" : "";
        return new SectionBlock(new Mrkdwn(
            $"📊 {locale.Text("finding.insight.title", ("name", Mrkdwn.Cut(insight.Name, 250)))}{link}\n{summary} · {account} · " +
            $"{Mrkdwn.Cut(insight.Region)}",
            Verbatim: true));
    }

    private static string? Link(Insight insight) =>
        insight.Arn.Length > 0 ? ConsoleLinks.SecurityHubInsight(insight.Region, insight.Arn) : null;
}

using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Reports;

/// <summary>
/// A report in Slack: the short message, and a thread reply a section. Pure. Headings, times and figures are our own words and only
/// escaped; what may quote somebody (a finding's title, a resource's name, a fault) is taken literally.
/// </summary>
internal static class ReportMessage
{
    private const int MaxText = 2900;

    /// <summary>The first screen.</summary>
    public static Message Render(Edition edition, Locale locale)
    {
        var mood = locale.Text($"report.verdict.level.{ReportEditor.Key(edition.Mood)}");
        List<Block> blocks =
        [
            new SectionBlock(
                new Mrkdwn($"{Sign(edition.Mood)} *{mood}* · {Mrkdwn.Escape(edition.Title)}\n{Mrkdwn.Cut(edition.Judgement, 2000)}")),
        ];
        if (Image(edition.Picture) is { } picture) blocks.Add(picture);
        if (edition.Figures.Count > 0) blocks.Add(SectionBlock.OfFields([.. edition.Figures.Select(Field)]));
        blocks.Add(new ContextBlock(new Mrkdwn($"{Mrkdwn.Escape(edition.Period)} · {locale.Text("report.thread")}")));
        return new Message
        {
            Text = $"{Sign(edition.Mood)} {Mrkdwn.Escape(edition.Title)}: {Mrkdwn.Cut(edition.Judgement, 1000)}",
            Blocks = blocks,
        };
    }

    /// <summary>One section, for the thread.</summary>
    public static Message RenderSection(EditionSection section, Locale locale) =>
        new() { Text = $"*{Mrkdwn.Escape(section.Title)}*", Blocks = [.. Blocks(section, locale, withTable: true)] };

    /// <summary>All of it in one message, for the eyes of the one who asked.</summary>
    public static Message RenderPreview(Edition edition, Locale locale)
    {
        var whole = Render(edition, locale);
        return whole with
        {
            Blocks =
            [
                new ContextBlock(new Mrkdwn(locale.Text("report.preview"))),
                .. whole.Blocks.Where(block => block is not ContextBlock),
                .. edition.Sections.SelectMany(section => Blocks(section, locale, withTable: false).Where(block => block is not ImageBlock)
                .Prepend(new DividerBlock())),
            ],
        };
    }

    /// <summary>A message without its pictures, for when Slack does not take them.</summary>
    public static Message WithoutPictures(Message message) =>
        message with { Blocks = [.. message.Blocks.Where(block => block is not ImageBlock)] };

    private static IEnumerable<Block> Blocks(EditionSection section, Locale locale, bool withTable)
    {
        var text = new List<string> { $"*{Mrkdwn.Escape(section.Title)}*" };
        if (section.Fault is { } fault) text.Add($"⚠️ {locale.Text("report.section.fault", ("why", Mrkdwn.Literal(fault)))}");
        text.AddRange(section.Lines.Select(
            line => "• " + (line.Link is { } link ? Mrkdwn.Link(link.AbsoluteUri, line.Text) : Mrkdwn.Literal(line.Text))));
        if (!withTable) text.AddRange(section.Tables.SelectMany(Lines));
        yield return new SectionBlock(new Mrkdwn(TextCut.Markup(string.Join('\n', text), MaxText)));
        if (section.Figures.Count > 0) yield return SectionBlock.OfFields([.. section.Figures.Take(10).Select(Field)]);
        if (withTable)
        {
            // Slack takes one table a message.
            if (section.Tables.Count > 0 && section.Tables[0].Rows.Count > 0) yield return Table(section.Tables[0]);
            var rest = section.Tables.Skip(1).SelectMany(Lines).ToList();
            if (rest.Count > 0) yield return new SectionBlock(new Mrkdwn(TextCut.Markup(string.Join('\n', rest), MaxText)));
        }

        foreach (var picture in section.Pictures)
        {
            if (Image(picture) is { } image) yield return image;
        }
    }

    private static ImageBlock? Image(EditionPicture? picture) =>
        picture?.FileId is { } file ? new ImageBlock(TextCut.Plain(picture.Alt, 1900)) { SlackFile = new SlackFile(file) } : null;

    private static Mrkdwn Field(ReportFigure figure)
    {
        var change = ReportEditor.Arrow(figure) is { } arrow ? $"  {Mrkdwn.Escape(arrow)}" : "";
        return new Mrkdwn($"{Mrkdwn.Escape(figure.Name)}\n*{Mrkdwn.Escape(figure.Value)}*{change}");
    }

    private static TableBlock Table(ReportTable table)
    {
        static ITableCell Cell(string text) => new RawText(string.IsNullOrWhiteSpace(text) ? "–" : TextCut.Plain(text, 120));
        return new TableBlock(
            [[.. table.Headers.Select(Cell)], .. table.Rows.Select(IReadOnlyList<ITableCell> (row) => [.. row.Select(Cell)])])
        {
            ColumnSettings = [.. table.Headers.Select((_, i) => new ColumnSetting(i == 0 ? ColumnAlign.Left : ColumnAlign.Right, i == 0))],
        };
    }

    private static IEnumerable<string> Lines(ReportTable table) =>
        table.Rows.Select(row =>
            $"• {string.Join(" · ", row.Select((cell, i) => i == 0 ? $"*{Mrkdwn.Literal(cell)}*" : $"{Mrkdwn.Escape(table.Headers[i])} " +
                $"{Mrkdwn.Literal(cell)}"))}");

    private static string Sign(ReportVerdictLevel mood) =>
        mood switch { ReportVerdictLevel.Bad => "🔴", ReportVerdictLevel.Watch => "🟡", _ => "✅" };
}

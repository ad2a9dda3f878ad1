using System.Globalization;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Prometheus;
using ChatOps.Slack.Blocks;

namespace ChatOps.Alerts;

/// <summary>The answer to <c>/alert query</c>: the expression, its values now as a table, its last hours as a picture. Pure.</summary>
internal static class QueryMessage
{
    private const int RowsShown = 20;
    private const int MaxColumns = 6;

    public static Message Render(
        string expression, int hours, IReadOnlyList<Sample> samples, (string File, string Alt)? picture, Locale locale)
    {
        var head = samples.Count == 0 ? locale.Text("alert.query.empty") : locale.Text("alert.query.head", ("count", samples.Count));
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn($"*{head}*\n{Mrkdwn.CodeBlock(TextCut.Plain(expression, 1000))}", Verbatim: true)),
        };
        if (samples.Count > 0) blocks.Add(Table(samples, locale));
        if (samples.Count > RowsShown)
            blocks.Add(new ContextBlock(new Mrkdwn(locale.Text("list.more", ("count", samples.Count - RowsShown)), Verbatim: true)));
        if (picture is { } shown)
        {
            blocks.Add(new ImageBlock(TextCut.Plain(shown.Alt, 1000))
            {
                SlackFile = new SlackFile(shown.File),
                Title = locale.Text("alert.graph.last", ("length", locale.Duration(TimeSpan.FromHours(hours)))),
            });
        }

        return new Message { Text = head, Blocks = blocks };
    }

    private static TableBlock Table(IReadOnlyList<Sample> samples, Locale locale)
    {
        var columns = samples.SelectMany(sample => sample.Labels.Keys).Distinct()
            .OrderByDescending(key => samples.Select(sample => sample.Labels.GetValueOrDefault(key)).Distinct().Count())
            .ThenBy(key => key, StringComparer.Ordinal).Take(MaxColumns).ToList();
        var rows = new List<IReadOnlyList<ITableCell>>
        {
            new ITableCell[] { Cell(locale.Text("alert.query.value")) }.Concat(columns.Select(Cell)).ToList(),
        };
        rows.AddRange(samples.OrderByDescending(sample => double.IsNaN(sample.Value) ? double.MinValue : sample.Value).Take(RowsShown)
            .Select(sample => (IReadOnlyList<ITableCell>)[
                Cell(Value(sample.Value, locale)), .. columns.Select(key => Cell(sample.Labels.GetValueOrDefault(key)))
            ]));
        return new TableBlock(rows) { ColumnSettings = [new ColumnSetting(ColumnAlign.Right)] };
    }

    /// <summary>Slack refuses an empty cell.</summary>
    private static ITableCell Cell(string? text) => new RawText(string.IsNullOrWhiteSpace(text) ? "–" : TextCut.Plain(text, 100));

    private static string Value(double value, Locale locale) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ when Math.Abs(value) is >= 1e15 or (> 0 and < 1e-4) => value.ToString("0.###e+0", CultureInfo.InvariantCulture),
        _ => value.ToString("#,0.####", locale.Culture),
    };
}

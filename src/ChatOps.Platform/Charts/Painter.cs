using ChatOps.Platform.Localization;
using SkiaSharp;

namespace ChatOps.Platform.Charts;

/// <summary>
/// Draws with ScottPlot, one picture at a time: a picture takes tens of milliseconds and some ten megabytes, so a crowd of alerts
/// waits in line rather than growing the process.
/// </summary>
public sealed class Painter(PaintSize size) : IPainter
{
    private const int MaxBars = 10;
    private const int Columns = 2;

    /// <summary>All painters share it: ScottPlot keeps its fonts in static lists.</summary>
    private static readonly Lock Brush = new();

    /// <inheritdoc/>
    public Picture Draw(LineChart chart, Locale locale)
    {
        var shown = chart.Series.Take(Palette.Count).ToList();
        return Paint(chart.Title, frame =>
        {
            if (!shown.Concat(BandOf(chart)).Any(HasValues)) return Nothing(frame, chart.Title, locale);
            var items = shown.Select((series, i) => new LegendItem(series.Name, Palette.Of(i), series.Dashed)).ToList();
            if (chart.Threshold is { } threshold)
                items.Add(new LegendItem(
                    $"{threshold.Name} {ValueScale.Full(threshold.Value, chart.Unit, locale)}", Palette.Limit, Dashed: true));
            frame.Legend(chart.Unit, items, chart.Series.Count - shown.Count, locale);
            frame.Plot((plot, room) => LinePlot.Build(plot, room, chart, shown, locale));
            return AltOf(chart.Title, shown, locale);
        });
    }

    /// <inheritdoc/>
    public Picture Draw(BarChart chart, Locale locale)
    {
        var sorted = chart.Bars.Where(bar => double.IsFinite(bar.Value)).OrderByDescending(bar => bar.Value).ToList();
        var shown = sorted.Take(MaxBars).ToList();
        return Paint(chart.Title, frame =>
        {
            if (shown.Count == 0) return Nothing(frame, chart.Title, locale);
            var compared = shown.Any(bar => bar.Before is not null);
            List<LegendItem> items = compared
                ? [new(locale.Text("chart.now"), Palette.Of(0)), new(locale.Text("chart.before"), BarPlot.Pale)]
                : [];
            frame.Legend(chart.Unit, items, sorted.Count - shown.Count, locale);
            frame.Plot((plot, room) => BarPlot.Build(plot, room, chart, shown, locale));
            return locale.Text(
                "chart.alt.bars", ("title", chart.Title),
                ("bars", string.Join(", ", shown.Take(5).Select(bar => $"{bar.Name} {ValueScale.Full(bar.Value, chart.Unit, locale)}"))));
        });
    }

    /// <inheritdoc/>
    public Picture Draw(StackedChart chart, Locale locale)
    {
        var shown = chart.Series.Take(Palette.Count).ToList();
        return Paint(chart.Title, frame =>
        {
            if (!shown.Any(HasValues)) return Nothing(frame, chart.Title, locale);
            frame.Legend(
                chart.Unit, [.. shown.Select((series, i) => new LegendItem(series.Name, Palette.Of(i)))], chart.Series.Count - shown.Count,
                locale);
            frame.Plot((plot, room) => StackedPlot.Build(plot, room, chart, shown, locale));
            return AltOf(chart.Title, shown, locale);
        });
    }

    /// <inheritdoc/>
    public Picture Compose(string title, IReadOnlyList<Picture> pictures)
    {
        const int Gap = 8;
        const float Head = 48;
        lock (Brush)
        {
            var tile = PaintSize.Tile;
            var columns = Math.Min(Columns, Math.Max(pictures.Count, 1));
            float width = tile.Width;
            var rows = pictures.Chunk(columns).Select(row => (Pictures: row, Height: row.Max(p => width * p.Height / p.Width))).ToList();
            var whole = new PaintSize(
                (int)(columns * width) + (Gap * (columns + 1)), (int)(Head + rows.Sum(row => row.Height + Gap)), tile.Scale);
            using var frame = new Frame(whole);
            frame.Title(title);
            var y = Head;
            foreach (var (row, height) in rows)
            {
                for (var i = 0; i < row.Length; i++)
                {
                    var x = Gap + (i * (width + Gap));
                    frame.Image(row[i], new SKRect(x, y, x + width, y + (width * row[i].Height / row[i].Width)));
                }

                y += height + Gap;
            }

            return frame.Finish($"{title}. {string.Join(". ", pictures.Select(picture => picture.Alt))}");
        }
    }

    private Picture Paint(string title, Func<Frame, string> draw)
    {
        lock (Brush)
        {
            using var frame = new Frame(size);
            frame.Title(title);
            return frame.Finish(draw(frame));
        }
    }

    private static string Nothing(Frame frame, string title, Locale locale)
    {
        frame.Empty(locale);
        return locale.Text("chart.alt.empty", ("title", title));
    }

    private static IEnumerable<Series> BandOf(LineChart chart) => chart.Band is { } band ? [band.Low, band.High] : [];

    private static bool HasValues(Series series) => series.Points.Any(point => double.IsFinite(point.Value));

    private static string AltOf(string title, IReadOnlyList<Series> series, Locale locale)
    {
        var times = series.SelectMany(item => item.Points).Select(point => point.At).DefaultIfEmpty().ToList();
        var (from, to) = (times.Min(), times.Max());
        return locale.Text(
            "chart.alt.time", ("title", title), ("names", string.Join(", ", series.Select(item => item.Name))),
            ("from", locale.DayAndTime(from)), ("to", locale.DayAndTime(to)));
    }
}

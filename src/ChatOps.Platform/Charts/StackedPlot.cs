using ChatOps.Platform.Localization;
using ScottPlot;
using SkiaSharp;

namespace ChatOps.Platform.Charts;

/// <summary>Days as columns, layer upon layer; credits hang below zero.</summary>
internal static class StackedPlot
{
    public static void Build(Plot plot, SKRect room, StackedChart chart, IReadOnlyList<Series> shown, Locale locale)
    {
        DateTime DayOf(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, locale.Zone).Date;
        var days = shown.SelectMany(series => series.Points).Select(point => DayOf(point.At)).Distinct().Order().ToList();
        var column = days.Select((day, i) => (day, i)).ToDictionary(pair => pair.day, pair => pair.i);
        var (above, below) = (new double[days.Count], new double[days.Count]);
        for (var layer = 0; layer < shown.Count; layer++)
        {
            foreach (var day in shown[layer].Points.Where(point => double.IsFinite(point.Value)).GroupBy(point => column[DayOf(point.At)]))
            {
                var value = day.Sum(point => point.Value);
                var stack = value < 0 ? below : above;
                plot.Add.Bar(new Bar
                {
                    Position = day.Key,
                    ValueBase = stack[day.Key],
                    Value = stack[day.Key] += value,
                    Size = 0.72,
                    FillColor = Palette.Of(layer).ToPlot(),
                    LineWidth = 0,
                });
            }
        }

        var scale = new ValueScale(below.Min(), above.Max(), (int)Math.Clamp(room.Height / 55, 3, 6), chart.Unit, locale);
        var every = (int)Math.Ceiling(days.Count / (room.Width / 75));
        List<(double, string)> ticks =
        [
            .. days.Select((day, i) => ((double)i, TimeScale.Day(day, locale))).Where((_, i) => (days.Count - 1 - i) % every == 0),
        ];
        // A few days stay columns, not walls.
        var spare = Math.Max(0, (7 - days.Count) / 2.0);
        Axes.Set(plot, room, (-0.6 - spare, days.Count - 0.4 + spare), scale, ticks);
    }
}

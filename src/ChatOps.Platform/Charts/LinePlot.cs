using ChatOps.Platform.Localization;
using ScottPlot;
using SkiaSharp;

namespace ChatOps.Platform.Charts;

/// <summary>Lines over time.</summary>
internal static class LinePlot
{
    /// <summary>More points than pixels say nothing more.</summary>
    private const int MaxPoints = 800;

    public static void Build(Plot plot, SKRect room, LineChart chart, IReadOnlyList<Series> shown, Locale locale)
    {
        List<Series> all = [.. shown];
        if (chart.Band is { } bounds) all.AddRange([bounds.Low, bounds.High]);
        var points = all.SelectMany(series => series.Points).Where(point => double.IsFinite(point.Value)).ToList();
        var (from, to) = chart.Span ?? (points.Min(point => point.At), points.Max(point => point.At));
        if (to - from < TimeSpan.FromMinutes(2)) (from, to) = (from.AddMinutes(-30), to.AddMinutes(30));
        double X(DateTimeOffset at) => (at - from).TotalSeconds;

        var shownValues = points.Select(point => point.Value).Append(chart.Threshold?.Value ?? points[0].Value).ToList();
        var scale = new ValueScale(
            shownValues.Min(), shownValues.Max(), (int)Math.Clamp(room.Height / 55, 3, 6), chart.Unit, locale, chart.Fitted);
        Axes.Set(
            plot, room, (0, X(to)), scale,
            [.. TimeScale.Ticks(from, to, (int)(room.Width / 85), locale).Select(tick => (X(tick.At), tick.Label))]);

        if (chart.Band is { } band) AddBand(plot, band.Low, band.High, X);
        for (var i = 0; i < shown.Count; i++)
        {
            foreach (var run in Runs(Thin(shown[i].Points)))
                AddRun(plot, run, Palette.Of(i), shown[i].Dashed, chart.Filled && !shown[i].Dashed, X);
        }

        foreach (var mark in chart.Marks.Where(at => at >= from && at <= to))
        {
            var fired = plot.Add.VerticalLine(X(mark));
            fired.LineColor = Palette.Limit.ToPlot(0.7);
            fired.LineWidth = 1.2f;
            fired.LinePattern = LinePattern.Dotted;
        }

        if (chart.Threshold is { } threshold)
        {
            var line = plot.Add.HorizontalLine(threshold.Value);
            line.LineColor = Palette.Limit.ToPlot();
            line.LineWidth = 1.6f;
            line.LinePattern = LinePattern.Dashed;
        }
    }

    private static void AddRun(
        Plot plot, List<(DateTimeOffset At, double Value)> run, SKColor colour, bool dashed, bool filled, Func<DateTimeOffset, double> x)
    {
        double[] xs = [.. run.Select(point => x(point.At))];
        double[] ys = [.. run.Select(point => point.Value)];
        if (run.Count == 1)
        {
            plot.Add.Marker(xs[0], ys[0], MarkerShape.FilledCircle, 7, colour.ToPlot());
            return;
        }

        if (filled)
        {
            var ground = plot.Add.FillY(xs, ys, new double[xs.Length]);
            ground.FillColor = colour.ToPlot(0.14);
            ground.LineWidth = 0;
            ground.MarkerSize = 0;
        }

        var line = plot.Add.ScatterLine(xs, ys, colour.ToPlot());
        line.LineWidth = 2.2f;
        if (dashed) line.LinePattern = LinePattern.Dashed;
    }

    private static void AddBand(Plot plot, Series low, Series high, Func<DateTimeOffset, double> x)
    {
        var tops = high.Points.ToLookup(point => point.At, point => point.Value);
        var both = low.Points.Where(point => double.IsFinite(point.Value) && tops[point.At].Any(double.IsFinite)).ToList();
        if (both.Count < 2) return;
        var band = plot.Add.FillY(
            [.. both.Select(point => x(point.At))], [.. both.Select(point => point.Value)],
            [.. both.Select(point => tops[point.At].First(double.IsFinite))]);
        band.FillColor = Palette.Of(0).ToPlot(0.13);
        band.LineWidth = 0;
        band.MarkerSize = 0;
    }

    /// <summary>The stretches between gaps.</summary>
    private static IEnumerable<List<(DateTimeOffset At, double Value)>> Runs(IEnumerable<(DateTimeOffset At, double Value)> points)
    {
        var run = new List<(DateTimeOffset, double)>();
        foreach (var point in points)
        {
            if (double.IsFinite(point.Value))
            {
                run.Add(point);
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0) yield return run;
    }

    /// <summary>Keeps each stretch's lowest and highest point, so that no spike is lost.</summary>
    private static IEnumerable<(DateTimeOffset At, double Value)> Thin(IReadOnlyList<(DateTimeOffset At, double Value)> points)
    {
        if (points.Count <= MaxPoints) return points;
        return points.Chunk((int)Math.Ceiling(points.Count * 2.0 / MaxPoints)).SelectMany(Ends);

        static IEnumerable<(DateTimeOffset At, double Value)> Ends((DateTimeOffset At, double Value)[] batch)
        {
            var finite = batch.Where(point => double.IsFinite(point.Value)).ToList();
            if (finite.Count == 0) return [batch[0]];
            var (low, high) = (finite.MinBy(point => point.Value), finite.MaxBy(point => point.Value));
            return low.At < high.At ? [low, high] : [high, low];
        }
    }
}

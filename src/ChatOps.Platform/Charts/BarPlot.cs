using ChatOps.Platform.Localization;
using ScottPlot;
using SkiaSharp;

namespace ChatOps.Platform.Charts;

/// <summary>Named amounts as horizontal bars, the amount beside each.</summary>
internal static class BarPlot
{
    /// <summary>The colour of 'before'.</summary>
    public static readonly SKColor Pale = SKColor.Parse("#BCD6EA");

    private const int RowsBeforeBarsGrowThin = 5;

    public static void Build(
        Plot plot, SKRect room, BarChart chart, IReadOnlyList<(string Name, double Value, double? Before)> bars, Locale locale)
    {
        using var font = KoreanFont.Font(Frame.TickSize);
        var names = bars.Select(bar => Frame.Cut(bar.Name, font, room.Width * 0.34f)).ToList();
        var amounts = bars.Select(bar => ValueScale.Full(bar.Value, chart.Unit, locale)).ToList();
        var left = names.Max(name => font.MeasureText(name)) + 10;
        var beside = amounts.Max(amount => font.MeasureText(amount)) + 12;
        plot.Layout.Fixed(new PixelPadding(left, 6, 4, 4));

        var most = Math.Max(bars.Max(bar => Math.Max(bar.Value, bar.Before ?? 0)), 0);
        var least = Math.Min(bars.Min(bar => Math.Min(bar.Value, bar.Before ?? 0)), 0);
        if (most - least <= 0) most = 1;
        var width = room.Width - left - 6;
        var high = most + ((most - least) * beside / (width - beside));
        var rows = Math.Max(bars.Count, RowsBeforeBarsGrowThin);
        plot.Axes.SetLimits(least, high, -0.5, rows - 0.5);
        double Y(int row) => rows - 1 - row;
        Axes.Ticks(plot.Axes.Left, [.. names.Select((name, row) => (Y(row), name))]);
        Axes.Ticks(plot.Axes.Bottom, []);
        plot.Axes.Left.TickLabelStyle.ForeColor = Palette.Ink.ToPlot();

        var compared = bars.Any(bar => bar.Before is not null);
        for (var row = 0; row < bars.Count; row++)
        {
            if (bars[row].Before is { } before) Add(plot, Y(row), before, 0.76, Pale);
            Add(plot, Y(row), bars[row].Value, compared ? 0.4 : 0.62, Palette.Of(0));
            var amount = plot.Add.Text(amounts[row], Math.Max(Math.Max(bars[row].Value, bars[row].Before ?? 0), 0), Y(row));
            amount.LabelFontName = KoreanFont.Name;
            amount.LabelFontSize = Frame.TickSize;
            amount.LabelFontColor = Palette.Ink.ToPlot();
            amount.LabelAlignment = Alignment.MiddleLeft;
            amount.OffsetX = 6;
            amount.OffsetY = KoreanFont.Drop;
        }
    }

    private static void Add(Plot plot, double position, double value, double size, SKColor colour) => plot.Add.Bar(new Bar
    {
        Position = position,
        Value = value,
        Size = size,
        Orientation = Orientation.Horizontal,
        FillColor = colour.ToPlot(),
        LineWidth = 0,
    });
}

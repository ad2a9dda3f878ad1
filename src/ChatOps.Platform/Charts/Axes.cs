using ScottPlot;
using SkiaSharp;

namespace ChatOps.Platform.Charts;

/// <summary>Axes with fixed room for their labels, which are measured before.</summary>
internal static class Axes
{
    /// <summary>Sets both axes of a plot of values over time or days.</summary>
    public static void Set(
        Plot plot, SKRect room, (double From, double To) x, ValueScale y, IReadOnlyList<(double At, string Label)> xTicks)
    {
        using var font = KoreanFont.Font(Frame.TickSize);
        var yTicks = y.Ticks();
        var left = yTicks.Max(tick => font.MeasureText(tick.Label)) + 10;
        var right = 14f;
        // The last label of the time axis is centred at its tick and must not leave the picture.
        if (xTicks.Count > 0)
        {
            var (at, label) = xTicks[^1];
            var beyond = (font.MeasureText(label) / 2) - ((float)((x.To - at) / (x.To - x.From)) * (room.Width - left - right));
            right = Math.Max(right, beyond + 2);
        }

        plot.Layout.Fixed(new PixelPadding(left, right, Frame.TickSize + 16, 6));
        plot.Axes.SetLimits(x.From, x.To, y.Low, y.High);
        Ticks(plot.Axes.Bottom, xTicks);
        Ticks(plot.Axes.Left, yTicks);
        plot.Axes.Bottom.FrameLineStyle.Width = 0;
        plot.Grid.YAxisStyle.IsVisible = true;
        plot.Grid.YAxisStyle.MajorLineStyle.Color = Palette.Grid.ToPlot();
        plot.Grid.YAxisStyle.MajorLineStyle.Width = 1;
    }

    /// <summary>Sets an axis' ticks and their style.</summary>
    public static void Ticks(IAxis axis, IReadOnlyList<(double At, string Label)> ticks)
    {
        axis.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. ticks.Select(tick => tick.At)], [.. ticks.Select(tick => tick.Label)]);
        axis.TickLabelStyle.FontName = KoreanFont.Name;
        axis.TickLabelStyle.FontSize = Frame.TickSize;
        axis.TickLabelStyle.ForeColor = Palette.Quiet.ToPlot();
        axis.TickLabelStyle.OffsetY = KoreanFont.Drop;
        axis.MajorTickStyle.Length = 0;
        axis.MinorTickStyle.Length = 0;
    }
}

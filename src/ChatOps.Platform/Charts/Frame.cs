using ChatOps.Platform.Localization;
using ScottPlot;
using SkiaSharp;

namespace ChatOps.Platform.Charts;

/// <summary>How large a picture is drawn.</summary>
/// <param name="Width">In points.</param>
/// <param name="Height">In points.</param>
/// <param name="Scale">Pixels a point.</param>
public readonly record struct PaintSize(int Width, int Height, int Scale)
{
    /// <summary>A picture of its own in a message: sharp on a phone.</summary>
    public static PaintSize Message { get; } = new(800, 400, 2);

    /// <summary>A part of a composed picture: half as wide with the same letters, so that they can still be read there.</summary>
    public static PaintSize Tile { get; } = new(440, 300, 2);
}

/// <summary>
/// What stands around a plot: title, legend, and the room the plot is given. Text never runs into other text: it is measured and cut.
/// </summary>
internal sealed class Frame : IDisposable
{
    public const float TickSize = 13;
    public const float Margin = 16;

    /// <summary>The font's own ellipsis hangs in the middle of the line, as Korean typesetting has it; English would stumble.</summary>
    private const string Ellipsis = "...";

    private const float TitleSize = 18;
    private const float LegendSize = 13;
    private const float Swatch = 12;

    private readonly SKSurface _surface;
    private readonly PaintSize _size;
    private float _top = Margin;

    public Frame(PaintSize size)
    {
        _size = size;
        _surface = SKSurface.Create(
            new SKImageInfo(size.Width * size.Scale, size.Height * size.Scale, SKColorType.Rgba8888, SKAlphaType.Premul));
        Canvas.Clear(Palette.Ground);
        Canvas.Scale(size.Scale);
    }

    public SKCanvas Canvas => _surface.Canvas;

    /// <summary>Writes the title.</summary>
    public void Title(string title)
    {
        using var font = KoreanFont.Font(TitleSize, bold: true);
        Write(Cut(title, font, _size.Width - (2 * Margin)), Margin, _top + TitleSize, font, Palette.Ink);
        _top += TitleSize + 12;
    }

    /// <summary>Writes the unit and what each colour means, in at most two lines; what finds no room is counted.</summary>
    public void Legend(string unit, IReadOnlyList<LegendItem> items, int leftOut, Locale locale)
    {
        if (unit.Length == 0 && items.Count == 0) return;
        using var font = KoreanFont.Font(LegendSize);
        var end = _size.Width - Margin;
        var x = Margin;
        var lines = 1;
        if (unit.Length > 0 && unit != "%")
        {
            Write(unit, x, _top + LegendSize, font, Palette.Quiet);
            x += font.MeasureText(unit) + 18;
        }

        for (var i = 0; i < items.Count; i++)
        {
            var name = Cut(items[i].Name, font, Math.Min(230, (_size.Width - (2 * Margin)) / 2));
            var width = Swatch + 6 + font.MeasureText(name);
            var more = locale.Text("list.more", ("count", items.Count - i + leftOut));
            var reserve = lines == 2 && (i < items.Count - 1 || leftOut > 0) ? font.MeasureText(more) + 18 : 0;
            if (x + width + reserve > end)
            {
                if (lines == 2)
                {
                    leftOut += items.Count - i;
                    break;
                }

                lines++;
                x = Margin;
                _top += LegendSize + 8;
            }

            Swatches(items[i], x, _top + LegendSize);
            Write(name, x + Swatch + 6, _top + LegendSize, font, Palette.Ink);
            x += width + 18;
        }

        if (leftOut > 0) Write(locale.Text("list.more", ("count", leftOut)), x, _top + LegendSize, font, Palette.Quiet);
        _top += LegendSize + 8;
    }

    /// <summary>Draws a plot into the room that is left.</summary>
    /// <param name="build">Is given the room, in points, and builds the plot for it.</param>
    public void Plot(Action<Plot, SKRect> build)
    {
        var room = new SKRect(Margin, _top + 4, _size.Width - Margin, _size.Height - 10);
        using var plot = new Plot();
        plot.FigureBackground.Color = Palette.Ground.ToPlot();
        plot.DataBackground.Color = Palette.Ground.ToPlot();
        plot.Axes.Frame(false);
        plot.Grid.XAxisStyle.IsVisible = false;
        plot.Grid.YAxisStyle.IsVisible = false;
        plot.Font.Set(KoreanFont.Name);
        build(plot, room);
        Canvas.Save();
        Canvas.ClipRect(room);
        plot.Render(Canvas, new PixelRect(room.Left, room.Right, room.Bottom, room.Top));
        Canvas.Restore();
    }

    /// <summary>Says in the middle that there is nothing to draw.</summary>
    public void Empty(Locale locale)
    {
        using var font = KoreanFont.Font(16);
        var text = locale.Text("chart.empty");
        Write(text, (_size.Width - font.MeasureText(text)) / 2, (_top + _size.Height) / 2, font, Palette.Quiet);
    }

    /// <summary>Draws a finished picture into a rectangle.</summary>
    public void Image(Picture picture, SKRect place)
    {
        using var image = SKImage.FromEncodedData(picture.Png.Span);
        if (image is null) return;
        Canvas.DrawImage(image, place, new SKSamplingOptions(SKCubicResampler.Mitchell));
    }

    /// <summary>Encodes what was drawn.</summary>
    public Picture Finish(string alt)
    {
        using var image = _surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return new Picture(data.ToArray(), image.Width, image.Height, alt);
    }

    public void Dispose() => _surface.Dispose();

    /// <summary>A text cut to a width, with an ellipsis.</summary>
    public static string Cut(string text, SKFont font, float width)
    {
        text = text.ReplaceLineEndings(" ");
        if (font.MeasureText(text) <= width) return text;
        var length = text.Length;
        while (length > 1 && font.MeasureText(text.AsSpan(0, length)) > width - font.MeasureText(Ellipsis))
        {
            length--;
            if (char.IsHighSurrogate(text[length - 1])) length--;
        }

        return string.Concat(text.AsSpan(0, Math.Max(length, 0)).TrimEnd(), Ellipsis);
    }

    private void Swatches(LegendItem item, float x, float baseline)
    {
        using var paint = new SKPaint { Color = item.Colour, IsAntialias = true };
        var middle = baseline - 4.5f;
        if (item.Dashed)
        {
            Canvas.DrawRect(x, middle - 1, 5, 2.5f, paint);
            Canvas.DrawRect(x + 7, middle - 1, 5, 2.5f, paint);
        }
        else
        {
            Canvas.DrawRoundRect(x, middle - 5, Swatch, 10, 2, 2, paint);
        }
    }

    private void Write(string text, float x, float baseline, SKFont font, SKColor colour)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        Canvas.DrawText(text, x, baseline, SKTextAlign.Left, font, paint);
    }
}

/// <summary>A line of the legend.</summary>
internal sealed record LegendItem(string Name, SKColor Colour, bool Dashed = false);

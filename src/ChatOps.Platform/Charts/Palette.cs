using SkiaSharp;

namespace ChatOps.Platform.Charts;

/// <summary>Okabe and Ito's colours, told apart by all eyes, the yellow darkened to stand on white. Calm greys for the rest.</summary>
internal static class Palette
{
    public static readonly SKColor Ground = SKColors.White;
    public static readonly SKColor Ink = SKColor.Parse("#1D1C1D");
    public static readonly SKColor Quiet = SKColor.Parse("#5E5D60");
    public static readonly SKColor Grid = SKColor.Parse("#E9E9EB");
    public static readonly SKColor Limit = SKColor.Parse("#B3261E");

    private static readonly SKColor[] Layers =
        [.. ((string[])["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8A7A12", "#777777"]).Select(SKColor.Parse)];

    /// <summary>How many things a picture tells apart.</summary>
    public static int Count => Layers.Length;

    /// <summary>The colour of the n-th series.</summary>
    public static SKColor Of(int index) => Layers[index % Layers.Length];

    public static ScottPlot.Color ToPlot(this SKColor colour, double alpha = 1) =>
        new(colour.Red, colour.Green, colour.Blue, (byte)(255 * alpha));
}

using ScottPlot;
using SkiaSharp;

namespace ChatOps.Platform.Charts;

/// <summary>
/// The font of every picture: a subset of Noto Sans CJK KR that ships inside the assembly, so that a container without fonts
/// writes Korean too. How it was made stands in <c>Fonts/make</c>.
/// </summary>
internal static class KoreanFont
{
    /// <summary>What ScottPlot calls it.</summary>
    public const string Name = "ChatOps";

    /// <summary>The face is built around tall CJK lines, so what ScottPlot centres by them hangs too high by this much.</summary>
    public const float Drop = 7;

    private const string Resource = "ChatOps.Platform.Charts.Fonts.NotoSansKR-Subset.otf";

    private static readonly Lazy<SKTypeface> Loaded = new(Load);

    /// <summary>The typeface; it lives as long as the process.</summary>
    public static SKTypeface Typeface => Loaded.Value;

    /// <summary>A font of that size.</summary>
    public static SKFont Font(float size, bool bold = false) =>
        new(Typeface, size) { Edging = SKFontEdging.Antialias, Subpixel = true, Embolden = bold };

    private static SKTypeface Load()
    {
        using var stream = typeof(KoreanFont).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The font {Resource} is not in the assembly.");
        using var data = SKData.Create(stream);
        var typeface = SKTypeface.FromData(data) ?? throw new InvalidOperationException($"The font {Resource} cannot be read.");
        ScottPlot.Fonts.FontResolvers.Insert(0, new Resolver());
        return typeface;
    }

    /// <summary>Gives ScottPlot the same typeface.</summary>
    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            fontName == Name ? Typeface : null;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Typeface : null;
    }
}

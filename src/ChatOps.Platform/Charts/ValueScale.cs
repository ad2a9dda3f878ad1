using System.Globalization;
using ChatOps.Platform.Localization;

namespace ChatOps.Platform.Charts;

/// <summary>The value axis: round steps, and numbers as the language writes large ones (12K, 1.2만).</summary>
public sealed class ValueScale
{
    private const double Headroom = 1.08;

    private readonly Locale _locale;
    private readonly double _step;
    private readonly double _divisor;
    private readonly string _suffix;

    /// <param name="low">The lowest value shown.</param>
    /// <param name="high">The highest.</param>
    /// <param name="steps">About how many steps there may be.</param>
    /// <param name="unit">Shown at each tick when it is a percent sign.</param>
    /// <param name="locale">Whose numbers.</param>
    /// <param name="fitted">Whether the axis is that of the values; else zero is on it.</param>
    public ValueScale(double low, double high, int steps, string unit, Locale locale, bool fitted = false)
    {
        _locale = locale;
        // Values that come near zero beside their range are seen from zero.
        var isFar = fitted && (low > 0 ? low > (high - low) / 2 : high < 0 && -high > (high - low) / 2);
        var from = isFar ? low : Math.Min(low, 0);
        var to = isFar ? high : Math.Max(high, 0);
        if (to - from <= 0 || !double.IsFinite(to - from))
        {
            // One value only: seen from zero.
            (isFar, from) = (false, Math.Min(low, 0));
            to = Math.Max(Math.Max(high, 0), from + 4);
        }

        _step = RoundStep((to - from) / steps);
        // Whole numbers without a unit are counts: there is no half a finding.
        if (_step < 1 && unit.Length == 0 && to == Math.Floor(to) && from == Math.Floor(from)) _step = 1;
        var room = (to - from) * (Headroom - 1);
        Low = isFar ? (low > 0 ? Math.Max(0, from - room) : from - room) : from * Headroom;
        High = isFar && low < 0 ? Math.Min(0, to + room) : Math.Max(to + ((to - from) * (Headroom - 1)), Low + _step);
        (_divisor, var word) = Magnitude(Math.Max(Math.Abs(Low), Math.Abs(High)), locale.Language);
        _suffix = word + (unit == "%" ? "%" : "");
    }

    /// <summary>The axis' lower end; zero is on it unless it is fitted to values far from that.</summary>
    public double Low { get; }

    /// <summary>The axis' upper end.</summary>
    public double High { get; }

    /// <summary>Where the ticks are, with their labels.</summary>
    public IReadOnlyList<(double At, string Label)> Ticks()
    {
        var ticks = new List<(double, string)>();
        var first = (long)Math.Ceiling(Low / _step - 1e-9);
        for (var n = first; n * _step <= High + (_step * 1e-9); n++) ticks.Add((n * _step, Label(n * _step)));
        return ticks;
    }

    /// <summary>A value in full, as it stands beside a bar.</summary>
    public static string Full(double value, string unit, Locale locale)
    {
        var size = Math.Abs(value);
        var text = unit.Length == 3 && unit.All(char.IsAsciiLetterUpper)
            ? value.ToString(size >= 1000 ? "N0" : "N2", locale.Culture)
            : value.ToString(size >= 1000 ? "N0" : size >= 10 ? "#,0.#" : "#,0.##", locale.Culture);
        return unit switch { "" => text, "%" => text + "%", _ => $"{text} {unit}" };
    }

    private string Label(double value)
    {
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(_step / _divisor) - 1e-9), 0, 6);
        var text = (value / _divisor).ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), _locale.Culture);
        return value == 0 ? 0.ToString(_locale.Culture) + (_suffix.EndsWith('%') ? "%" : "") : text + _suffix;
    }

    private static (double Divisor, string Word) Magnitude(double most, string language) => (most, language) switch
    {
        ( >= 1e8, "ko") => (1e8, "억"),
        ( >= 1e5, "ko") => (1e4, "만"),
        ( >= 1e9, "en") => (1e9, "B"),
        ( >= 1e6, "en") => (1e6, "M"),
        ( >= 1e4, "en") => (1e3, "K"),
        _ => (1, ""),
    };

    private static double RoundStep(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
    }
}

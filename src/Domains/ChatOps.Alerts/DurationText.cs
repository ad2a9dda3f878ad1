using System.Globalization;

namespace ChatOps.Alerts;

/// <summary>DurationText of time as Prometheus writes them: <c>30m</c>, <c>1h30m</c>, <c>2d</c>.</summary>
internal static class DurationText
{
    /// <summary>Reads a length; false when it is none.</summary>
    public static bool TryParse(string text, out TimeSpan length)
    {
        length = TimeSpan.Zero;
        var digits = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsAsciiDigit(text[at])) continue;
            if (at == digits || at - digits > 4
                || !int.TryParse(text.AsSpan(digits, at - digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                return false;
            TimeSpan? part = char.ToLowerInvariant(text[at]) switch
            {
                's' => TimeSpan.FromSeconds(count),
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(count),
                'w' => TimeSpan.FromDays(7L * count),
                _ => null,
            };
            if (part is not { } more) return false;
            length += more;
            digits = at + 1;
        }

        return digits == text.Length && length > TimeSpan.Zero;
    }
}

using System.Globalization;

namespace ChatOps.Kernel.Filters;

/// <summary>Against what times in filters are read.</summary>
/// <param name="Now">Of which <c>7d</c> counts back.</param>
/// <param name="Zone">In which <c>2026-11-01</c> is a day.</param>
public readonly record struct FilterClock(DateTimeOffset Now, TimeZoneInfo Zone);

/// <summary>
/// A range of time as people write it. <c>7d</c>, <c>24h</c>, <c>2w</c>: within the last so many; <c>2026-11</c>, <c>2026-11-01</c>,
/// <c>today</c>, <c>어제</c>: that month or day; <c>&gt;</c> and <c>&lt;</c> before a date: after and before it;
/// <c>2026-11-01..2026-11-15</c>: both days and what is between them.
/// </summary>
/// <param name="From">The first moment that is in; null for no beginning.</param>
/// <param name="Before">The first moment that is not in any more; null for no end.</param>
public readonly record struct TimeRange(DateTimeOffset? From, DateTimeOffset? Before)
{
    private static readonly string[] Forms = ["yyyy-MM-dd", "yyyy-MM", "yyyy"];

    /// <summary>Longer units first: 개월 ends in no other unit, but 'h' is a letter of none.</summary>
    private static readonly (string Unit, double Days)[] Units =
        [("시간", 1 / 24.0), ("개월", 30), ("h", 1 / 24.0), ("d", 1), ("w", 7), ("m", 30), ("y", 365), ("일", 1), ("주", 7), ("년", 365)];

    /// <summary>Reads a range; false when it is none.</summary>
    public static bool TryRead(string text, FilterClock clock, out TimeRange range)
    {
        range = default;
        text = text.Trim().ToLowerInvariant();
        if (text.Split("..") is [var first, var last])
        {
            if (!TryDay(first, clock, out var begin, out _) || !TryDay(last, clock, out _, out var end) || begin >= end) return false;
            range = new TimeRange(begin, end);
            return true;
        }

        if (text is ['>' or '<', ..])
        {
            var inclusive = text.Length > 1 && text[1] == '=';
            var rest = text[(inclusive ? 2 : 1)..];
            var age = Age(rest, clock.Now);
            DateTimeOffset start, end;
            if (age is { } moment) (start, end) = (moment, moment);
            else if (!TryDay(rest, clock, out start, out end)) return false;
            // '>7d' is older than seven days, as people say it; '>2026-11-01' is after that day.
            var later = (text[0] == '>') != (age is not null);
            range = later ? new TimeRange(inclusive ? start : end, null) : new TimeRange(null, inclusive ? end : start);
            return true;
        }

        if (Age(text, clock.Now) is { } since)
        {
            range = new TimeRange(since, null);
            return true;
        }

        if (!TryDay(text, clock, out var opens, out var closes)) return false;
        range = new TimeRange(opens, closes);
        return true;
    }

    /// <summary>Reads a moment: the beginning of a day or month, or so long ago. False when it is none.</summary>
    public static bool TryReadMoment(string text, FilterClock clock, out DateTimeOffset moment)
    {
        text = text.Trim().ToLowerInvariant();
        if (Age(text, clock.Now) is { } ago)
        {
            moment = ago;
            return true;
        }

        return TryDay(text, clock, out moment, out _);
    }

    private static DateTimeOffset? Age(string text, DateTimeOffset now)
    {
        foreach (var (unit, length) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            var digits = text.AsSpan(0, text.Length - unit.Length);
            if (digits.Length is < 1 or > 4 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                return null;
            var days = count * length;
            return days > 36_500 ? null : now.AddDays(-days);
        }

        return null;
    }

    private static bool TryDay(string text, FilterClock clock, out DateTimeOffset from, out DateTimeOffset before)
    {
        (from, before) = (default, default);
        DateTime day;
        if (text is "today" or "yesterday" or "오늘" or "어제")
        {
            var today = TimeZoneInfo.ConvertTime(clock.Now, clock.Zone).Date;
            day = text is "today" or "오늘" ? today : today.AddDays(-1);
        }
        else if (!DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
            || day.Year is < 1970 or > 9000)
        {
            return false;
        }

        var next = text switch { [_, _, _, _] => day.AddYears(1), [_, _, _, _, '-', _, _] => day.AddMonths(1), _ => day.AddDays(1) };
        (from, before) = (In(day, clock.Zone), In(next, clock.Zone));
        return true;
    }

    private static DateTimeOffset In(DateTime day, TimeZoneInfo zone) => new(day, zone.GetUtcOffset(day));
}

using ChatOps.Platform.Localization;

namespace ChatOps.Platform.Charts;

/// <summary>The time axis: ticks at round times of the locale's zone, so many that their labels have room.</summary>
internal static class TimeScale
{
    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
        TimeSpan.FromDays(1), TimeSpan.FromDays(2), TimeSpan.FromDays(7), TimeSpan.FromDays(14),
    ];

    /// <summary>The ticks between two moments.</summary>
    public static IReadOnlyList<(DateTimeOffset At, string Label)> Ticks(DateTimeOffset from, DateTimeOffset to, int atMost, Locale locale)
    {
        var step = Steps.FirstOrDefault(step => (to - from) / step <= atMost);
        return [.. step == default ? Months(from, to, atMost, locale) : Regular(from, to, step, locale)];
    }

    /// <summary>A day without its year: 5 Mar, 3월 5일.</summary>
    public static string Day(DateTime day, Locale locale) => day.ToString(locale.Language == "ko" ? "M월 d일" : "d MMM", locale.Culture);

    private static IEnumerable<(DateTimeOffset, string)> Regular(DateTimeOffset from, DateTimeOffset to, TimeSpan step, Locale locale)
    {
        var local = TimeZoneInfo.ConvertTime(from, locale.Zone).DateTime;
        // Whole steps are counted from local midnight; from the day itself when a step is one or more days.
        var start = step < TimeSpan.FromDays(1) ? local.Date + (step * Math.Floor(local.TimeOfDay / step)) : local.Date;
        for (var at = start; ; at += step)
        {
            if (locale.Zone.IsInvalidTime(at)) continue;
            var moment = new DateTimeOffset(at, locale.Zone.GetUtcOffset(at));
            if (moment > to) yield break;
            if (moment < from) continue;
            yield return (moment, at.TimeOfDay == TimeSpan.Zero ? Day(at, locale) : at.ToString("HH:mm", locale.Culture));
        }
    }

    private static IEnumerable<(DateTimeOffset, string)> Months(DateTimeOffset from, DateTimeOffset to, int atMost, Locale locale)
    {
        var local = TimeZoneInfo.ConvertTime(from, locale.Zone).DateTime;
        var months = ((to - from).TotalDays / 30.4 / atMost) switch { <= 1 => 1, <= 2 => 2, <= 3 => 3, <= 6 => 6, _ => 12 };
        var first = true;
        for (var at = new DateTime(local.Year, (((local.Month - 1) / months) * months) + 1, 1); ; at = at.AddMonths(months))
        {
            var moment = new DateTimeOffset(at, locale.Zone.GetUtcOffset(at));
            if (moment > to) yield break;
            if (moment < from) continue;
            var year = first || at.Month == 1;
            first = false;
            yield return (moment, at.ToString(
                (locale.Language, year) switch { ("ko", true) => "yyyy년 M월", ("ko", _) => "M월", (_, true) => "MMM yyyy", _ => "MMM" },
                locale.Culture));
        }
    }
}

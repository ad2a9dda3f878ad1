using System.Globalization;

namespace ChatOps.Platform.Localization;

/// <summary>
/// Who a text is written for: the language of its words, dates and numbers, and the zone of its times.
/// A view takes one and gives it to everything it shows; there is no ambient culture.
/// </summary>
/// <param name="Culture">Language and number format, for example <c>ko-KR</c>.</param>
/// <param name="Zone">The zone in which times are written, for example Asia/Seoul.</param>
public sealed record Locale(CultureInfo Culture, TimeZoneInfo Zone)
{
    /// <summary>The languages the texts exist in, by two-letter code.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "ko"];

    /// <summary>The two-letter code of the language: one of <see cref="Languages"/>.</summary>
    public string Language => Culture.TwoLetterISOLanguageName;

    /// <summary>
    /// A locale for a language code such as <c>ko</c> or <c>en-US</c> as Slack gives it; English when we have no texts in it.
    /// </summary>
    public static Locale For(string? code, TimeZoneInfo zone)
    {
        var language = (code ?? "").Split('-', '_')[0].ToLowerInvariant();
        return new Locale(CultureInfo.GetCultureInfo(language == "ko" ? "ko-KR" : "en-US"), zone);
    }

    /// <summary>The text of a key in this language, with its placeholders filled in; see <see cref="Texts"/> for their forms.</summary>
    /// <exception cref="KeyNotFoundException">No text has that key, or a placeholder has no value.</exception>
    public string Text(string key, params ReadOnlySpan<(string Name, object? Value)> values) => Texts.Format(this, key, values);

    /// <summary>Whether a text has that key. For keys composed at run time (an unknown severity, a foreign error code).</summary>
    public bool Has(string key) => Texts.Has(Language, key);

    /// <summary>A whole number with the language's grouping: 12,345.</summary>
    public string Number(long value) => value.ToString("N0", Culture);

    /// <summary>A number with at most so many decimals: CVSS 9.8, EPSS 0.92.</summary>
    public string Number(double value, int decimals) => value.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), Culture);

    /// <summary>A share of one as a percentage: 0.271 is 27 %.</summary>
    public string Percent(double share) => share.ToString(Language == "ko" ? "0%" : "0 %", Culture);

    /// <summary>Hours and minutes in the zone: 09:16.</summary>
    public string Time(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("HH:mm", Culture);

    /// <summary>The day in the zone: 1 Dec 2026, 2026년 12월 1일.</summary>
    public string Day(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, Zone).ToString(Language == "ko" ? "yyyy년 M월 d일" : "d MMM yyyy", Culture);

    /// <summary>Day and time in the zone.</summary>
    public string DayAndTime(DateTimeOffset at) => $"{Day(at)} {Time(at)}";

    /// <summary>A length of time in its largest one or two units: 3 min, 1 h 4 min, 2 d.</summary>
    public string Duration(TimeSpan length)
    {
        length = length.Duration();
        if (length < TimeSpan.FromMinutes(1))
            return Text("duration.seconds", ("count", (long)Math.Max(1, Math.Round(length.TotalSeconds))));
        if (length < TimeSpan.FromHours(1)) return Text("duration.minutes", ("count", (long)length.TotalMinutes));
        if (length < TimeSpan.FromDays(1))
        {
            var hours = Text("duration.hours", ("count", (long)length.TotalHours));
            return length.Minutes == 0 ? hours : $"{hours} {Text("duration.minutes", ("count", (long)length.Minutes))}";
        }

        var days = Text("duration.days", ("count", (long)length.TotalDays));
        return length.Hours == 0 ? days : $"{days} {Text("duration.hours", ("count", (long)length.Hours))}";
    }
}

namespace ChatOps.Platform.Localization;

/// <summary>The word of a severity, the same everywhere.</summary>
public static class SeverityText
{
    /// <summary>The word: CRITICAL, 심각.</summary>
    public static string Severity(this Locale locale, Severity severity) =>
        locale.Text($"severity.{severity.ToString().ToLowerInvariant()}");

    /// <summary>How many of a severity there are: 7 critical, 심각 7건.</summary>
    public static string SeverityCount(this Locale locale, Severity severity, long count) =>
        locale.Text("severity.count", ("count", count), ("severity", locale.Severity(severity).ToLower(locale.Culture)));
}

using System.Text;
using ChatOps.Platform.Prometheus;

namespace ChatOps.Alerts;

/// <summary>
/// The matchers of a silence of one message: they match its alerts, and none that differs from all of them in a label that is shown.
/// Pure.
/// </summary>
internal static class SilenceMatchers
{
    /// <summary>The label that names the rule.</summary>
    public const string AlertName = "alertname";

    /// <summary>More values of a label than this make a matcher that nobody can read; the others tell the alerts apart.</summary>
    private const int MaxValues = 100;

    /// <summary>The matchers for alerts.</summary>
    /// <param name="alerts">The labels of each.</param>
    /// <param name="isComplete">Whether these are all: of more that we do not know, only what they share with these can be matched.</param>
    public static IReadOnlyList<Matcher> Of(IReadOnlyList<IReadOnlyDictionary<string, string>> alerts, bool isComplete)
    {
        var matchers = new List<Matcher>();
        foreach (var name in alerts.SelectMany(labels => labels.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            var values = alerts.Select(labels => labels.GetValueOrDefault(name, "")).Distinct().Order(StringComparer.Ordinal).ToList();
            if (values is [var value])
            {
                if (value.Length > 0) matchers.Add(new Matcher(name, value));
            }
            else if (isComplete && values.Count <= MaxValues)
            {
                matchers.Add(new Matcher(name, string.Join('|', values.Select(Escape)), IsRegex: true));
            }
        }

        return matchers;
    }

    /// <summary>Whether they name an alert: a silence of every alert that shares a label is written by hand, or not at all.</summary>
    public static bool NameAlert(IEnumerable<Matcher> matchers) => matchers.Any(
        matcher => matcher is { Name: AlertName, IsEqual: true } && !matcher.Matches(new Dictionary<string, string>()));

    /// <summary>Escapes for RE2, which knows no escape of other characters.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (@"\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal)) escaped.Append('\\');
            escaped.Append(c);
        }

        return escaped.ToString();
    }
}

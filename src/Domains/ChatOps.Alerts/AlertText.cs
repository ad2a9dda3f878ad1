using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Alerts;

/// <summary>The words about alerts that several views use. All of it is markup, escaped. Pure.</summary>
internal static class AlertText
{
    private const int LabelsShown = 8;

    /// <summary>How bad it is, with the source's own word where that is another: <c>critical (page)</c>.</summary>
    public static string Severity(AlertGroup group, Locale locale)
    {
        var rank = locale.Severity(group.Severity);
        return group.SeverityWord is { } word && !word.Equals(rank, StringComparison.OrdinalIgnoreCase)
            && !word.Equals(group.Severity.ToString(), StringComparison.OrdinalIgnoreCase)
            ? $"{rank} ({Mrkdwn.Cut(word, 40)})"
            : rank;
    }

    public static string State(AlertState state, Locale locale) => locale.Text(state switch
    {
        AlertState.Firing => "alert.state.firing",
        AlertState.Acknowledged => "alert.state.acknowledged",
        AlertState.Silenced => "alert.state.silenced",
        AlertState.NoData => "alert.state.no-data",
        _ => "alert.state.resolved",
    });

    /// <summary>How many fire: <c>2 of 3 firing</c>.</summary>
    public static string Count(AlertGroup group, Locale locale) => group.Alerts.Count == 0 ? locale.Text("alert.count.unread")
        : group.Alerts.Count == 1 && group.Truncated == 0 ? State(group.Firing == 1 ? AlertState.Firing : group.State, locale)
        : locale.Text("alert.count", ("firing", group.Firing), ("all", group.Total));

    public static string Moment(DateTimeOffset at, Locale locale) => Mrkdwn.Date(at, "{date_short_pretty} {time}", locale.DayAndTime(at));

    public static string Name(AlertGroup group) => $"*{Mrkdwn.Cut(group.Name, 200)}*";

    /// <summary>Labels as <c>name value</c>, without those that stand elsewhere; the values can be copied.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var shown = labels.Where(label => label.Key is not ("alertname" or "alarm" or "severity" or "priority") && label.Value.Length > 0)
            .OrderBy(label => label.Key, StringComparer.Ordinal).ToList();
        var text = string.Join(
            " · ", shown.Take(LabelsShown).Select(label => $"{Mrkdwn.Cut(label.Key, 40)} {Mrkdwn.Code(TextCut.Plain(label.Value, 80))}"));
        return shown.Count > LabelsShown ? $"{text} · +{shown.Count - LabelsShown}" : text;
    }

    /// <summary>What of an alert's labels the others do not share.</summary>
    public static string Differing(Alert alert, IReadOnlyDictionary<string, string> common) =>
        Labels(alert.Labels.Where(label => !common.ContainsKey(label.Key)));

    /// <summary>One line for lists and groups.</summary>
    public static string Line(AlertGroup group, Locale locale)
    {
        var sign = group.State switch
        {
            AlertState.Resolved => "✅",
            AlertState.Silenced => "🔇",
            AlertState.NoData => "⚪",
            _ => group.Severity.Sign(),
        };
        var labels = Labels(group.CommonLabels);
        return $"{sign} {Severity(group, locale)} · {Name(group)} · " +
            $"{Count(group, locale)}{(group.State == AlertState.Acknowledged ? $" · {State(group.State, locale)}" : "")}" +
            $"{(labels.Length > 0 ? $" · {TextCut.Markup(labels, 240)}" : "")}";
    }
}

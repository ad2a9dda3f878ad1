namespace ChatOps.Alerts;

/// <summary>
/// Alertmanager's default text for SNS, which AMP sends unless it is given a template: <c>Alerts Firing:</c> and <c>Alerts Resolved:</c>,
/// below each the alerts with <c>Labels:</c>, <c>Annotations:</c> and <c>Source:</c>. It says no times. Pure.
/// </summary>
internal static class AlertmanagerText
{
    private const string FiringHead = "Alerts Firing:";
    private const string ResolvedHead = "Alerts Resolved:";
    private const string LabelsHead = "Labels:";
    private const string AnnotationsHead = "Annotations:";
    private const string SourceHead = "Source:";
    private const string Separator = " = ";

    /// <summary>Whether a text looks like it.</summary>
    public static bool Is(string text) =>
        (text.Contains(FiringHead, StringComparison.Ordinal) || text.Contains(ResolvedHead, StringComparison.Ordinal))
            && text.Contains(LabelsHead, StringComparison.Ordinal);

    /// <summary>Reads it; null when there is no alert in it.</summary>
    public static IncomingAlertGroup? Read(string text)
    {
        var alerts = new List<IncomingAlert>();
        AlertStatus? status = null;
        Draft? draft = null;
        Dictionary<string, string>? into = null;
        string? last = null;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            switch (line.TrimEnd())
            {
                case FiringHead: (status, into) = (AlertStatus.Firing, null); End(); continue;
                case ResolvedHead: (status, into) = (AlertStatus.Resolved, null); End(); continue;
                case LabelsHead when status is { } at:
                    End();
                    draft = new Draft(at);
                    into = draft.Labels;
                    continue;
                case AnnotationsHead when draft is not null: into = draft.Annotations; continue;
            }

            if (draft is not null && line.StartsWith(SourceHead, StringComparison.Ordinal))
            {
                draft.Source = line[SourceHead.Length..].Trim();
                into = null;
            }
            else if (into is not null && line.StartsWith(" - ", StringComparison.Ordinal)
                && line.IndexOf(Separator, StringComparison.Ordinal) is > 3 and var at)
            {
                last = line[3..at];
                into[last] = line[(at + Separator.Length)..];
            }
            else if (into is not null && last is not null && into.TryGetValue(last, out var begun))
            {
                // An annotation of several lines.
                into[last] = $"{begun}\n{line}";
            }
        }

        End();
        if (alerts.Count == 0) return null;
        return new IncomingAlertGroup(
            AlertmanagerNotification.WithoutKey(new Dictionary<string, string>(), alerts), AlertSource.Alertmanager)
        {
            // The text does not say what it is grouped by; by the rule's name is AMP's usual way, and a silence wants matchers.
            GroupLabels = AlertmanagerNotification.Shared(alerts, "alertname") is { } name
                ? new Dictionary<string, string> { ["alertname"] = name }
                : [],
            Alerts = alerts,
            Account = AlertmanagerNotification.AccountOf(alerts),
            Region = AlertmanagerNotification.Shared(alerts, "region") ?? AlertmanagerNotification.Shared(alerts, "aws_region"),
        };

        void End()
        {
            if (draft is { Labels.Count: > 0 })
                alerts.Add(new IncomingAlert(draft.Labels, draft.Annotations, draft.Status) { GeneratorUrl = draft.Source });
            (draft, last) = (null, null);
        }
    }

    private sealed class Draft(AlertStatus status)
    {
        public AlertStatus Status { get; } = status;

        public Dictionary<string, string> Labels { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, string> Annotations { get; } = new(StringComparer.Ordinal);

        public string? Source { get; set; }
    }
}

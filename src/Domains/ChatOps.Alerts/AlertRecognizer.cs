using ChatOps.Platform.Ingest;

namespace ChatOps.Alerts;

/// <summary>What of SNS is alerts: notifications of an Alertmanager, whole JSON, broken JSON or text, and CloudWatch alarms.</summary>
internal sealed class AlertRecognizer : ISnsRecognizer
{
    public const string Alertmanager = "sns/alertmanager";
    public const string CloudWatch = "sns/cloudwatch-alarm";

    public string? KindOf(SnsContent content) => content switch
    {
        _ when content.Has("AlarmName", "NewStateValue") => CloudWatch,
        _ when content.Has("receiver", "alerts") || content.Has("groupLabels", "alerts") => Alertmanager,
        { Json: null } when AlertmanagerText.Is(content.Text) || IsBroken(content.Text) || IsOwnTemplate(content.Text) => Alertmanager,
        _ => null,
    };

    /// <summary>A template of somebody's own: it cannot be read, and is shown whole.</summary>
    private static bool IsOwnTemplate(string text) =>
        (text.Contains("firing", StringComparison.OrdinalIgnoreCase) || text.Contains("resolved", StringComparison.OrdinalIgnoreCase))
        && text.Contains("alert", StringComparison.OrdinalIgnoreCase);

    private static bool IsBroken(string text) =>
        text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal)
        && text.Contains("\"alerts\"", StringComparison.Ordinal)
        && (text.Contains("\"groupLabels\"", StringComparison.Ordinal) || text.Contains("\"receiver\"", StringComparison.Ordinal));
}

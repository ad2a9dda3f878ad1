using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ChatOps.Aws;

/// <summary>An automation's state changed ('EC2 Automation Execution Status-change Notification').</summary>
/// <param name="ExecutionId">The automation's execution.</param>
/// <param name="Document">The document's name.</param>
/// <param name="Status">AWS's word: InProgress, Success, Failed, TimedOut, Cancelled and so on.</param>
/// <param name="Started">When it began, UTC; null when absent or not understood.</param>
/// <param name="Ended">When it ended, UTC; null while it runs.</param>
/// <param name="ExecutedBy">The ARN of who started it; null when absent.</param>
public sealed record AutomationExecutionEvent(
    string ExecutionId, string Document, string Status, DateTimeOffset? Started, DateTimeOffset? Ended, string? ExecutedBy);

/// <summary>A step's state changed ('EC2 Automation Step Status-change Notification').</summary>
/// <param name="ExecutionId">The automation's execution.</param>
/// <param name="Document">The document's name.</param>
/// <param name="Status">AWS's word: InProgress, Success, Failed, TimedOut, Cancelled and so on.</param>
/// <param name="StepName">The step's name in the document.</param>
/// <param name="Action">What the step does, such as <c>aws:executeAwsApi</c>; null when absent.</param>
/// <param name="Started">When it began, UTC; null when absent or not understood.</param>
/// <param name="Ended">When it ended, UTC; null while it runs.</param>
public sealed record AutomationStepEvent(
    string ExecutionId, string Document, string Status, string StepName, string? Action, DateTimeOffset? Started, DateTimeOffset? Ended);

/// <summary>Reads the events that Systems Manager Automation sends through EventBridge.</summary>
public static class AutomationEvents
{
    /// <summary>The detail-type of an execution's event.</summary>
    public const string ExecutionDetailType = "EC2 Automation Execution Status-change Notification";

    /// <summary>The detail-type of a step's event.</summary>
    public const string StepDetailType = "EC2 Automation Step Status-change Notification";

    /// <summary>Reads an execution's event; false for any other event and for one that lacks its id or status.</summary>
    public static bool TryReadExecution(EventBridgeEnvelope envelope, [NotNullWhen(true)] out AutomationExecutionEvent? execution)
    {
        execution = null;
        if (envelope.Source != "aws.ssm" || envelope.DetailType != ExecutionDetailType
            || Text(envelope, "ExecutionId") is not { } id || Text(envelope, "Status") is not { } status)
        {
            return false;
        }
        execution = new AutomationExecutionEvent(
            id, Text(envelope, "Definition") ?? "", status, Time(envelope, "StartTime"), Time(envelope, "EndTime"),
            Text(envelope, "ExecutedBy"));
        return true;
    }

    /// <summary>Reads a step's event; false for any other event and for one that lacks its id, step or status.</summary>
    public static bool TryReadStep(EventBridgeEnvelope envelope, [NotNullWhen(true)] out AutomationStepEvent? step)
    {
        step = null;
        if (envelope.Source != "aws.ssm" || envelope.DetailType != StepDetailType || Text(envelope, "ExecutionId") is not { } id
            || Text(envelope, "Status") is not { } status || Text(envelope, "StepName") is not { } name)
        {
            return false;
        }
        step = new AutomationStepEvent(
            id, Text(envelope, "Definition") ?? "", status, name, Text(envelope, "Action"), Time(envelope, "StartTime"),
            Time(envelope, "EndTime"));
        return true;
    }

    /// <summary>
    /// Reads <c>Mar 4, 2026 7:43:20 PM</c>, which names no zone: it is UTC, as the envelope's own time shows. ISO 8601 is read
    /// too, should AWS change its mind; newer Java runtimes put a narrow no-break space before AM and PM.
    /// </summary>
    internal static DateTimeOffset? ReadTime(string? text)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (text is null)
            return null;
        var plain = text.Replace('\u202f', ' ').Replace('\u00a0', ' ');
        if (DateTimeOffset.TryParseExact(
            plain, ["MMM d, yyyy h:mm:ss tt", "MMM d, yyyy, h:mm:ss tt"], CultureInfo.InvariantCulture, Utc, out var time))
            return time;
        return DateTimeOffset.TryParseExact(
            plain, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, Utc, out time) ? time : null;
    }

    private static DateTimeOffset? Time(EventBridgeEnvelope envelope, string name) => ReadTime(Text(envelope, name));

    private static string? Text(EventBridgeEnvelope envelope, string name) =>
        envelope.Detail.TryGetProperty(name, out var found) && JsonText.TryGet(found, out var text) && text.Length > 0 ? text : null;
}

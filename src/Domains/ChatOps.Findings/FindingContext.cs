using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>The small lines under a finding: what is still owed to it, notes, and what went wrong.</summary>
internal static class FindingContext
{
    public static IReadOnlyList<string> Lines(Finding finding, Locale locale)
    {
        var lines = new List<string>();
        if (finding.State == FindingState.New && finding.Remediation is null)
            lines.Add(locale.Text("finding.context.unacknowledged", ("when", FindingText.Moment(finding.RecordedAt, locale))));
        if (finding.State == FindingState.Acknowledged && finding.Assigned is not null && finding.Acknowledged is { } acknowledged)
            lines.Add(locale.Text(
                "finding.context.acknowledged", ("who", Mrkdwn.User(acknowledged.ByUserId)),
                ("when", FindingText.Moment(acknowledged.At, locale))));
        if (finding.Remediation is { State: RemediationState.Failed or RemediationState.Denied, Detail: { } detail })
        {
            var why = Mrkdwn.Cut(detail, 300);
            lines.Add(finding.Remediation.State == RemediationState.Denied ? locale.Text("finding.context.denied", ("text", why)) : why);
        }

        if (FindingNotes.OthersOf(finding.Note, finding.Mark?.Note) is { Length: > 0 } others)
            lines.Add(finding.Note!.By == FindingMerge.OurName
                ? locale.Text("finding.context.note-shared", ("text", Mrkdwn.Cut(others, 300)))
                : locale.Text(
                    "finding.context.note", ("who", Mrkdwn.Literal(TextCut.Plain(finding.Note.By, 80))),
                    ("text", Mrkdwn.Cut(others, 300))));
        if (finding.SuppressionAsked is { State: SuppressionRequestState.Waiting } asked)
            lines.Add(locale.Text(
                "finding.context.suppression-asked", ("who", Mrkdwn.User(asked.ByUserId)),
                ("until", FindingText.Day(asked.Until, locale))));
        if (finding is { InSecurityHub: false, WorkflowActedAt: not null, Workflow: WorkflowStatus.Notified or WorkflowStatus.Suppressed })
            lines.Add(locale.Text(finding.Form == FindingForm.Native ? "finding.context.only-here" : "finding.context.only-here-v2"));
        if (finding.WriteFault is { } fault)
            lines.Add(WriteFault(finding, fault, locale));
        return lines;
    }

    private static string WriteFault(Finding finding, WriteFault fault, Locale locale)
    {
        (string, object?)[] values =
        [
            ("code", Mrkdwn.Literal(fault.Code)), ("action", Mrkdwn.Code(fault.Action)), ("account", AccountText.Mask(finding.Account)),
            ("role", fault.Role is { } role ? Mrkdwn.Code(role) : locale.Text(
                fault.Action.StartsWith("sts:", StringComparison.Ordinal) ? "finding.context.own-role" : "finding.context.member-role",
                ("account", AccountText.Mask(finding.Account)))),
            ("resource", Mrkdwn.Code(TextCut.Plain(fault.Resource ?? "*", 200))), ("message", Mrkdwn.Cut(fault.Message, 300)),
            ("reference", fault.Reference),
        ];
        return locale.Text(
            fault switch
            {
                { Code: "NoAccount" } => "finding.context.write-no-account",
                _ when !IsDenied(fault.Code) => "finding.context.write-failed",
                { Resource: null } => "finding.context.write-denied",
                _ => "finding.context.write-denied-on",
            },
            values);
    }

    private static bool IsDenied(string code) =>
        code is "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" or "InvalidAccessException";
}

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

        if (finding.Note is { } note && note.By != FindingMerge.OurName)
            lines.Add(locale.Text(
                "finding.context.note", ("who", Mrkdwn.Literal(TextCut.Plain(note.By, 80))), ("text", Mrkdwn.Cut(note.Text, 300))));
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
            ("message", Mrkdwn.Cut(fault.Message, 300)), ("reference", fault.Reference),
        ];
        return locale.Text(
            fault.Code switch
            {
                "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" => "finding.context.write-denied",
                "NoAccount" => "finding.context.write-no-account",
                _ => "finding.context.write-failed",
            },
            values);
    }
}

using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>The buttons that make sense for a finding as it stands.</summary>
internal static class FindingButtons
{
    public static ActionsBlock? Of(Finding finding, FindingView view, Locale locale)
    {
        var buttons = new List<BlockElement>();
        if (view.StopActionId is { } stop && finding.Remediation is { State: RemediationState.Running or RemediationState.Waiting })
            buttons.Add(new Button(stop, locale.Text("finding.button.stop"), finding.Id, Style: ButtonStyle.Danger));
        if (finding.Open)
        {
            if (view.RemediateActionId is { } remediate && !Busy(finding))
            {
                var retry = finding.Remediation is { State: RemediationState.Failed or RemediationState.Unverified };
                buttons.Add(new Button(
                    remediate, locale.Text(retry ? "finding.button.retry" : "finding.button.remediate"), finding.Id,
                    Style: ButtonStyle.Primary));
            }

            if (finding.Acknowledged is null)
                buttons.Add(new Button(FindingAcknowledgeButton.ActionId, locale.Text("finding.button.acknowledge"), finding.Id));
            buttons.Add(new Button(AssignModal.ActionId, locale.Text("finding.button.assign"), finding.Id));
        }

        if (view.UndoActionId is { } undo && finding.Remediation is { UndoUntil: not null } done && !Busy(finding)
            && !IsPast(finding, done))
            buttons.Add(new Button(undo, locale.Text("finding.button.undo"), finding.Id));
        if (ReopenButton.MakesSense(finding))
            buttons.Add(new Button(ReopenButton.ActionId, locale.Text("finding.button.reopen"), finding.Id));
        if (finding.WriteFault is not null)
            buttons.Add(new Button(SendAgainButton.ActionId, locale.Text("finding.button.send-again"), finding.Id));
        buttons.Add(new Overflow(MoreMenu.ActionId, MoreMenu.Options(finding, locale)));
        // A name of its own: a click that crosses an update in flight still finds its block.
        return new ActionsBlock(buttons) { BlockId = "finding.buttons" };
    }

    /// <summary>Somebody is at it: a second remediation makes no sense.</summary>
    private static bool Busy(Finding finding) =>
        finding.Remediation is
        {
            State: RemediationState.AwaitingApproval or RemediationState.Running or RemediationState.Waiting or RemediationState.Verifying,
        };

    /// <summary>It fails again: what was done then is history.</summary>
    private static bool IsPast(Finding finding, RemediationMark mark) => finding.Open && mark.State == RemediationState.Resolved;
}

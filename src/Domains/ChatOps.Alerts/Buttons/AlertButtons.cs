using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Alerts;

/// <summary>The buttons that make sense for a group as it stands.</summary>
internal static class AlertButtons
{
    public static ActionsBlock? Of(AlertGroup group, AlertView view, Locale locale)
    {
        var buttons = new List<BlockElement>();
        if (group.State == AlertState.Firing)
            buttons.Add(
                new Button(AlertAcknowledgeButton.ActionId, locale.Text("alert.button.acknowledge"), group.Id, Style: ButtonStyle.Primary));
        if (group.IsFiring && group.Silence is null or { Progress: SilenceProgress.Failed }) buttons.Add(SilenceMenu.Render(group, locale));
        if (group.IsFiring && group.Silence is { Progress: SilenceProgress.Active }) buttons.Add(SilenceMenu.Render(group, locale));
        if (group.IsFiring && group.Silence is { Progress: SilenceProgress.Requested or SilenceProgress.Active })
            buttons.Add(new Button(UnsilenceButton.ActionId, locale.Text("alert.button.unsilence"), group.Id));
        if (group.IsFiring) buttons.Add(new Button(AlertCloseButton.ActionId, locale.Text("alert.button.close"), group.Id));
        if (view.CanGraph) buttons.Add(new Button(GraphModal.ActionId, locale.Text("alert.button.graph"), group.Id));
        if (RunbookButton.AddressOf(group) is { Length: <= 3000 } runbook)
            buttons.Add(new Button(RunbookButton.ActionId, locale.Text("alert.button.runbook"), group.Id, Url: runbook));
        // A name of its own: a click that crosses an update in flight still finds its block.
        return buttons.Count == 0 ? null : new ActionsBlock(buttons) { BlockId = "alert.buttons" };
    }
}

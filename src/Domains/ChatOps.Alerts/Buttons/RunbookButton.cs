using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>Opens the runbook in the browser. Slack tells us of the click all the same.</summary>
internal sealed class RunbookButton : IBlockActionHandler
{
    public const string ActionId = "alert.runbook";

    static string IBlockActionHandler.ActionId => ActionId;

    /// <summary>Where the rule says its runbook is; null when it says no web address.</summary>
    public static string? AddressOf(AlertGroup group) => group.Address("runbook_url", "runbook", "runbookURL", "runbookUrl");

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) => Task.CompletedTask;
}

using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>'Send again': what was decided here and Security Hub has not taken yet.</summary>
internal sealed class SendAgainButton(FindingViews views, FindingActions actions) : IBlockActionHandler
{
    public const string ActionId = "finding.retry";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        views.ActAsync(request, (by, id) => actions.SendAgainAsync(by, id, cancellationToken), cancellationToken);
}

using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>'I look after it.'</summary>
internal sealed class FindingAcknowledgeButton(FindingViews views, FindingActions actions) : IBlockActionHandler
{
    public const string ActionId = "finding.acknowledge";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        views.ActAsync(request, (by, id) => actions.AcknowledgeAsync(by, id, cancellationToken), cancellationToken);
}

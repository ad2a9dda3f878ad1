using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>'I look after it.'</summary>
internal sealed class AlertAcknowledgeButton(AlertViews views, AlertActions actions) : IBlockActionHandler
{
    public const string ActionId = "alert.acknowledge";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        views.ActAsync(request, request.Value ?? "", (by, id) => actions.AcknowledgeAsync(by, id, cancellationToken), cancellationToken);
}

using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>'It is over': ends a group whose source does not tell its end.</summary>
internal sealed class AlertCloseButton(AlertViews views, AlertActions actions) : IBlockActionHandler
{
    public const string ActionId = "alert.close";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        views.ActAsync(request, request.Value ?? "", (by, id) => actions.CloseAsync(by, id, cancellationToken), cancellationToken);
}

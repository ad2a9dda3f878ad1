using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>Ends a group's silence.</summary>
internal sealed class UnsilenceButton(AlertViews views, AlertActions actions) : IBlockActionHandler
{
    public const string ActionId = "alert.unsilence";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        views.ActAsync(request, request.Value ?? "", (by, id) => actions.UnsilenceAsync(by, id, cancellationToken), cancellationToken);
}

using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>What the buttons and modals of alerts share: the group with its scene, the reader's locale, and where a modal opens.</summary>
internal sealed class AlertViews(IDatabase database, AlertGraph graph, ILocales locales, ISlackApiClient slack)
{
    /// <summary>What the views need besides the group.</summary>
    public AlertView SceneOf(AlertGroup group) => new(graph.CanDraw(group));

    /// <summary>The group.</summary>
    /// <exception cref="UserFacingException">There is none with that id.</exception>
    public async Task<AlertGroup> GetAsync(string? id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await AlertStore.FindAsync(connection, null, id ?? "", cancellationToken) ?? throw new UserFacingException("alert.gone");
    }

    /// <summary>The locale of the person who clicked.</summary>
    public Task<Locale> LocaleOf(InteractionRequest request, CancellationToken cancellationToken) =>
        locales.OfUserAsync(request.UserId, cancellationToken);

    /// <summary>Opens a modal, on top of the one that was clicked in if any.</summary>
    public Task<ViewInfo> ShowAsync(BlockActionRequest request, ModalView view, CancellationToken cancellationToken) =>
        request.View is { Type: "modal" }
            ? slack.Views.Push(request.TriggerId ?? "", view, cancellationToken)
            : slack.Views.Open(request.TriggerId ?? "", view, cancellationToken);

    /// <summary>
    /// Runs an act that a button asked for. When the button is in a modal that shows the group, the modal is drawn anew.
    /// </summary>
    public async Task ActAsync(
        BlockActionRequest request, string id, Func<AlertActor, string, Task> act, CancellationToken cancellationToken)
    {
        await act(new AlertActor(request.UserId, request.UserName), id);
        if (request.View is { CallbackId: AlertOpenButton.ActionId } view)
        {
            var group = await GetAsync(id, cancellationToken);
            await slack.Views.Update(
                view.Id, AlertOpenButton.Render(group, SceneOf(group), await LocaleOf(request, cancellationToken)),
                cancellationToken: cancellationToken);
        }
    }
}

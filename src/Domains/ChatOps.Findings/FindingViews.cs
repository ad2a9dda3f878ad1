using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>
/// What the buttons and modals of findings share: the finding with its scene, the reader's locale, and where a modal opens.
/// </summary>
internal sealed class FindingViews(IDatabase database, FindingViewReader scenes, ILocales locales, ISlackApiClient slack)
{
    /// <summary>What the views need besides the finding.</summary>
    public FindingView SceneOf(Finding finding) => scenes.Of(finding);

    /// <summary>What its resource was like before it was remediated; null when that is not known.</summary>
    public Task<string?> BeforeOfAsync(string id, Locale locale, CancellationToken cancellationToken) =>
        scenes.BeforeOfAsync(id, locale, cancellationToken);

    /// <summary>The finding.</summary>
    /// <exception cref="UserFacingException">There is none with that id.</exception>
    public async Task<Finding> GetAsync(string? id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindingStore.FindAsync(connection, null, id ?? "", cancellationToken) ?? throw new UserFacingException("finding.gone");
    }

    /// <summary>The locale of the person who clicked.</summary>
    public Task<Locale> LocaleOf(InteractionRequest request, CancellationToken cancellationToken) =>
        locales.OfUserAsync(request.UserId, cancellationToken);

    /// <summary>Opens a modal, on top of the one that was clicked in if any.</summary>
    public Task ShowAsync(BlockActionRequest request, ModalView view, CancellationToken cancellationToken) =>
        request.View is { Type: "modal" }
            ? slack.Views.Push(request.TriggerId ?? "", view, cancellationToken)
            : slack.Views.Open(request.TriggerId ?? "", view, cancellationToken);

    /// <summary>
    /// Runs an act that a button asked for. When the button is in a modal that shows the finding, the modal is drawn anew.
    /// </summary>
    public async Task ActAsync(BlockActionRequest request, Func<FindingActor, string, Task> act, CancellationToken cancellationToken)
    {
        var id = request.Value ?? "";
        await act(new FindingActor(request.UserId, request.UserName), id);
        if (request.View is { CallbackId: FindingOpenButton.ActionId } view)
        {
            var finding = await GetAsync(id, cancellationToken);
            await slack.Views.Update(
                view.Id, FindingOpenButton.Render(finding, SceneOf(finding), await LocaleOf(request, cancellationToken)),
                cancellationToken: cancellationToken);
        }
    }
}

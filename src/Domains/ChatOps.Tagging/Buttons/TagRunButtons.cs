using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tagging;

/// <summary>Tries again what failed; the value is the run's id.</summary>
internal sealed class RetryTagsButton(TagRunService runs, TagRunStore store, ISlackApiClient slack, ILocales locales) : IBlockActionHandler
{
    public const string ActionId = TagRunService.RetryVerb;

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var run = await runs.RetryAsync(request.Value ?? "", request.UserId, cancellationToken);
        await OpenTagRunButton.ShowAsync(
            request, run, store, slack, await locales.OfUserAsync(request.UserId, cancellationToken), cancellationToken);
    }
}

/// <summary>Brings back what was before; the value is the run's id.</summary>
internal sealed class UndoTagsButton(TagRunService runs, TagRunStore store, ISlackApiClient slack, ILocales locales) : IBlockActionHandler
{
    public const string ActionId = TagRunService.UndoVerb;

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        var follower = request.View is { Type: "modal" } view
            ? new TagRunProgress(view.Id, null, locale.Language)
            : new TagRunProgress(null, request.Message is { IsEphemeral: true } ? request.ResponseUrl : null, locale.Language);
        var undo = await runs.UndoAsync(request.Value ?? "", request.UserId, follower, cancellationToken);
        await OpenTagRunButton.ShowAsync(request, undo, store, slack, locale, cancellationToken);
    }
}

/// <summary>Opens a run from a group's list.</summary>
internal sealed class OpenTagRunButton(TagRunStore store, ISlackApiClient slack, ILocales locales) : IBlockActionHandler
{
    public const string ActionId = "tag.open-run";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var run = await store.FindAsync(request.Value ?? "", cancellationToken) ?? throw new UserFacingException("tag.fault.outdated");
        var view = await RenderAsync(run, store, await locales.OfUserAsync(request.UserId, cancellationToken), cancellationToken);
        if (request.View is { Type: "modal" }) await slack.Views.Push(request.TriggerId ?? "", view, cancellationToken);
        else await slack.Views.Open(request.TriggerId ?? "", view, cancellationToken);
    }

    /// <summary>Shows a run where the button was: in the modal, or in place of the answer. The channel's message is delivery's.</summary>
    public static async Task ShowAsync(
        BlockActionRequest request, TagRun run, TagRunStore store, ISlackApiClient slack, Locale locale,
        CancellationToken cancellationToken)
    {
        if (request.View is { Type: "modal" } view)
            await slack.Views.Update(
                view.Id, await RenderAsync(run, store, locale, cancellationToken), cancellationToken: cancellationToken);
        else if (request is { Message.IsEphemeral: true, ResponseUrl: { } url })
            await slack.Respond(url, InteractionResponse.Replace(TagRunMessage.Render(run, [], locale)), cancellationToken);
    }

    private static async Task<ModalView> RenderAsync(TagRun run, TagRunStore store, Locale locale, CancellationToken cancellationToken) =>
        TagPlanModal.Render(
            run, run.Counts.Failed > 0 ? await store.ItemsAsync(run.Id, "failed", "", TagRunBlocks.FailuresShown, cancellationToken) : [],
            locale);
}

using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Assets;

/// <summary>Opens one asset of a list in a modal.</summary>
internal sealed class AssetOpenButton(AssetAnswers answers, ILocales locales, ISlackApiClient slack) : IBlockActionHandler
{
    public const string ActionId = "asset.open";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var view = await answers.ModalAsync(
            request.Value ?? "", await locales.OfUserAsync(request.UserId, cancellationToken), cancellationToken);
        if (request.View is { Type: "modal" }) await slack.Views.Push(request.TriggerId ?? "", view, cancellationToken);
        else await slack.Views.Open(request.TriggerId ?? "", view, cancellationToken);
    }
}

/// <summary>Opens the console; the address is the button's own, Slack only tells us of the click.</summary>
internal sealed class AssetConsoleButton : IBlockActionHandler
{
    public const string ActionId = "asset.console";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Turns the page of a list of assets. What was asked stands in the table of searches; the button has its id.</summary>
internal abstract class AssetPageButton(AssetAnswers answers, ILocales locales, ISlackApiClient slack) : ListPageButton(locales, slack)
{
    public const string Previous = "asset.previous-page";
    public const string Next = "asset.next-page";

    /// <summary>Reads a button's value; further than is counted there is no page.</summary>
    public static ListPage Read(string? value)
    {
        var page = ListPage.Read(value);
        return page with { Skip = Math.Min(page.Skip, AssetSearcher.CountedTo) };
    }

    protected override async Task<Message> PageAsync(
        ListPage page, BlockActionRequest request, Locale locale, CancellationToken cancellationToken)
    {
        page = Read(page.ToString());
        return await answers.FindAsync(await answers.TextOfAsync(page.Asked, cancellationToken), page.Skip, locale, cancellationToken);
    }
}

/// <summary>The page before.</summary>
internal sealed class AssetPreviousPageButton(
    AssetAnswers answers, ILocales locales, ISlackApiClient slack) : AssetPageButton(answers, locales, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Previous;
}

/// <summary>The page after.</summary>
internal sealed class AssetNextPageButton(
    AssetAnswers answers, ILocales locales, ISlackApiClient slack) : AssetPageButton(answers, locales, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Next;
}

/// <summary>Shows everybody in the channel what the asker found, in the channel's language.</summary>
internal sealed class AssetShareButton(AssetAnswers answers, ILocales locales, ISlackApiClient slack) : IBlockActionHandler
{
    public const string ActionId = "asset.share";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var (offset, id) = AssetPageButton.Read(request.Value);
        if (request.ResponseUrl is { } url)
            await slack.Respond(
                url,
                InteractionResponse.InChannel(await answers.SharedAsync(id, offset, request.UserId, locales.Default, cancellationToken)),
                cancellationToken);
    }
}

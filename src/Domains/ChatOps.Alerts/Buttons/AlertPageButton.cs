using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>Turns the page of the list of alerts.</summary>
internal abstract class AlertPageButton(AlertQueries queries, ILocales locales, ISlackApiClient slack) : ListPageButton(locales, slack)
{
    public const string Previous = "alert.previous-page";
    public const string Next = "alert.next-page";

    protected override Task<Message> PageAsync(
        ListPage page, BlockActionRequest request, Locale locale, CancellationToken cancellationToken) =>
        queries.ListAsync(page.Asked, page.Skip, locale, cancellationToken);
}

/// <summary>The page before.</summary>
internal sealed class AlertPreviousPageButton(
    AlertQueries queries, ILocales locales, ISlackApiClient slack) : AlertPageButton(queries, locales, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Previous;
}

/// <summary>The page after.</summary>
internal sealed class AlertNextPageButton(
    AlertQueries queries, ILocales locales, ISlackApiClient slack) : AlertPageButton(queries, locales, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Next;
}

using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>Turns the page of the list of findings.</summary>
internal abstract class FindingPageButton(FindingQueries queries, ILocales locales, ISlackApiClient slack) : ListPageButton(locales, slack)
{
    public const string Previous = "finding.previous-page";
    public const string Next = "finding.next-page";

    protected override Task<Message> PageAsync(
        ListPage page, BlockActionRequest request, Locale locale, CancellationToken cancellationToken) =>
        queries.ListAsync(page.Asked, page.Skip, locale, cancellationToken);
}

/// <summary>The page before.</summary>
internal sealed class FindingPreviousPageButton(
    FindingQueries queries, ILocales locales, ISlackApiClient slack) : FindingPageButton(queries, locales, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Previous;
}

/// <summary>The page after.</summary>
internal sealed class FindingNextPageButton(
    FindingQueries queries, ILocales locales, ISlackApiClient slack) : FindingPageButton(queries, locales, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Next;
}

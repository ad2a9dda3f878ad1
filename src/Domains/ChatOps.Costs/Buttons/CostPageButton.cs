using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary>Turns the page of <c>/cost by</c>. What was asked is the grouping's word and the filters.</summary>
internal abstract class CostPageButton(CostAnswers answers, ILocales locales, ISlackApiClient slack) : ListPageButton(locales, slack)
{
    public const string Previous = "cost.previous-page";
    public const string Next = "cost.next-page";

    protected override Task<Message> PageAsync(
        ListPage page, BlockActionRequest request, Locale locale, CancellationToken cancellationToken)
    {
        if (!CostGrouping.TryRead(page.Asked, out var grouping, out var typed)) (grouping, typed) = (CostGrouping.Service, "");
        return answers.ByAsync(grouping, page.Skip, typed, locale, cancellationToken);
    }
}

/// <summary>The page before.</summary>
internal sealed class PreviousCostPageButton(
    CostAnswers answers, ILocales locales, ISlackApiClient slack) : CostPageButton(answers, locales, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Previous;
}

/// <summary>The page after.</summary>
internal sealed class NextCostPageButton(
    CostAnswers answers, ILocales locales, ISlackApiClient slack) : CostPageButton(answers, locales, slack), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Next;
}

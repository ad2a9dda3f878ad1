using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary>
/// Turns the page of <c>/cost by</c>. What was asked is the view, where it is not the usual one, the grouping and the filters.
/// </summary>
internal abstract class CostPageButton(CostAnswers answers, ILocales locales, ISlackApiClient slack) : ListPageButton(locales, slack)
{
    public const string Previous = "cost.previous-page";
    public const string Next = "cost.next-page";

    protected override Task<Message> PageAsync(
        ListPage page, BlockActionRequest request, Locale locale, CancellationToken cancellationToken)
    {
        var (view, asked) = page.Asked.Split(' ', 2) is [var first, var rest] && Enum.TryParse<CostView>(first, out var seen)
            ? (seen, rest)
            : (CostView.Gross, page.Asked);
        if (!CostGrouping.TryRead(asked, out var grouping, out var typed)) (grouping, typed) = (CostGrouping.Service, "");
        return answers.ByAsync(grouping, page.Skip, typed, view, locale, cancellationToken);
    }

    /// <summary>What was asked, as the buttons carry it.</summary>
    public static string AskedFor(CostView view, CostGrouping grouping, string filters) =>
        $"{(view == CostView.Gross ? "" : $"{view} ")}{grouping.Word} {filters}".TrimEnd();
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

using System.Globalization;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary>Turns the page of <c>/cost by</c>. Its value is the place and what was asked; the page is read anew, from the table.</summary>
internal abstract class CostPageButton(CostAnswers answers, CostViews views)
{
    public const string Previous = "cost.previous-page";
    public const string Next = "cost.next-page";

    public static string Value(int skip, CostView view, CostGrouping grouping, string asked) =>
        string.Create(CultureInfo.InvariantCulture, $"{skip} {view} {grouping.Word} {asked}").TrimEnd();

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var parts = (request.Value ?? "").Split(' ', 3);
        var skip = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : 0;
        var view = parts is [_, var seen, ..] && Enum.TryParse<CostView>(seen, out var known) ? known : CostView.Gross;
        if (!CostGrouping.TryRead(parts is [_, _, var asked] ? asked : "", out var grouping, out var typed))
            (grouping, typed) = (CostGrouping.Service, "");
        var locale = await views.LocaleOf(request, cancellationToken);
        await views.ReplaceAsync(request, await answers.ByAsync(grouping, skip, typed, view, locale, cancellationToken), cancellationToken);
    }
}

/// <summary>The page before.</summary>
internal sealed class PreviousCostPageButton(CostAnswers answers, CostViews views) : CostPageButton(answers, views), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Previous;
}

/// <summary>The page after.</summary>
internal sealed class NextCostPageButton(CostAnswers answers, CostViews views) : CostPageButton(answers, views), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Next;
}

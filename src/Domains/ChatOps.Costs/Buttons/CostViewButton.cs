using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Costs;

/// <summary>Shows an answer gross, net or amortized. Its value is what was asked; the answer is read anew.</summary>
internal abstract class CostViewButton(CostView view, CostAnswers answers, CostViews views)
{
    public const string Gross = "cost.gross";
    public const string Net = "cost.net";
    public const string Amortized = "cost.amortized";

    /// <summary>What was asked as <c>/cost month</c>.</summary>
    public static string MonthOf(string asked) => $"month {asked}".TrimEnd();

    /// <summary>What was asked as <c>/cost by</c>.</summary>
    public static string GroupedBy(CostGrouping grouping, string asked) => $"by {grouping.Word} {asked}".TrimEnd();

    /// <summary>The three, the present view first in colour.</summary>
    public static ActionsBlock Row(CostView view, string asked, Locale locale)
    {
        Button Of(CostView shown, string actionId) => new(
            actionId, locale.Text($"cost.view.{shown}".ToLowerInvariant()), asked,
            Style: shown == view ? ButtonStyle.Primary : null);
        return new ActionsBlock([Of(CostView.Gross, Gross), Of(CostView.Net, Net), Of(CostView.Amortized, Amortized)])
        {
            BlockId = "cost.views",
        };
    }

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var locale = await views.LocaleOf(request, cancellationToken);
        var (command, rest) = (request.Value ?? "").Split(' ', 2) is [var first, var more] ? (first, more) : (request.Value ?? "", "");
        var message = command == "by" && CostGrouping.TryRead(rest, out var grouping, out var typed)
            ? await answers.ByAsync(grouping, 0, typed, view, locale, cancellationToken)
            : await answers.MonthAsync(rest, view, locale, cancellationToken);
        await views.ReplaceAsync(request, message, cancellationToken);
    }
}

/// <summary>Usage first, the other charges beside it.</summary>
internal sealed class GrossCostButton(CostAnswers answers, CostViews views)
    : CostViewButton(CostView.Gross, answers, views), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Gross;
}

/// <summary>All charges, credits taken off.</summary>
internal sealed class NetCostButton(CostAnswers answers, CostViews views)
    : CostViewButton(CostView.Net, answers, views), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Net;
}

/// <summary>Upfront payments spread over their term.</summary>
internal sealed class AmortizedCostButton(CostAnswers answers, CostViews views)
    : CostViewButton(CostView.Amortized, answers, views), IBlockActionHandler
{
    static string IBlockActionHandler.ActionId => Amortized;
}

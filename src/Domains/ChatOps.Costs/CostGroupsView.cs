using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs;

/// <summary>A page of groups with what each cost and how that changed, for answers and for the drill-down. Pure.</summary>
internal static class CostGroupsView
{
    /// <summary>Rows a page: what a phone shows in a screen.</summary>
    public const int PageSize = 10;

    /// <summary>The rows of a page as one block.</summary>
    public static SectionBlock Rows(
        IReadOnlyList<CostChange> changes, int skip, CostGrouping grouping, IAwsAccounts accounts, Locale locale,
        IReadOnlyDictionary<string, string>? names = null)
    {
        // Of a whole that credits have made smaller a part could be more than all of it.
        var total = Money.Sum(changes.Select(change => change.Now).Where(now => now.Amount > 0))
            .ToDictionary(sum => sum.Currency, sum => sum.Amount);
        var rows = changes.Skip(skip).Take(PageSize).Select(change =>
        {
            var name = Mrkdwn.Cut(CostText.Group(grouping, change.Key, accounts, locale, names), 80);
            var share = Share.Of(change.Now.Amount, total.GetValueOrDefault(change.Now.Currency)) is { } part && part > 0
                ? $" · {Share.Text(part, locale)}"
                : "";
            var moved = change.Delta.Amount == 0
                ? ""
                : $" · {change.Delta.Change(locale)}" +
                    $"{(change.Ratio is { } ratio
                        ? $" ({Share.Change(ratio, locale)})"
                        : change.Now.Amount > 0 ? $" ({locale.Text("cost.new")})" : "")}";
            return $"*{name}*  {change.Now.Text(locale)}{share}{moved}";
        });
        return new SectionBlock(new Mrkdwn(TextCut.Markup(string.Join('\n', rows), 2900), Verbatim: true)) { Expand = true };
    }

    /// <summary>1–10 of 23.</summary>
    public static string Place(int count, int skip, Locale locale) =>
        locale.Text("list.place", ("from", (long)skip + 1), ("to", (long)Math.Min(count, skip + PageSize)), ("count", (long)count));
}

using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>
/// What the message of a group of findings says besides its worst: where they are, whose they are, how many nobody has acknowledged. Pure.
/// </summary>
internal static class FindingGroupSummary
{
    private const int Shown = 6;

    public static GroupSummary Render(
        string group, IReadOnlyList<FindingCount> counts, Func<string, string?> accountName, string? remediateAll, Locale locale)
    {
        var waiting = counts.Where(count => count.State == nameof(FindingState.New)).Sum(count => count.Count);
        var lines = new List<string>();
        void Add(string key, Func<FindingCount, string?> of)
        {
            var values = counts.GroupBy(of).Select(equals => (equals.Key, Count: equals.Sum(count => count.Count)))
                .OrderByDescending(value => value.Count).ThenBy(value => value.Key, StringComparer.Ordinal).ToList();
            if (values.Count == 0) return;
            var shown = values.Take(Shown).Select(value =>
                $"{(value.Key is null ? locale.Text("finding.group.nobody") : Mrkdwn.Cut(value.Key, 60))} {locale.Number(value.Count)}");
            var more = values.Count > Shown ? $" · {locale.Text("list.more", ("count", (long)(values.Count - Shown)))}" : "";
            lines.Add($"*{locale.Text(key)}*  {string.Join(" · ", shown)}{more}");
        }

        Add("finding.group.accounts", count => accountName(count.Account) ?? count.Account);
        Add("finding.group.regions", count => count.Region);
        Add("finding.group.owners", count => count.Owner);
        var buttons = new List<Button>();
        if (remediateAll is not null && counts.Count > 0)
            buttons.Add(new Button(remediateAll, locale.Text("finding.button.remediate-all"), group, Style: ButtonStyle.Primary));
        if (waiting == 0) return new GroupSummary(lines, null, buttons);
        var confirm = new ConfirmationDialog(
            locale.Text("finding.group.acknowledge-title"),
            new PlainText(locale.Text("finding.group.acknowledge-sure", ("count", waiting))),
            locale.Text("finding.button.acknowledge-all"), locale.Text("button.cancel"));
        buttons.Add(new Button(AcknowledgeAllButton.ActionId, locale.Text("finding.button.acknowledge-all"), group, Confirm: confirm));
        return new GroupSummary(lines, locale.Text("finding.group.waiting", ("count", waiting)), buttons);
    }
}

using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Delivery.Grouping;

/// <summary>What a group or storm message shows.</summary>
/// <param name="Key">The burst's key, the value of its buttons.</param>
/// <param name="Title">What the group is about (mrkdwn); null for a storm.</param>
/// <param name="Counts">By rank: how many are open, how many there are.</param>
/// <param name="Groups">A storm's groups, the worst first.</param>
/// <param name="MoreGroups">Whether there are more groups than those.</param>
/// <param name="Worst">The worst members.</param>
/// <param name="UpdatedAt">When this was counted.</param>
/// <param name="Summary">What the members' domain adds; null for nothing.</param>
internal sealed record GroupView(
    string Key, string? Title, IReadOnlyList<SeverityCount> Counts, IReadOnlyList<GroupCount> Groups, bool MoreGroups,
    IReadOnlyList<GroupLine> Worst, DateTimeOffset UpdatedAt,
    GroupSummary? Summary = null);

/// <summary>How many members of a rank there are.</summary>
internal sealed record SeverityCount(Severity Rank, long Open, long All);

/// <summary>One group inside a storm; the title is mrkdwn, null for what has no group.</summary>
internal sealed record GroupCount(string? Title, Severity Worst, long Open, long All);

/// <summary>A member's line, and the button that opens it.</summary>
internal sealed record GroupLine(SubjectLine Line, string OpenActionId);

/// <summary>The message of a group or a storm. Pure.</summary>
internal static class GroupMessage
{
    /// <summary>Longer lines are left to the member's own view; ten of them stay well under what Slack takes in a message.</summary>
    private const int MaxLine = 400;

    public static Message Render(GroupView view, Locale locale)
    {
        var (open, all) = (view.Counts.Sum(count => count.Open), view.Counts.Sum(count => count.All));
        var worst = view.Counts.Where(count => count.Open > 0).Select(count => (Severity?)count.Rank).Min();
        // A group's title brings its own bold: bold within bold shows asterisks.
        var title = view.Title is { } group ? Cut(group, MaxLine) : $"*{locale.Text("delivery.storm.title", ("count", all))}*";
        var headline = $"{Sign(worst)} {title} — {Summary(view.Counts, open, all, locale)}";

        List<Block> blocks = [new SectionBlock(new Mrkdwn($"{Sign(worst)} {title}\n{Summary(view.Counts, open, all, locale)}"))];
        if (view.Summary is { Lines.Count: > 0 } summary)
            blocks.Add(new SectionBlock(new Mrkdwn(string.Join('\n', summary.Lines.Select(line => Cut(line, MaxLine))), Verbatim: true)));
        if (view.Groups.Count > 0) blocks.Add(new SectionBlock(new Mrkdwn(string.Join('\n', FindingGroupSummary(view, locale)))));
        blocks.Add(new DividerBlock());
        blocks.AddRange(view.Worst.Select(line => Line(line, locale)));
        blocks.Add(new ActionsBlock(
        [
            .. view.Summary?.Buttons ?? [],
            new Button(GroupListButton.Id, locale.Text("delivery.group.list"), view.Key),
            new Button(GroupExportButton.Id, locale.Text("delivery.group.export"), view.Key),
        ]));
        var more = all - view.Worst.Count;
        var updated = locale.Text(
            "delivery.group.updated", ("time", Mrkdwn.Date(view.UpdatedAt, "{time_secs}", locale.Time(view.UpdatedAt))));
        var foot = new[] { more > 0 ? locale.Text("list.more", ("count", more)) : null, view.Summary?.Context, updated }.OfType<string>();
        blocks.Add(new ContextBlock(new Mrkdwn(string.Join(" · ", foot))));
        return new Message { Text = headline, Blocks = blocks };
    }

    /// <summary>A member with its button, in the message and in the list.</summary>
    public static Block Line(GroupLine line, Locale locale) => new SectionBlock(new Mrkdwn(Cut(line.Line.Mrkdwn, MaxLine)))
    {
        Accessory = new Button(line.OpenActionId, locale.Text("button.open"), line.Line.Key),
    };

    private static IEnumerable<string> FindingGroupSummary(GroupView view, Locale locale)
    {
        foreach (var group in view.Groups)
        {
            var title = group.Title is null ? locale.Text("delivery.storm.ungrouped") : Cut(group.Title, 120);
            yield return $"{Sign(group.Open > 0 ? group.Worst : null)} {title} · " +
                $"{locale.Text(
                    group.Open == group.All ? "delivery.group.open_all" : "delivery.group.open_of", ("open", group.Open),
                    ("all", group.All))}";
        }

        if (view.MoreGroups) yield return locale.Text("delivery.storm.more_groups");
    }

    /// <summary><c>412 open (7 critical, 405 high)</c>, or that none is.</summary>
    private static string Summary(IReadOnlyList<SeverityCount> counts, long open, long all, Locale locale)
    {
        if (open == 0) return locale.Text("delivery.group.none_open", ("all", all));
        var ranks = counts.Where(count => count.Open > 0).OrderBy(count => count.Rank)
            .Select(count => locale.SeverityCount(count.Rank, count.Open));
        var summary = locale.Text("delivery.group.open_count", ("count", open), ("ranks", string.Join(", ", ranks)));
        return all > open ? $"{summary} · {locale.Text("delivery.group.closed_count", ("count", all - open))}" : summary;
    }

    private static string Sign(Severity? worst) => worst?.Sign() ?? "✅";

    /// <summary>Cuts between words, and never inside an entity or a link.</summary>
    private static string Cut(string mrkdwn, int length)
    {
        if (mrkdwn.Length <= length) return mrkdwn;
        var end = mrkdwn.LastIndexOf(' ', length - 2);
        if (end <= 0) end = length - 2;
        var link = mrkdwn.LastIndexOf('<', end);
        if (link > mrkdwn.LastIndexOf('>', end)) end = link;
        var entity = mrkdwn.LastIndexOf('&', Math.Max(0, end - 1), Math.Min(5, end));
        if (entity >= 0 && mrkdwn.IndexOf(';', entity) >= end) end = entity;
        if (end > 0 && char.IsHighSurrogate(mrkdwn[end - 1])) end--;
        return mrkdwn[..end].TrimEnd() + " …";
    }
}

using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Delivery.Grouping;

/// <summary>Counts a group or storm, and has its members described by their domains.</summary>
internal sealed class GroupRenderer(GroupStore store, Subjects subjects, TimeProvider time)
{
    private const int WorstShown = 10;
    private const int GroupsShown = 8;

    /// <summary>The message as it should read now; null when there is no such burst.</summary>
    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(key, cancellationToken) is not { } head) return null;
        var counts = await store.CountAsync(head.Id, cancellationToken);
        var worst = await DescribeAsync(await store.MembersAsync(head.Id, 0, WorstShown, cancellationToken), locale, cancellationToken);
        var title = head.Kind == GroupKinds.Group ? await TitleAsync(head.MemberKind, head.GroupKey, locale, cancellationToken) : null;
        List<GroupCount> groups = [];
        if (head.Kind == GroupKinds.Storm)
        {
            foreach (var (kind, group, rank, open, all) in await store.GroupsAsync(head.Id, GroupsShown + 1, cancellationToken))
                groups.Add(new GroupCount(
                    group is null ? null : await TitleAsync(kind, group, locale, cancellationToken), (Severity)(rank % 10), open, all));
        }

        return GroupMessage.Render(
            new GroupView(
                key, title, [.. counts.Select(count => new SeverityCount((Severity)count.Rank, count.Open, count.All))],
                [.. groups.Take(GroupsShown)], groups.Count > GroupsShown, worst,
                time.GetUtcNow(), await SummaryAsync(head, locale, cancellationToken)),
            locale);
    }

    /// <summary>The lines of some members, in their order; those their domain no longer knows are left out.</summary>
    public async Task<IReadOnlyList<GroupLine>> DescribeAsync(
        IReadOnlyList<SubjectId> members, Locale locale, CancellationToken cancellationToken)
    {
        var lines = new Dictionary<SubjectId, GroupLine>();
        foreach (var kind in members.GroupBy(member => member.Kind))
        {
            var domain = subjects.Of(kind.Key);
            foreach (var line in await domain.DescribeAsync([.. kind.Select(member => member.Key)], locale, cancellationToken))
                lines[new SubjectId(kind.Key, line.Key)] = new GroupLine(line, domain.OpenActionId);
        }

        return [.. members.Where(lines.ContainsKey).Select(member => lines[member])];
    }

    /// <summary>What the members' domain adds, where all are of one domain that does.</summary>
    private async Task<GroupSummary?> SummaryAsync(GroupHead head, Locale locale, CancellationToken cancellationToken) =>
        await store.KindsAsync(head.Id, cancellationToken) is [var kind] && subjects.Of(kind) is IGroupSubject domain
            ? await domain.SummarizeAsync(head.Key, await store.OpenAsync(head.Id, kind, cancellationToken), locale, cancellationToken)
            : null;

    /// <summary>The title of a group (mrkdwn).</summary>
    public Task<string> TitleAsync(string kind, string group, Locale locale, CancellationToken cancellationToken) =>
        subjects.Of(kind).DescribeGroupAsync(group, locale, cancellationToken);
}

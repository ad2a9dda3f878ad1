using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>Findings as delivery sees them.</summary>
internal sealed class FindingSubject(
    IDatabase database, FindingViewReader scenes, FindingThread thread, SecurityHubAggregation home) : IGroupSubject
{
    /// <summary>Of a group, its worst are asked whether there is a remediation: what is grouped is of a kind.</summary>
    private const int AskedOfGroup = 20;

    public string Kind => "finding";

    public string OpenActionId => FindingOpenButton.ActionId;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) is { } finding ? FindingMessage.Render(finding, scenes.Of(finding), locale) : null;

    public async Task<Message> RenderReplyAsync(
        string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) is { } finding
            ? thread.Render(finding, reply, data, locale)
            : new Message { Text = locale.Text("finding.gone") };

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var found = await FindingStore.FindAsync(connection, null, keys, cancellationToken);
        return [.. keys.Select(key => found.GetValueOrDefault(key)).OfType<Finding>().Select(finding => LineOf(finding, locale))];
    }

    public async Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        if (await FindingList.OfGroupAsync(connection, group, cancellationToken) is not { } finding) return Mrkdwn.Literal(group);
        // Of a CVE every package has its own title: the CVE is what they share.
        var name = finding is { ControlId: null, Vulnerabilities: [var first, ..] }
            ? $"*{Mrkdwn.Literal(first.Id)}*"
            : FindingText.Title(finding);
        return $"{name} · {FindingText.Account(finding, scenes.Of(finding).AccountName)}";
    }

    public async Task<GroupSummary> SummarizeAsync(
        string group, IReadOnlyList<string> open, Locale locale, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var counts = await FindingGroups.CountAsync(connection, open, scenes.OwnerTags, cancellationToken);
        var worst = await FindingStore.FindAsync(connection, null, [.. open.Take(AskedOfGroup)], cancellationToken);
        return FindingGroupSummary.Render(group, counts, home.NameOf, scenes.RemediateAllOf(worst.Values), locale);
    }

    public Message RenderGroupReply(string reply, string data, Locale locale) => thread.RenderGroup(reply, data, locale);

    private SubjectLine LineOf(Finding finding, Locale locale)
    {
        var account = scenes.Of(finding).AccountName;
        return new SubjectLine(finding.Id, finding.Severity, finding.Open, FindingText.Line(finding, account, locale),
        [
            new("id", finding.Id),
            new("severity", finding.Severity.ToString().ToUpperInvariant()),
            new("state", finding.State.ToString()),
            new("control", finding.ControlName ?? ""),
            new("cve", string.Join(' ', finding.Vulnerabilities.Select(vulnerability => vulnerability.Id))),
            new("title", finding.Title),
            new("resource", finding.Resources is [var first, ..] ? first.Arn : ""),
            new("type", finding.Resources is [var typed, ..] ? typed.Type : ""),
            new("account", finding.Account),
            new("account_name", account ?? ""),
            new("region", finding.Region),
            new("product", finding.Product),
            new("first_seen", finding.FirstSeen.UtcDateTime.ToString("O")),
            new("last_seen", finding.LastSeen.UtcDateTime.ToString("O")),
            new("arn", finding.Arn),
        ]);
    }

    private async Task<Finding?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindingStore.FindAsync(connection, null, key, cancellationToken);
    }
}

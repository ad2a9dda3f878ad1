using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>How far Security Hub's findings are read, in <c>/chatops status</c>.</summary>
internal sealed class SecurityHubStatus(IDatabase database, SecurityHubAggregation home) : IStatusSection
{
    private const int Shown = 10;

    public int Order => 15;

    public async Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        IReadOnlyList<FindingScan> scans;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            scans = await FindingScans.AllAsync(connection, cancellationToken);
        }

        // What fails and what is under way first: of many places a few are shown.
        var lines = scans.OrderByDescending(scan => scan.Error is not null).ThenByDescending(scan => scan.StartedAt is not null)
            .Take(Shown).Select(scan => Line(scan, locale)).ToList();
        if (scans.Count > Shown) lines.Add(locale.Text("list.more", ("count", (long)(scans.Count - Shown))));
        return string.Join('\n', lines);
    }

    private string Line(FindingScan scan, Locale locale)
    {
        var place = $"{Mrkdwn.Cut(AccountText.Of(scan.Account, home.NameOf(scan.Account)))} {Mrkdwn.Cut(scan.Region)}";
        var line = scan switch
        {
            { StartedAt: { } startedAt } => locale.Text(
                scan.EndedAt is null ? "finding.status.first" : "finding.status.scanning", ("place", place), ("count", scan.ReadCount),
                ("since", FindingText.Moment(startedAt, locale))),
            { EndedAt: { } endedAt } => locale.Text(
                "finding.status.scanned", ("place", place), ("count", scan.ReadCount), ("when", FindingText.Moment(endedAt, locale)),
                ("full", FindingText.Moment(scan.FullAt ?? endedAt, locale))),
            _ => locale.Text("finding.status.waiting", ("place", place)),
        };
        return scan.Error is { } error
            ? $"{line}\n{locale.Text("finding.status.failed", ("error", Mrkdwn.Cut(error, 300)))}"
            : line;
    }
}

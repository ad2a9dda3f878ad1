using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Policy;
using ChatOps.Slack.Blocks;

namespace ChatOps.Reports;

/// <summary>The report in <c>/chatops status</c>.</summary>
internal sealed class ReportStatus(ReportStore store, ReportDistribution distribution, IPolicy<ReportPolicy> policy) : IStatusSection
{
    public int Order => 60;

    public async Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        var channels = string.Join(", ", distribution.Channels.Select(to => Mrkdwn.Escape(to.Channel)));
        var to = locale.Text(
            "status.report", ("channels", channels.Length == 0 ? "–" : channels),
            ("emails", policy.Value.Recipients.Sum(recipients => recipients.To.Count)));
        var latest = await store.LatestAsync(cancellationToken) is { } last
            ? locale.Text(
                last.State == "done" ? "status.report.last" : "status.report.running", ("report", last.Id),
                ("at", Mrkdwn.Date(last.At, "{date_short_pretty} {time}", locale.DayAndTime(last.At))))
            : locale.Text("status.report.none");
        return $"{to}\n{latest}";
    }
}

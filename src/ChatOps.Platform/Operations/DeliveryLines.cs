using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Operations;

/// <summary>Delivery in <c>/chatops status</c>: what waits, where the longest, and what Slack refused last.</summary>
internal sealed class DeliveryLines(DeliveryStatus delivery) : IStatusSection
{
    private const int Shown = 3;

    public int Order => 20;

    public async Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        var counts = await delivery.ReadAsync(cancellationToken);
        List<string> lines =
        [
            locale.Text("status.delivery", ("waiting", counts.Waiting), ("changed", counts.Changed), ("replies", counts.Replies)),
        ];
        lines.AddRange(counts.Channels.Take(Shown).Select(lag => locale.Text(
            "status.delivery.channel", ("channel", Mrkdwn.Escape(lag.Channel.TrimStart('#'))), ("waiting", lag.Waiting),
            ("oldest", locale.Duration(lag.Oldest)))));
        lines.AddRange(counts.Errors.Take(Shown).Select(error => locale.Text(
            "status.delivery.error", ("subject", Mrkdwn.Escape(error.Subject.ToString())),
            ("channel", Mrkdwn.Escape(error.Channel.TrimStart('#'))), ("error", Mrkdwn.Escape(error.Error)))));
        return string.Join('\n', lines);
    }
}

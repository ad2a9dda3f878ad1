using System.Globalization;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Delivery.Grouping;

/// <summary>'Export CSV' of a group or storm message: all members as a file in its thread.</summary>
internal sealed class GroupExportButton(
    GroupStore store, GroupRenderer renderer, ILocales locales, ISlackApiClient slack, TimeProvider time) : IBlockActionHandler
{
    public const string Id = "group.export";
    private const int Chunk = 500;

    public static string ActionId => Id;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(request.Value ?? "", cancellationToken) is not { Ts: { } ts } head) return;
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        var csv = new CsvTable();
        for (var offset = 0; ; offset += Chunk)
        {
            var members = await store.MembersAsync(head.Id, offset, Chunk, cancellationToken);
            foreach (var line in await renderer.DescribeAsync(members, locale, cancellationToken)) csv.Add(line.Line.Csv);
            if (members.Count < Chunk) break;
        }

        if (csv.Rows == 0) return;
        var name = string.Create(CultureInfo.InvariantCulture, $"chatops-{time.GetUtcNow():yyyyMMdd-HHmmss}.csv");
        await slack.Files.Upload(
            new FileUpload(name, await csv.ToBytesAsync(cancellationToken))
            {
                ChannelId = head.Target,
                ThreadTs = ts,
                InitialComment = locale.Text("delivery.export.comment", ("user", Mrkdwn.User(request.UserId)), ("count", csv.Rows)),
            },
            cancellationToken);
    }
}

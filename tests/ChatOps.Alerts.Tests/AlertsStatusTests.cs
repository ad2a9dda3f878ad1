using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;

namespace ChatOps.Alerts.Tests;

public sealed class AlertsStatusTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 4, 5, 9, 0, TimeSpan.Zero);
    private static readonly AlertActor Jiyeon = new("U0JIYEON", "jiyeon");

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_status_counts_what_fires_who_looks_and_what_is_quiet(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        var inbox = new InboxStore(world.Database, new ReadKinds(AlertEventReader.AllKinds));
        var status = new AlertsStatus(world.Database, new IngestStatus(inbox), world.Servers, world.Prometheus, world.Time);
        Assert.Equal(
            "*Alerts*\n0 alert groups firing, 0 of them critical; 0 acknowledged, 0 silenced\nNo notification came yet: point " +
            "Alertmanager's webhook or an SNS topic here.\n0 silences kept, 0 waiting for Alertmanager",
            await status.DescribeAsync(AlertWorld.English, default));

        await world.WebhookAsync(
            AlertEvents.Webhook("Worst", T0, ("a", true)).Replace("\"warning\"", "\"critical\"", StringComparison.Ordinal),
            AlertEvents.Webhook("Looked", T0, ("a", true)), AlertEvents.Webhook("Quiet", T0, ("a", true)),
            AlertEvents.Webhook("Asked", T0, ("a", true)),
            AlertEvents.Webhook("Over", T0, ("a", true)), AlertEvents.Webhook("Over", T0, ("a", false)));
        var ids = (await world.GroupsAsync()).ToDictionary(group => group.Name, group => group.Id, StringComparer.Ordinal);
        await world.Acts.AcknowledgeAsync(Jiyeon, ids["Looked"], default);
        await world.Acts.SilenceAsync(Jiyeon, ids["Quiet"], world.Time.GetUtcNow().AddHours(1), "", default);
        while (await world.Silences.WorkAsync())
        {
        }

        await world.Acts.SilenceAsync(Jiyeon, ids["Asked"], world.Time.GetUtcNow().AddHours(1), "", default);
        var now = world.Time.GetUtcNow();
        await inbox.InsertAsync(
            [new IncomingEvent("a", "test", "alertmanager/webhook", "{}")], now.AddMinutes(-9).ToUnixTimeMilliseconds(), default);
        await inbox.InsertAsync(
            [new IncomingEvent("b", "test", AlertRecognizer.CloudWatch, "{}")], now.AddMinutes(-4).ToUnixTimeMilliseconds(), default);
        await inbox.InsertAsync([new IncomingEvent("c", "test", "sns/budget", "{}")], now.AddMinutes(-1).ToUnixTimeMilliseconds(), default);
        (world.Alertmanager.IsConfigured, world.Prometheus.IsConfigured) = (false, false);

        Assert.Equal(
            "*Alerts*\n2 alert groups firing, 1 of them critical; 1 acknowledged, 1 silenced\nLast notification 4 min ago\n1 silence " +
            "kept, 1 waiting for Alertmanager\n"
            + "No Alertmanager is configured: its alerts cannot be silenced from here.\nNo Prometheus is configured: there are no graphs.",
            await status.DescribeAsync(AlertWorld.English, default));
        Assert.StartsWith(
            "*알림*\n발생 중 2건(심각 1건), 확인됨 1건, 무음 1건\n마지막 통지: 4분 전", await status.DescribeAsync(Locale.For("ko", TimeZoneInfo.Utc), default),
            StringComparison.Ordinal);
    }
}

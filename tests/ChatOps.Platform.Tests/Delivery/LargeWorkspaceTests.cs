using ChatOps.Platform.Storage;
using static ChatOps.Platform.Tests.Delivery.DeliveryHarness;

namespace ChatOps.Platform.Tests.Delivery;

/// <summary>A workspace of thousands of channels, whose list Slack gives out slowly, and with entries that are odd.</summary>
public class LargeWorkspaceTests
{
    [Fact]
    public async Task Among_ten_thousand_channels_the_first_post_is_there_within_three_minutes()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        Enlarge(delivery, 10_000);
        // Slack gives smaller pages than it is asked for.
        delivery.Slack.PageSize = 200;
        var start = delivery.Time.GetUtcNow();

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(TimeSpan.FromMinutes(5));

        Assert.InRange(Assert.Single(delivery.Slack.Messages()).At - start, TimeSpan.Zero, TimeSpan.FromMinutes(3));
        Assert.InRange(delivery.Slack.CountOf("conversations.list"), 50, 53);
    }

    [Fact]
    public async Task What_was_found_is_known_after_a_restart_and_to_the_other_replicas()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        Enlarge(delivery, 6_000);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();
        var listed = delivery.Slack.CountOf("conversations.list");

        await delivery.RestartAsync();
        await delivery.RequestAsync(Want("b"));
        await delivery.PumpAsync();

        Assert.Equal(2, delivery.Slack.Messages().Count);
        Assert.Equal(listed, delivery.Slack.CountOf("conversations.list"));
    }

    [Fact]
    public async Task A_misspelt_route_does_not_read_the_list_for_each_message()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        Enlarge(delivery, 10_000);
        for (var i = 0; i < 20; i++)
        {
            await delivery.RequestAsync(Want($"a{i}", channel: "securtiy"));
            await delivery.PumpAsync(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(20, delivery.Slack.Messages("C0GENERAL").Count);
        Assert.InRange(delivery.Slack.CountOf("conversations.list"), 10, 24);
    }

    [Fact]
    public async Task A_route_by_id_needs_no_list()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Slack.ListsPerMinute = 0;
        delivery.Slack.Refuse = (method, _) => method == "conversations.list" ? "internal_error" : null;

        await delivery.RequestAsync(Want("a", channel: "C0SECURITY"));
        await delivery.PumpAsync(TimeSpan.FromSeconds(1));

        Assert.Single(delivery.Slack.Messages());
    }

    [Theory]
    [InlineData("""{"id":"D0ODD00001","is_im":true,"is_org_shared":true,"user":"U0000009","created":1691281510}""")]
    [InlineData("""{"id":"C0ODD00001","name":null,"is_channel":true}""")]
    [InlineData("""{"id":"C0ODD00002","name":2026,"is_channel":true}""")]
    [InlineData("""{"id":"C0ODD00003","name":"vendor","is_member":null}""")]
    [InlineData("""{"id":null,"name":"vendor"}""")]
    [InlineData("\"C0ODD00004\"")]
    [InlineData("""{"name":"no-id","is_channel":true}""")]
    [InlineData("null")]
    public async Task An_odd_entry_of_the_list_is_passed_over(string entry)
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Slack.OddEntries = [entry];

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(TimeSpan.FromSeconds(1));

        Assert.Single(delivery.Slack.Messages());
    }

    private static void Enlarge(DeliveryHarness delivery, int count)
    {
        delivery.Slack.Channels.InsertRange(1, Enumerable.Range(0, count - delivery.Slack.Channels.Count).Select(
            i => ($"ch-{i}", $"C0{i:D8}", false, false)));
        delivery.Slack.ListsPerMinute = 20;
    }
}

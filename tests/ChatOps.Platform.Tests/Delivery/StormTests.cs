using System.Diagnostics;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Delivery.Grouping;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using static ChatOps.Platform.Tests.Delivery.DeliveryHarness;

namespace ChatOps.Platform.Tests.Delivery;

public sealed class StormTests
{
    private static readonly System.Text.Json.JsonSerializerOptions AsWritten = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Ten_of_a_group_are_posted_by_themselves(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);

        await delivery.RequestAsync([.. Enumerable.Range(0, 10).Select(i => Want($"k{i}", group: "EC2.19|1"))]);
        await delivery.PumpAsync();

        Assert.Equal(10, delivery.Slack.Messages().Count);
        Assert.DoesNotContain(delivery.Slack.Messages(), message => message.Subject.StartsWith("group:", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_waits_when_a_group_forms_is_counted_in_one_message(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);

        await delivery.RequestAsync(
            [.. Enumerable.Range(0, 400).Select(i => Want($"k{i}", i < 7 ? Severity.Critical : Severity.High, "EC2.19|1"))]);
        await delivery.PumpAsync();

        var message = Assert.Single(delivery.Slack.Messages());
        Assert.StartsWith("group:", message.Subject, StringComparison.Ordinal);
        Assert.Equal("🔴 Title of EC2.19|1 — 400 open (7 critical, 393 high)", message.Text);
        var json = message.Body.ToJsonString();
        Assert.Equal(10, json.Split("thing.open").Length - 1);
        Assert.Contains("group.list", json, StringComparison.Ordinal);
        Assert.Contains("group.export", json, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Later_ones_join_the_group_until_it_is_quiet(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync([.. Enumerable.Range(0, 20).Select(i => Want($"a{i}", group: "g"))]);
        await delivery.PumpAsync();

        delivery.Time.Advance(TimeSpan.FromSeconds(100));
        await delivery.RequestAsync(Want("late", group: "g"));
        await delivery.PumpAsync();
        Assert.Contains("21 open", Assert.Single(delivery.Slack.Messages()).Text, StringComparison.Ordinal);

        delivery.Time.Advance(TimeSpan.FromSeconds(121));
        await delivery.RequestAsync(Want("after", group: "g"));
        await delivery.PumpAsync();
        Assert.Equal(2, delivery.Slack.Messages().Count);
        Assert.Equal("thing:after", delivery.Slack.Messages()[1].Subject);

        await delivery.RequestAsync([.. Enumerable.Range(0, 20).Select(i => Want($"b{i}", group: "g"))]);
        await delivery.PumpAsync();
        Assert.Equal(3, delivery.Slack.Messages().Count);
        Assert.Contains("20 open", delivery.Slack.Messages()[2].Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_member_resolved_later_changes_the_counts_in_place(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync([.. Enumerable.Range(0, 20).Select(i => Want($"a{i}", group: "g"))]);
        await delivery.PumpAsync();

        await delivery.MarkChangedAsync(
            [.. Enumerable.Range(0, 5).Select(i => new ChangedSubject(Thing($"a{i}"), Severity.Medium, false))]);
        await delivery.PumpAsync();
        Assert.Equal("🟡 Title of g — 15 open (15 medium) · 5 closed", Assert.Single(delivery.Slack.Messages()).Text);

        await delivery.MarkChangedAsync(
            [.. Enumerable.Range(0, 20).Select(i => new ChangedSubject(Thing($"a{i}"), Severity.Medium, false))]);
        await delivery.PumpAsync();
        Assert.StartsWith("✅", Assert.Single(delivery.Slack.Messages()).Text, StringComparison.Ordinal);
        Assert.Single(delivery.Slack.Messages());
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Groups_are_updated_every_few_seconds_at_most(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync([.. Enumerable.Range(0, 20).Select(i => Want($"a{i}", group: "g"))]);
        await delivery.PumpAsync();

        for (var i = 0; i < 12; i++)
        {
            await delivery.RequestAsync(Want($"b{i}", group: "g"));
            await delivery.PumpAsync(TimeSpan.FromMilliseconds(500));
        }

        await delivery.PumpAsync();

        Assert.InRange(delivery.Slack.CountOf("chat.update"), 1, 3);
        Assert.Contains("32 open", Assert.Single(delivery.Slack.Messages()).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Beyond_the_places_of_a_minute_one_storm_message_counts_the_rest(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);

        await delivery.RequestAsync(
            [.. Enumerable.Range(0, 100).Select(i => Want($"k{i:D3}", i >= 95 ? Severity.Critical : Severity.Medium, $"g{i}"))]);
        await delivery.PumpAsync();

        var posted = delivery.Slack.Messages();
        Assert.Equal(20, posted.Count);
        var storm = Assert.Single(posted, message => message.Subject.StartsWith("storm:", StringComparison.Ordinal));
        Assert.Contains("81 open", storm.Text, StringComparison.Ordinal);
        Assert.All(posted.Take(5), message => Assert.StartsWith("k09", message.Text, StringComparison.Ordinal));
        Assert.Equal(storm, posted[5]);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task While_a_storm_lasts_only_critical_ones_are_posted_by_themselves(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync([.. Enumerable.Range(0, 50).Select(i => Want($"k{i}"))]);
        await delivery.PumpAsync();
        delivery.Time.Advance(TimeSpan.FromSeconds(61));

        await delivery.RequestAsync(Want("medium"), Want("critical", Severity.Critical));
        await delivery.PumpAsync();

        Assert.Equal(21, delivery.Slack.Messages().Count);
        Assert.Equal("thing:critical", delivery.Slack.Messages()[^1].Subject);
        Assert.Contains(
            "32 open", delivery.Slack.Messages().Single(message => message.Subject.StartsWith("storm:", StringComparison.Ordinal)).Text,
            StringComparison.Ordinal);

        delivery.Time.Advance(TimeSpan.FromSeconds(121));
        await delivery.RequestAsync(Want("calm"));
        await delivery.PumpAsync();
        Assert.Equal("thing:calm", delivery.Slack.Messages()[^1].Subject);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_storm_of_ten_thousand_leaves_the_channel_readable(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        var clock = Stopwatch.StartNew();

        for (var batch = 0; batch < 40; batch++)
        {
            await delivery.RequestAsync(
                [.. Enumerable.Range(batch * 250, 250).Select(i => Want($"k{i}", (Severity)(i % 4), $"control{i % 60}|{i % 2}"))]);
            await delivery.PumpAsync(TimeSpan.FromSeconds(1));
        }

        await delivery.PumpAsync();

        Assert.InRange(delivery.Slack.Messages().Count, 1, 20);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        var status = await delivery.Status.ReadAsync(default);
        Assert.Equal((0, 0), (status.Waiting, status.Changed));
        // Nobody is lost: each of the ten thousand is posted, or counted in exactly one message.
        await using var connection = await delivery.Database.OpenAsync(default);
        var shown = await Dapper.SqlMapper.ExecuteScalarAsync<long>(
            connection,
            "SELECT COUNT(*) FROM living_messages AS m WHERE subject_kind = 'thing' AND (state = 'posted' OR absorbed_by IN (SELECT id " +
            "FROM living_messages WHERE state = 'posted'))");
        Assert.Equal(10_000, shown);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_list_of_a_storm_turns_its_pages(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync([.. Enumerable.Range(0, 45).Select(i => Want($"a{i:D2}", group: "g"))]);
        await delivery.PumpAsync();
        var key = delivery.Slack.Messages()[0].Subject["group:".Length..];
        await using var scope = delivery.Services.CreateAsyncScope();
        var modal = scope.ServiceProvider.GetRequiredService<GroupListModal>();
        var click = new Slack.Interactions.BlockActionRequest
        {
            UserId = "U0ALEX",
            ActionId = GroupListButton.Id,
            TriggerId = "T1",
            Action = new Slack.Interactions.StateValue { Type = "button", Value = key },
        };

        await modal.OpenAsync(click, default);
        var first = delivery.Slack.Calls.Last(call => call.Method == "views.update").Body["view"]!;
        Assert.Contains("line of a19", first.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("line of a20", first.ToJsonString(), StringComparison.Ordinal);

        await modal.TurnAsync(click with
        {
            View = new Slack.Interactions.ViewInfo { Id = "V1", PrivateMetadata = first["private_metadata"]!.GetValue<string>() },
        }, 2, default);
        var last = delivery.Slack.Calls.Last(call => call.Method == "views.update").Body["view"]!.ToJsonString(AsWritten);
        Assert.Contains("41–45 of 45", last, StringComparison.Ordinal);
        Assert.Contains("line of a44", last, StringComparison.Ordinal);
        Assert.DoesNotContain("\"group.page\"", last, StringComparison.Ordinal);
    }

}

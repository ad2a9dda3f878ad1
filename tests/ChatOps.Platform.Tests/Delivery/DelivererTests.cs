using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static ChatOps.Platform.Tests.Delivery.DeliveryHarness;

namespace ChatOps.Platform.Tests.Delivery;

public sealed class DelivererTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_wanted_subject_is_posted_once_with_its_metadata(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);

        await delivery.RequestAsync(Want("a"));
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();
        await delivery.PumpAsync();

        var message = Assert.Single(delivery.Slack.Messages());
        Assert.Equal("a v1", message.Text);
        Assert.Equal("thing:a", message.Subject);
        Assert.Equal("chatops_subject", message.Body["metadata"]!["event_type"]!.GetValue<string>());
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task New_messages_go_a_second_apart_and_worst_first(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);

        await delivery.RequestAsync(
            Want("low", Severity.Low), Want("high", Severity.High), Want("critical", Severity.Critical), Want("high2", Severity.High));
        await delivery.PumpAsync();

        var posted = delivery.Slack.Messages();
        Assert.Equal(["critical v1", "high v1", "high2 v1", "low v1"], posted.Select(message => message.Text));
        Assert.All(posted.Zip(posted.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At >= TimeSpan.FromSeconds(1)));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Channels_do_not_wait_for_each_other(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);

        await delivery.RequestAsync(Want("a"), Want("b", channel: "alerts"), Want("c", channel: "C0GENERAL"));
        await delivery.PumpAsync(TimeSpan.Zero);

        Assert.Single(delivery.Slack.Messages());
        Assert.Single(delivery.Slack.Messages("C0ALERTS"));
        Assert.Single(delivery.Slack.Messages("C0GENERAL"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Ten_changes_become_one_update_that_shows_the_last(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();

        for (var i = 2; i <= 11; i++)
        {
            delivery.Things.Text["a"] = $"a v{i}";
            await delivery.MarkChangedAsync(new ChangedSubject(Thing("a"), Severity.Low, false));
        }

        await delivery.PumpAsync();

        Assert.Equal("a v11", Assert.Single(delivery.Slack.Messages()).Text);
        Assert.Equal(1, delivery.Slack.CountOf("chat.update"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_change_that_reads_the_same_is_not_sent(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();

        await delivery.MarkChangedAsync(new ChangedSubject(Thing("a"), Severity.Low, false));
        await delivery.PumpAsync();

        Assert.Equal(0, delivery.Slack.CountOf("chat.update"));
        Assert.Equal(0, (await delivery.Status.ReadAsync(default)).Changed);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Replies_follow_their_message_in_order_and_once(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync(Want("a"));
        foreach (var reply in (string[])["one", "two", "three"]) await delivery.ReplyAsync("a", reply);

        await delivery.PumpAsync();
        await delivery.PumpAsync();

        var message = Assert.Single(delivery.Slack.Messages());
        Assert.Equal(["one", "two", "three"], delivery.Slack.Replies().Select(reply => reply.Text));
        Assert.All(delivery.Slack.Replies(), reply => Assert.Equal(message.Ts, reply.ThreadTs));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Retry_After_is_waited_out(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        delivery.Slack.Fail("chat.postMessage", FakeFault.RateLimit);
        var start = delivery.Time.GetUtcNow();

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();

        Assert.Equal(2, delivery.Slack.CountOf("chat.postMessage"));
        Assert.True(Assert.Single(delivery.Slack.Messages()).At - start >= TimeSpan.FromSeconds(7));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_limited_channel_does_not_hold_up_another(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        delivery.Slack.Refuse = (_, _) => null;
        delivery.Slack.Fail("chat.postMessage", FakeFault.RateLimit);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(TimeSpan.Zero);

        await delivery.RequestAsync(Want("b", channel: "alerts"));
        await delivery.PumpAsync(TimeSpan.FromSeconds(1));

        Assert.Empty(delivery.Slack.Messages());
        Assert.Single(delivery.Slack.Messages("C0ALERTS"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Slacks_own_trouble_is_waited_out_for_longer_each_time(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        delivery.Slack.Fail("chat.postMessage", FakeFault.ServerError, FakeFault.ServerError, FakeFault.ServerError);
        var start = delivery.Time.GetUtcNow();

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();

        var posted = Assert.Single(delivery.Slack.Messages());
        Assert.InRange(posted.At - start, TimeSpan.FromSeconds(1 + 2 + 4), TimeSpan.FromSeconds(18));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_post_that_Slack_took_without_saying_so_is_found_and_not_posted_again(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        delivery.Slack.Fail("chat.postMessage", FakeFault.HangUpAfter);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(TimeSpan.Zero);
        delivery.Things.Text["a"] = "a v2";

        await delivery.RestartAsync();
        await delivery.PumpAsync();

        Assert.Equal("a v2", Assert.Single(delivery.Slack.Messages()).Text);
        Assert.Equal(1, delivery.Slack.CountOf("chat.postMessage"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_post_that_never_reached_Slack_is_posted_after_the_restart(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        delivery.Slack.Fail("chat.postMessage", FakeFault.ServerError);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(TimeSpan.Zero);

        await delivery.RestartAsync();
        await delivery.PumpAsync();

        Assert.Single(delivery.Slack.Messages());
        Assert.Equal(2, delivery.Slack.CountOf("conversations.history"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_reply_that_Slack_took_without_saying_so_is_found_and_not_sent_again(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();
        delivery.Slack.Fail("chat.postMessage", FakeFault.HangUpAfter);
        await delivery.ReplyAsync("a", "one");
        await delivery.ReplyAsync("a", "two");
        await delivery.PumpAsync(TimeSpan.Zero);

        await delivery.RestartAsync();
        await delivery.PumpAsync();

        Assert.Equal(["one", "two"], delivery.Slack.Replies().Select(reply => reply.Text));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_subject_that_cannot_be_rendered_holds_nobody_up(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        delivery.Things.Broken = key => key is "bad" or "bad reply";

        await delivery.RequestAsync(Want("bad", Severity.Critical), Want("good"));
        await delivery.ReplyAsync("good", "bad reply");
        await delivery.ReplyAsync("good", "good reply");
        await delivery.PumpAsync();

        Assert.Equal("good v1", Assert.Single(delivery.Slack.Messages()).Text);
        Assert.Equal("good reply", Assert.Single(delivery.Slack.Replies()).Text);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_wrong_token_loses_nothing(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        delivery.Slack.Refuse = (method, _) => method == "chat.postMessage" ? "invalid_auth" : null;
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(TimeSpan.FromMinutes(3));
        Assert.Empty(delivery.Slack.Messages());

        delivery.Slack.Refuse = (_, _) => null;
        await delivery.PumpAsync();

        Assert.Single(delivery.Slack.Messages());
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_missing_channel_falls_back_and_is_noted_once(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);

        await delivery.RequestAsync(Want("a", channel: "#nowhere"));
        await delivery.PumpAsync();
        await delivery.RequestAsync(Want("b", channel: "#nowhere"));
        await delivery.PumpAsync();

        Assert.Equal(["a v1", "b v1"], delivery.Slack.Messages("C0GENERAL").Select(message => message.Text));
        Assert.Contains("nowhere", Assert.Single(delivery.Slack.Replies("C0GENERAL")).Text, StringComparison.Ordinal);
        Assert.Equal(["nowhere channel_not_found -> C0GENERAL"], delivery.Notices.Said);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_public_channel_that_we_are_not_in_is_entered(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);

        await delivery.RequestAsync(Want("a", channel: "random"));
        await delivery.PumpAsync();

        Assert.Single(delivery.Slack.Messages("C0RANDOM"));
        Assert.Empty(delivery.Notices.Said);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_channel_archived_under_our_feet_falls_back(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();
        delivery.Slack.Channels[1] = ("security", "C0SECURITY", true, true);
        delivery.Slack.Refuse = (method, body) => method == "chat.postMessage" && body["channel"]!.GetValue<string>() == "C0SECURITY"
            ? "is_archived"
            : null;

        await delivery.RequestAsync(Want("b"));
        await delivery.PumpAsync();

        Assert.Equal("b v1", Assert.Single(delivery.Slack.Messages("C0GENERAL")).Text);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Updates_stay_within_the_budget_of_a_minute(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        string[] keys = [.. Enumerable.Range(0, 15).Select(i => $"k{i}")];
        await delivery.RequestAsync([.. keys.Select(key => Want(key))]);
        await delivery.PumpAsync();

        for (var round = 0; round < 6; round++)
        {
            foreach (var key in keys) delivery.Things.Text[key] = $"{key} r{round}";
            await delivery.MarkChangedAsync([.. keys.Select(key => new ChangedSubject(Thing(key), Severity.Low, false))]);
            await delivery.PumpAsync(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(45, delivery.Slack.CountOf("chat.update"));
        await delivery.PumpAsync();
        Assert.All(delivery.Slack.Messages(), message => Assert.EndsWith("r5", message.Text, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_deliverer_posts_what_is_wanted_while_it_runs_and_stops_cleanly(DatabaseKind kind)
    {
        await using var delivery = await StartAsync(kind);
        var deliverer = delivery.Services.GetServices<IHostedService>().OfType<Deliverer>().Single();
        await deliverer.StartAsync(default);

        await delivery.RequestAsync(Want("a"));
        await Eventually.TrueAsync(() => Task.FromResult(delivery.Slack.Messages().Count == 1));
        await deliverer.StopAsync(default);

        Assert.True(deliverer.ExecuteTask!.IsCompletedSuccessfully);
    }
}

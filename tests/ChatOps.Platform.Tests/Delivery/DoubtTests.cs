using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using static ChatOps.Platform.Tests.Delivery.DeliveryHarness;

namespace ChatOps.Platform.Tests.Delivery;

/// <summary>What becomes of a message of which nobody knows whether Slack took it.</summary>
public class DoubtTests
{
    /// <summary>A history that can never be read leaves the doubt; a message twice is better than none.</summary>
    [Theory]
    [InlineData("missing_scope")]
    [InlineData("channel_not_found")]
    public async Task Without_a_history_to_read_it_is_posted_again(string error)
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Slack.Refuse = (method, _) => method == "conversations.history" ? error : null;
        delivery.Slack.Fail("chat.postMessage", FakeFault.HangUpAfter);

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();

        Assert.Equal(["thing:a", "thing:a"], delivery.Slack.Messages().Select(message => message.Subject));
    }

    [Theory]
    [InlineData("invalid_auth")]
    [InlineData("internal_error")]
    public async Task While_the_history_cannot_be_read_for_now_nothing_is_posted(string error)
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Slack.Refuse = (method, _) => method == "conversations.history" ? error : null;
        delivery.Slack.Fail("chat.postMessage", FakeFault.HangUpAfter);

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(TimeSpan.FromSeconds(40));
        await delivery.RequestAsync(Want("b"));
        await delivery.PumpAsync(TimeSpan.FromMinutes(10));
        Assert.Single(delivery.Slack.Messages());

        delivery.Slack.Refuse = (_, _) => null;
        await delivery.PumpAsync();
        Assert.Equal(["thing:a", "thing:b"], delivery.Slack.Messages().Select(message => message.Subject));
    }

    /// <summary>The poster dies while Slack works on its call, and the next one asks before Slack has done it.</summary>
    [Theory]
    [InlineData(0.4)]
    [InlineData(1.5)]
    [InlineData(5)]
    [InlineData(29)]
    public async Task A_post_that_Slack_makes_late_is_not_made_twice(double seconds)
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Slack.LateBy = TimeSpan.FromSeconds(seconds);
        delivery.Slack.Fail("chat.postMessage", FakeFault.HangUpAndDoLate);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(TimeSpan.Zero);

        await delivery.RestartAsync();
        await delivery.RequestAsync(Want("b"));
        await delivery.PumpAsync(TimeSpan.FromSeconds(2));
        delivery.Slack.Fail("chat.postMessage", FakeFault.HangUpAndDoLate);
        await delivery.ReplyAsync("b", "line");
        await delivery.PumpAsync(TimeSpan.FromSeconds(75));
        delivery.Slack.DoLate();

        Assert.Equal(["thing:a", "thing:b"], delivery.Slack.Messages().Select(message => message.Subject).Order());
        Assert.Equal(["line"], delivery.Slack.Replies().Select(reply => reply.Text));
        delivery.Things.Text["a"] = "a v2";
        await delivery.MarkChangedAsync(new ChangedSubject(Thing("a"), Severity.Medium, true));
        await delivery.PumpAsync();
        Assert.Contains(delivery.Slack.Messages(), message => message.Text == "a v2");
    }

    /// <summary>What is in doubt holds back its own thread, not the channel.</summary>
    [Fact]
    public async Task Others_go_on_while_one_is_in_doubt()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Slack.Fail("chat.postMessage", FakeFault.HangUpAfter);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(TimeSpan.Zero);
        await delivery.RestartAsync();

        await delivery.RequestAsync(Want("b"));
        await delivery.PumpAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(["thing:a", "thing:b"], delivery.Slack.Messages().Select(message => message.Subject));
        Assert.Equal(0, delivery.Slack.CountOf("conversations.history"));
    }

    [Fact]
    public async Task A_post_that_Slack_never_got_comes_within_75_seconds()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Slack.LateBy = TimeSpan.FromDays(1);
        delivery.Slack.Fail("chat.postMessage", FakeFault.HangUpAndDoLate);
        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync(TimeSpan.Zero);

        await delivery.RestartAsync();
        await delivery.PumpAsync(TimeSpan.FromSeconds(75));

        Assert.Single(delivery.Slack.Messages());
    }

    /// <summary>Reading works when posting does not: the pauses between tries grow all the same.</summary>
    [Fact]
    public async Task A_history_that_was_read_does_not_shorten_the_pauses_of_posting()
    {
        await using var delivery = await StartAsync(DatabaseKind.Sqlite);
        delivery.Slack.Fail("chat.postMessage", [.. Enumerable.Repeat(FakeFault.ServerError, 4)]);
        var start = delivery.Time.GetUtcNow();

        await delivery.RequestAsync(Want("a"));
        await delivery.PumpAsync();

        // 1 s, 2 s, 4 s, 8 s, each up to a quarter longer, and each time 2 s until the history was asked again.
        Assert.InRange(Assert.Single(delivery.Slack.Messages()).At - start, TimeSpan.FromSeconds(23), TimeSpan.FromSeconds(27.75));
    }
}

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

        await delivery.RequestAsync(Want("a"), Want("b"));
        await delivery.PumpAsync(TimeSpan.FromMinutes(10));
        Assert.Single(delivery.Slack.Messages());

        delivery.Slack.Refuse = (_, _) => null;
        await delivery.PumpAsync();
        Assert.Equal(["thing:a", "thing:b"], delivery.Slack.Messages().Select(message => message.Subject));
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

        // 1 s, 2 s, 4 s, 8 s, each up to a quarter longer.
        Assert.InRange(Assert.Single(delivery.Slack.Messages()).At - start, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(19.75));
    }
}

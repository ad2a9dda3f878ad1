using System.Net;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Slack;

namespace ChatOps.Sandbox.Tests.Slack;

public class RateLimitTests
{
    [Fact]
    public async Task A_channel_takes_a_burst_and_then_one_message_a_second()
    {
        await using var slack = await LocalSlack.StartAsync(rateLimits: true);
        for (var i = 0; i < SlackRateLimits.MessageBurst; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await Post(slack, "C0SECURITY")).Status);
        }

        var (status, headers, body) = await Post(slack, "C0SECURITY");
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal(TimeSpan.FromSeconds(1), headers.RetryAfter?.Delta);
        Assert.Equal("ratelimited", body.Text("error"));
        Assert.Equal(HttpStatusCode.OK, (await Post(slack, "C0ALERTS")).Status);

        slack.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await Post(slack, "C0SECURITY")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Post(slack, "C0SECURITY")).Status);
    }

    [Theory]
    [InlineData("conversations.list", 20)]
    [InlineData("conversations.info", 50)]
    [InlineData("users.info", 100)]
    public void A_method_takes_its_tiers_calls_a_minute(string method, int calls)
    {
        var time = new ImpatientTime();
        var limits = new SlackRateLimits(time);
        for (var i = 0; i < calls; i++)
        {
            Assert.Null(limits.Take(method, null));
        }

        Assert.InRange(limits.Take(method, null) ?? 0, 1, 60);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(limits.Take(method, null));
    }

    [Fact]
    public async Task A_forced_limit_answers_429_to_its_method_until_it_ends()
    {
        await using var slack = await LocalSlack.StartAsync();
        await slack.Page("slack/faults", """{"ratelimit_seconds":30,"method":"chat.postMessage"}""");

        var (status, headers, _) = await Post(slack, "C0SECURITY");
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal(TimeSpan.FromSeconds(30), headers.RetryAfter?.Delta);
        Assert.True((await slack.Call("auth.test")).Flag("ok"));

        slack.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, (await Post(slack, "C0SECURITY")).Status);
    }

    [Fact]
    public async Task The_next_calls_fail_with_the_error_asked_for()
    {
        await using var slack = await LocalSlack.StartAsync();
        await slack.Page("slack/faults", """{"fail_next":2,"error":"service_unavailable"}""");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await slack.Send("auth.test")).Status);
        Assert.Equal("service_unavailable", (await slack.Send("auth.test")).Body.Text("error"));
        Assert.True((await slack.Call("auth.test")).Flag("ok"));
    }

    private static Task<(HttpStatusCode Status, System.Net.Http.Headers.HttpResponseHeaders Headers, JsonObject Body)> Post(
        LocalSlack slack, string channel) =>
        slack.Send("chat.postMessage", new JsonObject { ["channel"] = channel, ["text"] = "x" });
}

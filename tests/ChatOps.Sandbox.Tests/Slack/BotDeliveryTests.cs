using System.Net;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Slack;
using Microsoft.AspNetCore.Http;

namespace ChatOps.Sandbox.Tests.Slack;

public class BotDeliveryTests
{
    /// <summary>The values Slack publishes in its documentation of signing.</summary>
    [Fact]
    public void The_signature_is_the_documented_one() => Assert.Equal(
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        BotRequests.Sign(
            "8f742231b10e8888abcd99yyyzzz85a5",
            "1531420618",
            "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&" +
            "user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&" +
            "response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&" +
            "trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"));

    [Fact]
    public async Task A_command_comes_signed_with_the_fields_of_slack()
    {
        await using var slack = await LocalSlack.StartAsync();

        var result = await slack.Page("command", """{"user":"U0ALEX","channel":"C0SECURITY","text":"/finding list a&b 한글"}""");

        Assert.True(result.Flag("ok"));
        var request = Assert.Single(slack.Requests);
        Assert.Equal("/slack/commands", request.Path);
        Assert.Equal(
            BotRequests.Sign("sandbox-signing-secret", request.Headers["X-Slack-Request-Timestamp"], request.Body),
            request.Headers["X-Slack-Signature"]);
        Assert.Equal("/finding", request.Form["command"]);
        // As Slack: what is typed comes with its three special characters escaped.
        Assert.Equal("list a&amp;b 한글", request.Form["text"]);
        Assert.Equal(
            ("U0ALEX", "alex", "C0SECURITY", "security"),
            (request.Form["user_id"], request.Form["user_name"], request.Form["channel_id"], request.Form["channel_name"]));
        Assert.StartsWith(slack.Workspace.SlackUrl + "/commands/T0SANDBOX/", request.Form["response_url"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_answered_after_three_seconds_is_told_as_timed_out()
    {
        await using var slack = await LocalSlack.StartAsync();
        var release = new TaskCompletionSource();
        slack.Answer = async (_, _) =>
        {
            slack.Time.Advance(TimeSpan.FromSeconds(3));
            await release.Task;
        };
        await using var page = await PageReader.OpenAsync(slack, "U0MINHO");

        var result = await slack.Page("command", """{"user":"U0MINHO","channel":"C0SECURITY","text":"/finding find x"}""");
        release.SetResult();

        Assert.Equal("operation_timeout", result.Text("error"));
        Assert.Equal("/finding failed with the error \"operation_timeout\"", (await page.NextAsync("notice")).Text("text"));
    }

    [Theory]
    [InlineData("/finding find x", 500, "dispatch_failed")]
    [InlineData("/nonsense", 200, "invalid_command")]
    public async Task A_command_that_fails_is_told_to_its_person_alone(string line, int status, string error)
    {
        await using var slack = await LocalSlack.StartAsync();
        slack.Answer = (_, response) =>
        {
            response.StatusCode = status;
            return Task.CompletedTask;
        };

        Assert.Equal(
            error, (await slack.Page("command", $$"""{"user":"U0MINHO","channel":"C0SECURITY","text":"{{line}}"}""")).Text("error"));
    }

    [Fact]
    public async Task A_command_in_a_thread_is_refused_as_in_slack()
    {
        await using var slack = await LocalSlack.StartAsync();
        var ts = await slack.PostButton();

        var result = await slack.Page(
            "command", $$"""{"user":"U0MINHO","channel":"C0SECURITY","thread_ts":"{{ts}}","text":"/finding list"}""");

        Assert.Equal("not_supported_in_threads", result.Text("error"));
        Assert.Empty(slack.Requests);
    }

    [Theory]
    [InlineData("text/plain", "just text", true)]
    [InlineData("application/json", """{"text":"for me"}""", true)]
    [InlineData("application/json", """{"response_type":"in_channel","text":"for all"}""", false)]
    public async Task What_a_command_answers_at_once_is_shown(string type, string body, bool ephemeral)
    {
        await using var slack = await LocalSlack.StartAsync();
        slack.Answer = async (_, response) =>
        {
            response.ContentType = type;
            await response.WriteAsync(body);
        };

        await slack.Page("command", """{"user":"U0MINHO","channel":"C0SECURITY","text":"/finding list"}""");

        var seen = Assert.Single((await slack.Read("messages?channel=C0SECURITY&user=U0MINHO")).Objects("messages"));
        Assert.Equal(ephemeral, seen.Flag("is_ephemeral"));
        Assert.Equal(ephemeral ? 0 : 1, (await slack.Read("messages?channel=C0SECURITY&user=U0SORA")).Objects("messages").Count());
    }

    [Fact]
    public async Task A_click_carries_message_container_trigger_and_the_stored_button()
    {
        await using var slack = await LocalSlack.StartAsync();
        var ts = await slack.PostButton("finding.remediate", "f-42");

        var result = await Click(slack, ts, "finding.remediate");

        Assert.True(result.Flag("ok"));
        var payload = Assert.Single(slack.Requests).Payload;
        Assert.Equal("block_actions", payload.Text("type"));
        Assert.Equal(ts, payload["container"].Text("message_ts"));
        Assert.Equal(ts, payload["message"].Text("ts"));
        Assert.Equal("C0SECURITY", payload["channel"].Text("id"));
        var action = payload.Objects("actions").Single();
        Assert.Equal(
            ("finding.remediate", "f-42", "button", "Go"),
            (action.Text("action_id"), action.Text("value"), action.Text("type"), action["text"].Text("text")));
        Assert.True((await slack.Call("views.open", new JsonObject
        {
            ["trigger_id"] = payload.Text("trigger_id"),
            ["view"] = JsonNode.Parse("""{"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":[]}"""),
        })).Flag("ok"));
    }

    [Fact]
    public async Task A_click_that_fails_is_not_repeated_and_is_told()
    {
        await using var slack = await LocalSlack.StartAsync();
        slack.Answer = (_, response) =>
        {
            response.StatusCode = 500;
            return Task.CompletedTask;
        };

        var result = await Click(slack, await slack.PostButton(), "finding.acknowledge");

        Assert.False(result.Flag("ok"));
        Assert.Single(slack.Requests);
    }

    [Fact]
    public async Task A_click_on_a_button_that_is_gone_is_refused()
    {
        await using var slack = await LocalSlack.StartAsync();

        var result = await Click(slack, await slack.PostButton(), "finding.other");

        Assert.False(result.Flag("ok"));
        Assert.Empty(slack.Requests);
    }

    [Fact]
    public async Task A_choice_is_completed_with_the_stored_option_in_action_and_state()
    {
        await using var slack = await LocalSlack.StartAsync();
        var ts = (await slack.Call("chat.postMessage", (JsonObject)JsonNode.Parse("""
            {"channel":"C0SECURITY","text":"x","blocks":[{"type":"actions","block_id":"act","elements":[
            {"type":"static_select","action_id":"pick","options":[{"text":{"type":"plain_text","text":"One hour"},"value":"1h"},{"text":{"type":"plain_text","text":"Four"},"value":"4h"}]},
            {"type":"datepicker","action_id":"until","initial_date":"2026-12-01"}]}]}
            """)!)).Text("ts");

        await slack.Page(
            "action",
            $$$$"""{"user":"U0MINHO","container":{"type":"message","channel":"C0SECURITY","message_ts":"{{{{ts}}}}"},"block_id":"act","action_id":"pick","action":{"type":"static_select","selected_option":{"value":"4h"}}}""");

        var payload = Assert.Single(slack.Requests).Payload;
        Assert.Equal("Four", payload.Objects("actions").Single()["selected_option"]!["text"].Text("text"));
        var state = payload["state"]!["values"]!["act"]!;
        Assert.Equal("4h", state["pick"]!["selected_option"].Text("value"));
        Assert.Equal("2026-12-01", state["until"].Text("selected_date"));
    }

    [Fact]
    public async Task A_response_url_replaces_posts_and_deletes_five_times_within_half_an_hour()
    {
        await using var slack = await LocalSlack.StartAsync();
        var ts = await slack.PostButton();
        await Click(slack, ts, "finding.acknowledge");
        var url = slack.Requests.Last().Payload.Text("response_url")!;

        await slack.PostJson(url, """{"text":"replaced"}""");
        await slack.PostJson(url, """{"text":"for you","replace_original":false,"response_type":"ephemeral"}""");
        Assert.Equal(
            ["replaced", "for you"],
            (await slack.Read("messages?channel=C0SECURITY&user=U0MINHO")).Objects("messages").Select(m => m.Text("text")));
        Assert.Equal(
            ["replaced"], (await slack.Read("messages?channel=C0SECURITY&user=U0SORA")).Objects("messages").Select(m => m.Text("text")));
        Assert.Equal(HttpStatusCode.BadRequest, (await slack.PostJson(url, """{"blocks":[{"type":"nope"}]}""")).Status);
        await slack.PostJson(url, """{"delete_original":true}""");
        Assert.Empty((await slack.Read("messages?channel=C0SECURITY&user=U0SORA")).Objects("messages"));

        Assert.Equal(HttpStatusCode.OK, (await slack.PostJson(url, """{"text":"fifth","response_type":"in_channel"}""")).Status);
        Assert.Equal((HttpStatusCode.NotFound, "used_url"), await slack.PostJson(url, """{"text":"sixth"}"""));

        await slack.Trigger();
        var later = slack.Requests.Last().Form["response_url"];
        slack.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal((HttpStatusCode.NotFound, "used_url"), await slack.PostJson(later, """{"text":"late"}"""));
    }

    [Fact]
    public async Task A_commands_first_answer_is_the_original_that_its_response_url_replaces()
    {
        await using var slack = await LocalSlack.StartAsync();
        slack.Answer = (_, response) => response.WriteAsync("Working…");
        await slack.Trigger();
        var url = slack.Requests.Last().Form["response_url"];

        await slack.PostJson(url, """{"text":"done","replace_original":true}""");

        Assert.Equal(
            ["done"], (await slack.Read("messages?channel=C0GENERAL&user=U0MINHO")).Objects("messages").Select(m => m.Text("text")));
    }

    [Fact]
    public async Task An_event_is_tried_four_times_and_says_why_it_comes_again()
    {
        await using var slack = await LocalSlack.StartAsync();
        slack.Answer = (_, response) =>
        {
            response.StatusCode = 503;
            return Task.CompletedTask;
        };

        Assert.False(await slack.Delivery.DeliverEventAsync(
            new JsonObject { ["type"] = "event_callback", ["event_id"] = "Ev1" }, CancellationToken.None));

        Assert.Equal([null, "1", "2", "3"], slack.Requests.Select(r => r.Headers.GetValueOrDefault("X-Slack-Retry-Num")));
        Assert.Equal(
            [null, "http_error", "http_error", "http_error"],
            slack.Requests.Select(r => r.Headers.GetValueOrDefault("X-Slack-Retry-Reason")));
        Assert.Equal([TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)], slack.Time.Waits);
        Assert.All(slack.Requests, r => Assert.Equal("Ev1", r.Json.Text("event_id")));
    }

    [Fact]
    public async Task An_event_is_not_tried_again_when_the_bot_says_so()
    {
        await using var slack = await LocalSlack.StartAsync();
        slack.Answer = (_, response) =>
        {
            response.StatusCode = 400;
            response.Headers["X-Slack-No-Retry"] = "1";
            return Task.CompletedTask;
        };

        Assert.False(await slack.Delivery.DeliverEventAsync(new JsonObject { ["event_id"] = "Ev1" }, CancellationToken.None));

        Assert.Single(slack.Requests);
    }

    [Fact]
    public async Task A_mention_comes_as_app_mention_with_the_bots_id_in_its_text()
    {
        await using var slack = await LocalSlack.StartAsync();

        await slack.Page("message", """{"user":"U0SORA","channel":"C0SECURITY","text":"@chatops <b> & help"}""");

        var events = await Until(() => slack.Requests.Select(r => r.Json["event"]!).ToList(), e => e.Count == 2);
        var mention = events.Single(e => e.Text("type") == "app_mention");
        Assert.Equal("<@U0CHATOPS> &lt;b&gt; &amp; help", mention.Text("text"));
        Assert.Equal("C0SECURITY", mention.Text("channel"));
    }

    [Fact]
    public async Task Options_are_asked_of_the_bot_as_the_person_types()
    {
        await using var slack = await LocalSlack.StartAsync();
        var ts = (await slack.Call("chat.postMessage", (JsonObject)JsonNode.Parse(
            """{"channel":"C0SECURITY","text":"x","blocks":[{"type":"actions","block_id":"act","elements":[{"type":"external_select","action_id":"owner"}]}]}""")!))
                .Text("ts");
        slack.Answer = (_, response) => response.WriteAsync(
            """{"options":[{"text":{"type":"plain_text","text":"SECURITY"},"value":"s"}]}""");

        var options = await slack.Page(
            "options",
            $$"""{"user":"U0MINHO","container":{"type":"message","channel":"C0SECURITY","message_ts":"{{ts}}"},"block_id":"act","action_id":"owner","value":"sec"}""");

        Assert.Equal("s", options.Objects("options").Single().Text("value"));
        Assert.Equal("/slack/options", slack.Requests.Single().Path);
        Assert.Equal(
            ("block_suggestion", "sec"), (slack.Requests.Single().Payload.Text("type"), slack.Requests.Single().Payload.Text("value")));
    }

    private static Task<JsonObject> Click(LocalSlack slack, string ts, string actionId) =>
        slack.Page(
            "action",
            $$$"""{"user":"U0MINHO","container":{"type":"message","channel":"C0SECURITY","message_ts":"{{{ts}}}"},"block_id":"act","action_id":"{{{actionId}}}","action":{"type":"button"}}""");

    private static async Task<T> Until<T>(Func<T> read, Func<T, bool> done)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var value = read();
        while (!done(value))
        {
            await Task.Delay(10, timeout.Token);
            value = read();
        }
        return value;
    }
}

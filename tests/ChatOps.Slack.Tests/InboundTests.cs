using System.Net;
using System.Text.Json;
using ChatOps.Slack.Interactions;

namespace ChatOps.Slack.Tests;

public class InboundTests
{
    public static TheoryData<string> Interactions => [.. Data.Names("inbound", "*.json").Where(
        n => Type(n) is "block_actions" or "view_submission" or "view_closed" or "shortcut" or "message_action" or "block_suggestion")];

    public static TheoryData<string> Events => [.. Data.Names("inbound", "event_callback-*.json")];

    public static TheoryData<string> Commands => [.. Data.Names("inbound", "slash-command*.form.txt")];

    [Theory]
    [MemberData(nameof(Interactions))]
    public async Task Every_real_interaction_reaches_its_handler(string name)
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var payload = Data.Read(name);
        var path = Type(name) == "block_suggestion" ? "/slack/options" : "/slack/interactions";

        var response = await host.Post(path, SlackHost.Form(payload));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var source = JsonDocument.Parse(payload).RootElement;
        var request = await host.Recorder.Next(Type(name));
        Assert.Equal(source.GetProperty("user").GetProperty("id").GetString(), request.UserId);
        var team = source.TryGetProperty("team", out var t) && t.ValueKind == JsonValueKind.Object
            ? t.GetProperty("id")
            : source.GetProperty("user").GetProperty("team_id");
        Assert.Equal(team.GetString(), request.TeamId);
        Assert.Equal(source.TryGetProperty("trigger_id", out var trigger) ? trigger.GetString() : null, request.TriggerId);
    }

    /// <summary>Cut by somebody else: halves of surrogate pairs, and bytes that are no UTF-8.</summary>
    [Theory]
    [InlineData(
        "/slack/interactions",
        """
        {"type":"block_actions","user":{"id":"U0000001","username":"x\ud83d"},"team":{"id":"T0000001"},"trigger_id":"1.1.a",
        "actions":[{"type":"button","action_id":"a","block_id":"b","value":"\udc00","action_ts":"1.1"}]}
        """)]
    [InlineData(
        "/slack/events", """{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention","text":"\uD83D"}}""")]
    public async Task Text_that_is_half_a_character_is_refused_and_does_no_harm(string path, string payload)
    {
        await using var host = await SlackHost.Start(Everything.Register);

        var response = path == "/slack/events"
            ? await host.Post(path, payload, json: true)
            : await host.Post(path, SlackHost.Form(payload));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("/slack/commands", "command=%2Fchatops&text=%FF%FE&user_id=U1")]
    [InlineData("/slack/interactions", "payload=%7B%22type%22%3A%22block_actions%22%2C%22user%22%3A%7B%22id%22%3A%22%FF%22%7D%7D")]
    public async Task A_form_that_is_no_UTF_8_is_refused(string path, string form)
    {
        await using var host = await SlackHost.Start(Everything.Register);

        Assert.Equal(HttpStatusCode.BadRequest, (await host.Post(path, form)).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Events))]
    public async Task Every_real_event_reaches_its_handler(string name)
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var payload = Data.Read(name);

        var response = await host.Post("/slack/events", payload, json: true);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var request = await host.Recorder.Next<EventRequest>();
        var source = JsonDocument.Parse(payload).RootElement;
        Assert.Equal(source.GetProperty("event").GetProperty("type").GetString(), request.Type);
        Assert.Equal(source.GetProperty("event_id").GetString(), request.EventId);
        Assert.Equal(source.GetProperty("event").GetRawText(), request.Event.GetRawText());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_real_command_reaches_its_handler(string name)
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var body = Data.Read(name);

        var response = await host.Post("/slack/commands", body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        var command = await host.Recorder.Next<SlashCommand>();
        var fields = body.Trim().Split('&').Select(f => f.Split('=')).ToDictionary(f => f[0], f => WebUtility.UrlDecode(f[1]));
        Assert.Equal(fields["command"], command.Command);
        Assert.Equal(fields["text"], command.Text);
        Assert.Equal(fields["user_id"], command.UserId);
        Assert.Equal(fields["team_id"], command.TeamId);
        Assert.Equal(fields["channel_id"], command.ChannelId);
        Assert.Equal(fields["response_url"], command.ResponseUrl);
        Assert.Equal(fields["trigger_id"], command.TriggerId);
        Assert.Equal(fields.GetValueOrDefault("enterprise_id"), command.EnterpriseId);
    }

    [Fact]
    public async Task The_form_as_Slack_posts_it_is_read()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var response = await host.Post("/slack/interactions", Data.Read("inbound/block_actions-message-button.form.txt"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var request = await host.Recorder.Next<BlockActionRequest>();
        Assert.Equal("click_me_123", request.Value);
        Assert.NotNull(request.Message);
    }

    [Fact]
    public async Task A_submission_gives_its_values_by_type()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        await host.Post("/slack/interactions", SlackHost.Form(Data.Read("inbound/view_submission-org-install-team-null.json")));
        var submission = await host.Recorder.Next<ViewSubmission>();
        Assert.Equal("test", submission.State.Text("agenda-block", "agenda-action"));
        Assert.Equal(new DateOnly(2022, 6, 22), submission.State.Date("date-block", "date-action"));
        Assert.Equal(new TimeOnly(3, 0), submission.State.Time("time-block", "time-action"));
        Assert.Null(submission.State.SelectedUser("date-block", "date-action"));
        Assert.Equal("E111", submission.EnterpriseId);
        Assert.Equal(["agenda-block", "date-block", "time-block"], submission.View.InputBlockIds);
    }

    [Fact]
    public async Task A_click_in_an_ephemeral_message_says_so()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        await host.Post("/slack/interactions", SlackHost.Form(Data.Read("inbound/block_actions-3.json")));
        var request = await host.Recorder.Next<BlockActionRequest>();
        Assert.Equal(new MessageContainer("C111", "1606455372.001200", null, true), request.Message);
        Assert.Null(request.View);
    }

    [Fact]
    public async Task The_challenge_is_answered()
    {
        await using var host = await SlackHost.Start(_ => { });
        var response = await host.Post("/slack/events", Data.Read("inbound/url_verification.json"), json: true);
        Assert.Equal("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P", await response.Content.ReadAsStringAsync());
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("inbound/app_rate_limited.json")]
    [InlineData("inbound/event_callback-link_shared.json")]
    public async Task An_event_that_nobody_handles_is_taken(string name)
    {
        await using var host = await SlackHost.Start(_ => { });
        Assert.Equal(HttpStatusCode.OK, (await host.Post("/slack/events", Data.Read(name), json: true)).StatusCode);
    }

    [Theory]
    [MemberData(nameof(ShapeNames))]
    public async Task A_payload_of_blanks_is_refused_or_taken_but_breaks_nothing(string name)
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var shape = Data.Read(name);
        var isEvent = JsonDocument.Parse(shape).RootElement.TryGetProperty("event", out _);
        var response = isEvent
            ? await host.Post("/slack/events", shape, json: true)
            : await host.Post("/slack/interactions", SlackHost.Form(shape));
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, response.StatusCode.ToString());
    }

    public static TheoryData<string> ShapeNames => [.. Data.Names("shapes", "*Payload.json")];

    private static string? Type(string name) => JsonDocument.Parse(Data.Read(name)).RootElement.GetProperty("type").GetString();
}

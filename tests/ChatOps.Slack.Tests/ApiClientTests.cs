using System.Net;
using System.Text;
using System.Text.Json;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Slack.Tests;

public sealed class ApiClientTests : IDisposable
{
    private static readonly Message Hello = new() { Text = "안녕 <@U1>", Blocks = [new SectionBlock(new Mrkdwn("*안녕*")) { BlockId = "b1" }] };

    private readonly FakeSlack _fake = new();
    private readonly ServiceProvider _services;
    private readonly ISlackApiClient _slack;

    public ApiClientTests()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSlack(o => (o.BotToken, o.SigningSecret, o.MaxResponseBytes) = ("xoxb-test", "s", 64 * 1024));
        services.AddHttpClient("slack").ConfigurePrimaryHttpMessageHandler(() => _fake);
        _services = services.BuildServiceProvider();
        _slack = _services.GetRequiredService<ISlackApiClient>();
    }

    /// <summary>Every error Slack is known to give, and the method that got it.</summary>
    public static TheoryData<string> Errors => [.. Data.Names("errors", "*.json").Where(
        n => !n.EndsWith("http-status.json", StringComparison.Ordinal) && !n.Contains("ratelimited", StringComparison.Ordinal))];

    public void Dispose()
    {
        _services.Dispose();
        _fake.Dispose();
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Every_error_keeps_Slacks_code_and_explanation(string name)
    {
        _fake.Answer(Data.Read(name));
        var expected = JsonDocument.Parse(Data.Read(name)).RootElement;
        var fault = await Assert.ThrowsAsync<SlackException>(() => Call(Path.GetFileNameWithoutExtension(name)));
        Assert.Equal(expected.GetProperty("error").GetString(), fault.Error);
        Assert.Equal(expected.TryGetProperty("needed", out var needed) ? needed.GetString() : null, fault.Needed);
        if (expected.TryGetProperty("response_metadata", out var metadata))
        {
            Assert.Equal(metadata.GetProperty("messages").EnumerateArray().Select(m => m.GetString()!), fault.Messages);
            Assert.Contains(fault.Messages[0], fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, 30, 30)]
    [InlineData(HttpStatusCode.TooManyRequests, null, 30)]
    [InlineData(HttpStatusCode.OK, 7, 7)]
    public async Task A_rate_limit_says_how_long_to_wait(HttpStatusCode status, int? header, int seconds)
    {
        _fake.Answer(Data.Read("errors/chat.postMessage.ratelimited.json"), status, header is { } s ? TimeSpan.FromSeconds(s) : null);
        var fault = await Assert.ThrowsAsync<SlackRateLimitedException>(() => _slack.Chat.PostMessage("C1", Hello));
        Assert.Equal(TimeSpan.FromSeconds(seconds), fault.RetryAfter);
        Assert.Equal("chat.postMessage", fault.Method);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, "<html>upstream</html>")]
    [InlineData(HttpStatusCode.InternalServerError, """{"ok":false,"error":"fatal_error"}""")]
    [InlineData(HttpStatusCode.OK, "<html>")]
    [InlineData(HttpStatusCode.OK, "")]
    [InlineData(HttpStatusCode.OK, "[]")]
    [InlineData(HttpStatusCode.OK, "{}")]
    [InlineData(HttpStatusCode.OK, """{"ok":true}""")]
    public async Task What_cannot_be_understood_is_a_fault_of_the_transport(HttpStatusCode status, string body)
    {
        _fake.Answer(body, status);
        await Assert.ThrowsAsync<SlackTransportException>(() => _slack.Conversations.Info("C1"));
    }

    [Fact]
    public async Task A_broken_connection_and_a_time_out_are_faults_of_the_transport()
    {
        _fake.Answers.Enqueue(_ => throw new HttpRequestException("refused"));
        await Assert.ThrowsAsync<SlackTransportException>(() => _slack.Auth.Test(default));
        _fake.Answers.Enqueue(_ => throw new TaskCanceledException("time-out"));
        await Assert.ThrowsAsync<SlackTransportException>(() => _slack.Auth.Test(default));
    }

    [Fact]
    public async Task Our_own_cancellation_stays_a_cancellation()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _slack.Auth.Test(cancelled.Token));
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read()
    {
        _fake.Answer("{\"ok\":true,\"x\":\"" + new string('x', 128 * 1024) + "\"}");
        Assert.Contains(
            "more than", (await Assert.ThrowsAsync<SlackTransportException>(() => _slack.Auth.Test(default))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_faults_nor_their_messages_hold_the_token()
    {
        _fake.Answer("""{"ok":false,"error":"invalid_auth"}""");
        Assert.DoesNotContain(
            "xoxb", (await Assert.ThrowsAsync<SlackException>(() => _slack.Auth.Test(default))).ToString(), StringComparison.Ordinal);
        Assert.Equal("Bearer xoxb-test", (await _fake.Next()).Authorization);
    }

    [Fact]
    public async Task A_message_is_posted_as_JSON()
    {
        _fake.Answer(Data.Read("web-api/chat.postMessage.json"));
        var metadata = MessageMetadata.Of("chatops_subject", [new("subject", "finding:1"), new("delivery", "d")]);
        var posted = await _slack.Chat.PostMessage("C00000001", Hello with { Metadata = metadata }, "1.2", replyBroadcast: true);
        Assert.Equal(new PostedMessage("C00000001", "1772600767.000100"), posted);
        var call = await _fake.Next();
        Assert.Equal("https://slack.com/api/chat.postMessage", call.Url);
        Assert.Equal("application/json; charset=utf-8", call.ContentType);
        AssertJson(
            """
            {"channel":"C00000001","text":"안녕 <@U1>","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*안녕*"},"block_id":"b1"}],
             "metadata":{"event_type":"chatops_subject","event_payload":{"subject":"finding:1","delivery":"d"}},
             "thread_ts":"1.2","reply_broadcast":true,"unfurl_links":false,"unfurl_media":false}
            """,
            call.Body);
        Assert.Contains("안녕", call.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_without_blocks_removes_the_old_ones()
    {
        _fake.Answer(Data.Read("web-api/chat.update.json"));
        await _slack.Chat.Update("C1", "1.1", new Message { Text = "gone" });
        AssertJson("""{"channel":"C1","ts":"1.1","text":"gone","blocks":[]}""", (await _fake.Next()).Body);
    }

    [Fact]
    public async Task A_message_with_a_warning_is_posted_all_the_same()
    {
        _fake.Answer(Data.Read("web-api/chat.postMessage.with-warning.json"));
        Assert.Equal("1772600767.000100", (await _slack.Chat.PostMessage("C1", Hello)).Ts);
    }

    [Fact]
    public async Task Limits_are_held_before_anything_is_sent()
    {
        var many = Hello with { Blocks = [.. Enumerable.Repeat(new DividerBlock(), 51)] };
        await Assert.ThrowsAsync<BlockKitException>(() => _slack.Chat.PostMessage("C1", many));
        Assert.Equal(0, _fake.Waiting);
    }

    [Fact]
    public async Task Every_other_answer_of_the_chat_and_view_methods_is_read()
    {
        _fake.Answer(Data.Read("web-api/auth.test.json"));
        Assert.Equal(
            ("U0BOT0001", "T00000001", "B00000001"),
            await _slack.Auth.Test(default) is { } me ? (me.UserId, me.TeamId, me.BotId) : default);
        _fake.Answer(Data.Read("web-api/chat.postEphemeral.json"));
        Assert.Equal("1772600767.000200", await _slack.Chat.PostEphemeral("C1", "U1", Hello));
        _fake.Answer(Data.Read("web-api/chat.delete.json"));
        await _slack.Chat.Delete("C1", "1.1");
        _fake.Answer("""{"ok":true,"permalink":"https://example.slack.com/archives/C1/p11"}""");
        Assert.EndsWith("p11", await _slack.Chat.GetPermalink("C1", "1.1"), StringComparison.Ordinal);

        var modal = new ModalView { Title = "t", Blocks = [new DividerBlock()] };
        foreach (var (file, act) in new (string, Func<Task<ViewInfo>>)[]
        {
            ("views.open", () => _slack.Views.Open("t", modal)),
            ("views.open", () => _slack.Views.Push("t", modal)),
            ("views.update", () => _slack.Views.Update("V1", modal, "hash")),
            ("views.publish", () => _slack.Views.Publish("U1", new HomeView { Blocks = [new DividerBlock()] })),
        })
        {
            _fake.Answer(Data.Read($"web-api/{file}.json"));
            var view = await act();
            Assert.Equal(("V00000001", "1772600767.abcDEFgh", "{\"finding\":\"x\"}"), (view.Id, view.Hash, view.PrivateMetadata));
        }

        var calls = new List<string>();
        while (_fake.Waiting > 0)
        {
            calls.Add((await _fake.Next()).Method);
        }

        Assert.Equal([
            "auth.test", "chat.postEphemeral", "chat.delete", "chat.getPermalink", "views.open", "views.push", "views.update",
            "views.publish"
        ], calls);
    }

    [Fact]
    public async Task A_list_is_read_page_by_page()
    {
        _fake.Answer(Data.Read("web-api/conversations.list.page-1.json"));
        _fake.Answer(Data.Read("web-api/conversations.list.page-2.json"));
        var channels = await _slack.Conversations.List().ToListAsync();
        Assert.Equal(["C00000001", "C00000002", "C00000003", "C00000004"], channels.Select(c => c.Id));
        Assert.Equal("보안-알림", channels[2].Name);
        Assert.True(channels[3].IsPrivate || channels[3].Name == "sre-private");
        var first = await _fake.Next();
        Assert.Equal("application/x-www-form-urlencoded", first.ContentType);
        Assert.False(first.Form.ContainsKey("cursor"));
        var cursor = JsonDocument.Parse(Data.Read("web-api/conversations.list.page-1.json")).RootElement.GetProperty("response_metadata")
            .GetProperty("next_cursor").GetString();
        Assert.Equal(cursor, (await _fake.Next()).Form["cursor"]);
    }

    [Fact]
    public async Task A_list_that_comes_round_again_ends_with_a_fault()
    {
        var page = """{"ok":true,"members":[{"id":"U1"}],"response_metadata":{"next_cursor":"same"}}""";
        _fake.Answer(page);
        _fake.Answer(page);
        await Assert.ThrowsAsync<SlackTransportException>(async () => await _slack.Users.List().ToListAsync());
    }

    [Fact]
    public async Task A_history_comes_with_its_metadata_when_asked()
    {
        _fake.Answer(
            """{"ok":true,"messages":[{"type":"message","ts":"1.2","text":"x","bot_id":"B1","blocks":[{"type":"unheard_of"}],"metadata":{"event_type":"chatops_subject","event_payload":{"subject":"s"}}},{"ts":"1.1"}],"has_more":false}""");
        var messages = await _slack.Conversations.History(
            "C1", new HistoryRange { IncludeAllMetadata = true, Oldest = "1.0", PageSize = 5000 }).ToListAsync();
        Assert.Equal("s", messages[0].Metadata!.Text("subject"));
        Assert.Null(messages[1].Metadata);
        var form = (await _fake.Next()).Form;
        Assert.Equal(("true", "1.0", "999"), (form["include_all_metadata"], form["oldest"], form["limit"]));
    }

    [Fact]
    public async Task Users_and_groups_are_read()
    {
        _fake.Answer(Data.Read("web-api/users.info.json"));
        var alice = await _slack.Users.Info("U00000001");
        Assert.Equal(("alice", "Asia/Seoul", "alice@example.com"), (alice.DisplayName, alice.Tz, alice.Profile.Email));
        _fake.Answer(Data.Read("web-api/users.info.guest-deactivated.json"));
        var mallory = await _slack.Users.Info("U00000009");
        Assert.True(mallory.Deleted && mallory.IsRestricted);
        Assert.Equal("Mallory", mallory.DisplayName);
        _fake.Answer(Data.Read("web-api/users.lookupByEmail.json"));
        Assert.Equal("U00000001", (await _slack.Users.LookupByEmail("alice@example.com")).Id);
        _fake.Answer(Data.Read("web-api/usergroups.list.json"));
        Assert.Equal(["U00000001", "U00000002"], Assert.Single(await _slack.UserGroups.List()).Users);
        _fake.Answer(Data.Read("web-api/usergroups.users.list.json"));
        Assert.Equal(["U00000001", "U00000002"], await _slack.UserGroups.ListUsers("S00000001"));
        _fake.Answer("""{"ok":true,"channel":{"id":"D1"}}""");
        Assert.Equal("D1", await _slack.Conversations.Open(["U1", "U2"]));
    }

    [Fact]
    public async Task A_file_goes_up_in_three_steps()
    {
        _fake.Answer(Data.Read("web-api/files.getUploadURLExternal.json"));
        _fake.Answer(Data.Read("web-api/files.upload-body-response.txt"));
        _fake.Answer(Data.Read("web-api/files.completeUploadExternal.json"));
        var content = Encoding.UTF8.GetBytes("id,이름\n");
        var file = await _slack.Files.Upload(new FileUpload("report.csv", content) { ChannelId = "C1", ThreadTs = "1.1", Title = "보고서" });
        Assert.Equal(new UploadedFile("F00000001", "보고서"), file);
        var (place, upload, complete) = (await _fake.Next(), await _fake.Next(), await _fake.Next());
        Assert.Equal(
            ("report.csv", content.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            (place.Form["filename"], place.Form["length"]));
        Assert.Equal(("https://files.slack.com/upload/v1/ABC123EXAMPLE", null, "id,이름\n"), (upload.Url, upload.Authorization, upload.Body));
        AssertJson("""{"files":[{"id":"F00000001","title":"보고서"}],"channel_id":"C1","thread_ts":"1.1"}""", complete.Body);
    }

    [Theory]
    [InlineData("https://evil.example/x")]
    [InlineData("http://hooks.slack.com/x")]
    [InlineData("https://hooks.slack.com.evil.example/x")]
    [InlineData("https://notslack.com/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("")]
    public async Task Nothing_is_posted_to_an_address_that_is_not_Slacks(string url)
    {
        var fault = await Assert.ThrowsAsync<SlackException>(() => _slack.Respond(url, InteractionResponse.Ephemeral(Hello), default));
        Assert.Equal("untrusted_url", fault.Error);
        Assert.Equal(0, _fake.Waiting);
    }

    [Theory]
    [InlineData("expired_url", "expired_url")]
    [InlineData("""{"ok":false,"error":"used_url"}""", "used_url")]
    [InlineData("<html>no</html>", "http_404")]
    public async Task A_response_url_that_is_over_says_so(string body, string error)
    {
        _fake.Answer(body, HttpStatusCode.NotFound);
        var fault = await Assert.ThrowsAsync<SlackException>(
            () => _slack.Respond("https://hooks.slack.com/x", InteractionResponse.Delete, default));
        Assert.Equal(error, fault.Error);
    }

    private static void AssertJson(string expected, string actual) => Assert.True(
        JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(actual).RootElement),
        $"expected {expected}\nactual   {actual}");

    private Task Call(string name)
    {
        var view = new ModalView { Title = "t", Blocks = [new DividerBlock()] };
        return name switch
        {
            _ when name.StartsWith("chat.postMessage", StringComparison.Ordinal) => _slack.Chat.PostMessage("C1", Hello),
            _ when name.StartsWith("chat.update", StringComparison.Ordinal) => _slack.Chat.Update("C1", "1.1", Hello),
            _ when name.StartsWith("views.open", StringComparison.Ordinal) => _slack.Views.Open("t", view),
            _ when name.StartsWith("views.update", StringComparison.Ordinal) => _slack.Views.Update("V1", view),
            _ when name.StartsWith("usergroups.users.list", StringComparison.Ordinal) => _slack.UserGroups.ListUsers("S1"),
            _ when name.StartsWith("users.lookupByEmail", StringComparison.Ordinal) => _slack.Users.LookupByEmail("a@b"),
            _ => _slack.Auth.Test(default),
        };
    }
}

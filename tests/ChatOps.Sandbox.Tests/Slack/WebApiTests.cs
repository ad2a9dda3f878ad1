using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Slack;

namespace ChatOps.Sandbox.Tests.Slack;

public class WebApiTests
{
    [Theory]
    [InlineData(null, "not_authed")]
    [InlineData("xoxb-other", "invalid_auth")]
    public async Task A_call_without_the_right_token_is_refused(string? token, string error)
    {
        await using var slack = await LocalSlack.StartAsync();

        var (status, _, body) = await slack.Send("auth.test", token: token);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(error, body.Text("error"));
    }

    [Fact]
    public async Task A_form_with_its_token_and_json_text_is_read_like_a_json_body()
    {
        await using var slack = await LocalSlack.StartAsync();
        using var form = new FormUrlEncodedContent(
            [new("token", "xoxb-sandbox"), new("channel", "C0SECURITY"), new("text", "t"), new("blocks", """[{"type":"divider"}]""")]);

        var (status, body) = await slack.Post($"{slack.Workspace.SlackUrl}/api/chat.postMessage", form);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("divider", JsonNode.Parse(body)!["message"]!["blocks"]![0]!["type"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("chat.postMessage", """{"channel":"C0NOWHERE","text":"x"}""", "channel_not_found")]
    [InlineData("chat.postMessage", """{"channel":"C0RANDOM","text":"x"}""", "not_in_channel")]
    [InlineData("chat.postMessage", """{"channel":"C0SECURITY"}""", "no_text")]
    [InlineData("chat.postMessage", """{"channel":"C0SECURITY","blocks":"[{"}""", "invalid_blocks_format")]
    [InlineData("chat.postMessage", """{"channel":"C0SECURITY","text":"x","thread_ts":"1.000001"}""", "thread_not_found")]
    [InlineData("chat.postMessage", """{"channel":"C0SECURITY","text":"x","metadata":{"event_type":"a"}}""", "invalid_metadata_schema")]
    [InlineData("chat.postMessage", """{"text":"x"}""", "invalid_arguments")]
    [InlineData("chat.postEphemeral", """{"channel":"C0SECURITY","user":"U0NOBODY","text":"x"}""", "user_not_found")]
    [InlineData("chat.update", """{"channel":"C0SECURITY","ts":"1.000001","text":"x"}""", "message_not_found")]
    [InlineData("chat.delete", """{"channel":"C0SECURITY","ts":"1.000001"}""", "message_not_found")]
    [InlineData("conversations.history", """{"channel":"C0RANDOM"}""", "not_in_channel")]
    [InlineData("conversations.history", """{"channel":"C0SECURITY","cursor":"rubbish"}""", "invalid_cursor")]
    [InlineData("conversations.replies", """{"channel":"C0SECURITY","ts":"1.000001"}""", "thread_not_found")]
    [InlineData("conversations.list", """{"types":"everything"}""", "invalid_types")]
    [InlineData("users.info", """{"user":"U0NOBODY"}""", "user_not_found")]
    [InlineData("users.lookupByEmail", """{"email":"nobody@bighead.example"}""", "users_not_found")]
    [InlineData("usergroups.users.list", """{"usergroup":"S0NONE"}""", "no_such_subteam")]
    [InlineData("files.completeUploadExternal", """{"files":[{"id":"F0NONE"}]}""", "file_not_found")]
    [InlineData(
        "views.open", """{"trigger_id":"1.2.3","view":{"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":[]}}""",
        "invalid_trigger_id")]
    [InlineData("views.update", """{"view_id":"V0NONE","view":{}}""", "not_found")]
    [InlineData("chat.invent", "{}", "unknown_method")]
    public async Task A_wrong_call_gets_slacks_error_with_status_200(string method, string arguments, string error)
    {
        await using var slack = await LocalSlack.StartAsync();

        var (status, _, body) = await slack.Send(method, (JsonObject)JsonNode.Parse(arguments)!);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.False(body.Flag("ok"));
        Assert.Equal(error, body.Text("error"));
    }

    [Fact]
    public async Task A_method_that_reads_sees_no_arguments_in_a_json_body()
    {
        await using var slack = await LocalSlack.StartAsync();

        var (_, body) = await slack.PostJson($"{slack.Workspace.SlackUrl}/api/users.info?token=xoxb-sandbox", """{"user":"U0MINHO"}""");

        Assert.Equal(
            "[ERROR] missing required field: user", JsonNode.Parse(body)!["response_metadata"]!["messages"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task Json_without_a_charset_is_warned_of()
    {
        await using var slack = await LocalSlack.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"channel":"C0SECURITY","text":"x"}"""));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        var (_, body) = await slack.Post($"{slack.Workspace.SlackUrl}/api/chat.postMessage?token=xoxb-sandbox", content);

        Assert.Equal("missing_charset", JsonNode.Parse(body).Text("warning"));
    }

    [Fact]
    public async Task A_permalink_needs_a_message()
    {
        await using var slack = await LocalSlack.StartAsync();
        var ts = await slack.PostButton();

        Assert.EndsWith("/archives/C0SECURITY/p" + ts.Replace(".", "", StringComparison.Ordinal), await Link(ts), StringComparison.Ordinal);
        Assert.Equal("message_not_found", await Link("1.000001"));

        async Task<string?> Link(string messageTs)
        {
            using var form = new FormUrlEncodedContent(
                [new("token", "xoxb-sandbox"), new("channel", "C0SECURITY"), new("message_ts", messageTs)]);
            var answer = JsonNode.Parse((await slack.Post($"{slack.Workspace.SlackUrl}/api/chat.getPermalink", form)).Body);
            return answer.Text("permalink") ?? answer.Text("error");
        }
    }

    [Fact]
    public async Task Invalid_blocks_name_the_place_in_errors_and_in_response_metadata()
    {
        await using var slack = await LocalSlack.StartAsync();

        var body = await slack.Call("chat.postMessage", Arguments("""{"channel":"C0SECURITY","blocks":[{"type":"divider","x":1}]}"""));

        Assert.Equal("invalid_blocks", body.Text("error"));
        Assert.Equal("invalid additional property: x [json-pointer:/blocks/0]", body["errors"]![0]!.GetValue<string>());
        Assert.Equal(
            "[ERROR] invalid additional property: x [json-pointer:/blocks/0]",
            body["response_metadata"]!["messages"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task Texts_beyond_their_length_are_refused()
    {
        await using var slack = await LocalSlack.StartAsync();
        var ts = (await slack.Call("chat.postMessage", new JsonObject { ["channel"] = "C0SECURITY", ["text"] = new string('x', 40_000) }))
            .Text("ts");
        Assert.NotNull(ts);

        Assert.Equal("msg_too_long", (await slack.Call(
            "chat.postMessage", new JsonObject { ["channel"] = "C0SECURITY", ["text"] = new string('x', 40_001) })).Text("error"));
        Assert.Equal("msg_too_long", (await slack.Call(
            "chat.update", new JsonObject { ["channel"] = "C0SECURITY", ["ts"] = ts, ["text"] = new string('x', 4_001) })).Text("error"));
    }

    [Fact]
    public async Task An_archived_channel_takes_no_message()
    {
        await using var slack = await LocalSlack.StartAsync();
        slack.Workspace.Channel("C0COSTS")!.IsArchived = true;

        Assert.Equal(
            "is_archived", (await slack.Call("chat.postMessage", Arguments("""{"channel":"C0COSTS","text":"x"}"""))).Text("error"));
        Assert.Equal("is_archived", (await slack.Call("conversations.join", Arguments("""{"channel":"C0COSTS"}"""))).Text("error"));
    }

    [Fact]
    public async Task A_persons_message_cannot_be_updated_or_deleted_by_the_bot()
    {
        await using var slack = await LocalSlack.StartAsync();
        var ts = (await slack.Page("message", """{"user":"U0MINHO","channel":"C0SECURITY","text":"mine"}""")).Text("ts");

        Assert.Equal(
            "cant_update_message",
            (await slack.Call("chat.update", new JsonObject { ["channel"] = "C0SECURITY", ["ts"] = ts, ["text"] = "x" })).Text("error"));
        Assert.Equal(
            "cant_delete_message",
            (await slack.Call("chat.delete", new JsonObject { ["channel"] = "C0SECURITY", ["ts"] = ts })).Text("error"));
    }

    [Fact]
    public async Task Messages_of_one_moment_have_different_ascending_timestamps()
    {
        await using var slack = await LocalSlack.StartAsync();
        var all = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            all.Add((await slack.Call("chat.postMessage", Arguments("""{"channel":"C0SECURITY","text":"x"}"""))).Text("ts")!);
        }

        Assert.Equal(all.Distinct().Order(StringComparer.Ordinal), all);
        Assert.All(all, ts => Assert.Matches(@"^\d{10}\.\d{6}$", ts));
    }

    [Fact]
    public async Task History_pages_newest_first_and_returns_metadata_only_when_asked()
    {
        await using var slack = await LocalSlack.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await slack.Call("chat.postMessage", Arguments(
                $$$$"""{"channel":"C0SECURITY","text":"m{{{{i}}}}","metadata":{"event_type":"chatops_subject","event_payload":{"subject":"{{{{i}}}}"}}}"""));
        }

        var texts = new List<string>();
        var cursor = "";
        do
        {
            var page = await slack.Call(
                "conversations.history",
                new JsonObject { ["channel"] = "C0SECURITY", ["limit"] = 2, ["cursor"] = cursor, ["include_all_metadata"] = true });
            texts.AddRange(page.Objects("messages").Select(m => m.Text("text") + m["metadata"]!["event_payload"].Text("subject")));
            cursor = page["response_metadata"].Text("next_cursor") ?? "";
        }
        while (cursor.Length > 0);

        Assert.Equal(["m44", "m33", "m22", "m11", "m00"], texts);
        Assert.All(
            (await slack.Call("conversations.history", Arguments("""{"channel":"C0SECURITY"}"""))).Objects("messages"),
            m => Assert.Null(m["metadata"]));
    }

    [Fact]
    public async Task History_between_two_timestamps_leaves_the_bounds_out_unless_inclusive()
    {
        await using var slack = await LocalSlack.StartAsync();
        var ts = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ts.Add((await slack.Call("chat.postMessage", Arguments("""{"channel":"C0SECURITY","text":"x"}"""))).Text("ts")!);
            slack.Time.Advance(TimeSpan.FromSeconds(1));
        }
        var bounds = new JsonObject { ["channel"] = "C0SECURITY", ["oldest"] = ts[0], ["latest"] = ts[2] };

        Assert.Equal([ts[1]], (await slack.Call("conversations.history", bounds.Copy())).Objects("messages").Select(m => m.Text("ts")));
        bounds["inclusive"] = true;
        Assert.Equal(3, (await slack.Call("conversations.history", bounds)).Objects("messages").Count());
    }

    [Fact]
    public async Task Replies_are_counted_on_the_parent_and_kept_out_of_history()
    {
        await using var slack = await LocalSlack.StartAsync();
        var parent = await slack.PostButton();
        var reply = (await slack.Call(
            "chat.postMessage", new JsonObject { ["channel"] = "C0SECURITY", ["thread_ts"] = parent, ["text"] = "step 1" })).Text("ts");
        await slack.Call("chat.postMessage", new JsonObject { ["channel"] = "C0SECURITY", ["thread_ts"] = reply, ["text"] = "step 2" });

        var history = (await slack.Call("conversations.history", Arguments("""{"channel":"C0SECURITY"}"""))).Objects("messages").ToList();
        var replies = (await slack.Call("conversations.replies", new JsonObject { ["channel"] = "C0SECURITY", ["ts"] = parent }))
            .Objects("messages").ToList();

        Assert.Equal(2, Assert.Single(history)["reply_count"]!.GetValue<int>());
        Assert.Equal(["a finding", "step 1", "step 2"], replies.Select(m => m.Text("text")));
        Assert.All(replies.Skip(1), m => Assert.Equal(parent, m.Text("thread_ts")));
    }

    [Fact]
    public async Task An_update_keeps_blocks_that_it_does_not_mention_and_an_empty_list_removes_them()
    {
        await using var slack = await LocalSlack.StartAsync();
        var ts = await slack.PostButton();

        var kept = await slack.Call("chat.update", new JsonObject { ["channel"] = "C0SECURITY", ["ts"] = ts, ["text"] = "resolved" });
        var removed = await slack.Call(
            "chat.update", new JsonObject { ["channel"] = "C0SECURITY", ["ts"] = ts, ["text"] = "resolved", ["blocks"] = new JsonArray() });

        Assert.Single(kept["message"].Objects("blocks"));
        Assert.Equal("B0CHATOPS", kept["message"]!["edited"].Text("user"));
        Assert.Empty(removed["message"].Objects("blocks"));
    }

    [Fact]
    public async Task Lists_page_through_their_cursors()
    {
        await using var slack = await LocalSlack.StartAsync();
        var ids = new List<string?>();
        var cursor = "";
        do
        {
            var page = await slack.Call(
                "conversations.list", new JsonObject { ["limit"] = 3, ["cursor"] = cursor, ["types"] = "public_channel,im" });
            ids.AddRange(page.Objects("channels").Select(c => c.Text("id")));
            cursor = page["response_metadata"].Text("next_cursor")!;
        }
        while (cursor.Length > 0);

        Assert.Equal(12, ids.Distinct().Count());
        Assert.Equal(12, ids.Count);
    }

    [Fact]
    public async Task The_locale_of_a_person_comes_only_when_asked_for()
    {
        await using var slack = await LocalSlack.StartAsync();

        Assert.Null((await slack.Call("users.info", Arguments("""{"user":"U0JIYEON"}""")))["user"]!["locale"]);
        Assert.Equal(
            "ko-KR", (await slack.Call("users.info", Arguments("""{"user":"U0JIYEON","include_locale":true}""")))["user"].Text("locale"));
    }

    [Fact]
    public async Task Joining_makes_a_channel_writable()
    {
        await using var slack = await LocalSlack.StartAsync();

        Assert.True((await slack.Call("conversations.join", Arguments("""{"channel":"C0RANDOM"}"""))).Flag("ok"));
        Assert.True((await slack.Call("chat.postMessage", Arguments("""{"channel":"C0RANDOM","text":"x"}"""))).Flag("ok"));
        Assert.Equal(
            "already_in_channel", (await slack.Call("conversations.join", Arguments("""{"channel":"C0RANDOM"}"""))).Text("warning"));
    }

    [Fact]
    public async Task A_file_is_uploaded_in_three_steps_and_shown_in_the_thread()
    {
        await using var slack = await LocalSlack.StartAsync();
        var parent = await slack.PostButton();
        var place = await slack.Call("files.getUploadURLExternal", Arguments("""{"filename":"list.csv","length":5}"""));
        using var bytes = new ByteArrayContent(Encoding.UTF8.GetBytes("a,b,c"));
        bytes.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");

        var (_, uploaded) = await slack.Post(place.Text("upload_url")!, bytes);
        var done = await slack.Call("files.completeUploadExternal", new JsonObject
        {
            ["files"] = new JsonArray(new JsonObject { ["id"] = place.Text("file_id"), ["title"] = "All findings" }),
            ["channel_id"] = "C0SECURITY",
            ["thread_ts"] = parent,
            ["initial_comment"] = "412 findings",
        });

        Assert.Equal("OK - 5", uploaded);
        Assert.True(done.Flag("ok"));
        var reply = (await slack.Read($"replies?channel=C0SECURITY&ts={parent}&user=U0MINHO")).Objects("messages").Last();
        Assert.Equal("All findings", reply.Objects("files").Single().Text("title"));
    }

    [Fact]
    public async Task A_file_that_was_not_uploaded_cannot_be_completed()
    {
        await using var slack = await LocalSlack.StartAsync();
        var place = await slack.Call("files.getUploadURLExternal", Arguments("""{"filename":"list.csv","length":5}"""));

        var done = await slack.Call(
            "files.completeUploadExternal",
            new JsonObject { ["files"] = new JsonArray(new JsonObject { ["id"] = place.Text("file_id") }) });

        Assert.Equal("file_not_found", done.Text("error"));
    }

    private static JsonObject Arguments(string json) => (JsonObject)JsonNode.Parse(json)!;
}

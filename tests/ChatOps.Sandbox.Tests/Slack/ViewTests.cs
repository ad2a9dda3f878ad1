using System.Text.Json.Nodes;
using ChatOps.Sandbox.Slack;
using Microsoft.AspNetCore.Http;

namespace ChatOps.Sandbox.Tests.Slack;

public class ViewTests
{
    private const string Modal =
        """{"type":"modal","callback_id":"finding.suppress","title":{"type":"plain_text","text":"Suppress"},"submit":{"type":"plain_text","text":"Go"},"notify_on_close":true,"blocks":[{"type":"input","block_id":"reason","label":{"type":"plain_text","text":"Why?"},"element":{"type":"plain_text_input","action_id":"v"}},{"type":"actions","block_id":"more","elements":[{"type":"button","action_id":"push","value":"1","text":{"type":"plain_text","text":"More"}}]}]}""";

    [Fact]
    public async Task A_trigger_opens_one_view_within_three_seconds()
    {
        await using var slack = await LocalSlack.StartAsync();
        var trigger = await slack.Trigger();
        slack.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.True((await Open(slack, trigger)).Flag("ok"));
        Assert.Equal("exchanged_trigger_id", (await Open(slack, trigger)).Text("error"));

        var late = await slack.Trigger();
        slack.Time.Advance(TimeSpan.FromSeconds(3.1));
        Assert.Equal("expired_trigger_id", (await Open(slack, late)).Text("error"));
    }

    [Fact]
    public async Task An_invalid_view_does_not_use_the_trigger_up()
    {
        await using var slack = await LocalSlack.StartAsync();
        var trigger = await slack.Trigger();

        var refused = await slack.Call(
            "views.open", new JsonObject { ["trigger_id"] = trigger, ["view"] = new JsonObject { ["type"] = "modal" } });

        Assert.Equal("invalid_arguments", refused.Text("error"));
        Assert.True((await Open(slack, trigger)).Flag("ok"));
    }

    [Fact]
    public async Task Three_views_stack_and_a_fourth_is_refused()
    {
        await using var slack = await LocalSlack.StartAsync();
        var id = (await Open(slack, await slack.Trigger()))["view"].Text("id")!;
        for (var i = 0; i < 2; i++)
        {
            var pushed = await Push(slack, id);
            Assert.Equal(id, pushed["view"].Text("previous_view_id"));
            id = pushed["view"].Text("id")!;
        }

        Assert.Equal("push_limit_reached", (await Push(slack, id)).Text("error"));
        Assert.Equal(3, (await slack.Read("views?user=U0MINHO")).Objects("stack").Count());
    }

    [Fact]
    public async Task A_push_needs_a_trigger_from_within_a_modal()
    {
        await using var slack = await LocalSlack.StartAsync();
        await Open(slack, await slack.Trigger());

        var pushed = await slack.Call(
            "views.push", new JsonObject { ["trigger_id"] = await slack.Trigger(), ["view"] = JsonNode.Parse(Modal) });

        Assert.Equal("not_found", pushed.Text("error"));
    }

    [Fact]
    public async Task An_update_with_a_stale_hash_conflicts_and_keeps_what_was_typed_otherwise()
    {
        await using var slack = await LocalSlack.StartAsync();
        var view = (await Open(slack, await slack.Trigger()))["view"]!;
        await Click(slack, view.Text("id")!, """{"reason":{"v":{"type":"plain_text_input","value":"legacy"}}}""");

        var updated = await Update(slack, view.Text("id")!, view.Text("hash")!);
        var stale = await Update(slack, view.Text("id")!, view.Text("hash")!);

        Assert.Equal("legacy", updated["view"]!["state"]!["values"]!["reason"]!["v"].Text("value"));
        Assert.Equal("hash_conflict", stale.Text("error"));
    }

    [Fact]
    public async Task An_external_id_is_unique_and_finds_its_view()
    {
        await using var slack = await LocalSlack.StartAsync();
        var named = (JsonObject)JsonNode.Parse(Modal)!;
        named["external_id"] = "mine";
        await slack.Call("views.open", new JsonObject { ["trigger_id"] = await slack.Trigger(), ["view"] = named.Copy() });

        var updated = await slack.Call("views.update", new JsonObject { ["external_id"] = "mine", ["view"] = JsonNode.Parse(Modal) });
        Assert.True(updated.Flag("ok"));

        await slack.Call("views.update", new JsonObject { ["view_id"] = updated["view"].Text("id"), ["view"] = named.Copy() });
        var again = await slack.Call("views.open", new JsonObject { ["trigger_id"] = await slack.Trigger("U0SORA"), ["view"] = named });
        Assert.Equal("duplicate_external_id", again.Text("error"));
    }

    [Fact]
    public async Task A_view_above_250_kilobytes_is_too_large()
    {
        await using var slack = await LocalSlack.StartAsync();
        var large = (JsonObject)JsonNode.Parse(Modal)!;
        large["private_metadata"] = new string('x', 250_000);

        Assert.Equal(
            "view_too_large",
            (await slack.Call("views.open", new JsonObject { ["trigger_id"] = await slack.Trigger(), ["view"] = large })).Text("error"));
    }

    [Fact]
    public async Task A_submission_carries_the_typed_state_and_an_empty_answer_closes_the_modal()
    {
        await using var slack = await LocalSlack.StartAsync();
        var id = (await Open(slack, await slack.Trigger()))["view"].Text("id")!;

        var result = await Submit(slack, id, "risk accepted");

        Assert.True(result.Flag("ok"));
        Assert.Empty((await slack.Read("views?user=U0MINHO")).Objects("stack"));
        var payload = slack.Requests.Last().Payload;
        Assert.Equal("view_submission", payload.Text("type"));
        Assert.Equal("risk accepted", payload["view"]!["state"]!["values"]!["reason"]!["v"].Text("value"));
        Assert.Equal("finding.suppress", payload["view"].Text("callback_id"));
    }

    [Fact]
    public async Task A_required_input_left_empty_is_told_without_asking_the_bot()
    {
        await using var slack = await LocalSlack.StartAsync();
        var id = (await Open(slack, await slack.Trigger()))["view"].Text("id")!;
        var before = slack.Requests.Count;

        var result = await Submit(slack, id, "");

        Assert.NotNull(result["errors"].Text("reason"));
        Assert.Equal(before, slack.Requests.Count);
    }

    [Theory]
    [InlineData("""{"response_action":"clear"}""", true, 0)]
    [InlineData("""{"response_action":"update","view":MODAL}""", true, 1)]
    [InlineData("""{"response_action":"push","view":MODAL}""", true, 2)]
    [InlineData("""{"response_action":"errors","errors":{"reason":"Say more"}}""", false, 1)]
    [InlineData("""{"response_action":"update","view":{"type":"modal"}}""", false, 1)]
    [InlineData("not json", false, 1)]
    public async Task The_answer_to_a_submission_decides_what_is_open(string answer, bool ok, int open)
    {
        await using var slack = await LocalSlack.StartAsync();
        var id = (await Open(slack, await slack.Trigger()))["view"].Text("id")!;
        slack.Answer = async (_, response) =>
        {
            response.ContentType = "application/json";
            await response.WriteAsync(answer.Replace("MODAL", Modal, StringComparison.Ordinal));
        };

        var result = await Submit(slack, id, "because");

        Assert.Equal(ok, result.Flag("ok"));
        Assert.Equal(open, (await slack.Read("views?user=U0MINHO")).Objects("stack").Count());
    }

    [Fact]
    public async Task Closing_tells_the_bot_when_the_view_asked_for_it()
    {
        await using var slack = await LocalSlack.StartAsync();
        var id = (await Open(slack, await slack.Trigger()))["view"].Text("id")!;

        await slack.Page("view/close", $$"""{"user":"U0MINHO","view_id":"{{id}}"}""");

        var payload = slack.Requests.Last().Payload;
        Assert.Equal("view_closed", payload.Text("type"));
        Assert.False(payload.Flag("is_cleared"));
        Assert.Empty((await slack.Read("views?user=U0MINHO")).Objects("stack"));
    }

    [Fact]
    public async Task A_home_tab_is_published_for_one_person()
    {
        await using var slack = await LocalSlack.StartAsync();

        await slack.Call(
            "views.publish",
            new JsonObject { ["user_id"] = "U0SORA", ["view"] = JsonNode.Parse("""{"type":"home","blocks":[{"type":"divider"}]}""") });

        Assert.Equal("home", (await slack.Read("views?user=U0SORA"))["home"].Text("type"));
        Assert.Null((await slack.Read("views?user=U0MINHO"))["home"]);
    }

    private static Task<JsonObject> Open(LocalSlack slack, string trigger) =>
        slack.Call("views.open", new JsonObject { ["trigger_id"] = trigger, ["view"] = JsonNode.Parse(Modal) });

    private static Task<JsonObject> Update(LocalSlack slack, string id, string hash) =>
        slack.Call("views.update", new JsonObject { ["view_id"] = id, ["hash"] = hash, ["view"] = JsonNode.Parse(Modal) });

    private static async Task<JsonObject> Push(LocalSlack slack, string fromView)
    {
        await Click(slack, fromView, "{}");
        var trigger = slack.Requests.Last().Payload.Text("trigger_id");
        return await slack.Call("views.push", new JsonObject { ["trigger_id"] = trigger, ["view"] = JsonNode.Parse(Modal) });
    }

    private static Task<JsonObject> Click(LocalSlack slack, string view, string values) =>
        slack.Page(
            "action",
            $$$"""{"user":"U0MINHO","container":{"type":"view","view_id":"{{{view}}}"},"block_id":"more","action_id":"push","action":{"type":"button"},"state":{"values":{{{values}}}}}""");

    private static Task<JsonObject> Submit(LocalSlack slack, string view, string reason) =>
        slack.Page(
            "view/submit",
            $$$$$$"""{"user":"U0MINHO","view_id":"{{{{{{view}}}}}}","state":{"values":{"reason":{"v":{"type":"plain_text_input","value":"{{{{{{reason}}}}}}"}}}}}""");
}

using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.Sandbox.Tests.Page;

[Collection(nameof(PageTests))]
public sealed class ConversationTests(Browser browser)
{
    [Fact]
    public async Task A_message_arrives_changes_in_its_place_and_goes()
    {
        await using var open = await OpenPage.AsAsync(browser);
        var before = await open.Page.Locator("[data-testid=messages] .message").CountAsync();
        open.StandIn.Send("message", Samples.Event("C0SECURITY", Samples.Message("1800000000.000001", "first")));
        open.StandIn.Send("message", Samples.Event("C0SECURITY", Samples.Message("1800000001.000001", "second")));
        await Expect(open.Message("1800000001.000001")).ToContainTextAsync("second");
        open.StandIn.Send("message_changed", Samples.Event("C0SECURITY", Samples.Message("1800000000.000001", "changed")));
        await Expect(open.Message("1800000000.000001")).ToContainTextAsync("changed");
        await Expect(open.Page.Locator("[data-testid=messages] .message")).ToHaveCountAsync(before + 2);
        await Expect(open.Page.Locator("[data-testid=messages] .message").Last).ToContainTextAsync("second");

        open.StandIn.Send("message_deleted", Samples.Event("C0SECURITY", Samples.Message("1800000000.000001", "")));
        await Expect(open.Message("1800000000.000001")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_message_elsewhere_counts_as_unread_until_its_channel_is_opened()
    {
        await using var open = await OpenPage.AsAsync(browser);
        open.StandIn.Send("message", Samples.Event("C0COSTS", Samples.Message("1800000000.000001", "budget")));
        await Expect(open.Test("channel-costs").Locator(".badge")).ToHaveTextAsync("1");

        await open.Test("channel-costs").ClickAsync();
        await Expect(open.Test("channel-costs").Locator(".badge")).ToHaveCountAsync(0);
        await Expect(open.Test("channel-costs")).ToHaveAttributeAsync("aria-current", "page");
    }

    [Fact]
    public async Task A_reply_counts_at_its_parent_and_shows_in_the_open_thread()
    {
        await using var open = await OpenPage.AsAsync(browser);
        var parent = open.Message("1795395300.000001");
        await parent.GetByTestId("thread-summary").ClickAsync();
        await Expect(open.Test("thread").Locator(".message")).ToHaveCountAsync(4);
        open.StandIn.Send("message", Samples.Event("C0SECURITY", Samples.Message("1800000000.000001", "step done", "1795395300.000001")));

        await Expect(open.Test("thread").Locator(".message")).ToHaveCountAsync(5);
        await Expect(parent.GetByTestId("thread-summary")).ToContainTextAsync("4 replies");
    }

    [Fact]
    public async Task A_button_sends_its_place_and_value_once_however_often_it_is_clicked()
    {
        await using var open = await OpenPage.AsAsync(browser);
        var release = new TaskCompletionSource();
        open.StandIn.Answers["action"] = async _ =>
        {
            await release.Task;
            return new JsonObject { ["ok"] = true };
        };
        var button = open.Message("1795395120.000001").Locator("[data-action-id='finding.remediate']");
        await button.DblClickAsync();
        await Expect(button).ToHaveAttributeAsync("aria-busy", "true");
        var body = await open.StandIn.NextAsync("action");
        release.SetResult();
        await Expect(button).Not.ToHaveAttributeAsync("aria-busy", "true");

        Assert.Equal("U0ALEX", body["user"]!.GetValue<string>());
        Assert.Equal("acts", body["block_id"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"type":"message","channel":"C0SECURITY","message_ts":"1795395120.000001"}"""),
            body["container"]), body["container"]!.ToJsonString());
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse("""{"type":"button","value":"f-1"}"""), body["action"]), body["action"]!.ToJsonString());
        Assert.Equal(0, open.StandIn.Count("action"));
    }

    [Fact]
    public async Task A_click_the_bot_did_not_answer_says_so_at_the_message()
    {
        await using var open = await OpenPage.AsAsync(browser);
        open.StandIn.Answers["action"] = _ => Task.FromResult<JsonNode>(new JsonObject { ["ok"] = false, ["error"] = "operation_timeout" });
        await open.Message("1795395120.000001").Locator("[data-action-id='finding.acknowledge']").ClickAsync();

        await Expect(open.Message("1795395120.000001").GetByRole(AriaRole.Alert)).ToContainTextAsync("3 seconds");
    }

    [Fact]
    public async Task A_dangerous_button_asks_first()
    {
        await using var open = await OpenPage.AsAsync(browser, channel: "general");
        await open.Act("demo.danger").ClickAsync();
        await Expect(open.Test("confirm")).ToContainTextAsync("It cannot be undone.");
        await open.Test("confirm-no").ClickAsync();
        Assert.Equal(0, open.StandIn.Count("action"));

        await open.Act("demo.danger").ClickAsync();
        await open.Test("confirm-yes").ClickAsync();
        Assert.Equal("demo.danger", (await open.StandIn.NextAsync("action"))["action_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_choice_from_a_select_and_from_the_overflow_menu_is_sent()
    {
        await using var open = await OpenPage.AsAsync(browser, channel: "general");
        await open.Act("demo.static").ClickAsync();
        await open.Page.GetByRole(AriaRole.Option, new() { Name = "4 hours" }).ClickAsync();
        var chosen = await open.StandIn.NextAsync("action");
        Assert.Equal("4h", chosen["action"]!["selected_option"]!["value"]!.GetValue<string>());
        Assert.Equal("4h", chosen["state"]!["values"]!["actions"]!["demo.static"]!["selected_option"]!["value"]!.GetValue<string>());

        await open.Act("demo.overflow").ClickAsync();
        await open.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Related" }).ClickAsync();
        Assert.Equal("related", (await open.StandIn.NextAsync("action"))["action"]!["selected_option"]!["value"]!.GetValue<string>());
    }

    [Fact]
    public async Task Messages_and_commands_go_out_from_channel_and_thread()
    {
        await using var open = await OpenPage.AsAsync(browser);
        await open.Test("composer").FillAsync("hello <@chatops> & all");
        await open.Test("composer").PressAsync("Enter");
        var message = await open.StandIn.NextAsync("message");
        Assert.Equal("hello <@chatops> & all", message["text"]!.GetValue<string>());
        Assert.Equal("C0SECURITY", message["channel"]!.GetValue<string>());

        await open.Message("1795395300.000001").GetByTestId("thread-summary").ClickAsync();
        await open.Test("thread-composer").FillAsync("/finding list");
        await open.Test("thread-composer").PressAsync("Enter");
        var command = await open.StandIn.NextAsync("command");
        Assert.Equal("/finding list", command["text"]!.GetValue<string>());
        Assert.Equal("1795395300.000001", command["thread_ts"]!.GetValue<string>());
        await Expect(open.Test("thread-composer")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Slackbots_notice_and_an_unknown_command_are_told_only_to_the_person()
    {
        await using var open = await OpenPage.AsAsync(browser);
        open.StandIn.Send(
            "notice", new JsonObject { ["text"] = "`/asset` failed with the error \"operation_timeout\"", ["kind"] = "error" });
        var last = open.Page.Locator("[data-testid=messages] .message").Last;
        await Expect(last).ToContainTextAsync("operation_timeout");
        await Expect(last).ToContainTextAsync("Only visible to you");

        await open.Test("composer").FillAsync("/nothing here");
        await open.Test("composer").PressAsync("Enter");
        await Expect(last).ToContainTextAsync("/nothing is not a command");
        Assert.Equal(0, open.StandIn.Count("command"));
    }

    [Fact]
    public async Task Another_person_reads_the_page_in_their_language()
    {
        await using var open = await OpenPage.AsAsync(browser);
        await Expect(open.Test("try-this")).ToContainTextAsync("Import a finding");
        await open.Test("person").SelectOptionAsync("U0JIYEON");

        await Expect(open.Test("try-this")).ToContainTextAsync("취약점 가져오기");
        await Expect(open.Page.Locator("html")).ToHaveAttributeAsync("lang", "ko");
        await open.Act("finding.acknowledge").First.ClickAsync();
        Assert.Equal("U0JIYEON", (await open.StandIn.NextAsync("action"))["user"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_panel_makes_things_happen_in_AWS_and_shows_the_counts_live()
    {
        await using var open = await OpenPage.AsAsync(browser, channel: "general");
        open.StandIn.Answers["aws/import"] = _ => Task.FromResult<JsonNode>(
            new JsonObject { ["ok"] = true, ["message"] = "Imported S3.8" });
        await open.Test("panel-import-s3-public").ClickAsync();
        Assert.Equal("s3-public", (await open.StandIn.NextAsync("aws/import"))["scenario"]!.GetValue<string>());
        await Expect(open.Test("panel-status")).ToHaveTextAsync("Imported S3.8");
        await Expect(open.Test("channel-security")).ToHaveAttributeAsync("aria-current", "page");

        await open.Test("panel-storm-count").SelectOptionAsync("500");
        await open.Test("panel-storm").ClickAsync();
        Assert.Equal(500, (await open.StandIn.NextAsync("aws/storm"))["count"]!.GetValue<int>());
        await open.Test("panel-ratelimit").ClickAsync();
        Assert.True((await open.StandIn.NextAsync("slack/faults"))["ratelimit_seconds"]!.GetValue<int>() > 0);

        open.StandIn.Send(
            "aws", JsonNode.Parse("""{"findings":{"total":8,"open":4,"resolved":3,"suppressed":1},"executions":[],"throttling":true}""")!);
        await Expect(open.Test("count-open")).ToHaveTextAsync("4");
        await Expect(open.Page.GetByText("AWS is throttling")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_apps_home_is_shown_and_acts()
    {
        await using var open = await OpenPage.AsAsync(browser, channel: "home");
        await Expect(open.Test("home")).ToContainTextAsync("ChatOps");
        await open.Act("home.findings").ClickAsync();

        Assert.Equal("V0HOME", (await open.StandIn.NextAsync("action"))["container"]!["view_id"]!.GetValue<string>());
    }
}

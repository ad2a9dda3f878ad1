using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.Sandbox.Tests.Page;

[Collection(nameof(PageTests))]
public sealed class ModalTests(Browser browser)
{
    [Fact]
    public async Task A_submitted_view_reports_every_kind_of_value_as_Slack_does()
    {
        await using var open = await OpenPage.AsAsync(browser);
        open.StandIn.Answers["options"] = _ => Task.FromResult<JsonNode>(new JsonObject
        {
            ["options"] = new JsonArray(new JsonObject { ["text"] = Samples.Text("payroll-exports"), ["value"] = "bucket-1" }),
        });
        open.StandIn.Show(open.StandIn.Views["inputs"]!);
        var page = open.Page;
        var modal = open.Test("modal");
        await Expect(modal.GetByLabel("Reason")).ToBeFocusedAsync();

        await modal.GetByLabel("Reason").FillAsync("legacy import");
        await PickAsync(modal, "Kind", "Accepted risk");
        await PickAsync(modal, "Tags", "SECURITY");
        await modal.GetByRole(AriaRole.Option, new() { Name = "PROD" }).ClickAsync();
        await page.Keyboard.PressAsync("Escape");
        await open.Act("external").ClickAsync();
        await open.Act("external").PressSequentiallyAsync("pay");
        await modal.GetByRole(AriaRole.Option, new() { Name = "payroll-exports" }).ClickAsync();
        await PickAsync(modal, "Owner", "박지연");
        await PickAsync(modal, "Tell", "#security");
        await page.Keyboard.PressAsync("Escape");
        await modal.GetByLabel("Time").FillAsync("09:30");
        await modal.GetByLabel("Exactly").FillAsync("2026-12-01T09:00");
        await modal.GetByLabel("Tell the owner").CheckAsync();
        await modal.GetByLabel("High").CheckAsync();
        await modal.GetByLabel("Days").FillAsync("30");
        await modal.GetByLabel("E-mail").FillAsync("a@example.com");
        await modal.GetByLabel("Ticket").FillAsync("https://example.com/1");
        await modal.GetByLabel("Details").FillAsync("*bold* text\n- item");
        await modal.GetByLabel("Evidence").SetInputFilesAsync(
            new FilePayload { Name = "proof.txt", MimeType = "text/plain", Buffer = "ok"u8.ToArray() });
        await open.Test("modal-submit").ClickAsync();

        var body = await open.StandIn.NextAsync("view/submit");
        Assert.Equal("V0INPUTS", body["view_id"]!.GetValue<string>());
        var values = body["state"]!["values"]!;
        Same("""{"type":"plain_text_input","value":"legacy import"}""", values["reason"]!["text"]);
        Same(
            """{"type":"static_select","selected_option":{"text":{"type":"plain_text","text":"Accepted risk","emoji":true},"value":"risk","description":{"type":"plain_text","text":"Needs an approver","emoji":true}}}""",
            values["kind"]!["select"]);
        Assert.Equal(
            ["s", "p"], values["tags"]!["multi"]!["selected_options"]!.AsArray().Select(option => option!["value"]!.GetValue<string>()));
        Assert.Equal("bucket-1", values["resource"]!["external"]!["selected_option"]!["value"]!.GetValue<string>());
        Same("""{"type":"users_select","selected_user":"U0JIYEON"}""", values["who"]!["user"]);
        Same("""{"type":"multi_conversations_select","selected_conversations":["C0SECURITY"]}""", values["team"]!["conversations"]);
        Same("""{"type":"channels_select","selected_channel":"C0ALERTS"}""", values["channel"]!["channel"]);
        Same("""{"type":"datepicker","selected_date":"2026-12-31"}""", values["until"]!["date"]);
        Same("""{"type":"timepicker","selected_time":"09:30"}""", values["time"]!["time"]);
        Same("""{"type":"datetimepicker","selected_date_time":1796083200}""", values["at"]!["datetime"]);
        Assert.Equal("owner", values["checks"]!["boxes"]!["selected_options"]!.AsArray().Single()!["value"]!.GetValue<string>());
        Assert.Equal("high", values["risk"]!["radio"]!["selected_option"]!["value"]!.GetValue<string>());
        Same("""{"type":"number_input","value":"30"}""", values["days"]!["number"]);
        Same("""{"type":"email_text_input","value":"a@example.com"}""", values["mail"]!["email"]);
        Same("""{"type":"url_text_input","value":"https://example.com/1"}""", values["url"]!["url"]);
        Same("""
            {"type":"rich_text","elements":[
              {"type":"rich_text_section","elements":[{"type":"text","text":"bold","style":{"bold":true}},{"type":"text","text":" text"}]},
              {"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"item"}]}]}]}
            """, values["rich"]!["rich"]!["rich_text_value"]);
        Assert.Equal("proof.txt", values["file"]!["file"]!["files"]![0]!["name"]!.GetValue<string>());
        Same("""{"type":"plain_text_input","value":null}""", values["live"]!["live"]);
    }

    [Fact]
    public async Task What_is_missing_or_wrong_is_said_at_its_block_and_nothing_is_sent()
    {
        await using var open = await OpenPage.AsAsync(browser);
        open.StandIn.Show(open.StandIn.Views["inputs"]!);
        var modal = open.Test("modal");
        await modal.GetByLabel("Reason").FillAsync("no");
        await modal.GetByLabel("Days").FillAsync("120");
        await modal.GetByLabel("E-mail").FillAsync("nobody");
        await open.Test("modal-submit").ClickAsync();

        await Expect(modal.Locator("[data-block-id=reason] .field-error")).ToHaveTextAsync("At least 5 characters.");
        await Expect(modal.Locator("[data-block-id=kind] .field-error")).ToHaveTextAsync("Fill in this field.");
        await Expect(modal.Locator("[data-block-id=days] .field-error")).ToHaveTextAsync("At most 90.");
        await Expect(modal.Locator("[data-block-id=mail] .field-error")).ToHaveTextAsync("Enter an e-mail address.");
        await Expect(modal.GetByLabel("Reason")).ToBeFocusedAsync();
        await Expect(modal.GetByLabel("Reason")).ToHaveValueAsync("no");
        Assert.Equal(0, open.StandIn.Count("view/submit"));
    }

    [Fact]
    public async Task The_bots_errors_are_shown_at_their_blocks_until_they_are_mended()
    {
        await using var open = await OpenPage.AsAsync(browser);
        open.StandIn.Answers["view/submit"] = _ => Task.FromResult<JsonNode>(
            new JsonObject { ["ok"] = false, ["errors"] = new JsonObject { ["b"] = "Say more" } });
        open.StandIn.Show(Samples.View("V1", "One"));
        await open.Act("a").FillAsync("x");
        await open.Test("modal-submit").ClickAsync();

        await Expect(open.Test("field-error")).ToHaveTextAsync("Say more");
        await Expect(open.Act("a")).ToHaveAttributeAsync("aria-invalid", "true");
        await open.Act("a").FillAsync("xy");
        await Expect(open.Test("field-error")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task While_the_bot_works_on_a_view_it_cannot_be_sent_again_or_closed()
    {
        await using var open = await OpenPage.AsAsync(browser);
        var release = new TaskCompletionSource();
        open.StandIn.Answers["view/submit"] = async _ =>
        {
            await release.Task;
            open.StandIn.Show();
            return new JsonObject { ["ok"] = true };
        };
        open.StandIn.Show(Samples.View("V1", "One"));
        await open.Act("a").FillAsync("x");
        await open.Test("modal-submit").ClickAsync();
        await Expect(open.Test("modal-submit")).ToHaveTextAsync("Working…");
        await open.Test("modal-submit").ClickAsync(new LocatorClickOptions { Force = true });
        await open.Test("modal-close").ClickAsync();
        await open.Page.Keyboard.PressAsync("Enter");
        release.SetResult();

        await Expect(open.Test("modal")).ToBeHiddenAsync();
        Assert.Equal(1, open.StandIn.Count("view/submit"));
    }

    [Fact]
    public async Task A_time_out_is_told_in_the_view_and_what_was_typed_stays()
    {
        await using var open = await OpenPage.AsAsync(browser);
        open.StandIn.Answers["view/submit"] = _ => Task.FromResult<JsonNode>(
            new JsonObject { ["ok"] = false, ["error"] = "operation_timeout" });
        open.StandIn.Show(Samples.View("V1", "One"));
        await open.Act("a").FillAsync("kept");
        await open.Test("modal-submit").ClickAsync();

        await Expect(open.Test("modal").GetByRole(AriaRole.Alert)).ToContainTextAsync("3 seconds");
        await Expect(open.Act("a")).ToHaveValueAsync("kept");
    }

    [Fact]
    public async Task An_updated_view_keeps_what_was_typed_under_the_same_ids()
    {
        await using var open = await OpenPage.AsAsync(browser);
        open.StandIn.Show(Samples.View("V1", "One"));
        await open.Act("a").FillAsync("half a sent");
        open.StandIn.Show(Samples.View("V1", "One, filled", hash: "2"));

        await Expect(open.Test("modal").GetByRole(AriaRole.Heading)).ToHaveTextAsync("One, filled");
        await Expect(open.Act("a")).ToHaveValueAsync("half a sent");
        await Expect(open.Act("a")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_pushed_view_covers_the_one_below_and_closing_goes_back()
    {
        await using var open = await OpenPage.AsAsync(browser);
        open.StandIn.Answers["view/close"] = _ =>
        {
            open.StandIn.Show(Samples.View("V1", "One"));
            return Task.FromResult<JsonNode>(new JsonObject { ["ok"] = true });
        };
        open.StandIn.Show(Samples.View("V1", "One"));
        await open.Act("a").FillAsync("below");
        open.StandIn.Show(Samples.View("V1", "One"), Samples.View("V2", "Two"));
        await Expect(open.Test("modal").GetByRole(AriaRole.Heading)).ToHaveTextAsync("Two");
        await open.Test("modal-close").ClickAsync();

        var closed = await open.StandIn.NextAsync("view/close");
        Assert.Equal("V2", closed["view_id"]!.GetValue<string>());
        await Expect(open.Test("modal").GetByRole(AriaRole.Heading)).ToHaveTextAsync("One");
        await Expect(open.Act("a")).ToHaveValueAsync("below");
    }

    [Fact]
    public async Task A_button_in_a_view_sends_the_state_typed_so_far()
    {
        await using var open = await OpenPage.AsAsync(browser);
        open.StandIn.Show(Samples.View("V1", "One"));
        await open.Act("a").FillAsync("so far");
        await open.Act("modal.more").ClickAsync();

        var body = await open.StandIn.NextAsync("action");
        Same("""{"type":"view","view_id":"V1"}""", body["container"]);
        Same("""{"type":"button","value":"v"}""", body["action"]);
        Same("""{"b":{"a":{"type":"plain_text_input","value":"so far"}}}""", body["state"]!["values"]);
    }

    [Fact]
    public async Task A_dispatching_input_acts_on_Enter_and_does_not_submit()
    {
        await using var open = await OpenPage.AsAsync(browser);
        open.StandIn.Show(open.StandIn.Views["inputs"]!);
        await open.Act("live").FillAsync("sg-");
        await open.Act("live").PressAsync("Enter");

        var body = await open.StandIn.NextAsync("action");
        Assert.Equal("live", body["block_id"]!.GetValue<string>());
        Same("""{"type":"plain_text_input","value":"sg-"}""", body["action"]);
        Assert.Equal(0, open.StandIn.Count("view/submit"));
    }

    private static async Task PickAsync(ILocator modal, string label, string option)
    {
        await modal.GetByRole(AriaRole.Combobox, new() { Name = label }).ClickAsync();
        await modal.GetByRole(AriaRole.Option, new() { Name = option }).ClickAsync();
    }

    private static void Same(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}\nactual   {actual?.ToJsonString()}");
}

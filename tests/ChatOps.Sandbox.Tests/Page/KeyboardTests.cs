using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.Sandbox.Tests.Page;

[Collection(nameof(PageTests))]
public sealed class KeyboardTests(Browser browser)
{
    [Fact]
    public async Task A_slash_opens_the_commands_which_arrows_Tab_Enter_and_Escape_handle()
    {
        await using var open = await OpenPage.AsAsync(browser);
        await open.Page.Keyboard.PressAsync("/");
        await Expect(open.Test("composer")).ToBeFocusedAsync();
        await Expect(open.Test("completion")).ToHaveCountAsync(6);
        await open.Page.Keyboard.PressAsync("ArrowDown");
        await open.Page.Keyboard.PressAsync("Tab");
        await Expect(open.Test("composer")).ToHaveValueAsync("/finding ");
        await Expect(open.Test("completion")).ToHaveCountAsync(3);
        await open.Page.Keyboard.PressAsync("Escape");
        await Expect(open.Test("completion").First).ToBeHiddenAsync();
        await open.Page.Keyboard.TypeAsync("list");
        await open.Page.Keyboard.PressAsync("Enter");

        Assert.Equal("/finding list", (await open.StandIn.NextAsync("command"))["text"]!.ToString());
    }

    [Fact]
    public async Task Arrows_walk_the_channel_list_and_Enter_opens()
    {
        await using var open = await OpenPage.AsAsync(browser);
        await open.Test("channel-security").FocusAsync();
        await open.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(open.Test("channel-alerts")).ToBeFocusedAsync();
        await open.Page.Keyboard.PressAsync("Enter");

        await Expect(open.Test("channel-alerts")).ToHaveAttributeAsync("aria-current", "page");
        await Expect(open.Test("channel-alerts")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_thread_opens_and_closes_without_a_mouse_and_gives_the_focus_back()
    {
        await using var open = await OpenPage.AsAsync(browser);
        var summary = open.Message("1795395300.000001").GetByTestId("thread-summary");
        await summary.FocusAsync();
        await open.Page.Keyboard.PressAsync("Enter");
        await Expect(open.Test("thread-composer")).ToBeFocusedAsync();
        await open.Page.Keyboard.PressAsync("Escape");

        await Expect(open.Test("thread")).ToBeHiddenAsync();
        await Expect(summary).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_focus_stays_in_a_modal_and_returns_to_the_button_that_opened_it()
    {
        await using var open = await OpenPage.AsAsync(browser);
        var button = open.Message("1795395120.000001").Locator("[data-action-id='finding.remediate']");
        await button.FocusAsync();
        open.StandIn.Show(Samples.View("V1", "One"));
        await Expect(open.Act("a")).ToBeFocusedAsync();
        for (var i = 0; i < 12; i++)
        {
            await open.Page.Keyboard.PressAsync("Tab");
            Assert.True(await open.Page.EvaluateAsync<bool>(
                "document.activeElement === document.body || !!document.activeElement.closest('dialog')"));
        }
        open.StandIn.Stack = [];
        await open.Page.Keyboard.PressAsync("Escape");

        Assert.Equal("V1", (await open.StandIn.NextAsync("view/close"))["view_id"]!.ToString());
        await Expect(open.Test("modal")).ToBeHiddenAsync();
        await Expect(button).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_message_that_changes_under_the_keyboard_keeps_the_focus()
    {
        await using var open = await OpenPage.AsAsync(browser);
        var button = open.Message("1795395120.000001").Locator("[data-action-id='finding.acknowledge']");
        await button.FocusAsync();
        var changed = open.StandIn.Messages["C0SECURITY"]!.AsArray().Single(
            message => message!["ts"]!.ToString() == "1795395120.000001")!.DeepClone().AsObject();
        changed["edited"] = new System.Text.Json.Nodes.JsonObject { ["user"] = "U0CHATOPS", ["ts"] = "1" };
        open.StandIn.Send("message_changed", Samples.Event("C0SECURITY", changed));

        await Expect(open.Message("1795395120.000001")).ToContainTextAsync("(edited)");
        await Expect(button).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Escape_in_a_select_closes_its_list_and_not_the_modal()
    {
        await using var open = await OpenPage.AsAsync(browser);
        open.StandIn.Show(open.StandIn.Views["inputs"]!);
        await open.Act("select").FocusAsync();
        await open.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(open.Page.GetByRole(AriaRole.Option, new() { Name = "False positive" })).ToBeVisibleAsync();
        await open.Page.Keyboard.PressAsync("Escape");
        await Expect(open.Page.GetByRole(AriaRole.Option, new() { Name = "False positive" })).ToBeHiddenAsync();
        await Expect(open.Test("modal")).ToBeVisibleAsync();

        await open.Page.Keyboard.PressAsync("ArrowDown");
        await open.Page.Keyboard.PressAsync("ArrowDown");
        await open.Page.Keyboard.PressAsync("Enter");
        await Expect(open.Act("select")).ToHaveValueAsync("False positive");
    }

    [Fact]
    public async Task On_a_phone_drawers_open_and_close_and_a_thread_fills_the_screen()
    {
        await using var open = await OpenPage.AsAsync(browser, width: 390, height: 844);
        await Expect(open.Test("channel-security")).Not.ToBeInViewportAsync();
        await open.Test("open-channels").ClickAsync();
        await Expect(open.Test("channel-security")).ToBeInViewportAsync();
        await open.Page.Keyboard.PressAsync("Escape");
        await Expect(open.Test("channel-security")).Not.ToBeInViewportAsync();
        await open.Test("open-panel").ClickAsync();
        await open.Test("panel-import-s3-public").ClickAsync();
        await Expect(open.Test("try-this")).Not.ToBeInViewportAsync();

        await open.Message("1795395300.000001").GetByTestId("thread-summary").ClickAsync();
        var pane = await open.Test("thread").BoundingBoxAsync();
        Assert.Equal((0, 390, 844), ((int)pane!.X, (int)pane.Width, (int)pane.Height));
        await open.Test("thread-close").ClickAsync();
        await Expect(open.Test("composer")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(360)]
    [InlineData(430)]
    public async Task On_a_phone_everything_fits_and_is_big_enough_to_touch(int width)
    {
        await using var open = await OpenPage.AsAsync(browser, channel: "general", width: width, height: 800);
        await Expect(open.Act("demo.primary")).ToBeVisibleAsync();

        Assert.Equal(width, await open.Page.EvaluateAsync<int>("document.scrollingElement.scrollWidth"));
        Assert.Equal(
            0, await open.Page.Locator("[data-testid=messages]").EvaluateAsync<int>("list => list.scrollWidth - list.clientWidth"));
        var small = await open.Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('main button, main .btn, main input, main textarea, dialog button, .sidebar button, .panel button, .panel select')]
              .filter(control => control.checkVisibility())
              .map(control => [control, control.closest('.combo, .choice') ?? control])
              .filter(([, target]) => target.getBoundingClientRect().height > 0 && target.getBoundingClientRect().height < 40)
              .map(([control]) => control.outerHTML.slice(0, 120))
            """);
        Assert.Empty(small);
    }
}

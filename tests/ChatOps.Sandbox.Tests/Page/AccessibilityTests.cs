using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.Sandbox.Tests.Page;

[Collection(nameof(PageTests))]
public sealed class AccessibilityTests(Browser browser)
{
    [Theory]
    [InlineData("U0ALEX", "security", 1440, ColorScheme.Light)]
    [InlineData("U0JIYEON", "security", 1440, ColorScheme.Dark)]
    [InlineData("U0ALEX", "general", 1440, ColorScheme.Light)]
    [InlineData("U0ALEX", "general", 390, ColorScheme.Dark)]
    [InlineData("U0JIYEON", "security", 390, ColorScheme.Light)]
    [InlineData("U0ALEX", "home", 390, ColorScheme.Light)]
    public async Task Channels_have_no_serious_fault(string user, string channel, int width, ColorScheme scheme)
    {
        await using var open = await OpenPage.AsAsync(browser, user, channel, width, scheme: scheme);
        await HasNoSeriousFaultAsync(open.Page);
    }

    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task A_modal_with_errors_and_an_open_list_has_no_serious_fault(int width, ColorScheme scheme)
    {
        await using var open = await OpenPage.AsAsync(browser, width: width, scheme: scheme);
        open.StandIn.Show(open.StandIn.Views["inputs"]!);
        await open.Test("modal-submit").ClickAsync();
        await open.Act("select").ClickAsync();
        await Expect(open.Test("field-error")).ToHaveCountAsync(2);
        await HasNoSeriousFaultAsync(open.Page);
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task A_thread_and_the_commands_have_no_serious_fault(int width)
    {
        await using var open = await OpenPage.AsAsync(browser, width: width);
        await open.Test("thread-summary").Last.ClickAsync();
        await Expect(open.Test("thread").Locator(".message")).ToHaveCountAsync(4);
        await open.Test("thread-composer").FillAsync("/");
        await Expect(open.Test("completion").First).ToBeVisibleAsync();
        await HasNoSeriousFaultAsync(open.Page);
    }

    [Theory]
    [InlineData("open-panel")]
    [InlineData("open-channels")]
    public async Task Drawers_on_a_phone_have_no_serious_fault(string opener)
    {
        await using var open = await OpenPage.AsAsync(browser, width: 390, height: 844);
        await open.Test(opener).ClickAsync();
        await Expect(open.Page.Locator(".is-open")).ToBeInViewportAsync();
        await HasNoSeriousFaultAsync(open.Page);
    }

    private static async Task HasNoSeriousFaultAsync(IPage page)
    {
        // What passes is not wanted: writing it all down takes longer than finding it.
        var result = await page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        var faults = result.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation =>
                $"{violation.Id}: {violation.Help}\n  {string.Join("\n  ", violation.Nodes.Take(5).Select(node => node.Html))}");
        Assert.True(!faults.Any(), string.Join("\n", faults));
    }
}

using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed class PhoneTests(Chromium chromium)
{
    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task A_finding_is_remediated_by_touch_on_a_phone(string language)
    {
        await using var sandbox = await Sandbox.StartAsync(language);
        await using var window = await Window.OpenAsync(chromium, sandbox, language == "ko" ? Somebody.Jiyeon : Somebody.Alex, phone: true);
        await window.Page.GetByTestId("open-panel").TapAsync();
        await window.Page.GetByTestId("panel-import-public-stage-bucket").TapAsync();
        var finding = window.Post("campus-photos");
        await Expect(finding.Act("finding.remediate")).ToBeInViewportAsync();
        await FitsAsync(window.Page);
        await HasNoSeriousFaultAsync(window.Page);
        await Screenshots.TakeAsync(window, "phone-ko.png", language == "ko");

        await finding.Act("finding.remediate").TapAsync();
        await Expect(window.Modal.At).ToContainTextAsync(Words.Of(language).Plan[^2]);
        await Expect(window.Modal.Submit).ToBeInViewportAsync();
        await FitsAsync(window.Page);
        await HasNoSeriousFaultAsync(window.Page);

        await window.Modal.Submit.TapAsync();
        await Expect(window.Modal.At).ToBeHiddenAsync();
        await Expect(finding.Headline).ToContainTextAsync($"⏳ {Words.Of(language).Remediating}");
    }

    /// <summary>Nothing is wider than the window.</summary>
    private static async Task FitsAsync(IPage page) =>
        Assert.Equal(0, await page.EvaluateAsync<int>("document.scrollingElement.scrollWidth - innerWidth"));

    private static async Task HasNoSeriousFaultAsync(IPage page)
    {
        var result = await page.RunAxe();
        var faults = result.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation =>
                $"{violation.Id}: {violation.Help}\n  {string.Join("\n  ", violation.Nodes.Take(5).Select(node => node.Html))}");
        Assert.True(!faults.Any(), string.Join('\n', faults));
    }
}

using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.Sandbox.Tests.Page;

[Collection(nameof(PageTests))]
public sealed class BlockTests(Browser browser)
{
    private const string Everything = "1795393800.000001";

    [Fact]
    public async Task Every_block_type_is_shown()
    {
        await using var open = await OpenPage.AsAsync(browser, channel: "general");
        var message = open.Message(Everything);

        foreach (var type in new[]
        {
            "header", "section", "context", "divider", "image", "actions", "table", "markdown", "rich_text", "input",
        })
        {
            await Expect(message.Locator($".block-{type}").First).ToBeVisibleAsync();
        }
        await Expect(message.Locator(".unsupported")).ToHaveCountAsync(0);
        await Expect(message.Locator(".block-header")).ToHaveTextAsync("Header 🚀");
        await Expect(message.Locator(".block-table tbody tr")).ToHaveCountAsync(2);
        await Expect(message.Locator(".block-markdown strong")).ToHaveTextAsync("bold");
        await Expect(message.Locator(".block-markdown td")).ToHaveTextAsync(["1", "2"]);
        await Expect(message.Locator(".block-rich_text ul > li ol > li")).ToHaveTextAsync("nested");
        await Expect(message.Locator(".block-rich_text ul").First.Locator("> li")).ToHaveCountAsync(2);
        await Expect(message.GetByRole(Microsoft.Playwright.AriaRole.Img, new() { Name = "Chart of spend" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Mrkdwn_reads_as_in_Slack()
    {
        await using var open = await OpenPage.AsAsync(browser, channel: "general");
        var section = open.Message(Everything).Locator("[data-block-id=section]");

        await Expect(section.Locator("strong")).ToHaveTextAsync("bold");
        await Expect(section.Locator("em")).ToHaveTextAsync("italic");
        await Expect(section.Locator("s")).ToHaveTextAsync("strike");
        await Expect(section.Locator("a").First).ToHaveAttributeAsync("href", "https://example.com/a?b=1&c=2");
        await Expect(section.Locator(".mention")).ToHaveTextAsync(["@jiyeon", "#security"]);
        await Expect(section.Locator("blockquote")).ToHaveTextAsync("quoted");
        await Expect(section.Locator("pre")).ToHaveTextAsync("block of\ncode");
        await Expect(open.Message(Everything).Locator("[data-block-id=fields] .field").Nth(1)).ToHaveTextAsync("Plain *not bold*");
    }

    [Fact]
    public async Task Dates_are_in_the_readers_own_zone()
    {
        // 15:30 UTC is already the next day in Seoul.
        await using var open = await OpenPage.AsAsync(
            browser, channel: "random", before: standIn => standIn.Messages["C0RANDOM"] = new System.Text.Json.Nodes.JsonArray(
            Samples.Message("1700000000.000001", "<!date^1700062200^{date_num} {time}|fallback>")));

        await Expect(open.Page.Locator(".message-body time")).ToHaveTextAsync(new Regex(@"^2023-11-16 12:30\sAM$"));
    }

    [Fact]
    public async Task Hostile_text_stays_text()
    {
        await using var open = await OpenPage.AsAsync(browser, channel: "general");
        var message = open.Message("1795393920.000001");

        await Expect(message.Locator(".block-header")).ToHaveTextAsync("<script>window.hacked = 1</script>");
        await Expect(message.Locator("[data-block-id=s]")).ToContainTextAsync("<!channel>");
        await Expect(message.Locator(".message-body script, .message-body img, a[href^='javascript']")).ToHaveCountAsync(0);
        await Expect(message.Locator(".unsupported")).ToContainTextAsync("not_a_block");
        foreach (var link in await message.Locator(".message-body a, .message-body button").AllAsync())
        {
            await link.ClickAsync();
        }
        Assert.Null(await open.Page.EvaluateAsync<object?>("window.hacked ?? null"));
    }

    [Fact]
    public async Task Attachments_and_files_are_shown()
    {
        await using var open = await OpenPage.AsAsync(browser, channel: "general");
        var message = open.Message("1795393860.000001");

        await Expect(message.Locator(".attachment")).ToHaveCountAsync(2);
        await Expect(message.Locator(".attachment").First.Locator(".field")).ToHaveCountAsync(2);
        await Expect(message.Locator(".attachment").Nth(1)).ToHaveTextAsync("Attachment block");
        await Expect(message.GetByTestId("file")).ToHaveAttributeAsync("href", "/sandbox/files/F0CSV");
        await Expect(message.Locator(".file-image img")).ToHaveAttributeAsync("src", "/sandbox/files/F0CHART");
    }

    [Fact]
    public async Task Both_languages_have_the_same_texts()
    {
        await using var open = await OpenPage.AsAsync(browser);

        var differing = await open.Page.EvaluateAsync<string[]>("""
            async () => {
              const { dictionaries: { en, ko } } = await import('/js/texts.js');
              const places = text => String(text).match(/\{\w+\}/g)?.sort().join() ?? '';
              return [...new Set([...Object.keys(en), ...Object.keys(ko)])].filter(key => !en[key] || !ko[key] || (typeof en[key] === 'string' && places(en[key]) !== places(ko[key])));
            }
            """);

        Assert.Empty(differing);
    }
}

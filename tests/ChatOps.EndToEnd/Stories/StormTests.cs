using System.Globalization;
using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed partial class StormTests(Chromium chromium)
{
    private const int Findings = 300;

    /// <summary>One in ten is LOW, which is recorded and not posted.</summary>
    private const int Posted = 270;

    [Fact]
    public async Task Hundreds_of_findings_leave_the_channel_readable_and_lose_none()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var alex = await Window.OpenAsync(chromium, sandbox, Somebody.Alex);
        await sandbox.StormAsync(Findings);

        await Eventually.TrueAsync(async () => await ToldAsync(alex) == Posted, 90, "the messages do not tell of all findings");
        Assert.InRange(await alex.Messages.CountAsync(), 2, 20);

        var counts = (await alex.Messages.AllInnerTextsAsync()).Select(message => IsGroup(message) ? Count(message) : 0).ToList();
        var all = counts.Max();
        Assert.True(all > 40, "The longest list has only two pages.");
        var group = new Post(alex.Messages.Nth(counts.IndexOf(all)), alex.Thread);
        await group.Act("group.list").ClickAsync();
        await Expect(alex.Modal.At).ToContainTextAsync($"1–20 of {all}");
        await alex.Modal.At.Locator("[data-action-id='group.page']").ClickAsync();
        await Expect(alex.Modal.At).ToContainTextAsync($"21–40 of {all}");
        await alex.Modal.At.Locator("[data-action-id='group.page_back']").ClickAsync();
        await Expect(alex.Modal.At).ToContainTextAsync($"1–20 of {all}");
        await alex.Modal.CloseAsync();

        await group.Act("group.export").ClickAsync();
        var thread = await group.OpenThreadAsync();
        var file = thread.At.GetByTestId("file");
        await Expect(file).ToHaveAttributeAsync("download", new Regex(@"\.csv$"));
        var csv = await sandbox.FileAsync((await file.GetAttributeAsync("href"))!);
        Assert.Equal(all, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1);
    }

    /// <summary>How many findings the channel's messages tell of: each its own, a group or storm as many as it counts.</summary>
    private static async Task<int> ToldAsync(Window window) =>
        await window.Findings.CountAsync() + (await window.Messages.AllInnerTextsAsync()).Where(IsGroup).Sum(Count);

    private static bool IsGroup(string message) => message.Contains("Show all", StringComparison.Ordinal);

    private static int Count(string message) => int.Parse(OpenCount().Match(message).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+) open \(")]
    private static partial Regex OpenCount();
}

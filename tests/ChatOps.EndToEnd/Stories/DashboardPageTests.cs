using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace ChatOps.EndToEnd.Stories;

/// <summary>Hangfire's own page under our content security policy and antiforgery, in a browser.</summary>
[Collection(nameof(StoryTests))]
public sealed class DashboardPageTests(Chromium chromium)
{
    [Fact]
    public async Task The_dashboards_own_buttons_work_and_nothing_of_it_is_blocked()
    {
        await using var sandbox = await Sandbox.StartAsync("en");
        await using var context = await chromium.WindowAsync(phone: false);
        var page = await context.NewPageAsync();
        var errors = new ConcurrentQueue<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") errors.Enqueue(message.Text);
        };
        // The timetable is written beside the start, and the dashboard's page is as of its reading.
        var jobs = page.Locator("input.js-jobs-list-checkbox");
        await Eventually.TrueAsync(
            async () =>
            {
                await page.GotoAsync($"{sandbox.Url}/hangfire/recurring");
                return await jobs.CountAsync() > 0;
            },
            because: "the dashboard shows no recurring job");

        await jobs.First.CheckAsync();
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.Locator("[data-url$='/recurring/trigger']").ClickAsync(),
            response => response.Url.EndsWith("/recurring/trigger", StringComparison.Ordinal));
        // The page loads itself anew after a click: another is opened for the overview.
        var overview = await context.NewPageAsync();
        overview.Console += (_, message) =>
        {
            if (message.Type == "error") errors.Enqueue(message.Text);
        };
        await overview.GotoAsync($"{sandbox.Url}/hangfire", new PageGotoOptions { WaitUntil = WaitUntilState.Load });

        Assert.Equal(204, answer.Status);
        Assert.Empty(errors);
    }
}

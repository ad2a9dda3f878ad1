using System.Diagnostics;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed class RepetitionTests(Chromium chromium)
{
    [Theory]
    [InlineData("redeliver")]
    [InlineData("update")]
    public async Task Redelivery_and_a_newer_observation_add_neither_message_nor_reply(string press)
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var alex = await Window.OpenAsync(chromium, sandbox, Somebody.Alex);
        await alex.Panel.ImportAsync("public-stage-bucket");
        var finding = alex.Post("campus-photos");
        await finding.Act("finding.acknowledge").ClickAsync();
        await Expect(finding.Headline).ToContainTextAsync("👀 Acknowledged by @alex");
        var thread = await finding.OpenThreadAsync();
        await Expect(thread.Replies).ToHaveCountAsync(1);

        await alex.Panel.PressAsync(press);
        await alex.Panel.PressAsync(press);
        await sandbox.EventsDeliveredAsync();
        // Events are taken in order: once a later one is shown, those before it have been dealt with.
        await alex.Panel.ImportAsync("open-rdp");
        await Expect(alex.Post("build-windows").At).ToBeVisibleAsync();

        await Expect(alex.Findings).ToHaveCountAsync(2);
        await Expect(thread.Replies).ToHaveCountAsync(1);
        await Expect(finding.Headline).ToContainTextAsync("👀 Acknowledged by @alex");
    }

    [Fact]
    public async Task A_double_click_runs_one_automation()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var alex = await Window.OpenAsync(chromium, sandbox, Somebody.Alex);
        await alex.Panel.ImportAsync("public-stage-bucket");
        var finding = alex.Post("campus-photos");
        await finding.Act("finding.remediate").DblClickAsync();
        await Expect(alex.Modal.At).ToContainTextAsync("What will run");
        await sandbox.SubmitTwiceAsync(Somebody.Alex, (await alex.Modal.At.GetAttributeAsync("data-view-id"))!);

        await Expect(finding.Headline).ToContainTextAsync("✅ Resolved");
        Assert.Equal(["Success"], await sandbox.AutomationsAsync());
        var thread = await finding.OpenThreadAsync();
        await Expect(thread.Replies.Filter(new() { HasText = "remediates with" })).ToHaveCountAsync(1);
        await Expect(thread.Replies.Filter(new() { HasText = "Security Hub confirms it" })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_rate_limit_of_Slack_delays_and_loses_nothing()
    {
        string[] scenarios = ["public-stage-bucket", "open-rdp", "unencrypted-stage-bucket"];
        await using var sandbox = await Sandbox.StartAsync();
        await using var alex = await Window.OpenAsync(chromium, sandbox, Somebody.Alex);
        await alex.Panel.PressAsync("ratelimit");
        var clock = Stopwatch.StartNew();
        foreach (var scenario in scenarios) await alex.Panel.ImportAsync(scenario);

        await Expect(alex.Findings).ToHaveCountAsync(3);
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(10), $"The limit of 15 s did not hold: {clock.Elapsed}.");
        foreach (var resource in (string[])["campus-photos", "build-windows", "stage-uploads"])
            await Expect(alex.Messages.Filter(new() { HasText = resource })).ToHaveCountAsync(1);
    }
}

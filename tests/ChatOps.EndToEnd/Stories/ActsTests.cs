using System.Globalization;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed class ActsTests(Chromium chromium)
{
    [Fact]
    public async Task Acknowledge_assign_suppress_and_reopen_change_the_first_line_and_Security_Hub()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var alex = await Window.OpenAsync(chromium, sandbox, Somebody.Alex);
        await alex.Panel.ImportAsync("public-stage-bucket");
        var finding = alex.Post("campus-photos");

        await finding.Act("finding.acknowledge").ClickAsync();
        await Expect(finding.Headline).ToContainTextAsync("👀 Acknowledged by @alex");
        await Expect(finding.Act("finding.acknowledge")).ToHaveCountAsync(0);
        await sandbox.HubHasAsync("campus-photos", "NOTIFIED", "Acknowledged in Slack by alex");

        await finding.Act("finding.assign").ClickAsync();
        await alex.Modal.ChooseAsync("Assignee", "Park Jiyeon");
        await alex.Modal.SubmitAsync();
        await Expect(finding.Headline).ToContainTextAsync("👤 Assigned to @jiyeon");
        await sandbox.HubHasAsync("campus-photos", "NOTIFIED", "Assigned to jiyeon in Slack by alex");

        await finding.MoreAsync("Suppress…");
        await alex.Modal.Submit.ClickAsync();
        await Expect(alex.Modal.At.GetByTestId("field-error")).ToHaveCountAsync(1);
        await alex.Modal.Field("Reason").FillAsync("Legacy import");
        await alex.Modal.ChooseAsync("For", "Until a date…");
        var day = DateTime.UtcNow.AddDays(20);
        await alex.Modal.Field("Until").FillAsync(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await alex.Modal.SubmitAsync();
        await Expect(finding.Headline).ToContainTextAsync("⚪ Suppressed until");
        await Expect(finding.Headline).ToContainTextAsync("risk accepted by @alex: “Legacy import”");
        await sandbox.HubHasAsync("campus-photos", "SUPPRESSED", "Legacy import");

        await finding.Act("finding.reopen").ClickAsync();
        await Expect(finding.Headline).ToContainTextAsync("HIGH");
        await Expect(finding.Headline).Not.ToContainTextAsync("Suppressed");
        await Expect(finding.Act("finding.acknowledge")).ToBeVisibleAsync();
        await sandbox.HubHasAsync("campus-photos", "NEW", "alex");

        var thread = await finding.OpenThreadAsync();
        await Expect(thread.Replies).ToContainTextAsync(
            ["@alex acknowledged it", "@alex assigned it to @jiyeon", "@alex suppressed it until", "@alex reopened it"]);
        await Expect(alex.Messages.Filter(new() { HasText = "campus-photos" })).ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData("finding.acknowledge")]
    [InlineData("finding.remediate")]
    public async Task A_viewer_is_told_which_role_they_need(string act)
    {
        await using var sandbox = await Sandbox.StartAsync("ko");
        await using var sora = await Window.OpenAsync(chromium, sandbox, Somebody.Sora);
        await sora.Panel.ImportAsync("public-stage-bucket");
        var finding = sora.Post("campus-photos");
        await finding.Act(act).ClickAsync();

        await Expect(sora.OnlyToMe).ToContainTextAsync("이 작업에는 운영자 역할이 필요합니다");
        await Expect(sora.OnlyToMe).ToContainTextAsync("@jiyeon");
        await Expect(finding.Headline).ToContainTextAsync("높음");
        Assert.Equal("NEW", (await sandbox.FindingAsync("campus-photos")).Workflow);
    }
}

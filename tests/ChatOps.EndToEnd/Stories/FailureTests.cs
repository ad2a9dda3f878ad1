using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed class FailureTests(Chromium chromium)
{
    [Fact]
    public async Task A_failed_automation_names_its_step_and_retry_ends_green()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var alex = await Window.OpenAsync(chromium, sandbox, Somebody.Alex);
        await alex.Panel.ImportAsync("public-stage-bucket");
        await alex.Panel.PressAsync("fail");
        var finding = alex.Post("campus-photos");
        await finding.Act("finding.remediate").ClickAsync();
        await alex.Modal.SubmitAsync();

        await Expect(finding.Headline).ToContainTextAsync("❌ Remediation failed");
        var thread = await finding.OpenThreadAsync();
        var failure = thread.Replies.Filter(new() { HasText = "failed at PutBucketPublicAccessBlock" });
        await Expect(failure).ToContainTextAsync("AccessDenied");
        await Expect(failure).ToContainTextAsync("is not authorized to perform: s3:PutBucketPublicAccessBlock");
        Assert.False(await sandbox.BlocksPublicAccessAsync("444455556666", "campus-photos"));
        Assert.Equal("FAILED", (await sandbox.FindingAsync("campus-photos")).Compliance);

        await failure.Locator("[data-action-id='finding.remediate']").ClickAsync();
        await alex.Modal.SubmitAsync();
        await Expect(finding.Headline).ToContainTextAsync("✅ Resolved");
        Assert.Equal(["Success", "Failed"], await sandbox.AutomationsAsync());
        Assert.True(await sandbox.BlocksPublicAccessAsync("444455556666", "campus-photos"));
    }
}

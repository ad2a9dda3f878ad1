using System.Diagnostics;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed class RemediationTests(Chromium chromium)
{
    private const string Stage = "444455556666";
    private const string Document = "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock";

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task A_finding_arrives_is_remediated_and_turns_green_within_half_a_minute(string language)
    {
        var words = Words.Of(language);
        var who = language == "ko" ? Somebody.Jiyeon : Somebody.Alex;
        await using var sandbox = await Sandbox.StartAsync(language);
        await using var window = await Window.OpenAsync(chromium, sandbox, who);
        var clock = Stopwatch.StartNew();

        await window.Panel.ImportAsync("public-stage-bucket");
        var finding = window.Post("campus-photos");
        await Expect(finding.Headline).ToContainTextAsync("S3.8");
        Assert.False(await sandbox.BlocksPublicAccessAsync(Stage, "campus-photos"));

        await finding.Act("finding.remediate").ClickAsync();
        foreach (var part in (string[])[
            "campus-photos", "4444", "stage", "ap-northeast-2", Document, "BucketName = campus-photos", .. words.Plan
        ])
            await Expect(window.Modal.At).ToContainTextAsync(part);
        await Screenshots.TakeAsync(window, "remediate.png", language == "en", panel: true);
        await window.Modal.SubmitAsync();

        var thread = await finding.OpenThreadAsync();
        await Expect(finding.Headline).ToContainTextAsync(words.Checking);
        await Expect(finding.Headline).ToContainTextAsync($"✅ {words.Resolved}");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"It took {clock.Elapsed}.");
        Assert.Equal("PASSED", (await sandbox.FindingAsync("campus-photos")).Compliance);
        Assert.True(await sandbox.BlocksPublicAccessAsync(Stage, "campus-photos"));
        await Expect(thread.Replies).ToContainTextAsync(
            [words.Requested, words.Runs, "PutBucketPublicAccessBlock", "GetBucketPublicAccessBlock", words.Succeeded, words.Confirmed]);
        await Expect(thread.Replies.Filter(new() { HasText = words.Step })).ToHaveCountAsync(2);
        await Expect(finding.Act("finding.remediate")).ToHaveCountAsync(0);
        await sandbox.HubHasAsync("campus-photos", "RESOLVED", Document);
        await Screenshots.TakeAsync(window, "finding.png", language == "en", panel: true);
    }
}

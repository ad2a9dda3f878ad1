using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed class UndoTests(Chromium chromium)
{
    private const string Stage = "444455556666";

    [Theory]
    [InlineData("en", "can be undone until", "Undo", "Remediation undone", "as it was before the remediation")]
    [InlineData("ko", "되돌릴 수 있음", "되돌리기", "조치를 되돌림", "조치 전과 같습니다")]
    public async Task A_remediation_is_undone_and_the_bucket_is_as_it_was(
        string language, string offered, string submit, string undone, string told)
    {
        var who = language == "ko" ? Somebody.Jiyeon : Somebody.Alex;
        await using var sandbox = await Sandbox.StartAsync(language);
        await using var window = await Window.OpenAsync(chromium, sandbox, who);
        await window.Panel.ImportAsync("public-stage-bucket");
        var finding = window.Post("campus-photos");
        await finding.Act("finding.remediate").ClickAsync();
        await window.Modal.SubmitAsync();
        await Expect(finding.Headline).ToContainTextAsync(offered);
        Assert.True(await sandbox.BlocksPublicAccessAsync(Stage, "campus-photos"));

        await finding.Act("finding.undo").ClickAsync();
        await Expect(window.Modal.Submit).ToHaveTextAsync(submit);
        await Expect(window.Modal.At).ToContainTextAsync("BlockPublicAcls");
        await window.Modal.SubmitAsync();

        await Expect(finding.Headline).ToContainTextAsync(undone);
        Assert.False(await sandbox.BlocksPublicAccessAsync(Stage, "campus-photos"));
        await Expect(finding.Act("finding.undo")).ToHaveCountAsync(0);
        var thread = await finding.OpenThreadAsync();
        await Expect(thread.Replies.Filter(new() { HasText = told })).ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData("en", "Remediation waits", "Remediation stopped")]
    [InlineData("ko", "조치 대기 중", "조치 중지됨")]
    public async Task What_waits_for_a_free_place_is_shown_and_stopped(string language, string waits, string stopped)
    {
        var who = language == "ko" ? Somebody.Jiyeon : Somebody.Alex;
        await using var sandbox = await Sandbox.StartAsync(language);
        await sandbox.LimitAutomationsAsync(0);
        await using var window = await Window.OpenAsync(chromium, sandbox, who);
        await window.Panel.ImportAsync("public-stage-bucket");
        var finding = window.Post("campus-photos");
        await finding.Act("finding.remediate").ClickAsync();
        await window.Modal.SubmitAsync();
        await Expect(finding.Headline).ToContainTextAsync(waits);
        await Expect(finding.Act("finding.remediate")).ToHaveCountAsync(0);

        await finding.Act("finding.stop").ClickAsync();

        await Expect(finding.Headline).ToContainTextAsync(stopped);
        await Expect(finding.Act("finding.remediate")).ToHaveCountAsync(1);
        await Expect(finding.Act("finding.stop")).ToHaveCountAsync(0);
        Assert.Empty(await sandbox.AutomationsAsync());
    }
}

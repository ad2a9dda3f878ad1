using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed class ApprovalTests(Chromium chromium)
{
    [Fact]
    public async Task Production_is_remediated_once_another_person_has_approved()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var jiyeon = await Window.OpenAsync(chromium, sandbox, Somebody.Jiyeon);
        await jiyeon.Panel.ImportAsync("public-bucket");
        var finding = jiyeon.Post("payroll-exports");

        await finding.Act("finding.remediate").ClickAsync();
        await Expect(jiyeon.Modal.At).ToContainTextAsync("운영 환경이므로 다른 사람의 승인이 필요합니다.");
        await jiyeon.Modal.Submit.ClickAsync();
        await Expect(jiyeon.Modal.At.GetByTestId("field-error")).ToHaveCountAsync(1);
        await jiyeon.Modal.Field("reason").FillAsync("급여 자료 공개 차단");
        await jiyeon.Modal.Submit.ClickAsync();
        await Expect(jiyeon.Modal.At).ToContainTextAsync("승인을 요청했습니다");
        await jiyeon.Modal.CloseAsync();
        await Expect(finding.Headline).ToContainTextAsync("⏳ Waiting for approval");

        await jiyeon.GoToAsync("approvals");
        var asked = jiyeon.Post("payroll-exports");
        await Expect(asked.At).ToContainTextAsync("급여 자료 공개 차단");
        await asked.Act("remediation.approve").ClickAsync();
        await Expect(jiyeon.OnlyToMe).ToContainTextAsync("승인자 역할이 필요합니다. 이 역할이 있는 사람: @alex");
        Assert.Empty(await sandbox.AutomationsAsync());

        await using var alex = await Window.OpenAsync(chromium, sandbox, Somebody.Alex, "approvals");
        var request = alex.Post("payroll-exports");
        await Expect(request.At).ToContainTextAsync("Public access block: off → on");
        await request.Act("remediation.approve").ClickAsync();
        await Expect(request.Headline).ToContainTextAsync("✅ Resolved, approved by @alex");
        await Expect(request.Act("remediation.approve")).ToHaveCountAsync(0);

        await jiyeon.GoToAsync("security");
        await Expect(finding.Headline).ToContainTextAsync("✅ Resolved");
        await Expect(finding.Headline).ToContainTextAsync("fixed by @jiyeon");
        var thread = await finding.OpenThreadAsync();
        await Expect(thread.Replies).ToContainTextAsync(
            ["@jiyeon asks for approval in #approvals", "@alex approved", "runs: execution", "Security Hub confirms it: fixed by @jiyeon"]);
        Assert.True(await sandbox.BlocksPublicAccessAsync("111122223333", "payroll-exports"));
        await sandbox.HubHasAsync("payroll-exports", "RESOLVED", "Remediated by ChatOps");
    }

    [Fact]
    public async Task Nobody_approves_their_own_request()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var alex = await Window.OpenAsync(chromium, sandbox, Somebody.Alex);
        await alex.Panel.ImportAsync("public-bucket");
        await alex.Post("payroll-exports").Act("finding.remediate").ClickAsync();
        await alex.Modal.Field("reason").FillAsync("It is public");
        await alex.Modal.Submit.ClickAsync();
        await Expect(alex.Modal.At).ToContainTextAsync("Approval is requested");
        await alex.Modal.CloseAsync();

        await alex.GoToAsync("approvals");
        await alex.Post("payroll-exports").Act("remediation.approve").ClickAsync();
        await Expect(alex.OnlyToMe).ToContainTextAsync("You cannot approve or deny your own request. Ask another approver.");
        await Expect(alex.Post("payroll-exports").Headline).ToContainTextAsync("Approval needed");
        Assert.Empty(await sandbox.AutomationsAsync());
    }
}

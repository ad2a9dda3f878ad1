using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed class ReportTests(Chromium chromium)
{
    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task The_morning_report_comes_at_nine_to_Slack_and_by_mail_and_once(string language)
    {
        var korean = language == "ko";
        await using var sandbox = await Sandbox.StartAsync(language);
        await using var window = await Window.OpenAsync(chromium, sandbox, korean ? Somebody.Jiyeon : Somebody.Alex);
        await window.Panel.ImportAsync("public-stage-bucket");
        var finding = window.Post("campus-photos");
        await finding.Act("finding.remediate").ClickAsync();
        await window.Modal.SubmitAsync();
        // Green comes with Security Hub's word, whose fix it was a moment later: the report tells of both.
        await Expect(finding.Headline).ToContainTextAsync(korean ? "님이 조치" : "fixed by");
        await window.Panel.ImportAsync("public-bucket");
        await Expect(window.Post("payroll-exports").At).ToBeVisibleAsync();

        // Nine o'clock comes.
        await window.GoToAsync("reports");
        await window.Page.GetByTestId("panel-jump-to").SelectOptionAsync("nine");
        await window.Page.GetByTestId("panel-jump").ClickAsync();
        var report = new Post(window.Messages.First, window.Thread);
        await Expect(report.Headline).ToContainTextAsync(korean ? "일일 보고" : "Daily report");
        await Expect(report.Headline).ToContainTextAsync(korean ? "새 높음 취약점" : "new high finding");
        await SeenAsync(report.At.Locator("img.picture"));

        var thread = await report.OpenThreadAsync();
        await Expect(thread.Replies).ToContainTextAsync(
            korean ? ["보안 취약점", "알림", "성능", "Grafana"] : ["Security findings", "Alerts", "Performance", "Grafana"]);
        await Expect(thread.Replies.First).ToContainTextAsync(korean ? "건 조치" : "fixed 1");
        // The golden signals of every service that the policy names, from Prometheus.
        var signals = thread.Replies.Filter(new() { HasText = korean ? "포화도" : "Saturation" });
        await Expect(signals.Locator("tbody tr")).ToContainTextAsync(["checkout", "search", "portal"]);
        await Expect(signals).ToContainTextAsync("req/s");
        await SeenAsync(thread.Replies.Last.Locator("img.picture").First);
        await Screenshots.TakeAsync(window, $"report-{language}.png");

        await Screenshots.TakeOnPhoneAsync(
            chromium, sandbox, korean ? Somebody.Jiyeon : Somebody.Alex, "reports", "report-phone-en.png", !korean);

        // The same by mail, whole and readable on its own.
        await Expect(window.Page.GetByTestId("mails").Locator("button")).ToHaveCountAsync(1);
        await window.Page.GetByTestId("mails").Locator("button").First.ClickAsync();
        var mail = window.Page.FrameLocator("[data-testid=mail-html]");
        await Expect(mail.Locator("h1")).ToContainTextAsync(korean ? "일일 보고" : "Daily report");
        await SeenAsync(mail.Locator("img").First);
        await Screenshots.TakeAsync(window, $"report-mail-{language}.png", height: 1000);
        await window.Page.GetByTestId("mail-tab-plain").ClickAsync();
        await Expect(window.Page.GetByTestId("mail-plain")).ToContainTextAsync(korean ? "== 보안 취약점 ==" : "== Security findings ==");
        await window.Page.GetByTestId("mail-close").ClickAsync();

        // Once: neither another hour nor the button makes it again.
        await window.Page.GetByTestId("panel-jump-to").SelectOptionAsync("hour");
        await window.Page.GetByTestId("panel-jump").ClickAsync();
        await window.Page.GetByTestId("panel-report").ClickAsync();
        await Expect(window.Page.GetByTestId("panel-status")).ToContainTextAsync(korean ? "이미 만들었습니다" : "made already");
        await Expect(window.Messages).ToHaveCountAsync(1);
        Assert.Equal(["team@example.com", "lead@example.com"], Assert.Single(sandbox.Mails).Recipients);
    }

    [Fact]
    public async Task A_preview_is_for_the_eyes_of_the_asker()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var sora = await Window.OpenAsync(chromium, sandbox, Somebody.Sora, "reports");
        await sora.Page.GetByTestId("composer").FillAsync("/report preview");
        await sora.Page.Keyboard.PressAsync("Enter");
        await Expect(sora.OnlyToMe).ToContainTextAsync("본인에게만 보입니다");
        await Expect(sora.OnlyToMe).ToContainTextAsync("보안 취약점");
        Assert.Empty(sandbox.Mails);
    }

    /// <summary>The picture is there, not only its place.</summary>
    private static async Task SeenAsync(ILocator image)
    {
        await Expect(image).ToBeVisibleAsync();
        await image.ScrollIntoViewIfNeededAsync();
        await Expect(image).ToHaveJSPropertyAsync("complete", true);
        Assert.True(await image.EvaluateAsync<int>("image => image.naturalWidth") > 400);
    }
}

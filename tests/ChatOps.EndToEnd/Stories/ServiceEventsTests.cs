using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

/// <summary>What services tell by themselves: AWS Health, and a finding that Security Hub imports afterwards.</summary>
[Collection(nameof(StoryTests))]
public sealed class ServiceEventsTests(Chromium chromium)
{
    [Theory]
    [InlineData("en", "ISSUE", "Acknowledged", "Closed", "AWS closed it", "acknowledged it")]
    [InlineData("ko", "장애", "확인됨", "종료됨", "AWS가 이벤트를 종료했습니다", "님이 확인했습니다")]
    public async Task An_issue_of_AWS_is_told_once_acknowledged_and_turns_green(
        string language, string issue, string acknowledged, string closed, string closedReply, string acknowledgedReply)
    {
        await using var sandbox = await Sandbox.StartAsync(language);
        await using var window = await Window.OpenAsync(chromium, sandbox, language == "ko" ? Somebody.Jiyeon : Somebody.Alex, "alerts");
        await window.ServiceAsync("health-issue");
        var health = window.Post("Operational issue");
        await Expect(health.Headline).ToContainTextAsync(issue);
        await sandbox.EventsDeliveredAsync();

        await health.Act("health.acknowledge").ClickAsync();
        await Expect(health.Headline).ToContainTextAsync(acknowledged);
        await Expect(health.Act("health.acknowledge")).ToHaveCountAsync(0);
        await health.Act("health.details").ClickAsync();
        await Expect(window.Modal.At).ToContainTextAsync("Existing instances are not affected.");
        await Screenshots.TakeAsync(window, $"health-details.{language}.png");
        await window.Modal.CloseAsync();

        await window.ServiceAsync("health-close");
        await Expect(health.Headline).ToContainTextAsync(closed);
        var thread = await health.OpenThreadAsync();
        await Expect(thread.Replies).ToContainTextAsync([acknowledgedReply, closedReply]);
        await Expect(window.Messages.Filter(new() { HasText = "Operational issue" })).ToHaveCountAsync(1);
        await Screenshots.TakeAsync(window, $"health.{language}.png");
    }

    [Theory]
    [InlineData("en", "kept in ChatOps only", "Acknowledged", "Security Hub has it now")]
    [InlineData("ko", "ChatOps에만 보관됩니다", "확인됨", "이제 Security Hub에도 있습니다")]
    public async Task A_finding_of_GuardDuty_that_Security_Hub_then_imports_is_one_message(
        string language, string onlyHere, string acknowledged, string imported)
    {
        await using var sandbox = await Sandbox.StartAsync(language);
        await using var window = await Window.OpenAsync(chromium, sandbox, language == "ko" ? Somebody.Jiyeon : Somebody.Alex);
        await window.ServiceAsync("guardduty");
        var finding = window.Post("SSH brute force");
        await finding.Act("finding.acknowledge").ClickAsync();
        await Expect(finding.Headline).ToContainTextAsync(acknowledged);
        await Expect(finding.At).ToContainTextAsync(onlyHere);
        await Screenshots.TakeAsync(window, $"native-finding.{language}.png");

        await window.ServiceAsync("hub-imports");

        await Expect(finding.At).Not.ToContainTextAsync(onlyHere);
        await Expect(finding.Headline).ToContainTextAsync(acknowledged);
        var thread = await finding.OpenThreadAsync();
        await Expect(thread.Replies.Filter(new() { HasText = imported })).ToHaveCountAsync(1);
        await Expect(window.Messages.Filter(new() { HasText = "SSH brute force" })).ToHaveCountAsync(1);
        await sandbox.HubHasThreatAsync("NOTIFIED", "Decided in Slack before Security Hub had the finding");
    }

    [Fact]
    public async Task A_bucket_that_a_Config_rule_finds_is_remediated_and_green_when_the_rule_says_so()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var alex = await Window.OpenAsync(chromium, sandbox, Somebody.Alex);
        await alex.ServiceAsync("config");
        var finding = alex.Post("s3-bucket-level-public-access-prohibited");
        await finding.Act("finding.remediate").ClickAsync();
        await Expect(alex.Modal.At).ToContainTextAsync("Public access block: off → on");
        await alex.Modal.SubmitAsync();
        await Expect(finding.Headline).ToContainTextAsync("is right since");

        await alex.ServiceAsync("config-compliant");

        await Expect(finding.Headline).ToContainTextAsync("Resolved");
        await Expect(finding.Headline).ToContainTextAsync("fixed by");
    }

    [Fact]
    public async Task All_findings_of_a_group_are_acknowledged_at_once()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var alex = await Window.OpenAsync(chromium, sandbox, Somebody.Alex);
        await sandbox.StormAsync(120);
        await sandbox.EventsDeliveredAsync();
        var group = new Post(
            alex.Messages.Filter(new() { Has = alex.Page.Locator("[data-action-id='finding.acknowledge_all']") }).First, alex.Thread);
        await Expect(group.At).ToContainTextAsync("Accounts");
        await Expect(group.At).ToContainTextAsync("Owners");
        await Screenshots.TakeAsync(alex, "group.png");
        var headline = await group.Headline.InnerTextAsync();
        var incoming = new Post(alex.Messages.Filter(new() { HasText = headline.Split('\n')[0] }).First, alex.Thread);

        await group.Act("finding.acknowledge_all").ClickAsync();
        await alex.Page.GetByTestId("confirm-yes").ClickAsync();

        await Expect(incoming.Act("finding.acknowledge_all")).ToHaveCountAsync(0);
        var thread = await incoming.OpenThreadAsync();
        await Expect(thread.Replies.Filter(new() { HasText = "acknowledged" })).Not.ToHaveCountAsync(0);
    }
}

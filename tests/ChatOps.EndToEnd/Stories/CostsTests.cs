using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed class CostsTests(Chromium chromium)
{
    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task A_budget_is_forecast_to_overrun_is_drilled_into_acknowledged_and_the_digest_tells_of_it(string language)
    {
        var words = CostText.Of(language);
        var who = language == "ko" ? Somebody.Jiyeon : Somebody.Alex;
        await using var sandbox = await Sandbox.StartAsync(language);
        await using var window = await Window.OpenAsync(chromium, sandbox, who, "costs");

        await window.Panel.PressAsync("overrun");
        var budget = window.Post(words.WillBeExceeded);
        await Expect(budget.Headline).ToContainTextAsync(words.Percent);
        await Expect(budget.At).ToContainTextAsync("EC2 +$");
        await Expect(budget.At.Locator("img").First).ToBeVisibleAsync();
        await Screenshots.TakeAsync(window, "budget.png", language == "en");

        await budget.Act("budget.drill").ClickAsync();
        await Expect(window.Modal.At).ToContainTextAsync(words.Against);
        await Expect(window.Modal.At).ToContainTextAsync("RDS");
        await Screenshots.TakeAsync(window, "budget-drill-down.png", language == "en");
        await window.Modal.ChooseAsync("budget.drill", words.ByTag);
        await Expect(window.Modal.At).ToContainTextAsync("DEVELOPER");
        await Expect(window.Modal.At).ToContainTextAsync(words.Untagged);
        await window.Modal.CloseAsync();

        await budget.Act("budget.acknowledge").ClickAsync();
        await Expect(budget.Headline).ToContainTextAsync(words.Acknowledged);
        await Expect(budget.Act("budget.acknowledge")).ToHaveCountAsync(0);
        await budget.Act("budget.snooze").ClickAsync();
        await Expect(budget.Headline).ToContainTextAsync(words.Snoozed);

        await window.Page.GetByTestId("composer").FillAsync("/cost month");
        await window.Page.GetByTestId("composer").PressAsync("Enter");
        await Expect(window.OnlyToMe).ToContainTextAsync(words.Month);
        await Expect(window.OnlyToMe.Locator("img").First).ToBeVisibleAsync();

        sandbox.RunJob("cost-digest-daily");
        var digest = window.Post(words.Digest);
        await Expect(digest.At).ToContainTextAsync(words.Missing);
        await Expect(digest.At).ToContainTextAsync("prod");
        await Expect(digest.At.Locator("img").First).ToBeVisibleAsync();
        await Screenshots.TakeAsync(window, "cost-digest.png", language == "en", height: 900);
        sandbox.RunJob("cost-digest-daily");

        await window.Panel.PressAsync("anomaly");
        var anomaly = window.Post(words.Anomaly);
        await Expect(anomaly.At).ToContainTextAsync("+$1,001");
        await Expect(anomaly.At).ToContainTextAsync("BoxUsage:p4d.24xlarge");
        await anomaly.Act("anomaly.acknowledge").ClickAsync();
        await Expect(anomaly.Headline).ToContainTextAsync(words.Acknowledged);
        // By now the second run of the digest is over, and added nothing.
        await Expect(digest.At).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Whoever_is_no_operator_reads_but_does_not_acknowledge()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var window = await Window.OpenAsync(chromium, sandbox, Somebody.Sora, "costs");

        await window.Panel.PressAsync("overrun");
        var budget = window.Post("will be exceeded");
        await budget.Act("budget.acknowledge").ClickAsync();

        await Expect(window.OnlyToMe).ToContainTextAsync("운영자");
        await Expect(budget.Act("budget.acknowledge")).ToHaveCountAsync(1);
    }

    /// <summary>What people read about costs.</summary>
    private sealed record CostText(
        string WillBeExceeded, string Percent, string Against, string ByTag, string Untagged, string Acknowledged, string Snoozed,
        string Month, string Digest, string Missing, string Anomaly)
    {
        public static CostText Of(string language) => language == "ko"
            ? new("초과 예상", "127%", "직전 기간", "태그 Owner", "(태그 없음)", "확인", "알림 보류", "지난달 같은 기간 대비", "지난주 같은 요일 대비",
                "태그 Owner 없음", "비용 이상: EC2")
            : new(
                "will be exceeded", "127 %", "period before", "Tag Owner", "(no such tag)", "Acknowledged by", "Snoozed until",
                "same days of last month", "against the same weekday", "Without the tag Owner", "Cost anomaly in EC2");
    }
}

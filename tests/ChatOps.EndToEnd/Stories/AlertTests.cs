using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed class AlertTests(Chromium chromium)
{
    [Theory]
    [InlineData("en", "firing", "for 1 hour", "Silenced until", "Resolved", "Silenced by")]
    [InlineData("ko", "발생 중", "1시간", "까지 무음", "해결됨", "무음으로 설정했습니다")]
    public async Task An_alert_fires_is_silenced_and_resolves(
        string language, string firing, string hour, string silenced, string resolved, string text)
    {
        var who = language == "ko" ? Somebody.Jiyeon : Somebody.Alex;
        await using var sandbox = await Sandbox.StartAsync(language);
        await using var window = await Window.OpenAsync(chromium, sandbox, who, "alerts");

        await window.Panel.PressAsync("fire");
        var alert = window.Post("HighErrorRate");
        await Expect(alert.Headline).ToContainTextAsync("HighErrorRate");
        await Expect(alert.At).ToContainTextAsync(firing);
        await Expect(alert.At).ToContainTextAsync("Checkout answers 5xx");
        // The graph comes by itself, drawn from the workspace's values.
        await Expect(alert.At.Locator("img[src*='files']").First).ToBeVisibleAsync();
        await Screenshots.TakeAsync(window, "alert.png", language == "en", height: 880);

        await Screenshots.TakeOnPhoneAsync(chromium, sandbox, who, "alerts", "alert-phone-ko.png", language == "ko");

        await alert.Act("alert.silence").ClickAsync();
        await window.Page.GetByRole(AriaRole.Option, new() { Name = hour, Exact = true }).ClickAsync();
        // Every choice shows what is silenced before it is.
        await Expect(window.Modal.At).ToContainTextAsync("HighErrorRate");
        await window.Modal.SubmitAsync();
        await Expect(alert.Headline).ToContainTextAsync(silenced);
        var thread = await alert.OpenThreadAsync();
        await Expect(thread.Replies.First).ToContainTextAsync(text);
        await Screenshots.TakeAsync(window, "alert-silenced.png", language == "en");

        // Alertmanager tells nothing of what it silences: the bot finds out that it is over.
        await window.Panel.PressAsync("resolve");
        await Expect(alert.Headline).ToContainTextAsync($"✅ {resolved}");
        await Expect(alert.Act("alert.silence")).ToHaveCountAsync(0);
        await Screenshots.TakeAsync(window, "alert-resolved.png", language == "en");
    }
}

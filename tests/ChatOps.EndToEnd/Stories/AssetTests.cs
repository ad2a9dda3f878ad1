using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed class AssetTests(Chromium chromium)
{
    [Theory]
    [InlineData("en", "assets match", "Open", "Account", "1 open finding", "Nothing matches", "Did you mean")]
    [InlineData("ko", "자산", "열기", "계정", "미해결 취약점 1건", "일치하는 것이 없습니다", "혹시 다음 자산을")]
    public async Task An_asset_is_found_and_opened(
        string language, string head, string open, string account, string findings, string nothing, string near)
    {
        await using var sandbox = await Sandbox.StartAsync(language);
        await using var window = await Window.OpenAsync(
            chromium, sandbox, language == "ko" ? Somebody.Jiyeon : Somebody.Alex, channel: "assets");
        await window.Panel.ImportAsync("public-bucket");
        await sandbox.SyncAssetsAsync();

        await window.CommandAsync("/asset find payroll type:s3 account:prod");
        await Expect(window.OnlyToMe).ToContainTextAsync(head);
        await Expect(window.OnlyToMe).ToContainTextAsync("payroll-exports");
        await Screenshots.TakeAsync(window, "asset-find.png", language == "en");

        await window.OnlyToMe.Locator("[data-action-id='asset.open']").First.ClickAsync();
        await Expect(window.Modal.At).ToContainTextAsync("payroll-exports");
        await Expect(window.Modal.At).ToContainTextAsync(account);
        await Expect(window.Modal.At).ToContainTextAsync("arn:aws:s3:::payroll-exports");
        await Expect(window.Modal.At).ToContainTextAsync(findings);
        await Screenshots.TakeAsync(window, "asset-open-ko.png", language == "ko");
        await window.Modal.CloseAsync();

        await window.CommandAsync("/asset payrol-exprots");
        await Expect(window.OnlyToMe).ToContainTextAsync(nothing);
        await Expect(window.OnlyToMe).ToContainTextAsync(near);
        await Expect(window.OnlyToMe.Locator("[data-action-id='asset.open']").First).ToContainTextAsync(open);
    }
}

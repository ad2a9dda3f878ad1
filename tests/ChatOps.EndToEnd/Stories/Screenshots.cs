using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

/// <summary>Takes the pictures of README and docs while the stories run, when <c>SCREENSHOTS=1</c> is set.</summary>
internal static class Screenshots
{
    /// <summary>As wide as a README shows it without making the words small.</summary>
    private const int Width = 1280;
    private const int Height = 800;

    private static bool Taken => Environment.GetEnvironmentVariable("SCREENSHOTS") == "1";

    /// <param name="window">What is seen.</param>
    /// <param name="file">The picture, in <c>docs/screenshots</c>.</param>
    /// <param name="requested">Whether this run of the story takes it.</param>
    /// <param name="panel">With the sandbox's own panel; without it is what Slack would show.</param>
    /// <param name="height">The window's height.</param>
    public static async Task TakeAsync(Window window, string file, bool requested = true, bool panel = false, int height = Height)
    {
        if (!requested || !Taken) return;
        var before = window.Page.ViewportSize!;
        var phone = before.Width < Width / 2;
        if (!phone) await window.Page.SetViewportSizeAsync(Width, height);
        if (!panel) await SwitchPanelAsync(window.Page, off: true);
        await ShootAsync(window.Page, file);
        if (!panel) await SwitchPanelAsync(window.Page, off: false);
        if (!phone) await window.Page.SetViewportSizeAsync(before.Width, before.Height);
    }

    /// <summary>The same channel on somebody's phone, once it shows what was waited for.</summary>
    public static async Task TakeOnPhoneAsync(
        Chromium chromium, Sandbox sandbox, Somebody who, string channel, string file, bool requested = true,
        Func<Window, Task>? before = null)
    {
        if (!requested || !Taken) return;
        await using var phone = await Window.OpenAsync(chromium, sandbox, who, channel, phone: true);
        await Expect(phone.Messages.First).ToBeVisibleAsync();
        if (before is not null) await before(phone);
        await ShootAsync(phone.Page, file);
    }

    private static async Task ShootAsync(IPage page, string file)
    {
        // No hover, no half-loaded picture.
        await page.Mouse.MoveAsync(1, 1);
        await page.EvaluateAsync(
            "Promise.all([document.fonts.ready, ...[...document.images].map(image => image.decode().catch(() => {}))])");
        await page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Repository.At("docs", "screenshots", file),
            Animations = ScreenshotAnimations.Disabled,
            Caret = ScreenshotCaret.Hide,
        });
    }

    private static async Task SwitchPanelAsync(IPage page, bool off) =>
        await page.EvaluateAsync("off => document.getElementById('app').classList.toggle('panel-off', off)", off);
}

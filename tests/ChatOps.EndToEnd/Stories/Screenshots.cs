using Microsoft.Playwright;

namespace ChatOps.EndToEnd.Stories;

/// <summary>Takes the README's pictures while the stories run, when <c>SCREENSHOTS=1</c> is set.</summary>
internal static class Screenshots
{
    public static async Task TakeAsync(Window window, string file, bool wanted = true)
    {
        if (!wanted || Environment.GetEnvironmentVariable("SCREENSHOTS") != "1") return;
        await window.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Repository.At("docs", "screenshots", file) });
    }
}

using Microsoft.Playwright;

namespace ChatOps.Sandbox.Tests.Page;

/// <summary>Debian's Chromium without a window, started once for a collection of tests; quiet on a closed network.</summary>
public abstract class HeadlessChromium : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHATOPS_CHROMIUM") ?? "/usr/bin/chromium",
            Args = Flags,
        });
    }

    public async Task DisposeAsync()
    {
        await _browser!.DisposeAsync();
        _playwright!.Dispose();
    }

    /// <summary>A window with its own storage.</summary>
    private protected Task<IBrowserContext> OpenAsync(BrowserNewContextOptions options) => _browser!.NewContextAsync(options);
}

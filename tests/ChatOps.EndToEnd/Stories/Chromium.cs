using Microsoft.Playwright;

namespace ChatOps.EndToEnd.Stories;

/// <summary>One headless Chromium for all stories.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
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

    /// <summary>A window with its own storage; a phone has a narrow window that is touched.</summary>
    internal Task<IBrowserContext> WindowAsync(bool phone) => _browser!.NewContextAsync(new BrowserNewContextOptions
    {
        ViewportSize = phone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1440, Height = 900 },
        HasTouch = phone,
        IsMobile = phone,
        Locale = "en-US",
        ReducedMotion = ReducedMotion.Reduce,
    });
}

/// <summary>Stories run one after another: each has a sandbox of its own, and measures how long things take.</summary>
[CollectionDefinition(nameof(StoryTests), DisableParallelization = true)]
public sealed class StoryTests : ICollectionFixture<Chromium>;

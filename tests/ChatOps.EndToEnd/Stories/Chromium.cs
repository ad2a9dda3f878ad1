using ChatOps.Sandbox.Tests.Page;
using Microsoft.Playwright;

namespace ChatOps.EndToEnd.Stories;

/// <summary>One headless Chromium for all stories.</summary>
public sealed class Chromium : HeadlessChromium
{
    /// <summary>A window with its own storage; a phone has a narrow window that is touched.</summary>
    internal Task<IBrowserContext> WindowAsync(bool phone) => OpenAsync(new BrowserNewContextOptions
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

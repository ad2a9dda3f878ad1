using Microsoft.Playwright;

namespace ChatOps.Sandbox.Tests.Page;

/// <summary>One headless Chromium for all tests of the page.</summary>
public sealed class Browser : HeadlessChromium
{
    internal Task<IBrowserContext> ContextAsync(int width, int height, ColorScheme scheme) => OpenAsync(new BrowserNewContextOptions
    {
        ViewportSize = new ViewportSize { Width = width, Height = height },
        ColorScheme = scheme,
        Locale = "en-US",
        ReducedMotion = ReducedMotion.Reduce,
    });
}

[CollectionDefinition(nameof(PageTests))]
public sealed class PageTests : ICollectionFixture<Browser>;

/// <summary>The page open in a window of its own, over a stand-in of its own. A script error fails the test that caused it.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    private OpenPage(StandIn standIn, IBrowserContext context, IPage page)
    {
        StandIn = standIn;
        _context = context;
        Page = page;
        page.PageError += (_, error) => _errors.Add(error);
        page.SetDefaultTimeout(15_000);
    }

    public StandIn StandIn { get; }

    public IPage Page { get; }

    public static async Task<OpenPage> AsAsync(
        Browser browser, string user = "U0ALEX", string channel = "security", int width = 1440, int height = 900,
        ColorScheme scheme = ColorScheme.Light, Action<StandIn>? before = null)
    {
        var standIn = await StandIn.StartAsync();
        before?.Invoke(standIn);
        var context = await browser.ContextAsync(width, height, scheme);
        var open = new OpenPage(standIn, context, await context.NewPageAsync());
        await open.Page.GotoAsync($"{standIn.Address}/?as={user}&channel={channel}");
        await open.Page.GetByTestId(channel == "home" ? "home" : "composer").WaitForAsync();
        if (standIn.Messages.Any(message => message.Key == $"C0{channel.ToUpperInvariant()}"))
        {
            await open.Page.GetByTestId("message").First.WaitForAsync();
        }
        return open;
    }

    public ILocator Test(string id) => Page.GetByTestId(id);

    public ILocator Act(string actionId) => Page.Locator($"[data-action-id='{actionId}']");

    public ILocator Message(string ts) => Page.Locator($"[data-testid=messages] [data-ts='{ts}']");

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await StandIn.DisposeAsync();
        Assert.Empty(_errors);
    }
}

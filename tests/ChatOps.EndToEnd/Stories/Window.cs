using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

/// <summary>Somebody of the sandbox's workspace, with the language that they read.</summary>
internal sealed record Somebody(string Id, string Name, string Language)
{
    public static Somebody Alex { get; } = new("U0ALEX", "alex", "en");

    public static Somebody Jiyeon { get; } = new("U0JIYEON", "jiyeon", "ko");

    public static Somebody Minho { get; } = new("U0MINHO", "minho", "ko");

    public static Somebody Sora { get; } = new("U0SORA", "sora", "ko");
}

/// <summary>The page open in somebody's own window. A script error fails the story that caused it.</summary>
internal sealed class Window : IAsyncDisposable
{
    private const int Patience = 30_000;
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    private Window(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.PageError += (_, error) => _errors.Add(error);
        page.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
    }

    public IPage Page { get; }

    public Modal Modal => new(Page.GetByTestId("modal"));

    public Panel Panel => new(Page);

    /// <summary>The channel's own messages, without replies.</summary>
    public ILocator Messages => Page.GetByTestId("messages").GetByTestId("message");

    /// <summary>Those that show one finding.</summary>
    public ILocator Findings => Messages.Filter(new() { Has = Page.Locator("[data-action-id='finding.more']") });

    public Thread Thread => new(Page.GetByTestId("thread"));

    /// <summary>What only this person is told.</summary>
    public ILocator Private => Page.Locator("[data-testid=messages] [data-ephemeral=true]");

    /// <summary>The latest of it.</summary>
    public ILocator OnlyToMe => Private.Last;

    public static async Task<Window> OpenAsync(
        Chromium chromium, Sandbox sandbox, Somebody who, string channel = "security", bool phone = false)
    {
        var context = await chromium.WindowAsync(phone);
        var window = new Window(context, await context.NewPageAsync());
        await window.Page.GotoAsync($"{sandbox.Url}/?as={who.Id}&channel={channel}");
        await window.Page.GetByTestId("composer").WaitForAsync();
        return window;
    }

    /// <summary>The message in the open channel that tells of something.</summary>
    public Post Post(string about) => new(Messages.Filter(new() { HasText = about }), Thread);

    /// <summary>Types a command and sends it. Escape puts away the words it would be completed with.</summary>
    public async Task CommandAsync(string text)
    {
        var composer = Page.GetByTestId("composer");
        await composer.FillAsync(text);
        await composer.PressAsync("Escape");
        await composer.PressAsync("Enter");
        await Expect(composer).ToHaveValueAsync("");
    }

    /// <summary>Has a service of AWS send an event of its own, by the panel's button.</summary>
    public Task ServiceAsync(string name) => Panel.PressAsync($"service-{name}");

    /// <summary>Opens another channel from the list.</summary>
    public async Task GoToAsync(string channel)
    {
        await Page.GetByTestId($"channel-{channel}").ClickAsync();
        await Expect(Page.GetByTestId($"channel-{channel}")).ToHaveAttributeAsync("aria-current", "page");
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_errors);
    }
}

/// <summary>A message of the bot.</summary>
internal sealed record Post(ILocator At, Thread Thread)
{
    /// <summary>The first line: what state it is in.</summary>
    public ILocator Headline => At.Locator(".block-section").First;

    public ILocator Act(string actionId) => At.Locator($"[data-action-id='{actionId}']");

    /// <summary>Picks from the "…" menu. A message that changes meanwhile closes its menu; it is then opened again.</summary>
    public async Task MoreAsync(string choice)
    {
        var item = At.GetByRole(AriaRole.Menuitem, new() { Name = choice });
        var picked = false;
        for (var tries = 0; !picked && tries < 3; tries++)
        {
            await Act("finding.more").ClickAsync();
            picked = await PickedAsync(item);
        }

        Assert.True(picked, $"'{choice}' could not be picked.");
    }

    public async Task<Thread> OpenThreadAsync()
    {
        await At.GetByTestId("thread-summary").ClickAsync();
        return Thread;
    }

    private static async Task<bool> PickedAsync(ILocator item)
    {
        try
        {
            await item.ClickAsync(new() { Timeout = 3000 });
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

/// <summary>The thread pane.</summary>
internal sealed record Thread(ILocator At)
{
    /// <summary>The replies, oldest first; the first message there is the parent.</summary>
    public ILocator Replies => At.Locator("[data-testid=message]:not(:first-child)");
}

/// <summary>The modal on top.</summary>
internal sealed record Modal(ILocator At)
{
    public ILocator Submit => At.GetByTestId("modal-submit");

    /// <summary>What somebody fills in: a box to type in or a choice.</summary>
    public ILocator Field(string blockId) => At.Locator($"[data-action-id][data-block-id='{blockId}']");

    /// <summary>Opens a select and picks what reads so.</summary>
    public async Task ChooseAsync(string blockId, string choice, bool exact = false)
    {
        await Field(blockId).ClickAsync();
        await At.GetByRole(AriaRole.Option, new() { Name = choice, Exact = exact }).ClickAsync();
    }

    public async Task CloseAsync()
    {
        await At.GetByTestId("modal-close").ClickAsync();
        await Expect(At).ToBeHiddenAsync();
    }

    /// <summary>Submits; the modal then closes.</summary>
    public async Task SubmitAsync()
    {
        await Submit.ClickAsync();
        await Expect(At).ToBeHiddenAsync();
    }
}

/// <summary>The AWS panel: makes things happen.</summary>
internal sealed record Panel(IPage Page)
{
    /// <summary>A scenario happens in AWS, and its finding is on the way.</summary>
    public Task ImportAsync(string scenario) => PressAsync($"import-{scenario}");

    /// <summary>Presses a button of the panel and waits for its answer.</summary>
    public Task PressAsync(string id) => Page.RunAndWaitForResponseAsync(
        () => Page.GetByTestId($"panel-{id}").ClickAsync(),
        answer => answer.Request.Method == "POST" && answer.Url.Contains("/sandbox/", StringComparison.Ordinal));
}

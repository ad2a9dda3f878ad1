using ChatOps.Sandbox.Slack;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.StaticFiles;

namespace ChatOps.Sandbox;

/// <summary>Where the sandbox listens. Port 0 takes a free one; the addresses are then read from the started host.</summary>
internal sealed record SandboxAddresses(string Bot, string Slack, string Aws)
{
    public static SandboxAddresses Default { get; } = new("http://localhost:5080", "http://localhost:5081", "http://localhost:5082");

    /// <summary>Free loopback ports, for tests.</summary>
    public static SandboxAddresses Free { get; } = new("http://127.0.0.1:0", "http://127.0.0.1:0", "http://127.0.0.1:0");

    /// <summary>Reads <c>Sandbox:BotUrl</c>, <c>Sandbox:SlackUrl</c> and <c>Sandbox:AwsUrl</c>.</summary>
    public static SandboxAddresses From(IConfiguration configuration) => new(
        configuration["Sandbox:BotUrl"] ?? Default.Bot,
        configuration["Sandbox:SlackUrl"] ?? Default.Slack,
        configuration["Sandbox:AwsUrl"] ?? Default.Aws);
}

/// <summary>The whole sandbox in one process, startable from tests: the local Slack, and the page (with the bot).</summary>
internal sealed class SandboxHost : IAsyncDisposable
{
    private readonly SandboxAddresses _wanted;
    private readonly string[] _args;
    private readonly HttpClient _toBot = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private WebApplication? _slack;
    private WebApplication? _page;

    public SandboxHost(SandboxAddresses? addresses = null, SlackWorkspace? workspace = null, string[]? args = null)
    {
        _wanted = addresses ?? SandboxAddresses.Default;
        _args = args ?? [];
        Workspace = workspace ?? new SlackWorkspace();
    }

    public SlackWorkspace Workspace { get; }

    /// <summary>The addresses in use; valid once started.</summary>
    public SandboxAddresses Addresses { get; private set; } = SandboxAddresses.Default;

    /// <summary>Starts Slack first, for the bot calls it, and then the page.</summary>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        _slack = SandboxSlack.Create(Workspace, _wanted.Slack);
        await _slack.StartAsync(cancel);
        Workspace.SlackUrl = AddressOf(_slack);

        _page = CreatePage();
        await _page.StartAsync(cancel);
        Workspace.BotUrl = AddressOf(_page);
        Addresses = new SandboxAddresses(Workspace.BotUrl, Workspace.SlackUrl, _wanted.Aws);
    }

    public Task WaitForShutdownAsync() => _page!.WaitForShutdownAsync();

    public async Task StopAsync(CancellationToken cancel = default)
    {
        foreach (var app in (WebApplication?[])[_page, _slack])
        {
            if (app is not null)
            {
                await app.StopAsync(cancel);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in (WebApplication?[])[_page, _slack])
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }
        }
        _toBot.Dispose();
    }

    /// <summary>The address an app listens on, with the port it was given.</summary>
    internal static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/');

    private WebApplication CreatePage()
    {
        var builder = WebApplication.CreateBuilder(_args);
        builder.WebHost.UseUrls(_wanted.Bot);
        var app = builder.Build();
        app.UseDefaultFiles();
        app.UseStaticFiles(new StaticFileOptions { ContentTypeProvider = new FileExtensionContentTypeProvider() });
        var delivery = new BotDelivery(Workspace, _toBot, app.Services.GetRequiredService<ILogger<BotDelivery>>());
        app.MapSandboxSlack(Workspace, delivery);
        return app;
    }
}

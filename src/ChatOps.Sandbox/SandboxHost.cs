using System.Text.Json.Nodes;
using ChatOps.Bot;
using ChatOps.Sandbox.Aws;
using ChatOps.Sandbox.Aws.Page;
using ChatOps.Sandbox.Email;
using ChatOps.Sandbox.Grafana;
using ChatOps.Sandbox.Slack;
using ChatOps.Sandbox.Time;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;

namespace ChatOps.Sandbox;

/// <summary>
/// The whole sandbox in one process, startable from tests too: the local Slack, the local AWS, and the bot with the page.
/// </summary>
internal sealed class SandboxHost : IAsyncDisposable
{
    private readonly SandboxAddresses _wanted;
    private readonly string[] _args;
    private readonly Action<WebApplicationBuilder>? _configureBot;
    private readonly HttpClient _toBot = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("chatops-sandbox-");
    private readonly Stack<WebApplication> _apps = new();

    /// <param name="addresses">Where to listen; the default ports when null.</param>
    /// <param name="workspace">The local Slack's state; the default workspace when null.</param>
    /// <param name="args">Configuration of the bot as <c>--key=value</c>; it goes before the sandbox's own.</param>
    /// <param name="configureBot">Further changes to the bot before it is built, for tests.</param>
    public SandboxHost(
        SandboxAddresses? addresses = null, SlackWorkspace? workspace = null, string[]? args = null,
        Action<WebApplicationBuilder>? configureBot = null)
    {
        _wanted = addresses ?? SandboxAddresses.Default;
        _args = args ?? [];
        _configureBot = configureBot;
        Workspace = workspace ?? new SlackWorkspace(time: Clock);
        Mails = new Mailbox(Clock);
        Mails.Arrived += mail => Workspace.Stream.Publish("mail", new JsonObject { ["id"] = mail.Id });
    }

    /// <summary>The state of the local Slack.</summary>
    public SlackWorkspace Workspace { get; }

    /// <summary>How the local AWS behaves; tests make it quicker before the start.</summary>
    public AwsSandboxOptions AwsOptions { get; } = new();

    /// <summary>The clock of the bot and of Slack, which can be moved forward.</summary>
    public SandboxClock Clock { get; } = new();

    /// <summary>The mails that were sent.</summary>
    public Mailbox Mails { get; }

    /// <summary>The mail server; valid once started.</summary>
    public MailServer Smtp { get; private set; } = null!;

    /// <summary>The stand-in for Grafana.</summary>
    public GrafanaStandIn Grafana { get; } = new();

    /// <summary>The addresses in use; valid once started.</summary>
    public SandboxAddresses Addresses { get; private set; } = SandboxAddresses.Default;

    /// <summary>The running bot's services, for tests; valid once started.</summary>
    public IServiceProvider BotServices => _apps.Peek().Services;

    /// <summary>Starts Slack and AWS first, for the bot calls them, and then the bot with the page.</summary>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        var slack = await StartAsync(SandboxSlack.Create(Workspace, _wanted.Slack), cancel);
        Workspace.SlackUrl = slack;

        var aws = CreateAws();
        var awsUrl = await StartAsync(aws, cancel);
        AwsOptions.PublicUrl = new Uri(awsUrl);

        Smtp = new MailServer(Mails, _wanted.SmtpPort);
        Smtp.Start();
        var grafana = await StartAsync(CreateGrafana(), cancel);

        var bot = await StartAsync(CreateBot(aws.Services.GetRequiredService<AwsSandbox>(), awsUrl, grafana), cancel);
        Workspace.BotUrl = bot;
        AwsOptions.BotUrl = new Uri(bot);
        Addresses = new SandboxAddresses(bot, slack, awsUrl) { Grafana = grafana, SmtpPort = Smtp.Port };
    }

    /// <summary>Returns when the process was asked to end.</summary>
    public Task WaitForShutdownAsync() => _apps.Peek().WaitForShutdownAsync();

    /// <summary>Stops the bot first, then what it calls, and forgets its database.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        if (Smtp is not null) await Smtp.DisposeAsync();
        _toBot.Dispose();
        _data.Delete(recursive: true);
    }

    /// <summary>The address an app listens on, with the port it was given.</summary>
    internal static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/');

    private async Task<string> StartAsync(WebApplication app, CancellationToken cancel)
    {
        _apps.Push(app);
        await app.StartAsync(cancel);
        return AddressOf(app);
    }

    private WebApplication CreateAws()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(_wanted.Aws);
        builder.Services.AddSingleton(p => new AwsSandbox(
            AwsOptions, TimeProvider.System, p.GetRequiredService<ILoggerFactory>(), new SandboxNotices(Workspace.Stream)));
        builder.Services.AddHostedService(p => p.GetRequiredService<AwsSandbox>());
        var app = builder.Build();
        app.MapFallback("{**path}", app.Services.GetRequiredService<AwsSandbox>().AnswerAsync);
        return app;
    }

    private WebApplication CreateGrafana()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(_wanted.Grafana);
        var app = builder.Build();
        Grafana.Map(app);
        return app;
    }

    private WebApplication CreateBot(AwsSandbox aws, string awsUrl, string grafanaUrl)
    {
        var app = BotHost.Create(_args, builder =>
        {
            // After the bot's files and before the environment and command line: what the caller configures there wins.
            var sources = builder.Configuration.Sources;
            var afterFiles = sources.ToList().FindLastIndex(s => s is JsonConfigurationSource) + 1;
            sources.Insert(afterFiles, new MemoryConfigurationSource
            {
                InitialData = BotConfiguration.For(Workspace, awsUrl, Path.Combine(_data.FullName, "chatops.db"), grafanaUrl, Smtp.Port),
            });
            builder.WebHost.UseUrls(_wanted.Bot);
            builder.Services.AddSingleton<TimeProvider>(Clock);
            builder.Services.AddSingleton(Workspace);
            _configureBot?.Invoke(builder);
        });
        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.MapSandboxSlack(Workspace, new BotDelivery(Workspace, _toBot, app.Services.GetRequiredService<ILogger<BotDelivery>>()));
        app.MapSandboxAws(aws);
        app.MapSandboxMail(Mails);
        app.MapSandboxTime(Clock);
        return app;
    }
}

using System.Text.Json;
using ChatOps.Sandbox.Slack;

namespace ChatOps.Sandbox;

/// <summary>
/// The local Slack alone, for other clients and bots to be tried against: Web API and page API on one listener,
/// requests delivered to whatever listens on <c>Sandbox:BotUrl</c>.
/// </summary>
internal static class SlackOnly
{
    public const string Switch = "--slack-only";

    /// <summary>Runs until the process is asked to end. The first line on the output is JSON: <c>{"slack":"http://…"}</c>.</summary>
    public static async Task RunAsync(IConfiguration configuration)
    {
        var addresses = SandboxAddresses.From(configuration);
        var workspace = new SlackWorkspace(
            new SlackWorkspaceOptions { RateLimits = configuration.GetValue("Sandbox:RateLimits", true) })
        { BotUrl = addresses.Bot };
        using var toBot = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        await using var app = SandboxSlack.Create(workspace, addresses.Slack);
        app.MapSandboxSlack(workspace, new BotDelivery(workspace, toBot, app.Services.GetRequiredService<ILogger<BotDelivery>>()));
        await app.StartAsync();
        workspace.SlackUrl = SandboxHost.AddressOf(app);
        // The contract tests read the address here.
#pragma warning disable RS0030
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new { slack = workspace.SlackUrl }));
#pragma warning restore RS0030
        await app.WaitForShutdownAsync();
    }
}

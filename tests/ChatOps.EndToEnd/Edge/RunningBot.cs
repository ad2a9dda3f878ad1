using ChatOps.Benchmarks;
using ChatOps.Sandbox.Slack;
using Microsoft.AspNetCore.Builder;

namespace ChatOps.EndToEnd.Edge;

/// <summary>One bot on SQLite with a local Slack, for all tests of the edge.</summary>
public sealed class RunningBot : IAsyncLifetime
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"chatops-edge-{Guid.NewGuid():N}.db");
    private WebApplication? _slack;
    private BotProcess? _bot;

    internal SlackWorkspace Workspace { get; } = new();

    public HttpClient Client { get; } = new();

    public async Task InitializeAsync()
    {
        _slack = SandboxSlack.Create(Workspace, "http://127.0.0.1:0");
        await _slack.StartAsync();
        Workspace.SlackUrl = _slack.Urls.Single();
        _bot = await BotProcess.StartAsync(BotSettings.Command, BotSettings.For($"Data Source={_file}", _slack.Urls.Single()));
        Workspace.BotUrl = _bot.Address.ToString();
        Client.BaseAddress = _bot.Address;
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        if (_bot is not null) await _bot.DisposeAsync();
        if (_slack is not null) await _slack.DisposeAsync();
        foreach (var suffix in (string[])["", "-wal", "-shm"]) File.Delete(_file + suffix);
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Platform.Tests.Prometheus;

/// <summary>Tests of a client against a server that answers as the test says.</summary>
public abstract class PlayedServerTests : IAsyncLifetime
{
    private protected PlayedServer Server { get; private set; } = null!;

    private protected ServiceProvider Services { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await PlayedServer.StartAsync();
        Services = Server.Services();
    }

    public async Task DisposeAsync()
    {
        await Services.DisposeAsync();
        await Server.DisposeAsync();
    }
}

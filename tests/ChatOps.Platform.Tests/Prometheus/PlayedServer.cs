using System.Collections.Concurrent;
using ChatOps.Aws;
using ChatOps.Platform.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Tests.Prometheus;

/// <summary>
/// A Prometheus or Alertmanager over loopback HTTP that answers what the test says; the clients are the product's, put together by its own
/// registration.
/// </summary>
internal sealed class PlayedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PlayedServer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public ConcurrentQueue<(string Method, string Path, string Body, IHeaderDictionary Headers)> Seen { get; } = new();

    public Func<string, (int Status, string Body)> Answer { get; set; } = _ => (200, "{}");

    public static async Task<PlayedServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new PlayedServer(builder.Build());
        server._app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var path = context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent();
            server.Seen.Enqueue((context.Request.Method, path, await reader.ReadToEndAsync(), new HeaderDictionary(
                new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>(
                    context.Request.Headers, StringComparer.OrdinalIgnoreCase))));
            var (status, body) = server.Answer($"{context.Request.Method} {path}");
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(body);
        });
        await server._app.StartAsync();
        return server;
    }

    public ServiceProvider Services(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new (string Key, string? Value)[]
            {
                ("ChatOps:Aws:Region", "ap-northeast-2"), ("ChatOps:Prometheus:Url", Url), ("ChatOps:Alertmanager:Url", Url),
            }
                .Concat(settings).GroupBy(pair => pair.Key).ToDictionary(pairs => pairs.Key, pairs => pairs.Last().Value)).Build();
        return new ServiceCollection().AddLogging().AddAws(configuration).AddPrometheus(configuration).BuildServiceProvider();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

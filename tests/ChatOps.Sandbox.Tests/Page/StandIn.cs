using System.Net.Mime;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace ChatOps.Sandbox.Tests.Page;

/// <summary>Something the page posted: the path under <c>/sandbox/</c> and its body.</summary>
internal sealed record Posted(string Path, JsonObject Body);

/// <summary>
/// Serves the page's own files and, instead of a sandbox, canned answers to its API: what a test shows, it shows through this,
/// and what the page sends is kept for the test to read.
/// </summary>
internal sealed class StandIn : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly WebApplication _app;
    private readonly Channel<Posted> _posted = Channel.CreateUnbounded<Posted>();
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    private int _lastEvent;

    private StandIn()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        var files = new PhysicalFileProvider(Path.Combine(Root(), "src", "ChatOps.Sandbox", "wwwroot"));
        _app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        _app.UseStaticFiles(new StaticFileOptions { FileProvider = files });
        MapApi();
    }

    /// <summary>Answers to posts by path; a path without an answer gets <c>{"ok": true}</c>.</summary>
    public Dictionary<string, Func<JsonObject, Task<JsonNode>>> Answers { get; } = [];

    public JsonObject Workspace { get; } = Read("workspace");

    public JsonObject Messages { get; } = Read("messages");

    public JsonObject Replies { get; } = Read("replies");

    public JsonObject Views { get; } = Read("views");

    /// <summary>The modal stack the page finds when it asks.</summary>
    public JsonArray Stack { get; set; } = [];

    public string Address { get; private set; } = "";

    public static async Task<StandIn> StartAsync()
    {
        var standIn = new StandIn();
        await standIn._app.StartAsync();
        standIn.Address = standIn._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return standIn;
    }

    /// <summary>Sends an event to the open stream.</summary>
    public void Send(string kind, JsonNode data) =>
        _events.Writer.TryWrite($"id: {Interlocked.Increment(ref _lastEvent)}\nevent: {kind}\ndata: {data.ToJsonString()}\n\n");

    /// <summary>Shows a stack of views: to the page that listens, and to one that asks.</summary>
    public void Show(params JsonNode[] views)
    {
        Stack = new JsonArray([.. views.Select(view => view.DeepClone())]);
        Send("view", new JsonObject { ["stack"] = Stack.DeepClone() });
    }

    /// <summary>The next post to <paramref name="path"/>; earlier ones to other paths are passed over.</summary>
    public async Task<JsonObject> NextAsync(string path)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (true)
        {
            var posted = await _posted.Reader.ReadAsync(timeout.Token);
            if (posted.Path == path)
            {
                return posted.Body;
            }
        }
    }

    /// <summary>How many posts to <paramref name="path"/> wait to be read; they are taken.</summary>
    public int Count(string path)
    {
        var count = 0;
        while (_posted.Reader.TryRead(out var posted))
        {
            count += posted.Path == path ? 1 : 0;
        }
        return count;
    }

    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private void MapApi()
    {
        _app.MapGet("/sandbox/workspace", (string user) =>
        {
            var answer = Workspace.DeepClone().AsObject();
            answer["me"] = answer["users"]!.AsArray().Single(node => node!["id"]!.GetValue<string>() == user)!.DeepClone();
            return Json(answer);
        });
        _app.MapGet(
            "/sandbox/messages",
            (string channel) => Json(new JsonObject { ["messages"] = Messages[channel]?.DeepClone() ?? new JsonArray() }));
        _app.MapGet("/sandbox/replies", (string channel, string ts) => Json(new JsonObject
        {
            ["messages"] = new JsonArray([
                Messages[channel]!.AsArray().Single(message => message!["ts"]!.GetValue<string>() == ts)!.DeepClone(),
                .. (Replies[ts]?.AsArray() ?? []).Select(reply => reply!.DeepClone())]),
        }));
        _app.MapGet("/sandbox/views", () => Json(new JsonObject { ["stack"] = Stack.DeepClone(), ["home"] = Views["home"]!.DeepClone() }));
        _app.MapGet("/sandbox/aws", () => Json(Read("aws")));
        _app.MapGet(
            "/sandbox/files/{id}",
            (string id) => Results.File(Path.Combine(AppContext.BaseDirectory, "Page", "Fixtures", "chart.svg"), "image/svg+xml"));
        _app.MapGet("/sandbox/stream", StreamAsync);
        _app.MapPost("/sandbox/{**path}", async (string path, HttpRequest request) =>
        {
            var body = (await JsonNode.ParseAsync(request.Body))!.AsObject();
            _posted.Writer.TryWrite(new Posted(path, body));
            return Json(Answers.TryGetValue(path, out var answer) ? await answer(body) : new JsonObject { ["ok"] = true });
        });
    }

    private async Task StreamAsync(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync(": open\n\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        try
        {
            await foreach (var item in _events.Reader.ReadAllAsync(http.RequestAborted))
            {
                await http.Response.WriteAsync(item, http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The page has gone.
            return;
        }
    }

    private static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(), MediaTypeNames.Application.Json);

    private static JsonObject Read(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Page", "Fixtures", $"{name}.json")))!.AsObject();

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ChatOps.sln")))
        {
            folder = folder.Parent
                ?? throw new InvalidOperationException("The tests run outside the repository: ChatOps.sln is in no folder above them.");
        }
        return folder.FullName;
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Slack;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Sandbox.Tests.Slack;

/// <summary>A request as the bot got it.</summary>
internal sealed record Received(string Path, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public Dictionary<string, string> Form =>
        Body.Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => WebUtility.UrlDecode(p[1]));

    public JsonObject Payload => (JsonObject)JsonNode.Parse(Form["payload"])!;

    public JsonObject Json => (JsonObject)JsonNode.Parse(Body)!;
}

/// <summary>Fake time that records every wait of a minute or more and lets it pass at once.</summary>
internal sealed class ImpatientTime : FakeTimeProvider
{
    public ImpatientTime()
        : base(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero))
    {
    }

    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.FromMinutes(1))
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }
        Waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}

/// <summary>The local Slack, its page API and a bot that answers as a test tells it, all on free loopback ports.</summary>
internal sealed class LocalSlack : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private WebApplication _slack = null!;
    private WebApplication _page = null!;
    private WebApplication _bot = null!;

    private LocalSlack(SlackWorkspaceOptions options)
    {
        Workspace = new SlackWorkspace(options, Time);
        Delivery = new BotDelivery(Workspace, _http, NullLogger<BotDelivery>.Instance);
    }

    public ImpatientTime Time { get; } = new();
    public SlackWorkspace Workspace { get; }
    public BotDelivery Delivery { get; }
    public ConcurrentQueue<Received> Requests { get; } = new();

    /// <summary>What the bot answers; 200 with an empty body unless a test says otherwise.</summary>
    public Func<Received, HttpResponse, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<LocalSlack> StartAsync(bool rateLimits = false)
    {
        var local = new LocalSlack(new SlackWorkspaceOptions { RateLimits = rateLimits });
        local._slack = SandboxSlack.Create(local.Workspace, "http://127.0.0.1:0");
        await local._slack.StartAsync();
        local.Workspace.SlackUrl = SandboxHost.AddressOf(local._slack);
        local._bot = Plain();
        local._bot.Run(local.ReceiveAsync);
        await local._bot.StartAsync();
        local.Workspace.BotUrl = SandboxHost.AddressOf(local._bot);
        local._page = Plain();
        local._page.MapSandboxSlack(local.Workspace, local.Delivery);
        await local._page.StartAsync();
        return local;
    }

    /// <summary>Calls a Web API method with the bot's token: JSON for what writes, a form for what reads, as Slack wants it.</summary>
    public async Task<JsonObject> Call(string method, JsonObject? arguments = null) => (await Send(method, arguments)).Body;

    public async Task<(HttpStatusCode Status, HttpResponseHeaders Headers, JsonObject Body)> Send(
        string method, JsonObject? arguments = null, string? token = "xoxb-sandbox")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Workspace.SlackUrl}/api/{method}");
        var writes = method.StartsWith("chat.", StringComparison.Ordinal) || method.StartsWith("views.", StringComparison.Ordinal);
        request.Content = writes
            ? new StringContent((arguments ?? []).ToJsonString(), Encoding.UTF8, "application/json")
            : new FormUrlEncodedContent(
                (arguments ?? []).Select(a => KeyValuePair.Create(a.Key, a.Value.AsText() ?? a.Value!.ToJsonString())));
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, response.Headers, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>Posts to any address of the local Slack: upload addresses and response_urls.</summary>
    public async Task<(HttpStatusCode Status, string Body)> Post(string url, HttpContent content)
    {
        using var response = await _http.PostAsync(new Uri(url), content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<(HttpStatusCode Status, string Body)> PostJson(string url, string json) =>
        Post(url, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>Does something on the page.</summary>
    public async Task<JsonObject> Page(string path, string json) =>
        (JsonObject)JsonNode.Parse((await PostJson($"{SandboxHost.AddressOf(_page)}/sandbox/{path}", json)).Body)!;

    public async Task<JsonObject> Read(string path) =>
        (JsonObject)JsonNode.Parse(await _http.GetStringAsync(new Uri($"{SandboxHost.AddressOf(_page)}/sandbox/{path}")))!;

    public Task<Stream> OpenStream(string user, string? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{SandboxHost.AddressOf(_page)}/sandbox/stream?user={user}");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)
            .ContinueWith(t => t.Result.Content.ReadAsStreamAsync(), TaskScheduler.Default).Unwrap();
    }

    /// <summary>Posts a message with one actions block and returns its ts.</summary>
    public async Task<string> PostButton(string actionId = "finding.acknowledge", string value = "f-1")
    {
        var answer = await Call("chat.postMessage", new JsonObject
        {
            ["channel"] = "C0SECURITY",
            ["text"] = "a finding",
            ["blocks"] = JsonNode.Parse(
                $$$"""[{"type":"actions","block_id":"act","elements":[{"type":"button","action_id":"{{{actionId}}}","value":"{{{value}}}","text":{"type":"plain_text","text":"Go"}}]}]"""),
        });
        return answer.Text("ts")!;
    }

    /// <summary>A trigger id as a slash command brings it.</summary>
    public async Task<string> Trigger(string user = "U0MINHO")
    {
        var before = Requests.Count;
        await Page("command", $$"""{"user":"{{user}}","channel":"C0GENERAL","text":"/finding list"}""");
        return Requests.Skip(before).Single(r => r.Path == "/slack/commands").Form["trigger_id"];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in (WebApplication[])[_page, _slack, _bot])
        {
            await app.DisposeAsync();
        }
        _http.Dispose();
    }

    private static WebApplication Plain()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        return builder.Build();
    }

    private async Task ReceiveAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var request = new Received(
            http.Request.Path, await reader.ReadToEndAsync(), http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString()));
        Requests.Enqueue(request);
        await Answer(request, http.Response);
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Tests.Delivery;

/// <summary>A message that the fake holds.</summary>
public sealed record PostedToFake(string Channel, string Ts, string? ThreadTs, string Text, JsonNode Body, DateTimeOffset At)
{
    public string Subject => Body["metadata"]!["event_payload"]!["subject"]!.GetValue<string>();
}

/// <summary>What the fake does instead of answering as it should.</summary>
public enum FakeFault
{
    /// <summary>Answers 500 and does nothing.</summary>
    ServerError,

    /// <summary>Does it, then hangs up without an answer.</summary>
    HangUpAfter,

    /// <summary>Hangs up, and does it <see cref="FakeSlack.LateBy"/> after, by the test's clock.</summary>
    HangUpAndDoLate,

    /// <summary>Answers 429 with a Retry-After of 7 s.</summary>
    RateLimit,
}

/// <summary>
/// The few methods of Slack's Web API that delivery calls, on a loopback port, remembering what was posted and when by the test's clock.
/// </summary>
public sealed class FakeSlack : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<PostedToFake> _messages = [];
    private readonly Queue<DateTimeOffset> _lists = new();
    private readonly List<(DateTimeOffset At, string Method, JsonNode Body)> _late = [];
    private int _counter;

    private FakeSlack(WebApplication app, TimeProvider time) => (_app, _time) = (app, time);

    /// <summary>Name, id, whether we are in it, whether it is archived.</summary>
    public List<(string Name, string Id, bool Member, bool Archived)> Channels { get; } =
        [
            ("general", "C0GENERAL", true, false), ("security", "C0SECURITY", true, false), ("alerts", "C0ALERTS", true, false),
            ("random", "C0RANDOM", false, false)
        ];

    /// <summary>The most channels of a page of the list.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>Pages of the list in a minute, by the test's clock; beyond, 429.</summary>
    public int ListsPerMinute { get; set; } = int.MaxValue;

    /// <summary>JSON of entries that each page of the list has besides.</summary>
    public IReadOnlyList<string> OddEntries { get; set; } = [];

    /// <summary>Faults of the next calls of a method, in order.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<FakeFault>> Faults { get; } = new();

    /// <summary>Error codes that calls are answered with, by what the test sees in them; null for none.</summary>
    public Func<string, JsonNode, string?> Refuse { get; set; } = (_, _) => null;

    /// <summary>What else happens while Slack works on a call.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>How much later than it was called something is done that is done late.</summary>
    public TimeSpan LateBy { get; set; }

    public ConcurrentQueue<(string Method, JsonNode Body)> Calls { get; } = new();

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/api/";

    public IReadOnlyList<PostedToFake> Messages(string channel = "C0SECURITY")
    {
        lock (_gate) return [.. _messages.Where(message => message.Channel == channel && message.ThreadTs is null)];
    }

    public IReadOnlyList<PostedToFake> Replies(string channel = "C0SECURITY")
    {
        lock (_gate) return [.. _messages.Where(message => message.Channel == channel && message.ThreadTs is not null)];
    }

    public int CountOf(string method) => Calls.Count(call => call.Method == method);

    public void Fail(string method, params FakeFault[] faults)
    {
        foreach (var fault in faults) Faults.GetOrAdd(method, _ => new()).Enqueue(fault);
    }

    public static async Task<FakeSlack> StartAsync(TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var slack = new FakeSlack(app, time);
        app.MapPost("/api/{method}", slack.AnswerAsync);
        app.MapGet("/api/{method}", slack.AnswerAsync);
        await app.StartAsync();
        return slack;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context, string method)
    {
        var body = await ReadAsync(context.Request);
        Calls.Enqueue((method, body));
        await Before(method);
        FakeFault? fault = Faults.TryGetValue(method, out var queue) && queue.TryDequeue(out var next) ? next : null;
        if (fault == FakeFault.ServerError)
        {
            context.Response.StatusCode = 500;
            return;
        }

        var wait = fault == FakeFault.RateLimit ? 7 : method == "conversations.list" ? WaitToList() : 0;
        if (wait > 0)
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            await context.Response.WriteAsJsonAsync(new { ok = false, error = "ratelimited" });
            return;
        }

        DoLate();
        if (fault == FakeFault.HangUpAndDoLate)
        {
            lock (_gate) _late.Add((_time.GetUtcNow() + LateBy, method, body));
            context.Abort();
            return;
        }

        var answer = Refuse(method, body) is { } error ? new JsonObject { ["ok"] = false, ["error"] = error } : Do(method, body);
        if (fault == FakeFault.HangUpAfter)
        {
            context.Abort();
            return;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    private int WaitToList()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            while (_lists.TryPeek(out var first) && first <= now - TimeSpan.FromMinutes(1)) _lists.Dequeue();
            if (_lists.Count >= ListsPerMinute) return (int)Math.Ceiling((_lists.Peek() + TimeSpan.FromMinutes(1) - now).TotalSeconds);
            _lists.Enqueue(now);
            return 0;
        }
    }

    /// <summary>Does what is late and due by now; before each call, and for who looks at the end.</summary>
    public void DoLate()
    {
        lock (_gate)
        {
            foreach (var item in _late.Where(item => item.At <= _time.GetUtcNow()).ToList())
            {
                _late.Remove(item);
                Do(item.Method, item.Body);
            }
        }
    }

    private JsonObject Do(string method, JsonNode body)
    {
        lock (_gate)
        {
            var channel = body["channel"]?.GetValue<string>() ?? "";
            switch (method)
            {
                case "chat.postMessage":
                    var ts = string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow().ToUnixTimeSeconds()}.{++_counter:D6}");
                    _messages.Add(new PostedToFake(
                        channel, ts, body["thread_ts"]?.GetValue<string>(), body["text"]!.GetValue<string>(), body, _time.GetUtcNow()));
                    return new JsonObject { ["ok"] = true, ["channel"] = channel, ["ts"] = ts };
                case "chat.update":
                    var at = _messages.FindIndex(message => message.Channel == channel && message.Ts == body["ts"]!.GetValue<string>());
                    if (at < 0) return new JsonObject { ["ok"] = false, ["error"] = "message_not_found" };
                    _messages[at] = _messages[at] with { Text = body["text"]!.GetValue<string>(), Body = body };
                    return new JsonObject { ["ok"] = true, ["channel"] = channel, ["ts"] = _messages[at].Ts };
                case "chat.getPermalink":
                    return new JsonObject
                    {
                        ["ok"] = true,
                        ["permalink"] = $"https://example.slack.com/archives/{channel}/{body["message_ts"]!.GetValue<string>()}",
                    };
                case "chat.delete":
                    _messages.RemoveAll(message => message.Channel == channel && message.Ts == body["ts"]!.GetValue<string>());
                    return new JsonObject { ["ok"] = true, ["channel"] = channel, ["ts"] = body["ts"]!.GetValue<string>() };
                case "conversations.list":
                    var from = int.Parse(body["cursor"]?.GetValue<string>() ?? "0", CultureInfo.InvariantCulture);
                    var size = Math.Min(PageSize, int.Parse(body["limit"]!.GetValue<string>(), CultureInfo.InvariantCulture));
                    return new JsonObject
                    {
                        ["ok"] = true,
                        ["channels"] = new JsonArray(
                            [.. OddEntries.Select(entry => JsonNode.Parse(entry)), .. Channels.Skip(from).Take(size).Select(Channel)]),
                        ["response_metadata"] = new JsonObject
                        {
                            ["next_cursor"] = from + size < Channels.Count ? (from + size).ToString(CultureInfo.InvariantCulture) : "",
                        },
                    };
                case "conversations.info":
                    return Channels.FirstOrDefault(c => c.Id == channel) is { Id: not null } known
                        ? new JsonObject { ["ok"] = true, ["channel"] = Channel(known) }
                        : new JsonObject { ["ok"] = false, ["error"] = "channel_not_found" };
                case "conversations.join":
                    var joined = Channels.FindIndex(c => c.Id == channel);
                    Channels[joined] = Channels[joined] with { Member = true };
                    return new JsonObject
                    {
                        ["ok"] = true,
                        ["channel"] = new JsonObject { ["id"] = channel, ["name"] = Channels[joined].Name, ["is_member"] = true },
                    };
                case "conversations.history":
                    return Page(_messages.Where(message => message.Channel == channel && message.ThreadTs is null).Reverse());
                case "conversations.replies":
                    var parent = body["ts"]!.GetValue<string>();
                    return Page(
                        _messages.Where(message => message.Channel == channel && (message.Ts == parent || message.ThreadTs == parent)));
                case "views.open" or "views.update":
                    return new JsonObject
                    {
                        ["ok"] = true,
                        ["view"] = new JsonObject { ["id"] = "V1", ["hash"] = $"h{++_counter}", ["type"] = "modal" },
                    };
                default:
                    return new JsonObject { ["ok"] = false, ["error"] = "unknown_method" };
            }
        }
    }

    private static JsonObject Channel((string Name, string Id, bool Member, bool Archived) channel) => new()
    {
        ["id"] = channel.Id,
        ["name"] = channel.Name,
        ["is_member"] = channel.Member,
        ["is_archived"] = channel.Archived,
        ["is_general"] = channel.Name == "general",
    };

    private static JsonObject Page(IEnumerable<PostedToFake> messages) => new()
    {
        ["ok"] = true,
        ["has_more"] = false,
        ["messages"] = new JsonArray([.. messages.Select(message => new JsonObject
        {
            ["type"] = "message", ["ts"] = message.Ts, ["text"] = message.Text, ["metadata"] = message.Body["metadata"]?.DeepClone(),
        })]),
    };

    private static async Task<JsonNode> ReadAsync(HttpRequest request)
    {
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync();
            return new JsonObject(
                [.. form.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)JsonValue.Create(field.Value.ToString())))]);
        }

        if (request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0)
            return (await JsonNode.ParseAsync(request.Body, documentOptions: default(JsonDocumentOptions)))!;
        return new JsonObject(
            [.. request.Query.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)JsonValue.Create(field.Value.ToString())))]);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ChatOps.Benchmarks;

/// <summary>
/// As much of Slack as the bot needs to deliver, noting when each message came. Light, for it shares the machine with the bot.
/// </summary>
internal sealed class RecordingSlack : IAsyncDisposable
{
    private static readonly string[] Channels = ["general", "security", "alerts", "costs", "reports", "assets", "approvals"];
    private readonly WebApplication _app;
    private long _ts = 1_800_000_000_000_000;

    private RecordingSlack(WebApplication app) => _app = app;

    public string ApiUrl { get; private set; } = "";

    /// <summary>Every chat.postMessage at the top of a channel: when, where, its text.</summary>
    public ConcurrentQueue<(long At, string Channel, string Text)> Posts { get; } = new();

    public int Updates { get; private set; }

    public static async Task<RecordingSlack> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var slack = new RecordingSlack(app);
        app.Map("/api/{method}", slack.AnswerAsync);
        app.MapPost("/upload/{file}", () => Results.Text("OK"));
        await app.StartAsync();
        slack.ApiUrl = app.Urls.Single() + "/api/";
        return slack;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(string method, HttpContext context)
    {
        JsonElement body = default;
        if (context.Request.HasJsonContentType())
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body);
            body = document.RootElement.Clone();
        }

        return Results.Text(method switch
        {
            "auth.test" =>
                """{"ok":true,"url":"https://bighead.slack.com/","team":"Bighead","user":"chatops","team_id":"T0SANDBOX","user_id":"U0CHATOPS","bot_id":"B0CHATOPS"}""",
            "conversations.list" =>
                $$"""{"ok":true,"channels":[{{string.Join(',', Channels.Select(name =>
                    $$"""{"id":"C0{{name.ToUpperInvariant()}}","name":"{{name}}","is_channel":true,"is_member":true,"is_archived":false,"is_private":false}"""))}}],"response_metadata":{"next_cursor":""} }""",
            "users.info" =>
                """{"ok":true,"user":{"id":"U0JIYEON","name":"jiyeon","real_name":"Jiyeon","locale":"ko-KR","tz":"Asia/Seoul"}}""",
            "conversations.history" or "conversations.replies" =>
                """{"ok":true,"messages":[],"has_more":false,"response_metadata":{"next_cursor":""}}""",
            "files.getUploadURLExternal" =>
                $$"""{"ok":true,"file_id":"F{{Interlocked.Increment(ref _ts)}}","upload_url":"{{_app.Urls.Single()}}/upload/1"}""",
            "chat.postMessage" => Post(body),
            "chat.update" => Update(body),
            _ => """{"ok":true}""",
        }, "application/json");
    }

    private string Post(JsonElement body)
    {
        var at = Stopwatch.GetTimestamp();
        var channel = body.GetProperty("channel").GetString()!;
        if (!body.TryGetProperty("thread_ts", out _)) Posts.Enqueue((at, channel, body.GetProperty("text").GetString() ?? ""));
        var ts = Interlocked.Increment(ref _ts);
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"ok":true,"channel":"{{channel}}","ts":"{{ts / 1_000_000}}.{{ts % 1_000_000:000000}}","message":{"type":"message"} }""");
    }

    private string Update(JsonElement body)
    {
        Updates++;
        return $$"""{"ok":true,"channel":"{{body.GetProperty("channel")
            .GetString()}}","ts":"{{body.GetProperty("ts").GetString()}}","text":""}""";
    }
}

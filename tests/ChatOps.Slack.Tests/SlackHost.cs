using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using ChatOps.Slack.Interactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Slack.Tests;

/// <summary>A real Kestrel on a free loopback port, a clock that stands still, and a Slack that records what it is told.</summary>
internal sealed class SlackHost : IAsyncDisposable
{
    public const string Secret = "0123456789abcdef0123456789abcdef";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_772_600_767);

    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private SlackHost(WebApplication app, FakeTimeProvider time, FakeSlack slack, Recorder recorder)
    {
        (_app, Time, Slack, Recorder) = (app, time, slack, recorder);
        _client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(20) };
    }

    public FakeTimeProvider Time { get; }

    public FakeSlack Slack { get; }

    public Recorder Recorder { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<SlackHost> Start(Action<SlackBuilder> register, Action<SlackOptions>? options = null)
    {
        var (time, slack, recorder) = (new FakeTimeProvider(Now), new FakeSlack(), new Recorder());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(recorder);
        register(builder.Services.AddSlack(o =>
        {
            o.BotToken = "xoxb-test";
            o.SigningSecret = Secret;
            options?.Invoke(o);
        }));
        builder.Services.AddHttpClient("slack").ConfigurePrimaryHttpMessageHandler(() => slack);
        var app = builder.Build();
        app.MapSlack();
        await app.StartAsync();
        return new SlackHost(app, time, slack, recorder);
    }

    public static string Form(string payload) => "payload=" + Uri.EscapeDataString(payload);

    public Task<HttpResponseMessage> Post(string path, string body, bool json = false) =>
        Post(path, body, Time.GetUtcNow().ToUnixTimeSeconds(), null, json);

    public async Task<HttpResponseMessage> Post(string path, string body, long timestamp, string? signature, bool json = false)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", json ? "application/json" : "application/x-www-form-urlencoded");
        request.Headers.Add(SlackRequestVerifier.TimestampHeader, timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.Add(SlackRequestVerifier.SignatureHeader, signature ?? SlackRequestVerifier.Sign(Secret, timestamp, bytes));
        return await _client.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostUnsigned(string path, HttpContent content) => _client.PostAsync(path, content);

    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        Slack.Dispose();
    }
}

/// <summary>What handlers were given, and what they shall do.</summary>
internal sealed class Recorder
{
    private readonly Channel<object> _handled = Channel.CreateUnbounded<object>();

    /// <summary>Runs in the handler; may wait or throw; gives the answer of those that answer.</summary>
    public Func<object, CancellationToken, Task<object?>> Do { get; set; } = (_, _) => Task.FromResult<object?>(null);

    public int Waiting => _handled.Reader.Count;

    public async Task<object?> Handle(object request, CancellationToken cancellationToken)
    {
        _handled.Writer.TryWrite(request);
        return await Do(request, cancellationToken);
    }

    public async Task<InteractionRequest> Next(string? type) => type switch
    {
        "block_actions" => await Next<BlockActionRequest>(),
        "view_submission" => await Next<ViewSubmission>(),
        "view_closed" => await Next<ViewClosed>(),
        "block_suggestion" => await Next<BlockOptionsRequest>(),
        _ => await Next<ShortcutRequest>(),
    };

    public async Task<object> Next() => await _handled.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public async Task<T> Next<T>() => Assert.IsType<T>(await Next());
}

/// <summary>Slack's side of the Web API: records each call and answers as told, "ok" by default.</summary>
internal sealed class FakeSlack : HttpMessageHandler
{
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();

    public ConcurrentQueue<Func<Call, HttpResponseMessage>> Answers { get; } = new();

    public int Waiting => _calls.Reader.Count;

    public async Task<Call> Next() => await _calls.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public void Answer(string body, HttpStatusCode status = HttpStatusCode.OK, TimeSpan? retryAfter = null) => Answers.Enqueue(_ =>
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = new(wait);
        }

        return response;
    });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var call = new Call(
            request.RequestUri!.ToString(), request.Headers.Authorization?.ToString(), request.Content?.Headers.ContentType?.ToString(),
            body);
        var response = Answers.TryDequeue(out var answer)
            ? answer(call)
            : new HttpResponseMessage
            {
                Content = new StringContent("""{"ok":true,"channel":"C1","ts":"1.1","message_ts":"1.1","view":{"id":"V1"}}"""),
            };
        _calls.Writer.TryWrite(call);
        return response;
    }
}

internal sealed record Call(string Url, string? Authorization, string? ContentType, string Body)
{
    public string Method => Url[(Url.LastIndexOf('/') + 1)..];

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public IReadOnlyDictionary<string, string> Form => Body.Length == 0
        ? new Dictionary<string, string>()
        : Body.Split('&').Select(f => f.Split('=')).ToDictionary(f => WebUtility.UrlDecode(f[0]), f => WebUtility.UrlDecode(f[1]));
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChatOps.Benchmarks;
using ChatOps.EndToEnd.Crash;
using ChatOps.Sandbox.Slack;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace ChatOps.EndToEnd.Operating;

/// <summary>What the bot says of itself to a collector, over OTLP, and what it does not say.</summary>
public class TelemetryTests
{
    private const string Secret = "a-response-url-is-a-secret";

    [Theory]
    [InlineData(ActivityKind.Client, SamplingDecision.Drop)]
    [InlineData(ActivityKind.Server, SamplingDecision.RecordAndSample)]
    [InlineData(ActivityKind.Consumer, SamplingDecision.RecordAndSample)]
    [InlineData(ActivityKind.Internal, SamplingDecision.RecordAndSample)]
    public void A_call_that_belongs_to_nothing_is_no_trace(ActivityKind kind, SamplingDecision decision) => Assert.Equal(
        decision,
        new ParentBasedSampler(new Bot.Telemetry.PollsUntraced())
            .ShouldSample(new SamplingParameters(default, ActivityTraceId.CreateRandom(), "SELECT", kind)).Decision);

    [Fact]
    public void A_call_within_a_trace_belongs_to_it() => Assert.Equal(
        SamplingDecision.RecordAndSample,
        new ParentBasedSampler(new Bot.Telemetry.PollsUntraced()).ShouldSample(new SamplingParameters(
            new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded),
            ActivityTraceId.CreateRandom(), "SELECT", ActivityKind.Client)).Decision);

    [Fact]
    public async Task An_event_can_be_followed_from_the_request_to_Slack_and_no_secret_is_told()
    {
        await using var collector = await Collector.StartAsync();
        await using var slack = SandboxSlack.Create(new SlackWorkspace(), "http://127.0.0.1:0");
        await slack.StartAsync();
        using var database = new TemporaryDatabase();
        var settings = BotSettings.For(database.ConnectionString, slack.Urls.Single());
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url;
        settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        settings["OTEL_BSP_SCHEDULE_DELAY"] = "100";
        settings["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        await using (var bot = await BotProcess.StartAsync(BotSettings.Command, settings))
        {
            using var client = new HttpClient { BaseAddress = bot.Address };
            await SendFindingAsync(client);
            await SendCommandAsync(client, $"{slack.Urls.Single()}/commands/{Secret}");

            foreach (var span in (string[])[
                "POST /events/eventbridge", "inbox.commit", "inbox.dispatch", "delivery", "chat.postMessage", "/api/chat.postMessage",
                "POST /slack/commands"
            ])
                await Eventually.TrueAsync(
                    () => Task.FromResult(collector.Traces.Contains(span, StringComparison.Ordinal)), because: $"no span says {span}");
            foreach (var metric in (string[])[
                "chatops.ingest.accepted", "chatops.inbox.pending", "chatops.delivery.sent", "http.server.request.duration"
            ])
                await Eventually.TrueAsync(
                    () => Task.FromResult(collector.Metrics.Contains(metric, StringComparison.Ordinal)),
                    because: $"no metric is called {metric}");
            // The command was answered, so its address was called; it is among the spans by its host alone.
            await Eventually.TrueAsync(
                () => Task.FromResult(collector.Traces.Contains("/…", StringComparison.Ordinal)),
                because: "the answer to the command was not told of");
        }

        Assert.DoesNotContain(Secret, collector.Traces, StringComparison.Ordinal);
        Assert.DoesNotContain("xoxb-", collector.Traces, StringComparison.Ordinal);
        Assert.DoesNotContain("/health/ready", collector.Traces, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://slack.com/api/chat.postMessage", "https://slack.com/api/chat.postMessage")]
    [InlineData("https://hooks.slack.com/commands/T0/1/secret", "https://hooks.slack.com/…")]
    [InlineData("https://files.slack.com/upload/v1/secret?x=1", "https://files.slack.com/…")]
    [InlineData("https://user:secret@example.com/api/x?token=secret", "https://example.com/api/x")]
    public void An_address_is_told_without_what_is_secret_in_it(string address, string text) =>
        Assert.Equal(text, Bot.Telemetry.WithoutSecrets(new Uri(address)));

    private static async Task SendFindingAsync(HttpClient client)
    {
        using var content = new StringContent(FindingEvent.Json(1), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events/eventbridge") { Content = content };
        request.Headers.Add("X-Api-Key", BotSettings.ApiKey);
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task SendCommandAsync(HttpClient client, string responseUrl)
    {
        var body = $"command=%2Fchatops&text=help&user_id=U0MINHO&channel_id=C0SECURITY&team_id=T0SANDBOX&trigger_id=1.2.3&" +
            $"response_url={Uri.EscapeDataString(responseUrl)}";
        var at = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/slack/commands") { Content = content };
        request.Headers.Add("X-Slack-Request-Timestamp", at);
        request.Headers.Add("X-Slack-Signature", "v0=" + Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(BotSettings.SigningSecret), Encoding.UTF8.GetBytes($"v0:{at}:{body}"))));
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>An OTLP collector over HTTP. Names and texts stand in protobuf as they are, so that they can be looked for.</summary>
    private sealed class Collector(WebApplication app, ConcurrentQueue<byte[]> traces, ConcurrentQueue<byte[]> metrics) : IAsyncDisposable
    {
        public string Url => app.Urls.Single();

        public string Traces => Text(traces);

        public string Metrics => Text(metrics);

        public static async Task<Collector> StartAsync()
        {
            var (traces, metrics) = (new ConcurrentQueue<byte[]>(), new ConcurrentQueue<byte[]>());
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            app.Run(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                (context.Request.Path == "/v1/traces" ? traces : metrics).Enqueue(body.ToArray());
                context.Response.ContentType = "application/x-protobuf";
            });
            await app.StartAsync();
            return new Collector(app, traces, metrics);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private static string Text(ConcurrentQueue<byte[]> bodies) => string.Join('\n', bodies.Select(Encoding.UTF8.GetString));
    }
}

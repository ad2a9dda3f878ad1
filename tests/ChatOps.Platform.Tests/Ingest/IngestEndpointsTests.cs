using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Interactions;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Tests.Ingest;

/// <summary>
/// The doors over real HTTP, with the real inbox on SQLite behind them; SNS's signatures are tried where they are verified.
/// </summary>
public sealed class IngestEndpointsTests : IAsyncLifetime
{
    private const string Key = "an-api-key-of-some-length";
    private const string Topic = "arn:aws:sns:ap-northeast-2:111122223333:chatops";
    private const string Finding = """
        {"version":"0","id":"e-1","detail-type":"Security Hub Findings - Imported","source":"aws.securityhub","account":"111122223333",
         "time":"2026-11-23T00:00:00Z","region":"ap-northeast-2","resources":[],"detail":{"findings":[]}}
        """;

    private static readonly SnsKinds Kinds = new([new OrderRecognizer("a"), new OrderRecognizer("b")]);

    private readonly StubVerifier _verifier = new();
    private InboxHarness _inbox = null!;
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _inbox = await InboxHarness.StartAsync(DatabaseKind.Sqlite);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<IEventInbox>(_inbox.Inbox);
        builder.Services.AddSingleton<ISnsEnvelopeVerifier>(_verifier);
        builder.Services.AddSingleton(Kinds);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<BodyBudgets>();
        builder.Services.AddSingleton(
            Options.Create(new IngestOptions { EventBridge = { ApiKey = Key }, Alertmanager = { BearerToken = Key } }));
        builder.Services.AddIngestAuthentication();
        _app = builder.Build();
        _app.MapIngest();
        await _app.StartAsync();
        _http = new HttpClient
        {
            BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _inbox.DisposeAsync();
    }

    [Fact]
    public async Task An_event_is_in_the_inbox_when_it_is_answered_and_a_duplicate_gets_the_same_answer()
    {
        var first = await PostAsync("/events/eventbridge", Finding);
        var again = await PostAsync("/events/eventbridge", Finding);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, again.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        var stored = Assert.Single(await StoredAsync());
        Assert.Equal(("eventbridge:e-1", "aws.securityhub/Security Hub Findings - Imported"), (stored.DedupKey, stored.Kind));
        Assert.Equal("e-1", JsonDocument.Parse(stored.Body).RootElement.GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_array_of_events_is_taken_whole_or_not_at_all()
    {
        var other = Finding.Replace("e-1", "e-2", StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/events/eventbridge", $"[{Finding},{{}}]")).StatusCode);
        Assert.Empty(await StoredAsync());
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/events/eventbridge", $"[{Finding},{other}]")).StatusCode);
        Assert.Equal(2, (await StoredAsync()).Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("an-api-key-of-some-lengtH")]
    public async Task A_wrong_or_missing_key_is_401(string? key)
    {
        var answer = await PostAsync("/events/eventbridge", Finding, key is null ? null : ("X-Api-Key", key));

        await AssertProblemAsync(answer, HttpStatusCode.Unauthorized);
        Assert.Empty(await StoredAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("""{"id":"e-1"}""")]
    public async Task Malformed_events_are_400_and_say_what_is_wrong(string body)
    {
        var detail = await AssertProblemAsync(await PostAsync("/events/eventbridge", body), HttpStatusCode.BadRequest);

        Assert.NotEmpty(detail);
    }

    /// <summary>
    /// An escape of half a character is no reason to refuse an event: a sender that cuts a text too early sends it for ever.
    /// </summary>
    [Theory]
    [InlineData(
        "/events/eventbridge",
        """{"id":"\ud800","detail-type":"x","source":"x","account":"1","time":"2026-11-23T00:00:00Z","region":"x","detail":{}}""")]
    [InlineData("/events/alertmanager", """{"groupKey":"\ud800","alerts":[]}""")]
    public async Task What_no_database_can_hold_is_replaced_and_accepted(string path, string body)
    {
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(path, body)).StatusCode);

        Assert.Contains("\\ufffd", Assert.Single(await StoredAsync()).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/events/eventbridge")]
    [InlineData("/events/sns")]
    [InlineData("/events/alertmanager")]
    public async Task Deeply_nested_JSON_is_400(string path)
    {
        var nested = string.Concat(Enumerable.Repeat("[", 100_000));

        Assert.Contains(
            "nested", await AssertProblemAsync(await PostAsync(path, nested), HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/events/eventbridge")]
    [InlineData("/events/sns")]
    public async Task A_body_over_one_MiB_is_413_whether_its_length_is_told_or_not(string path)
    {
        var body = new string('x', 2 * 1024 * 1024);

        await AssertProblemAsync(await PostAsync(path, body), HttpStatusCode.RequestEntityTooLarge);
        await AssertProblemAsync(await PostAsync(path, body, chunked: true), HttpStatusCode.RequestEntityTooLarge);
    }

    /// <summary>Alertmanager gives up for good what is refused: the worst days have the largest notifications.</summary>
    [Fact]
    public async Task A_notification_of_megabytes_is_taken_counted_and_kept_in_part_and_only_beyond_sixteen_MiB_refused()
    {
        static string Alert(string status, string id, string severity, int size) =>
            $$$"""
            {"status":"{{{status}}}","fingerprint":"{{{id}}}","labels":{"severity":"{{{severity}}}"},"pad":"{{{new string('x', size)}}}"}
            """;
        static string Of(int alerts, int size) => string.Concat(
            "{\"groupKey\":\"{}:{x}\",\"status\":\"firing\",\"alerts\":[",
            string.Join(',', Enumerable.Range(0, alerts).Select(i => Alert(
                i % 2 == 0 ? "firing" : "resolved", $"f{i}", i == alerts - 1 ? "critical" : "warning", size))),
            "],\"receiver\":\"chatops\"}");

        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/events/alertmanager", Of(8_000, 1_500))).StatusCode);
        using var stored = JsonDocument.Parse(Assert.Single(await StoredAsync()).Body);
        var (kept, json) = (stored.RootElement.GetProperty("alerts"), stored.RootElement);
        Assert.Equal(
            8_000,
            kept.GetArrayLength() + json.GetProperty("chatopsLeftOutFiring").GetInt32()
                + json.GetProperty("chatopsLeftOutResolved").GetInt32());
        Assert.InRange(kept.GetArrayLength(), 2_000, 3_000);
        // The first of each severity is kept wherever it stands.
        Assert.Contains(kept.EnumerateArray(), alert => alert.GetProperty("labels").GetProperty("severity").GetString() == "critical");
        Assert.Equal("chatops", json.GetProperty("receiver").GetString());

        await AssertProblemAsync(await PostAsync("/events/alertmanager", Of(12_000, 1_500)), HttpStatusCode.RequestEntityTooLarge);
        await AssertProblemAsync(
            await PostAsync("/events/alertmanager", Of(12_000, 1_500), chunked: true), HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_notification_that_says_something_new_is_new()
    {
        static string Of(string value, int truncated, string server) =>
            $$$"""
            {"groupKey":"x","externalURL":"{{{server}}}","truncatedAlerts":{{{truncated}}},"status":"firing","alerts":[
              {"status":"firing","fingerprint":"a","annotations":{"summary":"{{{value}}}"}}]}
            """;

        foreach (var body in (string[])[Of("8 %", 0, "a"), Of("8 %", 0, "a"), Of("99 %", 0, "a"), Of("99 %", 3, "a"), Of("99 %", 3, "b")])
            Assert.Equal(HttpStatusCode.OK, (await PostAsync("/events/alertmanager", body)).StatusCode);

        Assert.Equal(4, (await StoredAsync()).Count);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_400()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/events/eventbridge")
        { Content = new ByteArrayContent([0x7b, 0xff, 0xfe]) };
        request.Headers.Add("X-Api-Key", Key);

        Assert.Contains(
            "UTF-8", await AssertProblemAsync(await _http.SendAsync(request), HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_through_SNS_is_the_same_event()
    {
        await PostAsync("/events/eventbridge", Finding);

        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/events/sns", Sns(Finding))).StatusCode);

        Assert.Single(await StoredAsync());
    }

    [Fact]
    public async Task What_a_topic_carries_besides_is_kept_under_its_name()
    {
        await PostAsync("/events/sns", Sns("Budget Name: prod"));
        await PostAsync("/events/sns", Sns("Budget Name: prod"));

        var stored = Assert.Single(await StoredAsync());
        Assert.Equal(("sns:m-1", "sns/chatops", "Budget Name: prod"), (stored.DedupKey, stored.Kind, stored.Body));
    }

    [Theory]
    [InlineData("""{"a":1,"order":7}""", "sns/a")]
    [InlineData("""{"b":1,"order":7}""", "sns/b")]
    [InlineData("""{"a":1,"b":1,"order":7}""", "sns/a")]
    [InlineData("""{"b":1}""", "sns/chatops")]
    [InlineData("""{"a":1,"order":7""", "sns/chatops")]
    [InlineData("""[{"a":1,"order":7}]""", "sns/chatops")]
    [InlineData("a order", "sns/chatops")]
    public async Task What_a_topic_carries_is_told_by_its_content(string message, string kind)
    {
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/events/sns", Sns(message))).StatusCode);

        var stored = Assert.Single(await StoredAsync());
        Assert.Equal(("sns:m-1", kind, message), (stored.DedupKey, stored.Kind, stored.Body));
        Assert.True(Incoming.TryOfQueue(Sns(message), "q-1", _verifier.AllowsTopic, Kinds, out var queued));
        Assert.Equal(("sns:m-1", kind), (Assert.Single(queued).DedupKey, queued[0].Kind));
    }

    [Theory]
    [InlineData(SnsVerdict.Rejected, HttpStatusCode.Unauthorized)]
    [InlineData(SnsVerdict.Unavailable, HttpStatusCode.ServiceUnavailable)]
    public async Task A_bad_signature_is_401_and_one_that_cannot_be_checked_503(SnsVerdict verdict, HttpStatusCode expected)
    {
        _verifier.Verdict = new SnsVerification(verdict, "Because the test says so.");

        await AssertProblemAsync(await PostAsync("/events/sns", Sns(Finding)), expected);
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task A_topic_that_is_not_listed_is_403()
    {
        await AssertProblemAsync(await PostAsync("/events/sns", Sns(Finding, topic: Topic + "-other")), HttpStatusCode.Forbidden);
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task A_subscription_of_a_listed_topic_is_confirmed()
    {
        Assert.Equal(
            HttpStatusCode.OK,
            (await PostAsync("/events/sns", Sns("You have chosen to subscribe", SnsEnvelope.SubscriptionConfirmation))).StatusCode);

        Assert.Equal(1, _verifier.Confirmed);
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task An_alert_notification_is_known_by_its_group_and_its_alerts_whatever_their_order()
    {
        const string A = """{"status":"firing","fingerprint":"a","startsAt":"2026-11-23T00:00:00Z"}""";
        const string B = """{"status":"firing","fingerprint":"b","startsAt":"2026-11-23T00:00:00Z"}""";
        static string Webhook(params string[] alerts) =>
            $$"""{"version":"4","groupKey":"{}:{x}","status":"firing","new":1,"alerts":[{{string.Join(',', alerts)}}]}""";

        foreach (var body in (string[])[
            Webhook(A, B), Webhook(B, A), Webhook(A), Webhook(A, B.Replace("firing", "resolved", StringComparison.Ordinal))
        ])
            Assert.Equal(HttpStatusCode.OK, (await PostAsync("/events/alertmanager", body)).StatusCode);

        Assert.Equal(3, (await StoredAsync()).Count);
        Assert.All(await StoredAsync(), stored => Assert.Equal("alertmanager/webhook", stored.Kind));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"groupKey":"x","alerts":[1]}""")]
    public async Task A_malformed_alert_notification_is_400(string body) =>
        Assert.NotEmpty(await AssertProblemAsync(await PostAsync("/events/alertmanager", body), HttpStatusCode.BadRequest));

    [Fact]
    public async Task A_wrong_bearer_token_is_401_with_a_challenge()
    {
        var answer = await PostAsync("/events/alertmanager", "{}", ("Authorization", "Bearer wrong"));

        await AssertProblemAsync(answer, HttpStatusCode.Unauthorized);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task What_cannot_be_stored_is_503_so_that_it_is_sent_again()
    {
        await _inbox.Inbox.StopAsync(default);

        var answer = await PostAsync("/events/eventbridge", Finding);

        await AssertProblemAsync(answer, HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public void A_queue_carries_events_and_envelopes_alike_but_only_from_listed_topics()
    {
        Assert.True(Incoming.TryOfQueue(Finding, "q-1", _verifier.AllowsTopic, Kinds, out var straight));
        Assert.True(Incoming.TryOfQueue(Sns(Finding), "q-2", _verifier.AllowsTopic, Kinds, out var through));
        Assert.False(Incoming.TryOfQueue(Sns(Finding, topic: Topic + "-other"), "q-3", _verifier.AllowsTopic, Kinds, out var refused));
        Assert.True(Incoming.TryOfQueue("hello", "q-4", _verifier.AllowsTopic, Kinds, out var unknown));

        Assert.Equal(Assert.Single(straight).DedupKey, Assert.Single(through).DedupKey);
        Assert.Empty(refused);
        Assert.Equal(("sqs:q-4", "sqs/unknown"), (Assert.Single(unknown).DedupKey, unknown[0].Kind));
    }

    [Theory]
    [InlineData("https://sqs.us-east-1.amazonaws.com/111122223333/events", "us-east-1")]
    [InlineData("http://localhost:5082/111122223333/events", "ap-northeast-2")]
    public void A_queues_Region_is_in_its_address(string url, string expected) =>
        Assert.Equal(expected, SqsIntake.RegionOf(url, "ap-northeast-2"));

    [Fact]
    public void Every_fault_of_the_options_is_named_at_once()
    {
        var options = new IngestOptions { RetentionDays = 0, MaxAttempts = 0 };
        options.Sqs.QueueUrls.Add("not a url");

        Assert.Equal(3, new IngestOptionsValidator().Validate(null, options).Failures!.Count());
        Assert.True(new IngestOptionsValidator().Validate(null, new IngestOptions()).Succeeded);
    }

    private static string Sns(string message, string type = SnsEnvelope.Notification, string topic = Topic) => JsonSerializer.Serialize(
        new
        {
            Type = type,
            MessageId = "m-1",
            TopicArn = topic,
            Message = message,
            Timestamp = "2026-11-23T00:00:00.000Z",
            SignatureVersion = "1",
            Signature = "",
            Token = "t",
            SubscribeURL = "https://x",
        });

    private async Task<HttpResponseMessage> PostAsync(string path, string body, (string Name, string Value)? header, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "text/plain"),
        };
        if (chunked)
        {
            request.Headers.TransferEncodingChunked = true;
            request.Content.Headers.ContentLength = null;
        }

        if (header is var (name, value)) request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request);
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body, bool chunked = false) =>
        PostAsync(
            path, body, path.EndsWith("alertmanager", StringComparison.Ordinal) ? ("Authorization", $"Bearer {Key}") : ("X-Api-Key", Key),
            chunked);

    private static async Task<string> AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;
    }

    private async Task<IReadOnlyList<InboxRow>> StoredAsync()
    {
        await using var connection = await _inbox.Database.OpenAsync(default);
        return (await connection.QueryAsync<InboxRow>(
            "SELECT id AS Id, dedup_key AS DedupKey, source AS Source, kind AS Kind, body AS Body FROM inbox_events ORDER BY id")).AsList();
    }

    private sealed class OrderRecognizer(string property) : ISnsRecognizer
    {
        public string? KindOf(SnsContent content) =>
            content.Topic == "chatops" && content.Has(property, "order") ? $"sns/{property}" : null;
    }

    private sealed class StubVerifier : ISnsEnvelopeVerifier
    {
        public SnsVerification Verdict { get; set; } = SnsVerification.Ok;

        public int Confirmed { get; private set; }

        public bool AllowsTopic(string topicArn) => topicArn == Topic;

        public ValueTask<SnsVerification> Verify(SnsEnvelope envelope, CancellationToken cancellation = default) => new(Verdict);

        public Task<SnsVerification> ConfirmSubscription(SnsEnvelope envelope, CancellationToken cancellation = default)
        {
            Confirmed++;
            return Task.FromResult(SnsVerification.Ok);
        }
    }
}

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Aws;
using ChatOps.Bot;
using ChatOps.Platform.Storage;
using ChatOps.Sandbox.Slack;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChatOps.EndToEnd.Ingest;

/// <summary>
/// Every event that stands in the tests' data, each by the way it comes in the world, into the whole bot on both databases: all are taken,
/// none is set aside, and none is of a kind that nobody reads.
/// </summary>
public sealed class EveryEventTests
{
    private const string Topic = "arn:aws:sns:us-east-1:111122223333:chatops";

    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "all-events");

    /// <summary>Files that are no events of their own, and why.</summary>
    private static readonly Dictionary<string, string> NoEvents = new()
    {
        ["budgets-action/describe-budget-action-pending.json"] = "an answer of Budgets' API, not an event",
        ["sns/bad-cert-url-host.json"] = "a forgery; SNS's signatures are tried where they are verified",
        ["sns/bad-signature-message-changed.json"] = "a forgery; SNS's signatures are tried where they are verified",
        ["sns/http-post-notification.http.txt"] = "a whole HTTP request, whose body is among the others",
        ["sns/lambda-records-budget.json"] = "what SNS sends to Lambda functions; ours is the HTTPS form",
        ["sns/subscription-confirmation-v1.json"] = "confirms a subscription; nothing to read",
        ["sns/subscription-confirmation-v2.json"] = "confirms a subscription; nothing to read",
        ["sns/unsubscribe-confirmation-v1.json"] = "confirms that somebody unsubscribed; nothing to read",
    };

    /// <summary>Folders whose domain is not in the bot yet. Empty is the aim; an entry here that is understood fails the test.</summary>
    private static readonly string[] Pending = [];

    public static TheoryData<DatabaseKind> Kinds => [DatabaseKind.Postgres, DatabaseKind.Sqlite];

    private static IEnumerable<string> Files => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".json" or ".txt").Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    [Fact]
    public void What_is_left_out_exists() => Assert.Empty(NoEvents.Keys.Except(Files));

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_event_is_understood(DatabaseKind kind)
    {
        var files = Files.Except(NoEvents.Keys).ToList();
        Assert.True(files.Count > 60, "The events are not there.");
        await using var bot = await Bot.StartAsync(kind);

        foreach (var file in files) Assert.True(await bot.SendAsync(file) is var status && status is >= 200 and < 300, $"{file} is answered {status}.");
        await bot.ReadAllAsync();

        Assert.Equal([], await bot.AsideAsync("failed"));
        var unknown = await bot.AsideAsync("unknown");
        Assert.All(unknown, one => Assert.Contains(one.Split('|')[0], Pending));
        Assert.Equal(Pending.Order(StringComparer.Ordinal), unknown.Select(one => one.Split('|')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>The bot in this process, with a local Slack; AWS is not asked for anything.</summary>
    private sealed class Bot : IAsyncDisposable
    {
        private readonly string _file = Path.Combine(Path.GetTempPath(), $"chatops-events-{Guid.NewGuid():N}.db");
        private readonly Dictionary<string, string> _folders = [];
        private readonly HttpClient _http = new();
        private WebApplication _slack = null!;
        private WebApplication _app = null!;

        public static async Task<Bot> StartAsync(DatabaseKind kind)
        {
            var bot = new Bot();
            var connection = $"Data Source={bot._file}";
            if (kind == DatabaseKind.Postgres)
            {
                var cluster = await PostgresCluster.Current;
                var name = $"every_event_{Guid.NewGuid():N}";
                await using (var admin = new NpgsqlConnection(cluster.ConnectionString("postgres")))
                    await admin.ExecuteAsync($"CREATE DATABASE {name}");
                connection = cluster.ConnectionString(name);
            }

            bot._slack = SandboxSlack.Create(new SlackWorkspace(), "http://127.0.0.1:0");
            await bot._slack.StartAsync();
            bot._app = BotHost.Create([], builder =>
            {
                builder.Configuration.AddInMemoryCollection(
                    BotSettings.For(connection, bot._slack.Urls.Single()).Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value)));
                builder.Logging.SetMinimumLevel(LogLevel.Error);
                builder.WebHost.UseUrls("http://127.0.0.1:0");
                builder.Services.AddSingleton<ISnsEnvelopeVerifier, Genuine>();
            });
            await bot._app.StartAsync();
            bot._http.BaseAddress = new Uri(bot._app.Urls.Single());
            return bot;
        }

        /// <summary>Sends a file the way it comes: EventBridge, Alertmanager's webhook, SNS's envelope, or the content of one.</summary>
        public async Task<int> SendAsync(string file)
        {
            var body = await File.ReadAllTextAsync(Path.Combine(Root, file));
            var folder = file.Split('/')[0];
            var json = file.EndsWith(".json", StringComparison.Ordinal) ? JsonNode.Parse(body) as JsonObject : null;
            var (path, sent) = json switch
            {
                not null when json["detail-type"] is not null || json["resultToken"] is not null => ("/events/eventbridge", body),
                not null when json["receiver"] is not null && json["version"] is not null => ("/events/alertmanager", body),
                not null when json["Type"] is not null && json["TopicArn"] is not null => ("/events/sns", body),
                _ => ("/events/sns", new JsonObject
                {
                    ["Type"] = "Notification",
                    ["MessageId"] = Guid.NewGuid().ToString(),
                    ["TopicArn"] = Topic,
                    ["Message"] = body,
                    ["Timestamp"] = "2026-03-04T05:06:07.000Z",
                    ["SignatureVersion"] = "2",
                    ["Signature"] = "c2lnbmF0dXJl",
                    ["SigningCertURL"] = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                }.ToJsonString()),
            };
            var before = await MaxIdAsync();
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(sent, Encoding.UTF8, "application/json") };
            request.Headers.Add("X-Api-Key", BotSettings.ApiKey);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BotSettings.BearerToken);
            using var answer = await _http.SendAsync(request);
            for (var id = before + 1; id <= await MaxIdAsync(); id++) _folders[$"{id}"] = folder;
            return (int)answer.StatusCode;
        }

        public Task ReadAllAsync() => Eventually.TrueAsync(
            async () => await CountAsync("state = 'pending' AND attempts = 0") == 0 && await CountAsync("state = 'pending'") == 0, 60, "events still wait, or fail again and again");

        /// <summary>What is in a state, as <c>folder|kind|error</c>.</summary>
        public async Task<IReadOnlyList<string>> AsideAsync(string state)
        {
            await using var connection = await Database.OpenAsync(default);
            var rows = await connection.QueryAsync<(long Id, string Kind, string? Error)>("SELECT id, kind, error FROM inbox_events WHERE state = @state ORDER BY id", new { state });
            return [.. rows.Select(row => $"{_folders.GetValueOrDefault($"{row.Id}")}|{row.Kind}|{row.Error}")];
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await _app.StopAsync();
            await _app.DisposeAsync();
            await _slack.DisposeAsync();
            foreach (var suffix in (string[])["", "-wal", "-shm"]) File.Delete(_file + suffix);
        }

        private IDatabase Database => _app.Services.GetRequiredService<IDatabase>();

        private async Task<long> MaxIdAsync()
        {
            await using var connection = await Database.OpenAsync(default);
            return await connection.ExecuteScalarAsync<long?>("SELECT MAX(id) FROM inbox_events") ?? 0;
        }

        private async Task<long> CountAsync(string where)
        {
            await using var connection = await Database.OpenAsync(default);
            return await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM inbox_events WHERE {where}");
        }
    }

    /// <summary>The signatures of the data are not by SNS's keys.</summary>
    private sealed class Genuine : ISnsEnvelopeVerifier
    {
        public bool AllowsTopic(string topicArn) => true;

        public ValueTask<SnsVerification> Verify(SnsEnvelope envelope, CancellationToken cancellation = default) => new(SnsVerification.Ok);

        public Task<SnsVerification> ConfirmSubscription(SnsEnvelope envelope, CancellationToken cancellation = default) => Task.FromResult(SnsVerification.Ok);
    }
}

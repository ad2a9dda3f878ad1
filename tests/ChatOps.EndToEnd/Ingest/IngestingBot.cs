using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
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
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ChatOps.EndToEnd.Ingest;

/// <summary>The bot in this process, with a local Slack; AWS is not asked for anything.</summary>
internal sealed class IngestingBot : IAsyncDisposable
{
    private const string Topic = "arn:aws:sns:us-east-1:111122223333:chatops";
    private const string AlertsChannel = "alerts";
    private const string InTopic = "";

    private readonly SlackWorkspace _workspace = new();
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"chatops-events-{Guid.NewGuid():N}.db");
    private readonly Dictionary<string, string> _folders = [];
    private readonly HttpClient _http = new();
    private WebApplication _slack = null!;
    private WebApplication _app = null!;

    public static async Task<IngestingBot> StartAsync(DatabaseKind kind, params KeyValuePair<string, string?>[] settings)
    {
        var bot = new IngestingBot();
        var connection = $"Data Source={bot._file}";
        if (kind == DatabaseKind.Postgres)
        {
            var cluster = await PostgresCluster.Current;
            var name = $"every_event_{Guid.NewGuid():N}";
            await using (var admin = new NpgsqlConnection(cluster.ConnectionString("postgres")))
                await admin.ExecuteAsync($"CREATE DATABASE {name}");
            connection = cluster.ConnectionString(name);
        }

        bot._slack = SandboxSlack.Create(bot._workspace, "http://127.0.0.1:0");
        await bot._slack.StartAsync();
        bot._workspace.SlackUrl = bot._slack.Urls.Single();
        bot._app = BotHost.Create([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(
                BotSettings.For(connection, bot._slack.Urls.Single())
                    .Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value))
                    .Concat(settings));
            builder.Logging.SetMinimumLevel(LogLevel.Error);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddSingleton<ISnsEnvelopeVerifier, Genuine>();
        });
        await bot._app.StartAsync();
        bot._http.BaseAddress = new Uri(bot._app.Urls.Single());
        bot._workspace.BotUrl = bot._app.Urls.Single();
        return bot;
    }

    /// <summary>Sends a file the way it comes in the world.</summary>
    public async Task<int> SendAsync(string root, string file)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(root, file));
        return await SendAsync(file.Split('/')[0], text, PathOf(text));
    }

    /// <summary>Where a text comes in: EventBridge, Alertmanager's webhook, SNS's envelope, or the content of one.</summary>
    public static string PathOf(string text)
    {
        JsonObject? json = null;
        try
        {
            json = text.StartsWith('{') ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            // A template wrote it, or it is text.
        }

        return json switch
        {
            not null when json["detail-type"] is not null || json["resultToken"] is not null => "/events/eventbridge",
            not null when json["receiver"] is not null && json["version"] is not null => "/events/alertmanager",
            not null when json["Type"] is not null && json["TopicArn"] is not null => "/events/sns",
            _ => InTopic,
        };
    }

    /// <summary>Sends a text to where it comes in; what is none of ours is carried by a topic.</summary>
    public async Task<int> SendAsync(string folder, string text, string path)
    {
        var before = await MaxIdAsync();
        var sent = path != InTopic ? text : new JsonObject
        {
            ["Type"] = "Notification",
            ["MessageId"] = Guid.NewGuid().ToString(),
            ["TopicArn"] = Topic,
            ["Message"] = text,
            ["Timestamp"] = "2026-03-04T05:06:07.000Z",
            ["SignatureVersion"] = "2",
            ["Signature"] = "c2lnbmF0dXJl",
            ["SigningCertURL"] = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
        }.ToJsonString();
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            path == InTopic ? "/events/sns" : path)
        { Content = new StringContent(sent, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Api-Key", BotSettings.ApiKey);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BotSettings.BearerToken);
        using var answer = await _http.SendAsync(request);
        for (var id = before + 1; id <= await MaxIdAsync(); id++) _folders[$"{id}"] = folder;
        return (int)answer.StatusCode;
    }

    /// <summary>What a person reads after a command.</summary>
    public async Task<string> CommandAsync(string line)
    {
        using var http = new HttpClient();
        var delivery = new BotDelivery(_workspace, http, NullLogger<BotDelivery>.Instance);
        SlackUser user;
        SlackChannel channel;
        HashSet<string> before;
        lock (_workspace.Gate)
        {
            user = _workspace.Users.First(person => person.Id == "U0ALEX");
            channel = _workspace.Channels.First(known => known.Name == AlertsChannel);
            before = [.. Ephemeral(channel).Select(message => message.Ts)];
        }

        Assert.True((await delivery.CommandAsync(user, channel, line, inThread: false, default)).Ok);
        var answer = "";
        await Eventually.TrueAsync(
            () =>
            {
                lock (_workspace.Gate)
                    answer = Ephemeral(channel).Where(message => !before.Contains(message.Ts))
                        .Select(message => message.Body.ToJsonString()).FirstOrDefault() ?? "";
                return Task.FromResult(answer.Length > 0);
            },
            30, $"{line} is not answered");
        return answer;
    }

    /// <summary>All that stands in a channel.</summary>
    public string Channel(string name)
    {
        lock (_workspace.Gate)
            return string.Join('\n', _workspace.Messages.In(_workspace.Channels.First(channel => channel.Name == name).Id).Select(
                message => message.Body.ToJsonString()));
    }

    private IEnumerable<StoredMessage> Ephemeral(SlackChannel channel) =>
        _workspace.Messages.In(channel.Id).Where(message => message.EphemeralUser is not null);

    public Task ReadAllAsync() => Eventually.TrueAsync(
        async () => await CountAsync("state = 'pending' AND attempts = 0") == 0 && await CountAsync("state = 'pending'") == 0, 60,
        "events still wait, or fail again and again");

    /// <summary>What is in a state, as <c>folder|kind|error</c>.</summary>
    public async Task<IReadOnlyList<string>> AsideAsync(string state)
    {
        await using var connection = await Database.OpenAsync(default);
        var rows = await connection.QueryAsync<(long Id, string Kind, string? Error)>(
            "SELECT id, kind, error FROM inbox_events WHERE state = @state ORDER BY id", new { state });
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
internal sealed class Genuine : ISnsEnvelopeVerifier
{
    public bool AllowsTopic(string topicArn) => true;

    public ValueTask<SnsVerification> Verify(SnsEnvelope envelope, CancellationToken cancellation = default) => new(SnsVerification.Ok);

    public Task<SnsVerification> ConfirmSubscription(SnsEnvelope envelope, CancellationToken cancellation = default) =>
        Task.FromResult(SnsVerification.Ok);
}

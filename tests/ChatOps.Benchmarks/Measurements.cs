using System.Diagnostics;
using System.Globalization;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ChatOps.Benchmarks;

/// <summary>The five measurements of the table. Each starts the bot as a process of its own.</summary>
internal static class Measurements
{
    private const string ApiKey = "benchmark-eventbridge-key";
    public const string SigningSecret = "benchmark-signing-secret";
    private static readonly string Folder = AppContext.BaseDirectory;

    private static string Finding => File.ReadAllText(Path.Combine(Folder, "finding-event.json"));

    private static string NotUnderstood => File.ReadAllText(Path.Combine(Folder, "other-event.json"));

    /// <summary>(a) Signed slash commands acknowledged a second over 8 connections.</summary>
    public static async Task<Row[]> AckAsync()
    {
        await using var slack = await RecordingSlack.StartAsync();
        var file = Path.Combine(Path.GetTempPath(), $"chatops-ack-{Guid.NewGuid():N}.db");
        await using var bot = await BotProcess.StartAsync(
            [Path.Combine(Folder, "ChatOps.Benchmarks.dll"), "serve-ack"], Environment($"Data Source={file}", slack));
        await using var bare = await BotProcess.StartAsync([Path.Combine(Folder, "ChatOps.Benchmarks.dll"), "serve-bare"], []);
        Task<LoadResult> Load(BotProcess server) => KeepAliveLoad.RunAsync(
            server.Address, 8, TimeSpan.FromSeconds(4), index => new SlashCommandRequests(server.Address, SigningSecret, "/nothing", index),
            threads: 8);
        await Load(bot);
        await Load(bare);
        var (runs, comparison) = (new List<LoadResult>(), new List<LoadResult>());
        for (var run = 0; run < 5; run++)
        {
            runs.Add(await Load(bot));
            comparison.Add(await Load(bare));
        }

        return
        [
            new Row(
                "(a) slash commands acked a second, 8 connections, median of 5 runs", "25,000",
                $"{runs.Select(run => run.PerSecond).Median().N()} " +
                $"({runs.Min(run => run.PerSecond).N()}–{runs.Max(run => run.PerSecond).N()})"),
            new Row(
                "(a) p50 / p99", "p99 under 4 ms",
                $"{runs.Select(run => run.P50Milliseconds).Median().N(2)} ms / {runs.Select(run => run.P99Milliseconds).Median().N(2)} ms"),
            new Row(
                "(a) refused or told 'busy'", "0",
                $"{runs.Sum(run => run.Refused + run.WithBody).ToString("N0", CultureInfo.InvariantCulture)} of " +
                $"{runs.Sum(run => run.Answered).ToString("N0", CultureInfo.InvariantCulture)}"),
            new Row(
                "(a) a bare server with HMAC, in turn with it; ours is this share of it", "",
                $"{comparison.Select(run => run.PerSecond).Median().N()}; " +
                $"{runs.Zip(comparison, (ours, theirs) => ours.PerSecond / theirs.PerSecond).Median().N(2)}"),
        ];
    }

    /// <summary>(b) Durable events a second with 16 connections, beside pgbench, in turn on the same server.</summary>
    public static async Task<Row[]> IngestAsync(PostgresCluster postgres)
    {
        const int Rounds = 3;
        var length = TimeSpan.FromSeconds(6);
        await postgres.FillLogAsync();
        await postgres.CreateDatabaseAsync("ingest");
        await postgres.CreateDatabaseAsync("pgbench");
        await using (var tables = (IAsyncDisposable)StorageFeature.Open(DatabaseKind.Postgres, postgres.ConnectionString("pgbench")))
            await Migration.RunAsync((IDatabase)tables, ProductSchema.Scripts, NullLogger.Instance, default);
        await using var slack = await RecordingSlack.StartAsync();
        await using var bot = await BotProcess.StartAsync(BotCommand, Environment(postgres.ConnectionString("ingest"), slack));
        var body = new EventRequests(bot.Address, ApiKey, NotUnderstood, 0).Body;
        var kind = EventRequests.KindOf(NotUnderstood);
        await postgres.CreateDatabaseAsync("bare");
        await using var bare = await BotProcess.StartAsync(
            [Path.Combine(Folder, "ChatOps.Benchmarks.dll"), "serve-bare-ingest", postgres.ConnectionString("bare")], []);
        var (ours, theirs, floor) = (new List<double>(), new List<double>(), new List<double>());
        var (bots, servers, serversTheirs) = (new List<double>(), new List<double>(), new List<double>());
        // Long enough for the runtime to have compiled the path for good; else the first round measures the compiler.
        foreach (var server in (BotProcess[])[bot, bare])
            await KeepAliveLoad.RunAsync(
                server.Address, 16, TimeSpan.FromSeconds(12),
                index => new EventRequests(server.Address, ApiKey, NotUnderstood, 100 + index));
        for (var round = 0; round < Rounds; round++)
        {
            var (botBefore, serverBefore) = (bot.ProcessorMicroseconds, postgres.ProcessorMicroseconds());
            var load = await KeepAliveLoad.RunAsync(
                bot.Address, 16, length, index => new EventRequests(bot.Address, ApiKey, NotUnderstood, (round * 16) + index));
            bots.Add((bot.ProcessorMicroseconds - botBefore) / load.Answered);
            servers.Add((postgres.ProcessorMicroseconds() - serverBefore) / load.Answered);
            if (load.Refused > 0) throw new InvalidOperationException($"{load.Refused} events were refused.");
            ours.Add(load.PerSecond);
            floor.Add((await KeepAliveLoad.RunAsync(
                bare.Address, 16, length,
                index => new EventRequests(bare.Address, ApiKey, NotUnderstood, (round * 16) + index))).PerSecond);
            serverBefore = postgres.ProcessorMicroseconds();
            theirs.Add(await postgres.InsertsPerSecondAsync("pgbench", 16, length, kind, body));
            serversTheirs.Add((postgres.ProcessorMicroseconds() - serverBefore) / (theirs[^1] * length.TotalSeconds));
        }

        return
        [
            new Row(
                $"(b) durable events a second, 16 connections, {body.Length} bytes, median of {Rounds}", "2 × pgbench",
                $"{ours.Median().N()}"),
            new Row(
                "(b) pgbench, single-row inserts of the same event into the same table, 16 clients, same server", "",
                $"{theirs.Median().N()}"),
            new Row(
                "(b) processor time an event: the bot, PostgreSQL; PostgreSQL for a row of pgbench's", "",
                $"{bots.Median().N()} µs, {servers.Median().N()} µs; {serversTheirs.Median().N()} µs"),
            new Row(
                "(b) a bare server that only batches inserts, in turn with it; its ratio to pgbench; ours is this share of it", "",
                $"{floor.Median().N()}; {floor.Zip(theirs, (its, their) => its / their).Median().N(2)}; " +
                $"{ours.Zip(floor, (our, its) => our / its).Median().N(2)}"),
            new Row("(b) ratio", "2.0", ours.Zip(theirs, (our, their) => our / their).Median().N(2)),
        ];
    }

    /// <summary>(c) From the event's arrival to Slack's chat.postMessage, the bot idle.</summary>
    public static async Task<Row[]> LatencyAsync(PostgresCluster postgres)
    {
        const int Events = 30;
        await postgres.CreateDatabaseAsync("latency");
        await using var slack = await RecordingSlack.StartAsync();
        var environment = Environment(postgres.ConnectionString("latency"), slack);
        await using var bot = await BotProcess.StartAsync(BotCommand, environment);
        using var client = EventClient(bot);
        var times = new List<double>();
        for (var number = 0; number < Events; number++)
        {
            var before = slack.Posts.Count;
            var sent = Stopwatch.GetTimestamp();
            // Eight kinds and two accounts in turn, slow enough that nothing is grouped or paced.
            await PostAsync(client, FindingEvents.Event(Finding, number, 1, TimeProvider.System.GetUtcNow()));
            await UntilAsync(() => slack.Posts.Count > before, TimeSpan.FromSeconds(30));
            times.Add(Numbers.Milliseconds(sent, slack.Posts.Last().At));
            await Task.Delay(3200);
        }

        times.Sort();
        return [new Row(
            $"(c) event to Slack, idle, {Events} events: p50 / p95 / max", "p95 under 250 ms",
            $"{times[Events / 2].N()} / {times[(int)(Events * 0.95)].N()} / {times[^1].N()} ms")];
    }

    /// <summary>(d) 10,000 findings as fast as the bot takes them.</summary>
    public static async Task<Row[]> StormAsync(PostgresCluster postgres)
    {
        const int Findings = 10_000;
        const int PerEvent = 5;
        await postgres.CreateDatabaseAsync("storm");
        await using var slack = await RecordingSlack.StartAsync();
        await using var bot = await BotProcess.StartAsync(BotCommand, Environment(postgres.ConnectionString("storm"), slack));
        using var client = EventClient(bot);
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString("storm"));
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Findings / PerEvent), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
            await PostAsync(
                client, FindingEvents.Event(Finding, 1_000_000 + (number * PerEvent), PerEvent, TimeProvider.System.GetUtcNow())));
        var accepted = Stopwatch.GetElapsedTime(began);
        await UntilAsync(() => CountAsync(source).GetAwaiter().GetResult() >= Findings, TimeSpan.FromMinutes(5));
        var recorded = Stopwatch.GetElapsedTime(began);
        // A minute is what the promise is about; a little more shows what trickles on.
        await Task.Delay(TimeSpan.FromSeconds(75) - Min(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(74)));
        var perChannel = slack.Posts.GroupBy(post => post.Channel).ToDictionary(
            group => group.Key, group => group.Count(post => Numbers.Milliseconds(began, post.At) < 60_000));
        return
        [
            new Row(
                "(d) storm of 10,000 findings: accepted / recorded after", "",
                $"{accepted.TotalSeconds.N(1)} s / {recorded.TotalSeconds.N(1)} s"),
            new Row(
                "(d) posts per channel in the minute", "20 at most", string.Join(", ", perChannel.Select(at => $"{at.Key} {at.Value}"))),
            new Row("(d) updates in place", "", slack.Updates.ToString(CultureInfo.InvariantCulture)),
            new Row("(d) peak memory", "300 MB at most", $"{bot.PeakMegabytes.N()} MB"),
        ];
    }

    /// <summary>(e) Cold start to ready, and memory at rest.</summary>
    public static async Task<Row[]> StartAsync(PostgresCluster postgres)
    {
        await postgres.CreateDatabaseAsync("start");
        await using var slack = await RecordingSlack.StartAsync();
        var environment = Environment(postgres.ConnectionString("start"), slack);
        var (first, again, resident) = (0.0, new List<double>(), new List<double>());
        for (var run = 0; run < 6; run++)
        {
            await using var bot = await BotProcess.StartAsync(BotCommand, environment);
            if (run == 0) first = bot.ReadyAfter.TotalSeconds;
            else again.Add(bot.ReadyAfter.TotalSeconds);
            await Task.Delay(TimeSpan.FromSeconds(5));
            resident.Add(bot.ResidentMegabytes);
        }

        return
        [
            new Row(
                "(e) start to ready, PostgreSQL, median of 5", "under 2 s",
                $"{again.Median().N(2)} s (with an empty database {first.N(2)} s)"),
            new Row("(e) resident memory, idle, median of 6", "under 150 MB", $"{resident.Median().N()} MB"),
        ];
    }

    /// <summary>The bot as it is published (<c>run</c> says where), else as it was built beside this.</summary>
    private static string[] BotCommand => [System.Environment.GetEnvironmentVariable("CHATOPS_BOT") is { Length: > 0 } published
        ? published
        : Path.Combine(Folder, "ChatOps.Bot.dll")];

    private static TimeSpan Min(TimeSpan item, TimeSpan other) => item < other ? item : other;

    public static Dictionary<string, string> Environment(string connectionString, RecordingSlack slack) => new Dictionary<string, string>
    {
        ["ConnectionStrings__ChatOps"] = connectionString,
        ["ChatOps__Slack__ApiUrl"] = slack.ApiUrl,
        ["ChatOps__Slack__BotToken"] = "xoxb-benchmark",
        ["ChatOps__Slack__SigningSecret"] = SigningSecret,
        ["ChatOps__Aws__Region"] = "ap-northeast-2",
        ["ChatOps__Aws__ServiceUrl"] = "http://127.0.0.1:9",
        ["ChatOps__Ingest__EventBridge__ApiKey"] = ApiKey,
        ["ChatOps__Ingest__Alertmanager__BearerToken"] = "benchmark-alertmanager-token",
        ["AWS_ACCESS_KEY_ID"] = "AKIABENCHMARK",
        ["AWS_SECRET_ACCESS_KEY"] = "benchmark",
    };

    private static HttpClient EventClient(BotProcess bot)
    {
        var client = new HttpClient { BaseAddress = bot.Address };
        client.DefaultRequestHeaders.Add("X-Api-Key", ApiKey);
        return client;
    }

    private static async Task PostAsync(HttpClient client, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var answer = await client.PostAsync(new Uri("/events/eventbridge", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<long> CountAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("select count(*) from findings");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task UntilAsync(Func<bool> condition, TimeSpan limit)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(began) > limit) throw new TimeoutException("The bot did not get there.");
            await Task.Delay(1);
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using ChatOps.Assets;
using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatOps.Benchmarks;

/// <summary>
/// The inventory at one million assets (<c>CHATOPS_ASSETS</c> for another number): a sync through the real client, then searches.
/// </summary>
internal static class AssetMeasurements
{
    private const int Rounds = 20;

    /// <summary>Words that half the estate has, filters that narrow, slips, two letters, and single resources.</summary>
    private static readonly string[] Searches =
    [
        "prod", "aws", "ap-northeast-2", "ec2", "tag:bighead:Env=PROD", "instance payroll", "type:s3", "db",
        "type:ec2:volume -tag:bighead:Owner", "web created:30d",
        "payroll-777", "vol-0000004d2", "payroll type:s3 tag:bighead:Env=PROD owner:SECURITY", "owner:BILLING analytics",
        "nothing-of-that-name", "account:prod region:ap-northeast-2 students",
    ];

    /// <summary>The database in PostgreSQL, kept for the report's measurement.</summary>
    public const string Database = "assets";

    public static int Size { get; } = int.Parse(
        Environment.GetEnvironmentVariable("CHATOPS_ASSETS") ?? "1000000", CultureInfo.InvariantCulture);

    public static async Task<Row[]> RunAsync(PostgresCluster postgres)
    {
        await postgres.CreateDatabaseAsync(Database);
        var file = Path.Combine(Path.GetTempPath(), $"chatops-assets-{Guid.NewGuid():N}.db");
        try
        {
            return
            [
                .. await OnAsync("PostgreSQL", DatabaseKind.Postgres, postgres.ConnectionString(Database), 50),
                .. await OnAsync("SQLite", DatabaseKind.Sqlite, $"Data Source={file}", 150),
            ];
        }
        finally
        {
            foreach (var suffix in (string[])["", "-wal", "-shm"]) File.Delete(file + suffix);
        }
    }

    private static async Task<Row[]> OnAsync(string name, DatabaseKind kind, string connectionString, int target)
    {
        var database = StorageFeature.Open(kind, connectionString);
        await using var closing = (IAsyncDisposable)database;
        await Migration.RunAsync(database, ProductSchema.Scripts, NullLogger.Instance, default);
        var peak = Peak();
        var began = Stopwatch.GetTimestamp();
        await SyncAsync(database);
        var took = Stopwatch.GetElapsedTime(began);
        var memory = await peak();
        if (kind == DatabaseKind.Postgres)
            await using (var connection = await database.OpenAsync(default))
                await Dapper.SqlMapper.ExecuteAsync(connection, "VACUUM ANALYZE assets");

        await using var services = Services("http://127.0.0.1:9");
        var searcher = new AssetSearcher(database, services.GetRequiredService<IAwsAccounts>(), new FixedLocale(), TimeProvider.System);
        foreach (var text in Searches) await FindAsync(searcher, text);
        var times = new List<(string Text, double Milliseconds)>();
        var searching = Peak();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var text in Searches.OrderBy(_ => Random.Shared.Next()))
            {
                var from = Stopwatch.GetTimestamp();
                await FindAsync(searcher, text);
                times.Add((text, Stopwatch.GetElapsedTime(from).TotalMilliseconds));
            }
        }

        var ordered = times.Select(time => time.Milliseconds).Order().ToArray();
        var slowest = times.GroupBy(time => time.Text)
            .Select(group => (group.Key, Median: group.Select(item => item.Milliseconds).Median())).MaxBy(item => item.Median);
        var size = Size.ToString("N0", CultureInfo.InvariantCulture);
        return
        [
            new Row(
                $"(f) {name}: sync of {size} assets, peak memory of the process that also serves them", "400 MB",
                $"{memory.N()} MB in {took.TotalMinutes.N(1)} min"),
            new Row(
                $"(f) {name}: search of {size} assets, p95 over {Searches.Length} searches × {Rounds}", $"{target} ms",
                $"{ordered[(int)(ordered.Length * 0.95)].N(1)} ms; median {ordered[ordered.Length / 2].N(1)} ms; slowest by median " +
                $"'{slowest.Key}' {slowest.Median.N(1)} ms"),
            new Row($"(f) {name}: memory while searching", "flat", $"{(await searching()).N()} MB"),
        ];
    }

    /// <summary>The database with the inventory in it: as measured before, or synced now.</summary>
    public static async Task<IAsyncDisposable> OpenSyncedAsync(PostgresCluster postgres)
    {
        if (!await postgres.HasDatabaseAsync(Database)) await postgres.CreateDatabaseAsync(Database);
        var database = StorageFeature.Open(DatabaseKind.Postgres, postgres.ConnectionString(Database));
        await Migration.RunAsync(database, ProductSchema.Scripts, NullLogger.Instance, default);
        await using (var connection = await database.OpenAsync(default))
        {
            if (await AssetStore.CountAsync(connection, default) > 0) return (IAsyncDisposable)database;
        }

        await SyncAsync(database);
        return (IAsyncDisposable)database;
    }

    private static async Task SyncAsync(IDatabase database)
    {
        await using var aws = await GeneratedAws.StartAsync(Size);
        await using var services = Services(aws.Url);
        var sync = new AssetSync(
            database, services.GetRequiredService<IAwsClients>(), services.GetRequiredService<IAwsAccounts>(),
            Options.Create(new AssetsOptions()), new GivenVocabulary(new TagVocabulary("bighead:")), TimeProvider.System,
            NullLogger<AssetSync>.Instance);
        await sync.RunAsync(new AssetScope(GeneratedAws.Account, GeneratedAws.Region), default);
    }

    private static async Task FindAsync(AssetSearcher searcher, string text)
    {
        if (!searcher.TryRead(text, out var query, out _)) throw new InvalidOperationException(text);
        await searcher.FindAsync(query, 0, 10, default);
    }

    /// <summary>Watches the process's memory until asked for the most it was, in MB.</summary>
    private static Func<Task<double>> Peak()
    {
        var stop = new CancellationTokenSource();
        var most = 0L;
        var watching = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                most = Math.Max(most, Environment.WorkingSet);
                await Task.Delay(50).ConfigureAwait(false);
            }
        });
        return async () =>
        {
            await stop.CancelAsync();
            await watching;
            stop.Dispose();
            return most / 1024.0 / 1024.0;
        };
    }

    private static ServiceProvider Services(string url) => new ServiceCollection()
        .AddLogging()
        .AddAws(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ChatOps:Aws:Region"] = GeneratedAws.Region,
            ["ChatOps:Aws:ServiceUrl"] = url,
            ["ChatOps:Aws:Accounts:0:Id"] = GeneratedAws.Account,
            ["ChatOps:Aws:Accounts:0:Name"] = "prod",
        }).Build())
        .BuildServiceProvider();

    private sealed record GivenVocabulary(TagVocabulary Value) : IPolicy<TagVocabulary>;

    private sealed class FixedLocale : ILocales
    {
        public Locale Default { get; } = Locale.For("en", TimeZoneInfo.Utc);

        public Locale For(string? language) => Default;

        public Task<Locale> OfUserAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(Default);
    }
}

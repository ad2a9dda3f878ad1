using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ChatOps.Tests.Kit;

/// <summary>
/// A fresh, migrated database for a test. Write storage tests once for both:
/// <code>
/// [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
/// public async Task A_sentence(DatabaseKind kind)
/// {
///     await using var test = await Databases.CreateAsync(kind);
///     … test.Database …
/// }
/// </code>
/// </summary>
public static class Databases
{
    private static readonly Lazy<Task> PostgresTemplate = new(() => Task.Run(CreateTemplateAsync));
    private static readonly SemaphoreSlim OneCopyAtATime = new(1, 1);

    // Of this process: others on the same server have other parts of the product beside them.
    private static readonly string TemplateName = $"template_{Guid.NewGuid():N}";

    public static TheoryData<DatabaseKind> Kinds => [DatabaseKind.Postgres, DatabaseKind.Sqlite];

    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind)
    {
        if (kind == DatabaseKind.Sqlite)
        {
            var file = Path.Combine(Path.GetTempPath(), $"chatops-test-{Guid.NewGuid():N}.db");
            var sqlite = new TestDatabase(kind, $"Data Source={file}", async () =>
            {
                foreach (var suffix in (string[])["", "-wal", "-shm"]) File.Delete(file + suffix);
                await Task.CompletedTask;
            });
            await Migration.RunAsync(sqlite.Database, ProductSchema.Scripts, NullLogger.Instance, CancellationToken.None);
            return sqlite;
        }

        await PostgresTemplate.Value;
        var cluster = await PostgresCluster.Current;
        var name = $"t{Guid.NewGuid():N}";
        await OneCopyAtATime.WaitAsync();
        try
        {
            await ExecuteAsync(cluster, $"CREATE DATABASE {name} TEMPLATE {TemplateName}");
        }
        finally
        {
            OneCopyAtATime.Release();
        }

        return new TestDatabase(kind, cluster.ConnectionString(name), () => ExecuteAsync(cluster, $"DROP DATABASE {name} WITH (FORCE)"));
    }

    private static async Task CreateTemplateAsync()
    {
        var cluster = await PostgresCluster.Current;
        await ExecuteAsync(cluster, $"CREATE DATABASE {TemplateName}");
        await using var database = (PostgresDatabase)StorageFeature.Open(
            DatabaseKind.Postgres, cluster.ConnectionString(TemplateName) + ";Pooling=false");
        await Migration.RunAsync(database, ProductSchema.Scripts, NullLogger.Instance, CancellationToken.None);
    }

    private static async Task ExecuteAsync(PostgresCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>A database of one test; disposing it drops it.</summary>
public sealed class TestDatabase(DatabaseKind kind, string connectionString, Func<Task> drop) : IAsyncDisposable
{
    public DatabaseKind Kind { get; } = kind;

    /// <summary>For what opens its own: a second replica, a whole bot.</summary>
    public string ConnectionString { get; } = connectionString;

    public IDatabase Database { get; } = StorageFeature.Open(kind, connectionString);

    public async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)Database).DisposeAsync();
        await drop();
    }
}

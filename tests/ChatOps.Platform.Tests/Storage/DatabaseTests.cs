using ChatOps.Platform.Storage;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.Platform.Tests.Storage;

public sealed class DatabaseTests
{
    private const string CountSql = "SELECT COUNT(*) FROM inbox_events";

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Work_that_throws_leaves_nothing_behind(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        var woken = false;

        await Assert.ThrowsAsync<InvalidDataException>(() => test.Database.WriteAsync(
            async uow =>
            {
                uow.AfterCommit(() => woken = true);
                await InsertAsync(uow, "a");
                throw new InvalidDataException();
            },
            default));

        Assert.Equal(0, await CountAsync(test.Database));
        Assert.False(woken);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Committed_work_is_there_before_the_wake(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        var woken = new TaskCompletionSource();

        await test.Database.WriteAsync(
            async uow =>
            {
                uow.AfterCommit(() => woken.SetResult());
                await InsertAsync(uow, "a");
            },
            default);

        Assert.True(woken.Task.IsCompleted);
        Assert.Equal(1, await CountAsync(test.Database));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Many_writers_at_once_all_commit(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);

        await Task.WhenAll(
            Enumerable.Range(0, 64).Select(i => Task.Run(() => test.Database.WriteAsync(uow => InsertAsync(uow, $"k{i}"), default))));

        Assert.Equal(64, await CountAsync(test.Database));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Replicas_that_migrate_at_once_take_turns(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        await test.Database.WriteAsync(
            uow => uow.Connection.ExecuteAsync("DROP TABLE inbox_events", transaction: uow.Transaction), default);
        await test.Database.WriteAsync(
            uow => uow.Connection.ExecuteAsync("DELETE FROM schemaversions WHERE scriptname LIKE '%inbox%'", transaction: uow.Transaction),
            default);

        var replicas = kind == DatabaseKind.Postgres ? 4 : 1;
        await Task.WhenAll(Enumerable.Range(0, replicas).Select(
            _ => Migration.RunAsync(test.Database, ProductSchema.Scripts, NullLogger.Instance, default)));

        Assert.Equal(0, await CountAsync(test.Database));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Rows_travel_as_one_parameter(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        await using var connection = await test.Database.OpenAsync(default);

        var sum = await connection.ExecuteScalarAsync<long>(
            $"SELECT SUM(CAST(r.value ->> 'id' AS bigint)) FROM {JsonRows.From(kind, "@rows")} AS r",
            new { rows = JsonRows.Ids([1, 2, 39]) });

        Assert.Equal(42, sum);
    }

    [Fact]
    public async Task A_deadlock_is_tried_again_with_fresh_work()
    {
        await using var test = await Databases.CreateAsync(DatabaseKind.Postgres);
        await test.Database.WriteAsync(uow => InsertAsync(uow, "a"), default);
        await test.Database.WriteAsync(uow => InsertAsync(uow, "b"), default);
        using var bothHold = new Barrier(2);
        var first = 2;

        Task Cross(string text, string other) => Task.Run(() => test.Database.WriteAsync(
            async uow =>
            {
                await MarkChangedAsync(uow, text);
                if (Interlocked.Decrement(ref first) >= 0) bothHold.SignalAndWait(TimeSpan.FromSeconds(20));
                await MarkChangedAsync(uow, other);
            },
            default));
        await Task.WhenAll(Cross("a", "b"), Cross("b", "a"));

        await using var connection = await test.Database.OpenAsync(default);
        Assert.Equal(4, await connection.ExecuteScalarAsync<long>("SELECT SUM(attempts) FROM inbox_events"));
    }

    [Theory]
    [InlineData("Data Source=x.db", DatabaseKind.Sqlite)]
    [InlineData("Host=db;Database=chatops", DatabaseKind.Postgres)]
    [InlineData("Server=db;Database=chatops", DatabaseKind.Postgres)]
    public void The_connection_string_names_the_database(string connectionString, DatabaseKind expected) =>
        Assert.Equal(expected, StorageFeature.KindOf(connectionString));

    [Theory]
    [InlineData("")]
    [InlineData("Database=chatops")]
    [InlineData("Password=hunter2;oops")]
    public void A_wrong_connection_string_is_refused_without_repeating_it(string connectionString)
    {
        var fault = Assert.Throws<ArgumentException>(() => StorageFeature.KindOf(connectionString));

        Assert.Contains("ConnectionStrings:ChatOps", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault.Message, StringComparison.Ordinal);
    }

    private static Task<int> InsertAsync(UnitOfWork uow, string key) => uow.Connection.ExecuteAsync(
        "INSERT INTO inbox_events (dedup_key, source, kind, body, received_at) VALUES (@key, 's', 'k', '{}', 0)", new { key },
        uow.Transaction);

    private static Task<int> MarkChangedAsync(UnitOfWork uow, string key) => uow.Connection.ExecuteAsync(
        "UPDATE inbox_events SET attempts = attempts + 1 WHERE dedup_key = @key", new { key }, uow.Transaction);

    private static async Task<long> CountAsync(IDatabase database)
    {
        await using var connection = await database.OpenAsync(default);
        return await connection.ExecuteScalarAsync<long>(CountSql);
    }
}

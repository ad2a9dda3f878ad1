using System.Data.Common;
using ChatOps.Platform.Storage;

namespace ChatOps.Tests.Kit;

/// <summary>
/// A database whose statements are counted, for tests that hold a budget. Counts what the product executes: every command, with its text.
/// Not counted: BEGIN and COMMIT, and what a driver does by itself when it opens a connection.
/// </summary>
/// <remarks>
/// Npgsql tells of its commands by its activity source. SQLite tells nobody, so its connections are wrapped. Statements of one command are
/// counted one by one: two of them behind a semicolon are no saving.
/// </remarks>
internal sealed class CountedDatabase : IAsyncDisposable
{
    private readonly StatementLog _log = new();
    private readonly NpgsqlStatements? _npgsql;

    private CountedDatabase(TestDatabase test)
    {
        Inner = StorageFeature.Open(test.Kind, test.ConnectionString);
        Database = Inner;
        if (test.Kind == DatabaseKind.Postgres)
            _npgsql = new NpgsqlStatements(new Npgsql.NpgsqlConnectionStringBuilder(test.ConnectionString).Database!, _log);
        else Database = new WrappedDatabase(Inner, _log);
    }

    /// <summary>Give this one to what is to be counted.</summary>
    public IDatabase Database { get; }

    /// <summary>The statements since the last <see cref="Clear"/>, in the order they were executed.</summary>
    public IReadOnlyList<string> Statements => _log.All;

    private IDatabase Inner { get; }

    /// <summary>Counts on the database of a test; the test's own connections are not counted on SQLite.</summary>
    public static CountedDatabase Of(TestDatabase test) => new(test);

    public void Clear() => _log.Clear();

    /// <summary>Whether nothing was executed for so long.</summary>
    public bool IsQuietFor(TimeSpan length) => _log.SinceLast >= length;

    /// <summary>Fails when more was executed than the budget allows, and lists it.</summary>
    public void AssertAtMost(int budget, string what)
    {
        var statements = Statements;
        Assert.True(
            statements.Count <= budget, $"{what} took {statements.Count} statements; the budget is {budget}.\n{Listed(statements)}");
    }

    /// <summary>The statements, numbered, each on one line.</summary>
    public static string Listed(IReadOnlyList<string> statements) => string.Join('\n', statements.Select((sql, i) => $"{i + 1,3}  {sql}"));

    public async ValueTask DisposeAsync()
    {
        _npgsql?.Dispose();
        await ((IAsyncDisposable)Inner).DisposeAsync();
    }

    /// <summary>Counts on every connection it opens.</summary>
    private sealed class WrappedDatabase(IDatabase inner, StatementLog log) : IDatabase
    {
        public DatabaseKind Kind => inner.Kind;

        public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) =>
            new CountedConnection(await inner.OpenAsync(cancellationToken), log);

        public Task<T> WriteAsync<T>(Func<UnitOfWork, Task<T>> work, CancellationToken cancellationToken) => inner.WriteAsync(
            uow =>
            {
                var counted = new UnitOfWork(new CountedConnection(uow.Connection, log), uow.Transaction, uow.Kind);
                uow.AfterCommit(counted.RunAfterCommit);
                return work(counted);
            },
            cancellationToken);
    }
}

/// <summary>What was executed, and when the last of it was.</summary>
internal sealed class StatementLog
{
    private readonly Lock _gate = new();
    private readonly List<string> _statements = [];
    private long _last = Environment.TickCount64;

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_gate) return [.. _statements];
        }
    }

    public TimeSpan SinceLast
    {
        get
        {
            lock (_gate) return TimeSpan.FromMilliseconds(Environment.TickCount64 - _last);
        }
    }

    public void Add(string text)
    {
        lock (_gate)
        {
            _last = Environment.TickCount64;
            foreach (var statement in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                _statements.Add(string.Join(' ', statement.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        }
    }

    public void Clear()
    {
        lock (_gate) _statements.Clear();
    }
}

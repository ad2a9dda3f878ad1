using System.Data;
using System.Data.Common;
using Npgsql;

namespace ChatOps.Platform.Storage;

/// <summary>The two databases ChatOps stands on.</summary>
public enum DatabaseKind
{
    /// <summary>Production: several replicas, one database.</summary>
    Postgres,

    /// <summary>Embedded: one process, one file.</summary>
    Sqlite,
}

/// <summary>
/// Opens connections and runs transactions. Statements are plain SQL through Dapper, common to both databases wherever they can be.
/// Times are stored as Unix milliseconds (UTC) in <c>bigint</c> columns, JSON as text (SQLite) or jsonb (PostgreSQL).
/// </summary>
public interface IDatabase
{
    /// <summary>Which database this is, for the few statements that differ.</summary>
    DatabaseKind Kind { get; }

    /// <summary>An open connection for reading; dispose it.</summary>
    Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction and commits it; an exception rolls everything back.
    /// On SQLite writers wait in line for the one writer's place, so keep Slack and AWS calls out of it.
    /// What was given to <see cref="UnitOfWork.AfterCommit"/> runs once the commit has succeeded.
    /// A serialization failure or deadlock is retried with fresh work up to three times, so <paramref name="work"/> must have no effects of
    /// its own.
    /// </summary>
    Task<T> WriteAsync<T>(Func<UnitOfWork, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>The same for work that answers nothing.</summary>
    Task WriteAsync(Func<UnitOfWork, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(
            async uow =>
            {
                await work(uow);
                return true;
            },
            cancellationToken);
}

/// <summary>One open transaction. Give <see cref="Transaction"/> to every Dapper call on <see cref="Connection"/>.</summary>
public sealed class UnitOfWork(DbConnection connection, DbTransaction transaction, DatabaseKind kind)
{
    private List<Action>? _afterCommit;

    /// <summary>The connection the transaction runs on.</summary>
    public DbConnection Connection { get; } = connection;

    /// <summary>The transaction.</summary>
    public DbTransaction Transaction { get; } = transaction;

    /// <summary>Which database this is.</summary>
    public DatabaseKind Kind { get; } = kind;

    /// <summary>Something to do once the commit has succeeded, usually to wake a worker; it must be quick and must not throw.</summary>
    public void AfterCommit(Action action) => (_afterCommit ??= []).Add(action);

    /// <summary>
    /// Runs <paramref name="work"/> behind a savepoint: what it changed before an error is rolled back, with what it gave to
    /// <see cref="AfterCommit"/>, and the transaction goes on. Do not nest.
    /// </summary>
    /// <returns>The error; null when there was none.</returns>
    /// <exception cref="DbException">The transaction itself is over: the connection is lost, or the database ended it for another's
    /// sake.</exception>
    public async Task<Exception?> TryAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        const string name = "part";
        var actions = _afterCommit?.Count ?? 0;
        await Transaction.SaveAsync(name, cancellationToken);
        Exception? error = null;
        try
        {
            await work();
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && Connection.State == ConnectionState.Open
            && !IsConflict(fault))
        {
            error = fault;
            await Transaction.RollbackAsync(name, cancellationToken);
            _afterCommit?.RemoveRange(actions, _afterCommit.Count - actions);
        }

        await Transaction.ReleaseAsync(name, cancellationToken);
        return error;
    }

    internal void RunAfterCommit()
    {
        foreach (var action in _afterCommit ?? []) action();
    }

    /// <summary>Two transactions stood in each other's way: the whole of this one is tried again.</summary>
    private static bool IsConflict(Exception fault) =>
        fault is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };
}

using System.Data.Common;
using Npgsql;

namespace ChatOps.Platform.Storage;

/// <summary>PostgreSQL 14 or newer: pooled connections, READ COMMITTED transactions.</summary>
internal sealed class PostgresDatabase : IDatabase, IAsyncDisposable
{
    private const int MaxAttempts = 4;

    public PostgresDatabase(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.ApplicationName ??= "chatops";
        // The same few dozen statements again and again: planned once a connection, unless the operator says otherwise.
        if (settings.MaxAutoPrepare == 0) settings.MaxAutoPrepare = 64;
        ConnectionString = settings.ConnectionString;
        Source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    public DatabaseKind Kind => DatabaseKind.Postgres;

    /// <summary>For the migration, which opens its own connections.</summary>
    internal string ConnectionString { get; }

    /// <summary>For what only PostgreSQL can do: arrays as parameters, session locks.</summary>
    internal NpgsqlDataSource Source { get; }

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) => await Source.OpenConnectionAsync(cancellationToken);

    public async Task<T> WriteAsync<T>(Func<UnitOfWork, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryWriteAsync(work, cancellationToken);
            }
            catch (PostgresException fault) when (attempt < MaxAttempts
                && fault.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
            {
                // The other side has won; a short, uneven wait keeps two losers from meeting again.
                // A few milliseconds for the other transaction to end: its time is real, whatever a test's clock says.
#pragma warning disable RS0030
                await Task.Delay(Random.Shared.Next(5, 20 * attempt), cancellationToken);
#pragma warning restore RS0030
            }
        }
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    private async Task<T> TryWriteAsync<T>(Func<UnitOfWork, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var uow = new UnitOfWork(connection, transaction, Kind);
        var result = await work(uow);
        await transaction.CommitAsync(cancellationToken);
        uow.RunAfterCommit();
        return result;
    }
}

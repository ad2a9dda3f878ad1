using System.Security.Cryptography;
using System.Text;
using ChatOps.Platform.Storage;
using Npgsql;

namespace ChatOps.Platform.Delivery;

/// <summary>One sender a channel, over all replicas: so that order, pace and places hold for the channel and not for a replica.</summary>
internal interface IChannelLocks
{
    /// <summary>The right to send to a channel, or null when another replica has it. Dispose it to give it back.</summary>
    Task<IChannelLease?> TryAcquireAsync(string target, CancellationToken cancellationToken);
}

/// <summary>The right to send to a channel.</summary>
internal interface IChannelLease : IAsyncDisposable
{
    /// <summary>Whether we still have it. Asked before each post.</summary>
    Task<bool> IsHeldAsync(CancellationToken cancellationToken);
}

/// <summary>SQLite is one process: its one deliverer has one sender a channel.</summary>
internal sealed class LocalChannelLocks : IChannelLocks, IChannelLease
{
    public Task<IChannelLease?> TryAcquireAsync(string target, CancellationToken cancellationToken) =>
        Task.FromResult<IChannelLease?>(this);

    public Task<bool> IsHeldAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>
/// PostgreSQL's session locks, all on one connection of this replica. When the connection is lost, so are the locks, and another replica
/// may have them: each lease knows the connection it was taken on.
/// </summary>
internal sealed class PostgresChannelLocks(PostgresDatabase database) : IChannelLocks, IAsyncDisposable
{
    /// <summary>The first number of the lock's pair; the second is the channel's hash. Spells "Chat" in ASCII.</summary>
    private const int Space = 0x43_68_61_74;

    private const string TryLock = "SELECT pg_try_advisory_lock($1, $2)";

    private readonly SemaphoreSlim _gate = new(1, 1);
    private NpgsqlConnection? _connection;

    public async Task<IChannelLease?> TryAcquireAsync(string target, CancellationToken cancellationToken)
    {
        var number = BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(target)));
        await _gate.WaitAsync(cancellationToken);
        try
        {
            // The connection may have been lost since it was last used: once more on a new one.
            if (_connection is null || await AskAsync(_connection, TryLock, number, cancellationToken) is not { } locked)
            {
                if (_connection is not null) await _connection.DisposeAsync();
                _connection = await database.Source.OpenConnectionAsync(cancellationToken);
                locked = await AskAsync(_connection, TryLock, number, cancellationToken) ?? false;
            }

            return locked ? new Lease(this, _connection, number) : null;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        _gate.Dispose();
    }

    /// <summary>The answer; null when the connection is lost.</summary>
    private static async Task<bool?> AskAsync(NpgsqlConnection connection, string sql, int number, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            if (sql.Contains('$', StringComparison.Ordinal))
            {
                command.Parameters.Add(new() { Value = Space });
                command.Parameters.Add(new() { Value = number });
            }

            return await command.ExecuteScalarAsync(cancellationToken) is true;
        }
        catch (Exception fault) when (fault is NpgsqlException or InvalidOperationException or TimeoutException or IOException)
        {
            return null;
        }
    }

    private sealed class Lease(PostgresChannelLocks locks, NpgsqlConnection connection, int number) : IChannelLease
    {
        public Task<bool> IsHeldAsync(CancellationToken cancellationToken) => AskAsync("SELECT true", cancellationToken);

        public async ValueTask DisposeAsync() => await AskAsync("SELECT pg_advisory_unlock($1, $2)", CancellationToken.None);

        private async Task<bool> AskAsync(string sql, CancellationToken cancellationToken)
        {
            await locks._gate.WaitAsync(cancellationToken);
            try
            {
                return ReferenceEquals(locks._connection, connection)
                    && await PostgresChannelLocks.AskAsync(connection, sql, number, cancellationToken) is true;
            }
            finally
            {
                locks._gate.Release();
            }
        }
    }
}

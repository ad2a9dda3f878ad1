using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Work;

/// <summary>
/// The SQL of leases. A row's due time is by the clock of the process (people choose times by it), its lease by the database's: a replica
/// whose clock is wrong, or that was stopped and goes on, neither takes too early what another holds nor keeps what is no longer its own.
/// </summary>
internal class WorkQueue
{
    /// <summary>The column at which a joined row changes from lease to item.</summary>
    internal const string ItemMark = "ItemMark";

    /// <summary>Names this process in leases.</summary>
    protected static readonly string Owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
}

/// <summary>The leases on one table.</summary>
internal sealed class WorkQueue<TItem>(WorkTable<TItem> table, DatabaseClock clock) : WorkQueue
    where TItem : notnull
{
    /// <summary>Takes what is due.</summary>
    public async Task<List<Leased<TItem>>> TakeAsync(UnitOfWork uow, DateTimeOffset now, int limit)
    {
        var keys = string.Join(", ", table.Key);
        var sql =
            $"""
            UPDATE {table.Table} SET lease_owner = @Owner, lease_until = {clock.Now(uow.Kind)} + @lease, lease_epoch = lease_epoch + 1,
              attempts = attempts + 1{(table.OnTake is null ? "" : $", {table.OnTake}")}
            WHERE ({keys}) IN (
              SELECT {keys} FROM {table.Table} AS w
              WHERE {table.Waiting} AND w.{table.Due} <= @now AND {Free(uow.Kind)}
              ORDER BY {table.Order ?? $"w.{table.Due}"} LIMIT @limit{(uow.Kind == DatabaseKind.Postgres ? " FOR UPDATE SKIP LOCKED" : "")})
            RETURNING {string.Join(", ", table.Key.Select((column, i) => $"CAST({column} AS text) AS K{i}"))}, lease_epoch AS Epoch,
              attempts AS Attempts, {table.Due} AS DueAt,
              1 AS {ItemMark}, {table.Columns}
            """;
        var rows = await table.QueryAsync(
            uow.Connection, sql, new { Owner, now = now.ToUnixTimeMilliseconds(), lease = (long)table.Lease.TotalMilliseconds, limit },
            uow.Transaction);
        return [.. rows.Select(row => new Leased<TItem>(row.Item, row.Lease)).OrderBy(row => row.Lease.DueAt)
            .ThenBy(row => row.Lease.Key, StringComparer.Ordinal)];
    }

    /// <summary>Proves that the leases still hold, and prolongs them.</summary>
    /// <exception cref="LeaseLostException">One of them does not.</exception>
    public Task HoldAsync(UnitOfWork uow, IReadOnlyCollection<Leased<TItem>> items) =>
        ChangeAsync(uow, $"lease_until = {clock.Now(uow.Kind)} + {(long)table.Lease.TotalMilliseconds}", items, demand: true);

    /// <summary>Proves that the leases still hold, and gives them back.</summary>
    /// <exception cref="LeaseLostException">One of them does not.</exception>
    public Task CloseAsync(UnitOfWork uow, IReadOnlyCollection<Leased<TItem>> items) =>
        ChangeAsync(uow, "lease_owner = NULL, lease_until = NULL", items, demand: true);

    /// <summary>
    /// Gives leases back and says when the items are due next; null leaves that as it is. A row that somebody has made due at another
    /// time meanwhile keeps that time: it was woken.
    /// </summary>
    public Task<int> RescheduleAsync(
        UnitOfWork uow, IReadOnlyCollection<(Leased<TItem> Item, DateTimeOffset? Next, string? Error)> items, bool demand) => ChangeAsync(
        uow,
        $"""
        lease_owner = NULL, lease_until = NULL,
          {table.Due} = CASE WHEN {table.Table}.{table.Due} = {Number("Seen")} THEN COALESCE({Number("Next")}, {table.Table}.{table.Due})
            ELSE {table.Table}.{table.Due} END
          {(table.Error is null ? "" : $", {table.Error} = COALESCE(r.value ->> 'Error', {table.Table}.{table.Error})")}
        """,
        items.Select(item => new LeaseKey(item.Item.Lease, item.Next?.ToUnixTimeMilliseconds(), item.Error)), items.Count, demand);

    /// <summary>SQLite belongs to one process: what is leased when it starts was leased by one that is gone.</summary>
    public Task<int> ForgetLeasesAsync(UnitOfWork uow) =>
        uow.Connection.ExecuteAsync(
            $"UPDATE {table.Table} SET lease_owner = NULL, lease_until = NULL WHERE lease_until IS NOT NULL", transaction: uow.Transaction);

    /// <summary>When the next item is due that nobody holds.</summary>
    public async Task<DateTimeOffset?> NextDueAsync(IDatabase database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            $"SELECT MIN(w.{table.Due}) FROM {table.Table} AS w WHERE {table.Waiting} AND {Free(database.Kind)}",
            cancellationToken: cancellationToken)) is { } due
            ? DateTimeOffset.FromUnixTimeMilliseconds(due)
            : null;
    }

    private static string Number(string field) => $"CAST(r.value ->> '{field}' AS bigint)";

    private string Free(DatabaseKind kind) => $"(w.lease_until IS NULL OR w.lease_until <= {clock.Now(kind)})";

    private Task<int> ChangeAsync(UnitOfWork uow, string set, IReadOnlyCollection<Leased<TItem>> items, bool demand) =>
        ChangeAsync(uow, set, items.Select(item => new LeaseKey(item.Lease, null, null)), items.Count, demand);

    private async Task<int> ChangeAsync(UnitOfWork uow, string set, IEnumerable<LeaseKey> leases, int count, bool demand)
    {
        if (count == 0) return 0;
        var key = string.Join(
            " AND ",
            table.Key.Select((column, i) => $"{table.Table}.{column} = {(table.NumericKey ? Number($"K{i}") : $"r.value ->> 'K{i}'")}"));
        var changed = await uow.Connection.ExecuteAsync(
            $"""
            UPDATE {table.Table} SET {set} FROM {JsonRows.From(uow.Kind, "@rows")} AS r
            WHERE {key} AND lease_owner = @Owner AND lease_epoch = {Number("Epoch")} AND lease_until > {clock.Now(uow.Kind)}
            """,
            new { rows = JsonSerializer.Serialize(leases), Owner }, uow.Transaction);
        return !demand || changed == count ? changed : throw new LeaseLostException(table.Kind);
    }

    /// <summary>A lease as the statement reads it.</summary>
    private sealed record LeaseKey(string K0, string? K1, long Epoch, long Seen, long? Next, string? Error)
    {
        public LeaseKey(LeaseRow lease, long? next, string? error)
            : this(lease.K0, lease.K1, lease.Epoch, lease.DueAt, next, error)
        {
        }
    }
}

/// <summary>An item that this process holds.</summary>
internal sealed record Leased<TItem>(TItem Item, LeaseRow Lease);

/// <summary>What time it is for a lease: the database's clock, one for all replicas.</summary>
internal class DatabaseClock
{
    /// <summary>The SQL expression of the present, in Unix milliseconds.</summary>
    public virtual string Now(DatabaseKind kind) =>
        kind == DatabaseKind.Postgres
            ? "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
            : "CAST(unixepoch('subsec') * 1000 AS integer)";
}

using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Work;

/// <summary>Dead letters of a kind of due work: the rows that <see cref="WorkTable{TItem}.Dead"/> names.</summary>
internal sealed class WorkDeadLetters<TItem>(
    WorkTable<TItem> table, IDatabase database, WorkSignal<TItem> signal, TimeProvider time) : IDeadLetters
    where TItem : notnull
{
    public string Source => table.Kind;

    public async Task<string?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QueryFirstOrDefaultAsync(new CommandDefinition(
            $"SELECT {table.Columns} FROM {table.Table} WHERE {Chosen(database.Kind)}", new { keys = JsonRows.Ids([key]) },
            cancellationToken: cancellationToken));
        return row is null ? null : JsonSerializer.Serialize((IDictionary<string, object>)row);
    }

    public async Task<int> RetryAsync(UnitOfWork uow, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        uow.AfterCommit(signal.Wake);
        return await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"UPDATE {table.Table} SET {table.OnRevive}, attempts = 0, {table.Due} = @now WHERE {Chosen(uow.Kind)}",
            new { keys = JsonRows.Ids(keys), now = time.GetUtcNow().ToUnixTimeMilliseconds() }, uow.Transaction,
            cancellationToken: cancellationToken));
    }

    public Task<int> DiscardAsync(UnitOfWork uow, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"{(table.OnDiscard is { } set ? $"UPDATE {table.Table} SET {set}" : $"DELETE FROM {table.Table}")} WHERE {Chosen(uow.Kind)}",
            new { keys = JsonRows.Ids(keys) }, uow.Transaction, cancellationToken: cancellationToken));

    private string Chosen(DatabaseKind kind) =>
        $"{table.Dead} AND {string.Join(" || ' ' || ", table.Key.Select(column => $"CAST({column} AS text)"))} IN (SELECT r.value ->> " +
            $"'id' FROM {JsonRows.From(kind, "@keys")} AS r)";
}

using System.Data.Common;
using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Health;

/// <summary>The SQL of health events.</summary>
internal static class HealthStore
{
    /// <summary>The event with this id, or null.</summary>
    public static async Task<HealthEvent?> FindAsync(
        DbConnection connection, DbTransaction? transaction, string id, CancellationToken cancellationToken) =>
        (await FindAsync(connection, transaction, [id], cancellationToken)).GetValueOrDefault(id);

    /// <summary>Those of the events that are known, by id.</summary>
    public static async Task<Dictionary<string, HealthEvent>> FindAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var kind = connection is Npgsql.NpgsqlConnection ? DatabaseKind.Postgres : DatabaseKind.Sqlite;
        var rows = await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            $"SELECT doc, version FROM health_events WHERE id IN (SELECT r.value ->> 'id' FROM {JsonRows.From(kind, "@ids")} AS r)",
            new { ids = JsonRows.Ids(ids) }, transaction, cancellationToken: cancellationToken));
        return rows.Select(row => JsonSerializer.Deserialize(row.Doc, HealthJson.Default.HealthEvent)! with { Version = row.Version })
            .ToDictionary(healthEvent => healthEvent.Id, StringComparer.Ordinal);
    }

    /// <summary>Any event of a type, to name the type by.</summary>
    public static async Task<HealthEvent?> OfTypeAsync(DbConnection connection, string typeCode, CancellationToken cancellationToken) =>
        await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(
            "SELECT doc FROM health_events WHERE type_code = @typeCode LIMIT 1", new { typeCode },
            cancellationToken: cancellationToken)) is { } doc
            ? JsonSerializer.Deserialize(doc, HealthJson.Default.HealthEvent)
            : null;

    /// <summary>Saves an event that was read at its version (0 for a new one); false when somebody else has saved it since.</summary>
    public static async Task<bool> SaveAsync(UnitOfWork uow, HealthEvent saved, CancellationToken cancellationToken)
    {
        var doc = uow.Kind == DatabaseKind.Postgres ? "CAST(@doc AS jsonb)" : "@doc";
        return await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO health_events (id, arn, type_code, is_open, updated_at, version, doc) VALUES (@Id, @Arn, @TypeCode, @open, @updated,
              @version, {doc})
            ON CONFLICT (id) DO UPDATE SET is_open = excluded.is_open, updated_at = excluded.updated_at, version = excluded.version,
              doc = excluded.doc
            WHERE health_events.version = excluded.version - 1
            """,
            new
            {
                saved.Id,
                saved.Arn,
                saved.TypeCode,
                open = saved.Open ? 1 : 0,
                updated = saved.UpdatedAt.ToUnixTimeMilliseconds(),
                version = saved.Version + 1,
                doc = JsonSerializer.Serialize(saved, HealthJson.Default.HealthEvent),
            },
            uow.Transaction, cancellationToken: cancellationToken)) == 1;
    }
}

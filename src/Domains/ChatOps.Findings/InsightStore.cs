using System.Data.Common;
using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Findings;

/// <summary>The SQL of insight results.</summary>
internal static class InsightStore
{
    /// <summary>Keeps one; false when it is there already.</summary>
    public static async Task<bool> AddAsync(UnitOfWork uow, Insight insight, CancellationToken cancellationToken)
    {
        var doc = JsonSerializer.Serialize(insight, FindingJson.Default.Insight);
        // PostgreSQL keeps it as jsonb, SQLite as text.
        var json = uow.Kind == DatabaseKind.Postgres ? "CAST(@doc AS jsonb)" : "@doc";
        return await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"INSERT INTO finding_insights (id, at, doc) VALUES (@id, @at, {json}) ON CONFLICT (id) DO NOTHING",
            new { id = insight.Id, at = insight.At.ToUnixTimeMilliseconds(), doc }, uow.Transaction, cancellationToken: cancellationToken))
                > 0;
    }

    /// <summary>The one with this id, or null.</summary>
    public static async Task<Insight?> FindAsync(DbConnection connection, string id, CancellationToken cancellationToken) =>
        await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            "SELECT doc FROM finding_insights WHERE id = @id", new { id }, cancellationToken: cancellationToken)) is { } doc
            ? JsonSerializer.Deserialize(doc, FindingJson.Default.Insight)
            : null;
}

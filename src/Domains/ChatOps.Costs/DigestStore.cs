using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Costs;

/// <summary>The SQL of digests.</summary>
internal static class DigestStore
{
    /// <summary>Records a digest; false when its period has one.</summary>
    public static async Task<bool> AddAsync(UnitOfWork uow, CostDigest digest, DateTimeOffset now, CancellationToken cancellationToken) =>
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO cost_digests (id, frequency, period, created_at, doc) VALUES (@Id, @frequency, @period, @now,
              {CostSubjectStore.Json(uow.Kind, "@doc")})
            ON CONFLICT (id) DO NOTHING
            """,
            new
            {
                digest.Id,
                frequency = digest.Frequency.ToString(),
                period = digest.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                now = now.ToUnixTimeMilliseconds(),
                doc = JsonSerializer.Serialize(digest, CostJson.Default.CostDigest),
            },
            uow.Transaction, cancellationToken: cancellationToken)) == 1;

    /// <summary>A digest; null when there is none with that id.</summary>
    public static async Task<CostDigest?> FindAsync(DbConnection connection, string id, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "SELECT doc FROM cost_digests WHERE id = @id", new { id }, cancellationToken: cancellationToken)) is { } doc
            ? JsonSerializer.Deserialize(doc, CostJson.Default.CostDigest)
            : null;

    /// <summary>Whether there was ever one of a frequency.</summary>
    public static async Task<bool> AnyAsync(DbConnection connection, DigestFrequency frequency, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            "SELECT 1 FROM cost_digests WHERE frequency = @frequency LIMIT 1", new { frequency = frequency.ToString() },
            cancellationToken: cancellationToken)) is not null;
}

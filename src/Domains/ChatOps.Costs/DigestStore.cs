using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Costs;

/// <summary>The SQL of digests.</summary>
internal static class DigestStore
{
    /// <summary>Records a digest; false when its period has one.</summary>
    public static async Task<bool> AddAsync(
        UnitOfWork uow, CostDigest digest, DateTimeOffset now, DateTimeOffset? refreshAt, CancellationToken cancellationToken) =>
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO cost_digests (id, frequency, period, created_at, refresh_at, doc)
            VALUES (@Id, @frequency, @period, @now, @refreshAt, {CostSubjectStore.Json(uow.Kind, "@doc")})
            ON CONFLICT (id) DO NOTHING
            """,
            new
            {
                digest.Id,
                frequency = digest.Frequency.ToString(),
                period = digest.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                now = now.ToUnixTimeMilliseconds(),
                refreshAt = refreshAt?.ToUnixTimeMilliseconds(),
                doc = JsonSerializer.Serialize(digest, CostJson.Default.CostDigest),
            },
            uow.Transaction, cancellationToken: cancellationToken)) == 1;

    /// <summary>Puts a digest in the place of what was read before; false when somebody else has done so.</summary>
    public static async Task<bool> ReplaceAsync(
        UnitOfWork uow, CostDigest known, CostDigest digest, DateTimeOffset? refreshAt, CancellationToken cancellationToken)
    {
        var present = await uow.Connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            $"SELECT doc FROM cost_digests WHERE id = @Id{(uow.Kind == DatabaseKind.Postgres ? " FOR UPDATE" : "")}", new { digest.Id },
            uow.Transaction, cancellationToken: cancellationToken));
        if (present is null || JsonSerializer.Deserialize(present, CostJson.Default.CostDigest)!.Failure != known.Failure) return false;
        return await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE cost_digests SET doc = {CostSubjectStore.Json(uow.Kind, "@doc")}, refresh_at = @refreshAt, attempts = 0 WHERE id = @Id
            """,
            new
            {
                digest.Id,
                refreshAt = refreshAt?.ToUnixTimeMilliseconds(),
                doc = JsonSerializer.Serialize(digest, CostJson.Default.CostDigest),
            },
            uow.Transaction, cancellationToken: cancellationToken)) == 1;
    }

    /// <summary>Has a digest read again at a moment; null for no more.</summary>
    public static Task WakeAsync(UnitOfWork uow, string id, DateTimeOffset? at, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE cost_digests SET refresh_at = @at WHERE id = @id", new { id, at = at?.ToUnixTimeMilliseconds() }, uow.Transaction,
            cancellationToken: cancellationToken));

    /// <summary>A digest and when it was made.</summary>
    public static async Task<(CostDigest? Digest, DateTimeOffset MadeAt)> MadeAsync(
        DbConnection connection, string id, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Doc, long CreatedAt)>(new CommandDefinition(
            "SELECT doc, created_at FROM cost_digests WHERE id = @id", new { id }, cancellationToken: cancellationToken));
        return rows.Select(row => (
            JsonSerializer.Deserialize(row.Doc, CostJson.Default.CostDigest), DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt)))
            .FirstOrDefault();
    }

    /// <summary>The digests that are to be read again.</summary>
    public static readonly WorkTable<DueDigest> Refreshes = new WorkTable<DueDigest, DueDigest>(row => row)
    {
        Kind = "digest-refresh",
        Table = "cost_digests",
        Key = ["id"],
        Id = due => due.Id,
        Columns = "id AS Id",
        Waiting = "w.refresh_at IS NOT NULL",
        Due = "refresh_at",
        Lease = TimeSpan.FromMinutes(5),
        BatchSize = 1,
        Retry = new RetrySchedule(TimeSpan.FromMinutes(5), TimeSpan.FromHours(6)),
        LookEvery = TimeSpan.FromMinutes(1),
    };

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

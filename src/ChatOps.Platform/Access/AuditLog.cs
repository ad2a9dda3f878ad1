using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Access;

/// <summary>The audit's SQL. Appends stand in line (one chain, one end), so do it last in a transaction.</summary>
internal sealed class AuditLog(IDatabase database, TimeProvider time) : IAudit
{
    /// <summary>The advisory lock of the chain's end; 'audit' in ASCII.</summary>
    private const long ChainLock = 0x6175646974;

    private const string Columns =
        "id AS Id, at AS At, user_id AS UserId, verb AS Verb, subject AS Subject, role AS Role, outcome AS Outcome, details AS Details, " +
            "previous_hash AS PreviousHash";

    public async Task AppendAsync(UnitOfWork uow, UserAction act, string outcome, string details, CancellationToken cancellationToken)
    {
        // SQLite has one writer at a time; PostgreSQL's lock goes with the transaction.
        if (uow.Kind == DatabaseKind.Postgres)
            await uow.Connection.ExecuteAsync(new CommandDefinition(
                "SELECT pg_advisory_xact_lock(@ChainLock)", new { ChainLock }, uow.Transaction, cancellationToken: cancellationToken));
        var last = await uow.Connection.QuerySingleOrDefaultAsync<(long Id, string Hash)>(new CommandDefinition(
            "SELECT id AS Id, hash AS Hash FROM audit ORDER BY id DESC LIMIT 1", transaction: uow.Transaction,
            cancellationToken: cancellationToken));
        var entry = new AuditEntry(
            last.Id + 1, time.GetUtcNow().ToUnixTimeMilliseconds(), act.UserId, act.Verb, act.Subject.ToString(), act.Role.ToString(),
            outcome, details, last.Hash ?? "");
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO audit (id, at, user_id, verb, subject, role, outcome, details, previous_hash, hash)
            VALUES (@Id, @At, @UserId, @Verb, @Subject, @Role, @Outcome, @Details, @PreviousHash, @Hash)
            """,
            new
            {
                entry.Id,
                entry.At,
                entry.UserId,
                entry.Verb,
                entry.Subject,
                entry.Role,
                entry.Outcome,
                entry.Details,
                entry.PreviousHash,
                Hash = entry.Hash(),
            },
            uow.Transaction,
            cancellationToken: cancellationToken));
    }

    public async Task<long?> VerifyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var (id, hash) = (0L, "");
        await using var rows = await connection.ExecuteReaderAsync(new CommandDefinition(
            $"SELECT {Columns}, hash AS Hash FROM audit ORDER BY id", cancellationToken: cancellationToken));
        while (await rows.ReadAsync(cancellationToken))
        {
            var entry = new AuditEntry(
                rows.GetInt64(0), rows.GetInt64(1), rows.GetString(2), rows.GetString(3), rows.GetString(4), rows.GetString(5),
                rows.GetString(6), rows.GetString(7), rows.GetString(8));
            if (entry.Id != id + 1 || entry.PreviousHash != hash || entry.Hash() != rows.GetString(9)) return entry.Id;
            (id, hash) = (entry.Id, rows.GetString(9));
        }

        return null;
    }

    /// <summary>The last entries, newest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> LastAsync(int count, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<AuditEntry>(new CommandDefinition(
            $"SELECT {Columns} FROM audit ORDER BY id DESC LIMIT @count", new { count }, cancellationToken: cancellationToken))];
    }
}

using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Findings;

/// <summary>The SQL of what Security Hub has to be told: recorded with the act, sent by <see cref="SecurityHubWriter"/>.</summary>
internal static class FindingWrites
{
    /// <summary>Records a write.</summary>
    public static Task AddAsync(UnitOfWork uow, string id, WorkflowStatus? status, string note, string byUserId, DateTimeOffset now, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO finding_writes (finding_id, workflow, note, by_user, created_at) VALUES (@id, @workflow, @note, @byUserId, @now)",
            new { id, workflow = status?.ToString(), note, byUserId, now = now.ToUnixTimeMilliseconds() }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Those of the findings for which a write waits.</summary>
    public static async Task<HashSet<string>> PendingAsync(UnitOfWork uow, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : [.. await uow.Connection.QueryAsync<string>(new CommandDefinition(
            $"""
            SELECT DISTINCT finding_id FROM finding_writes
            WHERE state = 'pending' AND workflow IS NOT NULL AND finding_id IN (SELECT r.value ->> 'id' FROM {JsonRows.From(uow.Kind, "@ids")} AS r)
            """,
            new { ids = JsonRows.Ids(ids) }, uow.Transaction, cancellationToken: cancellationToken))];

    /// <summary>Takes due writes, the oldest of each finding, for <paramref name="lease"/>: nobody else takes them until it is over.</summary>
    public static async Task<IReadOnlyList<FindingWrite>> TakeAsync(UnitOfWork uow, DateTimeOffset now, TimeSpan lease, int most, CancellationToken cancellationToken)
    {
        // Two replicas must not take the same; on SQLite there is one writer at a time.
        var skip = uow.Kind == DatabaseKind.Postgres ? "FOR UPDATE SKIP LOCKED" : "";
        var rows = await uow.Connection.QueryAsync<(long Id, string FindingId, string? Workflow, string Note, string ByUser, long Attempts)>(new CommandDefinition(
            $"""
            UPDATE finding_writes SET attempts = attempts + 1, next_attempt_at = @until
            WHERE id IN (
              SELECT w.id FROM finding_writes w
              WHERE w.state = 'pending' AND w.next_attempt_at <= @now
                AND NOT EXISTS (SELECT 1 FROM finding_writes o WHERE o.finding_id = w.finding_id AND o.state = 'pending' AND o.id < w.id)
              ORDER BY w.id LIMIT @most {skip})
            RETURNING id, finding_id, workflow, note, by_user, attempts
            """,
            new { now = now.ToUnixTimeMilliseconds(), until = (now + lease).ToUnixTimeMilliseconds(), most }, uow.Transaction, cancellationToken: cancellationToken));
        return [.. rows.OrderBy(row => row.Id).Select(row => new FindingWrite(
            row.Id, row.FindingId, row.Workflow is { } workflow ? Enum.Parse<WorkflowStatus>(workflow) : null, row.Note, row.ByUser, (int)row.Attempts))];
    }

    /// <summary>Closes a write: <c>done</c> or <c>failed</c>.</summary>
    public static Task<int> CloseAsync(UnitOfWork uow, IEnumerable<long> ids, string state, string? error, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE finding_writes SET state = @state, error = @error
            WHERE state = 'pending' AND id IN (SELECT CAST(r.value ->> 'id' AS bigint) FROM {JsonRows.From(uow.Kind, "@ids")} AS r)
            """,
            new { ids = JsonRows.Ids(ids), state, error }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Tries a write again at <paramref name="at"/>.</summary>
    public static Task<int> PostponeAsync(UnitOfWork uow, IEnumerable<long> ids, DateTimeOffset at, string error, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE finding_writes SET next_attempt_at = @at, error = @error
            WHERE state = 'pending' AND id IN (SELECT CAST(r.value ->> 'id' AS bigint) FROM {JsonRows.From(uow.Kind, "@ids")} AS r)
            """,
            new { ids = JsonRows.Ids(ids), at = at.ToUnixTimeMilliseconds(), error }, uow.Transaction, cancellationToken: cancellationToken));
}

/// <summary>Something Security Hub has to be told.</summary>
internal sealed record FindingWrite(long Id, string FindingId, WorkflowStatus? Workflow, string Note, string ByUserId, int Attempts);

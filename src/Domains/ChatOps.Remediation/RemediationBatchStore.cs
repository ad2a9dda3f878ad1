using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Remediation;

/// <summary>
/// The SQL of batches. How many have ended is counted in the batch's row, which two that end at once change one after the other.
/// </summary>
internal sealed class RemediationBatchStore(IDatabase database)
{
    private const string Columns =
        """
        id AS Id, subject_kind AS SubjectKind, subject_key AS SubjectKey, requested_by AS RequestedBy, planned_at AS PlannedAt,
          confirmed_at AS ConfirmedAt,
        total AS Total, ended AS Ended, resolved AS Resolved, reason AS Reason, expires_at AS ExpiresAt, decided_by AS DecidedBy,
          decision AS Decision
        """;

    /// <summary>Keeps a batch that is being shown, with its plans.</summary>
    public Task AddAsync(
        RemediationBatch batch, IReadOnlyList<(string Id, RemediationPlan Plan)> plans,
        CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await uow.Connection.ExecuteAsync(Command(
                uow,
                "INSERT INTO remediation_batch (id, subject_kind, subject_key, requested_by, planned_at, total) VALUES (@Id, @kind, " +
                "@key, @RequestedBy, @at, @Total)",
                new
                {
                    batch.Id,
                    kind = batch.Subject.Kind,
                    key = batch.Subject.Key,
                    batch.RequestedBy,
                    at = batch.PlannedAt.ToUnixTimeMilliseconds(),
                    batch.Total,
                },
                cancellationToken));
            foreach (var (id, plan) in plans)
                await RemediationStore.PlanAsync(uow, id, plan, batch.RequestedBy, batch.Id, null, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>The batch, or null.</summary>
    public async Task<RemediationBatch?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM remediation_batch WHERE id = @id", new { id }, cancellationToken: cancellationToken)))?.ToBatch();
    }

    /// <summary>The ids of its remediations, always in the same order.</summary>
    public async Task<IReadOnlyList<string>> RemediationsAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT id FROM remediation WHERE batch = @id ORDER BY id", new { id }, cancellationToken: cancellationToken))];
    }

    /// <summary>Confirms a batch; false when that was done before.</summary>
    public static async Task<bool> ClaimAsync(
        UnitOfWork uow, string id, string userId, DateTimeOffset at,
        CancellationToken cancellationToken) => await uow.Connection.ExecuteAsync(Command(
        uow,
        "UPDATE remediation_batch SET confirmed_at = @at WHERE id = @id AND requested_by = @userId AND confirmed_at IS NULL",
        new { id, userId, at = at.ToUnixTimeMilliseconds() },
        cancellationToken)) == 1;

    /// <summary>One of its remediations came to an end; the batch as it stands then.</summary>
    public static async Task<RemediationBatch?> EndedAsync(UnitOfWork uow, string id, bool resolved, CancellationToken cancellationToken) =>
        (await uow.Connection.QuerySingleOrDefaultAsync<Row>(Command(
            uow, $"UPDATE remediation_batch SET ended = ended + 1, resolved = resolved + @resolved WHERE id = @id RETURNING {Columns}",
            new { id, resolved = resolved ? 1 : 0 }, cancellationToken)))?.ToBatch();

    /// <summary>Its approval is asked for.</summary>
    public static Task AskAsync(
        UnitOfWork uow, string id, string? reason, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(Command(
            uow, "UPDATE remediation_batch SET reason = @reason, expires_at = @expires WHERE id = @id",
            new { id, reason, expires = expiresAt.ToUnixTimeMilliseconds() }, cancellationToken));

    /// <summary>Decides a batch; false when that was done before, or it is too late.</summary>
    public static async Task<bool> DecideAsync(
        UnitOfWork uow, string id, string userId, string? denial, DateTimeOffset at,
        CancellationToken cancellationToken) => await uow.Connection.ExecuteAsync(Command(
        uow,
        """
        UPDATE remediation_batch SET decided_by = @userId, decided_at = @at, decision = @denial
        WHERE id = @id AND decided_by IS NULL AND expires_at > @at AND requested_by <> @userId
        """,
        new { id, userId, denial, at = at.ToUnixTimeMilliseconds() },
        cancellationToken)) == 1;

    /// <summary>The approvers are reminded; false when they were before.</summary>
    public static async Task<bool> RemindAsync(UnitOfWork uow, string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        await uow.Connection.ExecuteAsync(Command(
            uow, "UPDATE remediation_batch SET reminded_at = @at WHERE id = @id AND reminded_at IS NULL AND decided_by IS NULL",
            new { id, at = at.ToUnixTimeMilliseconds() }, cancellationToken)) == 1;

    private static CommandDefinition Command(UnitOfWork uow, string sql, object values, CancellationToken cancellationToken) =>
        new(sql, values, uow.Transaction, cancellationToken: cancellationToken);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string SubjectKind { get; init; } = "";
        public string SubjectKey { get; init; } = "";
        public string RequestedBy { get; init; } = "";
        public long PlannedAt { get; init; }
        public long? ConfirmedAt { get; init; }
        public long Total { get; init; }
        public long Ended { get; init; }
        public long Resolved { get; init; }
        public string? Reason { get; init; }
        public long? ExpiresAt { get; init; }
        public string? DecidedBy { get; init; }
        public string? Decision { get; init; }

        public RemediationBatch ToBatch() => new()
        {
            Id = Id,
            Subject = new SubjectId(SubjectKind, SubjectKey),
            RequestedBy = RequestedBy,
            PlannedAt = DateTimeOffset.FromUnixTimeMilliseconds(PlannedAt),
            ConfirmedAt = ConfirmedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            Total = (int)Total,
            Ended = (int)Ended,
            Resolved = (int)Resolved,
            Reason = Reason,
            ExpiresAt = ExpiresAt is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null,
            DecidedBy = DecidedBy,
            Decision = Decision,
        };
    }
}

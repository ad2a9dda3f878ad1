using System.Data.Common;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Remediation;

/// <summary>
/// The SQL of this domain. Every change of state is a compare-and-set: it says the state it leaves, and tells whether it happened.
/// </summary>
internal sealed class RemediationStore(IDatabase database)
{
    private const string Columns =
        """
        id AS Id, finding_id AS FindingId, state AS State, plan AS Plan, requested_by AS RequestedBy, requested_at AS RequestedAt,
          reason AS Reason,
        expires_at AS ExpiresAt, decided_by AS DecidedBy, decided_at AS DecidedAt, decision AS Decision, execution_id AS ExecutionId,
        started_at AS StartedAt, ended_at AS EndedAt, verify_until AS VerifyUntil, failed_step AS FailedStep, failure AS Failure,
          attempts AS Attempts, batch AS Batch, called_at AS CalledAt
        """;

    private const string Active = "('awaiting_approval', 'starting', 'running', 'verifying')";

    /// <summary>The attempt, or null.</summary>
    public async Task<RemediationRun?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(connection, null, "id = @id", new { id }, cancellationToken);
    }

    /// <summary>The attempt that is under way for a finding, or null.</summary>
    public async Task<RemediationRun?> FindActiveAsync(string findingId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(connection, null, $"finding_id = @findingId AND state IN {Active}", new { findingId }, cancellationToken);
    }

    /// <summary>Keeps a plan that is being shown.</summary>
    public Task<bool> PlanAsync(string id, RemediationPlan plan, string userId, CancellationToken cancellationToken) =>
        database.WriteAsync(uow => PlanAsync(uow, id, plan, userId, null, cancellationToken), cancellationToken);

    /// <summary>Keeps a plan that is being shown with others.</summary>
    public static Task<bool> PlanAsync(
        UnitOfWork uow, string id, RemediationPlan plan, string userId, string? batch,
        CancellationToken cancellationToken) => ChangesOneAsync(
        uow,
        """
        INSERT INTO remediation (id, finding_id, state, plan, requested_by, requested_at, batch)
        VALUES (@id, @findingId, 'planned', @plan, @userId, @at, @batch)
        """,
        new { id, findingId = plan.FindingId, plan = plan.ToJson(), userId, at = Milliseconds(plan.ReadAt), batch },
        cancellationToken);

    /// <summary>
    /// Confirms a plan, unless it was confirmed before or another attempt is under way for its finding. Two that race are told apart by the
    /// unique index: the later one waits for the earlier, and then changes nothing.
    /// </summary>
    public static async Task<bool> ClaimAsync(
        UnitOfWork uow, string id, string userId, RemediationRunState state, string? reason, DateTimeOffset at, DateTimeOffset? expiresAt,
        CancellationToken cancellationToken)
    {
        await LockFindingAsync(uow, id, cancellationToken);
        return await ChangesOneAsync(
            uow,
            $"""
            UPDATE remediation SET state = @state, reason = @reason, requested_at = @at, expires_at = @expiresAt, due_at = @due
            WHERE id = @id AND state = 'planned' AND requested_by = @userId
              AND NOT EXISTS (SELECT 1 FROM remediation other WHERE other.finding_id = remediation.finding_id AND other.state IN {Active})
            """,
            new
            {
                id,
                userId,
                state = Word(state),
                reason,
                at = Milliseconds(at),
                expiresAt = Milliseconds(expiresAt),
                due = Milliseconds(expiresAt ?? at),
            },
            cancellationToken);
    }

    /// <summary>Approves or denies what waits for it.</summary>
    public static Task<bool> DecideAsync(
        UnitOfWork uow, string id, RemediationRunState state, string userId, string? decision, DateTimeOffset at,
        CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow,
            """
            UPDATE remediation SET state = @state, decided_by = @userId, decided_at = @at, decision = @decision, due_at = @at, attempts = 0
            WHERE id = @id AND state = 'awaiting_approval' AND expires_at > @at AND requested_by <> @userId
            """,
            new { id, state = Word(state), userId, decision, at = Milliseconds(at) },
            cancellationToken);

    /// <summary>The approval ran out.</summary>
    public static Task<bool> ExpireAsync(UnitOfWork uow, string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow,
            "UPDATE remediation SET state = 'expired', ended_at = @at, due_at = NULL WHERE id = @id AND state = 'awaiting_approval' AND " +
            "expires_at <= @at",
            new { id, at = Milliseconds(at) },
            cancellationToken);

    /// <summary>Its start is sent to AWS, by the plan as it was read now; null when AWS has refused it for now.</summary>
    public static Task<bool> CallAsync(
        UnitOfWork uow, string id, RemediationPlan plan, DateTimeOffset? at, CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow,
            "UPDATE remediation SET called_at = @at, plan = @plan WHERE id = @id AND state = 'starting'",
            new { id, plan = plan.ToJson(), at = Milliseconds(at) },
            cancellationToken);

    /// <summary>The automation was started.</summary>
    public static Task<bool> StartedAsync(
        UnitOfWork uow, string id, string executionId, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow,
            "UPDATE remediation SET state = 'running', execution_id = @executionId, started_at = @at, attempts = 0 WHERE id = @id AND " +
            "state = 'starting'",
            new { id, executionId, at = Milliseconds(at) },
            cancellationToken);

    /// <summary>The automation succeeded: the finding is read back from now on.</summary>
    public static Task<bool> VerifyAsync(UnitOfWork uow, string id, DateTimeOffset until, CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow,
            "UPDATE remediation SET state = 'verifying', verify_until = @until, attempts = 0 WHERE id = @id AND state = 'running'",
            new { id, until = Milliseconds(until) },
            cancellationToken);

    /// <summary>It came to its end.</summary>
    public static Task<bool> EndAsync(
        UnitOfWork uow, string id, RemediationRunState from, RemediationRunState to, string? failedStep, string? failure, DateTimeOffset at,
        CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow,
            "UPDATE remediation SET state = @to, failed_step = @failedStep, failure = @failure, ended_at = @at, due_at = NULL WHERE id = " +
            "@id AND state = @from",
            new { id, from = Word(from), to = Word(to), failedStep, failure, at = Milliseconds(at) },
            cancellationToken);

    /// <summary>Notes that a step is told; false when it was before.</summary>
    public static Task<bool> TellStepAsync(UnitOfWork uow, string id, string stepId, CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow,
            "INSERT INTO remediation_step (remediation_id, step_id) VALUES (@id, @stepId) ON CONFLICT DO NOTHING",
            new { id, stepId },
            cancellationToken);

    /// <summary>
    /// What is under way, by when it is looked at next. An event that comes while somebody looks changes the due time, which then stays.
    /// </summary>
    public static readonly WorkTable<RemediationRun> Work = new WorkTable<RemediationRun, Row>(row => row.ToAttempt())
    {
        Kind = "remediation",
        Table = "remediation",
        Key = ["id"],
        Id = run => run.Id,
        Columns = Columns,
        Waiting = $"w.state IN {Active} AND w.due_at IS NOT NULL",
        // Longer than AWS is waited for.
        Lease = TimeSpan.FromMinutes(1),
        Parallelism = 8,
        LookEvery = TimeSpan.FromSeconds(30),
    };

    /// <summary>Has the runs whose automations these are looked at now, as far as they are still followed. How many.</summary>
    public static Task<int> WakeAsync(
        UnitOfWork uow, IReadOnlyList<string> executionIds, DateTimeOffset now,
        CancellationToken cancellationToken) => uow.Connection.ExecuteAsync(Command(
        uow,
        $"""
        UPDATE remediation SET due_at = CASE WHEN due_at <= @now THEN due_at - 1 ELSE @now END
        WHERE state = 'running' AND execution_id IN (SELECT r.value ->> 'id' FROM {JsonRows.From(uow.Kind, "@ids")} AS r)
        """,
        new { ids = JsonRows.Ids(executionIds), now = Milliseconds(now) },
        cancellationToken));

    /// <summary>Forgets plans that nobody confirmed.</summary>
    public static Task<int> ForgetPlansAsync(IDatabase database, DateTimeOffset before, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async uow =>
            {
                var values = new { before = Milliseconds(before) };
                await uow.Connection.ExecuteAsync(Command(
                    uow, "DELETE FROM remediation_batch WHERE confirmed_at IS NULL AND planned_at < @before", values, cancellationToken));
                return await uow.Connection.ExecuteAsync(
                    Command(uow, "DELETE FROM remediation WHERE state = 'planned' AND requested_at < @before", values, cancellationToken));
            },
            cancellationToken);

    /// <summary>How many attempts are in each state of being under way.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountActiveAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var counts = await connection.QueryAsync<(string State, long Count)>(new CommandDefinition(
            $"SELECT state, count(*) FROM remediation WHERE state IN {Active} GROUP BY state", cancellationToken: cancellationToken));
        return counts.ToDictionary(count => count.State, count => count.Count);
    }

    /// <summary>PostgreSQL: two plans of one finding confirmed at once wait here for each other. SQLite has one writer anyway.</summary>
    private static async Task LockFindingAsync(UnitOfWork uow, string id, CancellationToken cancellationToken)
    {
        if (uow.Kind == DatabaseKind.Postgres)
        {
            await uow.Connection.ExecuteAsync(Command(
                uow, "SELECT pg_advisory_xact_lock(hashtextextended(finding_id, 20)) FROM remediation WHERE id = @id", new { id },
                cancellationToken));
        }
    }

    private static async Task<RemediationRun?> FindAsync(
        DbConnection connection, DbTransaction? transaction, string where, object values, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM remediation WHERE {where}", values, transaction, cancellationToken: cancellationToken));
        return row?.ToAttempt();
    }

    private static async Task<bool> ChangesOneAsync(UnitOfWork uow, string sql, object values, CancellationToken cancellationToken) =>
        await uow.Connection.ExecuteAsync(Command(uow, sql, values, cancellationToken)) == 1;

    private static CommandDefinition Command(UnitOfWork uow, string sql, object values, CancellationToken cancellationToken) =>
        new(sql, values, uow.Transaction, cancellationToken: cancellationToken);

    private static long? Milliseconds(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds();

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    private static string Word(RemediationRunState state) =>
        state == RemediationRunState.AwaitingApproval ? "awaiting_approval" : state.ToString().ToLowerInvariant();

    internal sealed class Row
    {
        public string Id { get; init; } = "";
        public string FindingId { get; init; } = "";
        public string State { get; init; } = "";
        public string Plan { get; init; } = "";
        public string RequestedBy { get; init; } = "";
        public long RequestedAt { get; init; }
        public string? Reason { get; init; }
        public long? ExpiresAt { get; init; }
        public string? DecidedBy { get; init; }
        public long? DecidedAt { get; init; }
        public string? Decision { get; init; }
        public string? ExecutionId { get; init; }
        public long? StartedAt { get; init; }
        public long? EndedAt { get; init; }
        public long? VerifyUntil { get; init; }
        public string? FailedStep { get; init; }
        public string? Failure { get; init; }
        public long Attempts { get; init; }
        public string? Batch { get; init; }
        public long? CalledAt { get; init; }

        public RemediationRun ToAttempt() => new()
        {
            Id = Id,
            FindingId = FindingId,
            State = Enum.Parse<RemediationRunState>(State.Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
            Plan = RemediationPlan.FromJson(Plan),
            RequestedBy = RequestedBy,
            RequestedAt = Time(RequestedAt)!.Value,
            Reason = Reason,
            ExpiresAt = Time(ExpiresAt),
            DecidedBy = DecidedBy,
            DecidedAt = Time(DecidedAt),
            Decision = Decision,
            ExecutionId = ExecutionId,
            StartedAt = Time(StartedAt),
            EndedAt = Time(EndedAt),
            VerifyUntil = Time(VerifyUntil),
            FailedStep = FailedStep,
            Failure = Failure,
            Attempts = (int)Attempts,
            Batch = Batch,
            CalledAt = Time(CalledAt),
        };
    }
}

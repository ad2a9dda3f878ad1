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
          attempts AS Attempts, batch AS Batch, called_at AS CalledAt, queued_at AS QueuedAt, waits_for AS WaitsFor, stop_by AS StopBy,
        stop_at AS StopAt, right_at AS RightAt, after_state AS AfterState, undo_until AS UndoUntil, undoes AS Undoes,
          reminded_at AS RemindedAt
        """;

    private const string Active = "('awaiting_approval', 'starting', 'running', 'verifying')";

    /// <summary>The attempt, or null.</summary>
    public async Task<RemediationRun?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(connection, null, "id = @id", new { id }, cancellationToken);
    }

    /// <summary>The attempt within a transaction, or null.</summary>
    public static Task<RemediationRun?> FindAsync(UnitOfWork uow, string id, CancellationToken cancellationToken) =>
        FindAsync(uow.Connection, uow.Transaction, "id = @id", new { id }, cancellationToken);

    /// <summary>The attempt that is under way for a finding, or null.</summary>
    public async Task<RemediationRun?> FindActiveAsync(string findingId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(connection, null, $"finding_id = @findingId AND state IN {Active}", new { findingId }, cancellationToken);
    }

    /// <summary>The attempt that is under way for a resource, or null.</summary>
    public async Task<RemediationRun?> FindActiveAsync(RemediationPlan plan, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(
            connection, null, $"account = @Account AND region = @Region AND resource = @ResourceArn AND state IN {Active}",
            new { plan.Account, plan.Region, plan.ResourceArn }, cancellationToken);
    }

    /// <summary>The attempt for a finding that succeeded last and can still be undone, or null.</summary>
    public async Task<RemediationRun?> FindUndoableAsync(string findingId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(
            connection, null,
            """
            id = (SELECT r.id FROM remediation AS r WHERE r.finding_id = @findingId AND r.undo_until > @now
              ORDER BY r.ended_at DESC LIMIT 1)
            """,
            new { findingId, now = Milliseconds(now) }, cancellationToken);
    }

    /// <summary>The attempt for a finding that began last and was confirmed, or null.</summary>
    public async Task<RemediationRun?> FindLastAsync(string findingId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(
            connection, null,
            """
            id = (SELECT r.id FROM remediation AS r WHERE r.finding_id = @findingId AND r.state <> 'planned' AND r.undoes IS NULL
              ORDER BY r.requested_at DESC LIMIT 1)
            """,
            new { findingId }, cancellationToken);
    }

    /// <summary>Those of a batch that need, or needed, its approval; in the order in which they were planned.</summary>
    public async Task<IReadOnlyList<RemediationRun>> OfBatchAsync(string batch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<RemediationRow>(new CommandDefinition(
            $"SELECT {Columns} FROM remediation WHERE batch = @batch AND expires_at IS NOT NULL ORDER BY id", new { batch },
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.ToAttempt())];
    }

    /// <summary>The approvers are reminded; false when they were before.</summary>
    public static Task<bool> RemindAsync(UnitOfWork uow, string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow,
            "UPDATE remediation SET reminded_at = @at WHERE id = @id AND reminded_at IS NULL AND state = 'awaiting_approval'",
            new { id, at = Milliseconds(at) }, cancellationToken);

    /// <summary>Whether others of its account and Region wait longer for a free place.</summary>
    public async Task<bool> IsQueuedBehindAsync(RemediationRun run, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            SELECT count(*) FROM remediation
            WHERE account = @Account AND region = @Region AND state = 'starting' AND id <> @Id AND queued_at IS NOT NULL
              AND (queued_at < @at OR (queued_at = @at AND id < @Id))
            """,
            new { run.Plan.Account, run.Plan.Region, run.Id, at = Milliseconds(run.QueuedAt) ?? long.MaxValue },
            cancellationToken: cancellationToken)) > 0;
    }

    /// <summary>Keeps a plan that is being shown.</summary>
    /// <param name="id">The attempt.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="userId">Who is shown it.</param>
    /// <param name="undoes">The attempt that it undoes; null for none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    public Task<bool> PlanAsync(
        string id, RemediationPlan plan, string userId, string? undoes, CancellationToken cancellationToken) =>
        database.WriteAsync(uow => PlanAsync(uow, id, plan, userId, null, undoes, cancellationToken), cancellationToken);

    /// <summary>Keeps a plan that is being shown with others.</summary>
    public static Task<bool> PlanAsync(
        UnitOfWork uow, string id, RemediationPlan plan, string userId, string? batch, string? undoes,
        CancellationToken cancellationToken) => ChangesOneAsync(
        uow,
        """
        INSERT INTO remediation (id, finding_id, state, plan, requested_by, requested_at, batch, account, region, resource, undoes)
        VALUES (@id, @FindingId, 'planned', @json, @userId, @at, @batch, @Account, @Region, @ResourceArn, @undoes)
        """,
        new
        {
            id,
            plan.FindingId,
            plan.Account,
            plan.Region,
            plan.ResourceArn,
            json = plan.ToJson(),
            userId,
            at = Milliseconds(plan.ReadAt),
            batch,
            undoes,
        },
        cancellationToken);

    /// <summary>
    /// Confirms a plan, unless it was confirmed before or another attempt is under way for its finding or its resource. Two that race wait
    /// for each other: the later one changes nothing.
    /// </summary>
    public static async Task<bool> ClaimAsync(
        UnitOfWork uow, string id, string userId, RemediationRunState state, string? reason, DateTimeOffset at, DateTimeOffset? expiresAt,
        CancellationToken cancellationToken)
    {
        await LockResourceAsync(uow, id, cancellationToken);
        return await ChangesOneAsync(
            uow,
            $"""
            UPDATE remediation SET state = @state, reason = @reason, requested_at = @at, expires_at = @expiresAt, due_at = @due
            WHERE id = @id AND state = 'planned' AND requested_by = @userId
              AND NOT EXISTS (
                SELECT 1 FROM remediation other
                WHERE other.state IN {Active} AND (other.finding_id = remediation.finding_id
                  OR (other.account = remediation.account AND other.region = remediation.region AND other.resource = remediation.resource)))
              AND NOT EXISTS (
                SELECT 1 FROM remediation done
                WHERE done.undoes = remediation.undoes AND (done.state IN {Active} OR done.state = 'resolved'))
            """,
            new
            {
                id,
                userId,
                state = Word(state),
                reason,
                at = Milliseconds(at),
                expiresAt = Milliseconds(expiresAt),
                // What waits is looked at every minute: whether it still makes sense, and whether to remind.
                due = Milliseconds(expiresAt is { } end && end > at.AddMinutes(1) ? at.AddMinutes(1) : expiresAt ?? at),
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

    /// <summary>It waits for a free place, at first or still.</summary>
    public static Task<bool> QueueAsync(UnitOfWork uow, string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow, "UPDATE remediation SET queued_at = @at, called_at = NULL WHERE id = @id AND state = 'starting' AND queued_at IS NULL",
            new { id, at = Milliseconds(at) }, cancellationToken);

    /// <summary>The next of an account and Region that waits for a free place is looked at now.</summary>
    public static Task<int> WakeQueueAsync(UnitOfWork uow, RemediationPlan plan, DateTimeOffset now, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(Command(
            uow,
            """
            UPDATE remediation SET due_at = CASE WHEN due_at <= @now THEN due_at - 1 ELSE @now END
            WHERE id = (SELECT r.id FROM remediation AS r WHERE r.account = @Account AND r.region = @Region AND r.state = 'starting'
              AND r.queued_at IS NOT NULL ORDER BY r.queued_at, r.id LIMIT 1)
            """,
            new { plan.Account, plan.Region, now = Milliseconds(now) }, cancellationToken));

    /// <summary>Somebody stops it; false when it does not run, or is being stopped already.</summary>
    public static Task<bool> StopAsync(UnitOfWork uow, string id, string userId, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow,
            """
            UPDATE remediation SET stop_by = @userId, stop_at = @at, due_at = CASE WHEN due_at <= @at THEN due_at - 1 ELSE @at END
            WHERE id = @id AND state IN ('starting', 'running') AND stop_at IS NULL
            """,
            new { id, userId, at = Milliseconds(at) }, cancellationToken);

    /// <summary>AWS does not let us stop it; false when that was known.</summary>
    public static Task<bool> StopRefusedAsync(UnitOfWork uow, string id, CancellationToken cancellationToken) => ChangesOneAsync(
        uow, "UPDATE remediation SET stop_by = NULL, stop_at = NULL WHERE id = @id AND state = 'running' AND stop_at IS NOT NULL",
        new { id }, cancellationToken);

    /// <summary>The automation waits for something, or goes on (null); false when that was known.</summary>
    public static Task<bool> WaitAsync(UnitOfWork uow, string id, string? waitsFor, CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow,
            "UPDATE remediation SET waits_for = @waitsFor WHERE id = @id AND state = 'running' " +
            "AND COALESCE(waits_for, '') <> COALESCE(@waitsFor, '')",
            new { id, waitsFor }, cancellationToken);

    /// <summary>The resource was read as right for the first time; false when it was before.</summary>
    public static Task<bool> RightAsync(UnitOfWork uow, string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow, "UPDATE remediation SET right_at = @at WHERE id = @id AND state = 'verifying' AND right_at IS NULL",
            new { id, at = Milliseconds(at) }, cancellationToken);

    /// <summary>It succeeded: what the resource was like then, and until when it can be undone; looked at again at that time.</summary>
    public static Task<bool> OfferUndoAsync(
        UnitOfWork uow, string id, string afterState, DateTimeOffset until, CancellationToken cancellationToken) => ChangesOneAsync(
        uow, "UPDATE remediation SET after_state = @afterState, undo_until = @until, due_at = @until WHERE id = @id",
        new { id, afterState, until = Milliseconds(until) }, cancellationToken);

    /// <summary>It cannot be undone any more: its time is over, or it was undone.</summary>
    public static Task<bool> WithdrawUndoAsync(UnitOfWork uow, string id, CancellationToken cancellationToken) => ChangesOneAsync(
        uow, "UPDATE remediation SET undo_until = NULL, due_at = NULL WHERE id = @id AND undo_until IS NOT NULL", new { id },
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

    /// <summary>The automation succeeded, or the call is made: resource and finding are read back from now on.</summary>
    public static Task<bool> VerifyAsync(
        UnitOfWork uow, string id, DateTimeOffset at, DateTimeOffset until, CancellationToken cancellationToken) =>
        ChangesOneAsync(
            uow,
            """
            UPDATE remediation SET state = 'verifying', started_at = COALESCE(started_at, @at), verify_until = @until, attempts = 0
            WHERE id = @id AND state IN ('starting', 'running')
            """,
            new { id, at = Milliseconds(at), until = Milliseconds(until) },
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
    public static readonly WorkTable<RemediationRun> Work = new WorkTable<RemediationRun, RemediationRow>(row => row.ToAttempt())
    {
        Kind = "remediation",
        Table = "remediation",
        Key = ["id"],
        Id = run => run.Id,
        Columns = Columns,
        Waiting = $"(w.state IN {Active} OR w.undo_until IS NOT NULL) AND w.due_at IS NOT NULL",
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

    /// <summary>PostgreSQL: two plans of one resource confirmed at once wait here for each other. SQLite has one writer anyway.</summary>
    private static async Task LockResourceAsync(UnitOfWork uow, string id, CancellationToken cancellationToken)
    {
        if (uow.Kind == DatabaseKind.Postgres)
        {
            await uow.Connection.ExecuteAsync(Command(
                uow,
                """
                SELECT pg_advisory_xact_lock(hashtextextended(concat_ws(' ', account, region, COALESCE(resource, finding_id)), 20))
                FROM remediation WHERE id = @id
                """,
                new { id }, cancellationToken));
        }
    }

    private static async Task<RemediationRun?> FindAsync(
        DbConnection connection, DbTransaction? transaction, string where, object values, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<RemediationRow>(new CommandDefinition(
            $"SELECT {Columns} FROM remediation WHERE {where}", values, transaction, cancellationToken: cancellationToken));
        return row?.ToAttempt();
    }

    private static async Task<bool> ChangesOneAsync(UnitOfWork uow, string sql, object values, CancellationToken cancellationToken) =>
        await uow.Connection.ExecuteAsync(Command(uow, sql, values, cancellationToken)) == 1;

    private static CommandDefinition Command(UnitOfWork uow, string sql, object values, CancellationToken cancellationToken) =>
        new(sql, values, uow.Transaction, cancellationToken: cancellationToken);

    private static long? Milliseconds(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds();

    private static string Word(RemediationRunState state) =>
        state == RemediationRunState.AwaitingApproval ? "awaiting_approval" : state.ToString().ToLowerInvariant();
}

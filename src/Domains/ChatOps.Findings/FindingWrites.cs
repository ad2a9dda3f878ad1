using System.Globalization;
using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Findings;

/// <summary>The SQL of what Security Hub has to be told: recorded with the act, sent by <see cref="SecurityHubWriter"/>.</summary>
internal static class FindingWrites
{
    /// <summary>So many attempts take a day.</summary>
    private const int DayOfAttempts = 1_730;

    /// <summary>The wait after an attempt; null for the schedule's.</summary>
    public static TimeSpan? WaitAfter(int attempt) => attempt > DayOfAttempts ? TimeSpan.FromHours(1) : null;

    /// <summary>The writes that are due: of each finding the oldest, for they go in order.</summary>
    public static readonly WorkTable<FindingWrite> Work = new WorkTable<FindingWrite, Row>(row => row.ToWrite())
    {
        Kind = "securityhub-write",
        Table = "finding_writes",
        Key = ["id"],
        NumericKey = true,
        Id = write => write.Id.ToString(CultureInfo.InvariantCulture),
        Columns = "id AS Id, finding_id AS FindingId, workflow AS Workflow, note AS Note, by_user AS ByUser, " +
            "generation AS Generation, fields AS Fields",
        Waiting = "w.state = 'pending' AND NOT EXISTS (SELECT 1 FROM finding_writes o WHERE o.finding_id = w.finding_id AND " +
            "o.generation = w.generation AND o.state = 'pending' AND o.id < w.id)",
        Due = "next_attempt_at",
        Order = "w.id",
        Error = "error",
        // Longer than a call with all its retries.
        Lease = TimeSpan.FromMinutes(4),
        BatchSize = FindingUpdate.MaxFindings,
        // At least once a minute for a day, then hourly for a month: a permission may be mended late.
        Retry = new RetrySchedule(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(50), DayOfAttempts + (30 * 24)),
        LookEvery = TimeSpan.FromSeconds(15),
    };

    /// <summary>
    /// Records a write, for each generation of Security Hub that has the finding. What was refused before it is tried again at once:
    /// it goes first.
    /// </summary>
    public static async Task AddAsync(
        UnitOfWork uow, Finding finding, WorkflowStatus? status, string note, IReadOnlyDictionary<string, string>? fields, string byUserId,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (finding.WriteFault is not null) await SendNowAsync(uow, finding.Id, now, cancellationToken);
        var both = finding.SecondGeneration is not null && status is not null;
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO finding_writes (finding_id, workflow, note, fields, by_user, generation, created_at, next_attempt_at)
            VALUES (@Id, @workflow, @note, @fields, @byUserId, 1, @at, @at){(both
                ? ", (@Id, @workflow, @note, NULL, @byUserId, 2, @at, @at)"
                : "")}
            """,
            new
            {
                finding.Id,
                workflow = status?.ToString(),
                note,
                byUserId,
                fields = fields is null ? null : JsonSerializer.Serialize(fields),
                at = now.ToUnixTimeMilliseconds(),
            },
            uow.Transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Has what a finding still owes to Security Hub sent now, and the last that was given up, if nothing else waits.</summary>
    public static Task<int> SendNowAsync(UnitOfWork uow, string id, DateTimeOffset now, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE finding_writes SET next_attempt_at = @now, attempts = CASE WHEN state = 'pending' THEN attempts ELSE 0 END,
              state = 'pending'
            WHERE finding_id = @id AND (state = 'pending' OR (state = 'failed' AND NOT EXISTS (
              SELECT 1 FROM finding_writes AS later WHERE later.finding_id = finding_writes.finding_id
                AND later.generation = finding_writes.generation AND later.id > finding_writes.id)))
            """,
            new { id, now = now.ToUnixTimeMilliseconds() }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>What was decided here is overruled: Security Hub is not told of it any more.</summary>
    public static Task CancelAsync(UnitOfWork uow, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? Task.CompletedTask : uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE finding_writes SET state = 'failed', error = 'overruled'
            WHERE state = 'pending' AND lease_until IS NULL AND finding_id IN (SELECT r.value ->> 'id'
              FROM {JsonRows.From(uow.Kind, "@ids")} AS r)
            """,
            new { ids = JsonRows.Ids(ids) }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Those of the findings for which a write waits.</summary>
    public static async Task<HashSet<string>> PendingAsync(
        UnitOfWork uow, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : [.. await uow.Connection.QueryAsync<string>(new CommandDefinition(
            $"""
            SELECT DISTINCT finding_id FROM finding_writes
            WHERE state = 'pending' AND generation = 1 AND workflow IS NOT NULL AND finding_id IN (SELECT r.value ->> 'id'
              FROM {JsonRows.From(uow.Kind, "@ids")} AS r)
            """,
            new { ids = JsonRows.Ids(ids) }, uow.Transaction, cancellationToken: cancellationToken))];

    /// <summary>Closes a write: <c>done</c> or <c>failed</c>.</summary>
    public static Task<int> CloseAsync(
        UnitOfWork uow, IEnumerable<long> ids, string state, string? error, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE finding_writes SET state = @state, error = @error
            WHERE state = 'pending' AND id IN (SELECT CAST(r.value ->> 'id' AS bigint) FROM {JsonRows.From(uow.Kind, "@ids")} AS r)
            """,
            new { ids = JsonRows.Ids(ids), state, error }, uow.Transaction, cancellationToken: cancellationToken));

    internal sealed record Row
    {
        public long Id { get; init; }

        public string FindingId { get; init; } = "";

        public string? Workflow { get; init; }

        public string Note { get; init; } = "";

        public string ByUser { get; init; } = "";

        public long Generation { get; init; }

        public string? Fields { get; init; }

        public FindingWrite ToWrite() => new(
            Id, FindingId, Workflow is { } workflow ? Enum.Parse<WorkflowStatus>(workflow) : null, Note, ByUser)
        {
            Generation = (int)Generation,
            Fields = Fields is { } fields ? JsonSerializer.Deserialize<Dictionary<string, string>>(fields) : null,
        };
    }
}

/// <summary>Something Security Hub has to be told.</summary>
/// <param name="Id">Its number; later ones are later.</param>
/// <param name="FindingId">The finding.</param>
/// <param name="Workflow">The status; null leaves it as it is.</param>
/// <param name="Note">Our part of the note.</param>
/// <param name="ByUserId">Who decided.</param>
internal sealed record FindingWrite(long Id, string FindingId, WorkflowStatus? Workflow, string Note, string ByUserId)
{
    /// <summary>Which generation of Security Hub: 1 or 2.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>Our user-defined fields, all of them; null leaves them as they are.</summary>
    public IReadOnlyDictionary<string, string>? Fields { get; init; }
}

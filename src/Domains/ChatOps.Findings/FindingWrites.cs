using System.Globalization;
using ChatOps.Aws;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Findings;

/// <summary>The SQL of what Security Hub has to be told: recorded with the act, sent by <see cref="SecurityHubWriter"/>.</summary>
internal static class FindingWrites
{
    /// <summary>The writes that are due: of each finding the oldest, for they go in order.</summary>
    public static readonly WorkTable<FindingWrite> Work = new WorkTable<FindingWrite, Row>(row => row.ToWrite())
    {
        Kind = "securityhub-write",
        Table = "finding_writes",
        Key = ["id"],
        NumericKey = true,
        Id = write => write.Id.ToString(CultureInfo.InvariantCulture),
        Columns = "id AS Id, finding_id AS FindingId, workflow AS Workflow, note AS Note, by_user AS ByUser",
        Waiting = "w.state = 'pending' AND NOT EXISTS (SELECT 1 FROM finding_writes o WHERE o.finding_id = w.finding_id AND o.state = " +
            "'pending' AND o.id < w.id)",
        Due = "next_attempt_at",
        Order = "w.id",
        Error = "error",
        // Longer than a call with all its retries.
        Lease = TimeSpan.FromMinutes(4),
        BatchSize = FindingUpdate.MaxFindings,
        // About a day.
        Retry = new RetrySchedule(TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(10), MaxAttempts: 150),
        LookEvery = TimeSpan.FromSeconds(15),
    };

    /// <summary>Records a write.</summary>
    public static Task AddAsync(
        UnitOfWork uow, string id, WorkflowStatus? status, string note, string byUserId, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO finding_writes (finding_id, workflow, note, by_user, created_at, next_attempt_at) VALUES (@id, @workflow, " +
            "@note, @byUserId, @now, @now)",
            new { id, workflow = status?.ToString(), note, byUserId, now = now.ToUnixTimeMilliseconds() }, uow.Transaction,
            cancellationToken: cancellationToken));

    /// <summary>Those of the findings for which a write waits.</summary>
    public static async Task<HashSet<string>> PendingAsync(
        UnitOfWork uow, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : [.. await uow.Connection.QueryAsync<string>(new CommandDefinition(
            $"""
            SELECT DISTINCT finding_id FROM finding_writes
            WHERE state = 'pending' AND workflow IS NOT NULL AND finding_id IN (SELECT r.value ->> 'id'
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

        public FindingWrite ToWrite() =>
            new(Id, FindingId, Workflow is { } workflow ? Enum.Parse<WorkflowStatus>(workflow) : null, Note, ByUser);
    }
}

/// <summary>Something Security Hub has to be told.</summary>
internal sealed record FindingWrite(long Id, string FindingId, WorkflowStatus? Workflow, string Note, string ByUserId)
{
    private const int MaxNote = 512;

    /// <summary>The note as Security Hub takes it: up to 512 characters.</summary>
    public string NoteText => Note.Length <= MaxNote ? Note : $"{Note[..(MaxNote - 1)]}…";
}

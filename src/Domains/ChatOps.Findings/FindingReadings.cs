using System.Text.Json;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Findings;

/// <summary>
/// The SQL of findings about which Security Hub is to be asked, since what was said of them contradicts a decision made here.
/// </summary>
internal static class FindingReadings
{
    /// <summary>So many findings fit in one question: a filter of GetFindings takes 20 values.</summary>
    public const int BatchSize = 20;

    /// <summary>The wait before the first question: an update of ours is mostly seen by then.</summary>
    private static readonly TimeSpan First = TimeSpan.FromSeconds(3);

    /// <summary>The findings to be asked about.</summary>
    public static readonly WorkTable<FindingReading> Work = new WorkTable<FindingReading, Row>(
        row => new FindingReading(row.FindingId, row.ReadingDue, row.AsksPresence != 0))
    {
        Kind = "securityhub-reading",
        Table = "finding_readings",
        Key = ["finding_id"],
        Id = reading => reading.FindingId,
        Columns = "finding_id AS FindingId, due_at AS ReadingDue, asks_presence AS AsksPresence",
        Waiting = "w.due_at IS NOT NULL",
        // Longer than a call with all its retries.
        Lease = TimeSpan.FromMinutes(4),
        BatchSize = BatchSize,
        // About an hour; a later copy asks again.
        Retry = new RetrySchedule(TimeSpan.FromSeconds(8), TimeSpan.FromMinutes(1), MaxAttempts: 60),
        LookEvery = TimeSpan.FromSeconds(15),
    };

    /// <summary>
    /// Has Security Hub asked about findings soon. What waits keeps its time; what is being asked just now is asked again.
    /// </summary>
    public static Task PlanAsync(UnitOfWork uow, IReadOnlyList<string> ids, DateTimeOffset now, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO finding_readings (finding_id, due_at)
            SELECT r.value ->> 'id', @due FROM {JsonRows.From(uow.Kind, "@ids")} AS r WHERE true
            ON CONFLICT (finding_id) DO UPDATE SET due_at = excluded.due_at WHERE finding_readings.lease_until IS NOT NULL
            """,
            new
            {
                ids = JsonRows.Ids(ids.Order(StringComparer.Ordinal)),
                due = (now + First).ToUnixTimeMilliseconds(),
            },
            uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>
    /// Has Security Hub asked whether it still has findings, as many at a time as fit in one question, at a pace that leaves room for
    /// others. What waits for another reason answers this, too.
    /// </summary>
    public static Task PlanPresenceAsync(
        UnitOfWork uow, IReadOnlyList<string> ids, DateTimeOffset now, TimeSpan pace, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO finding_readings (finding_id, due_at, asks_presence)
            SELECT r.value ->> 'Id', CAST(r.value ->> 'Due' AS bigint), 1 FROM {JsonRows.From(uow.Kind, "@rows")} AS r WHERE true
            ON CONFLICT (finding_id) DO UPDATE SET asks_presence = 1
            """,
            new
            {
                rows = JsonSerializer.Serialize(ids.Select((id, i) => new
                {
                    Id = id,
                    Due = (now + (pace * (i / BatchSize))).ToUnixTimeMilliseconds(),
                }).OrderBy(row => row.Id, StringComparer.Ordinal)),
            },
            uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>There is no doubt any more, unless there is a new one since the question.</summary>
    public static Task DeleteAsync(UnitOfWork uow, IReadOnlyList<FindingReading> readings, CancellationToken cancellationToken) =>
        readings.Count == 0 ? Task.CompletedTask : uow.Connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM finding_readings WHERE finding_id = @FindingId AND due_at = @DueAt", readings, uow.Transaction,
            cancellationToken: cancellationToken));

    internal sealed record Row
    {
        public string FindingId { get; init; } = "";

        public long ReadingDue { get; init; }

        public long AsksPresence { get; init; }
    }
}

/// <summary>A finding about which Security Hub is to be asked.</summary>
/// <param name="FindingId">The finding.</param>
/// <param name="DueAt">When it was to be asked, in Unix milliseconds.</param>
/// <param name="AsksPresence">Whether the finding is closed when Security Hub no longer has it.</param>
internal sealed record FindingReading(string FindingId, long DueAt, bool AsksPresence = false);

using System.Data.Common;
using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Ingest;

/// <summary>The SQL of events that could not be read: tried again later, or set aside.</summary>
internal static class InboxFailures
{
    private const string Columns =
        "id AS Id, source AS Source, kind AS Kind, received_at AS ReceivedAt, attempts AS Attempts, error AS Error, finished_at AS " +
            "FinishedAt";

    /// <summary>Writes down that events could not be read: each is tried again at its time, or never when it has none.</summary>
    public static Task WriteAsync(UnitOfWork uow, IReadOnlyList<EventFailure> failures, long now) => uow.Connection.ExecuteAsync(
        $"""
        UPDATE inbox_events SET attempts = t.attempts, error = t.error, next_attempt_at = COALESCE(t.next, 0),
          state = CASE WHEN t.next IS NULL THEN 'failed' ELSE 'pending' END, finished_at = CASE WHEN t.next IS NULL THEN @now END
        FROM (
          SELECT CAST(r.value ->> 'id' AS bigint) AS id, CAST(r.value ->> 'attempts' AS integer) AS attempts, r.value ->> 'error' AS error,
            CAST(r.value ->> 'next' AS bigint) AS next
          FROM {JsonRows.From(uow.Kind, "@rows")} AS r) AS t
        WHERE inbox_events.id = t.id AND state = 'pending'
        """,
        new
        {
            now,
            rows = JsonSerializer.Serialize(failures.Select(
            failure => new { id = failure.Id, attempts = failure.Attempts, error = failure.Error, next = failure.NextAttemptAt }))
        },
        uow.Transaction);

    /// <summary>The body of an event that is set aside; null when it is not.</summary>
    public static Task<string?> BodyAsync(DbConnection connection, long id, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "SELECT body FROM inbox_events WHERE id = @id AND state = 'failed'", new { id }, cancellationToken: cancellationToken));

    /// <summary>Events set aside wait again, with all their attempts. How many.</summary>
    public static Task<int> RequeueAsync(UnitOfWork uow, IEnumerable<long> ids, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE inbox_events SET state = 'pending', finished_at = NULL, next_attempt_at = 0, attempts = 0
            WHERE state = 'failed' AND id IN (SELECT CAST(r.value ->> 'id' AS bigint) FROM {JsonRows.From(uow.Kind, "@ids")} AS r)
            """,
            new { ids = JsonRows.Ids(ids) }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>
    /// Events set aside are finished; kept for their retention with their error, so that a redelivery is still known. How many.
    /// </summary>
    public static Task<int> DiscardAsync(UnitOfWork uow, IEnumerable<long> ids, long now, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE inbox_events SET state = 'done', finished_at = @now, error = 'discarded: ' || COALESCE(error, '')
            WHERE state = 'failed' AND id IN (SELECT CAST(r.value ->> 'id' AS bigint) FROM {JsonRows.From(uow.Kind, "@ids")} AS r)
            """,
            new { now, ids = JsonRows.Ids(ids) }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Events set aside whose id is greater than <paramref name="after"/>, in order.</summary>
    public static async Task<IReadOnlyList<DeadLetterEvent>> DeadLettersAsync(
        DbConnection connection, long after, int limit, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<DeadLetterEvent>(new CommandDefinition(
            $"SELECT {Columns} FROM inbox_events WHERE state = 'failed' AND id > @after ORDER BY id LIMIT @limit", new { after, limit },
            cancellationToken: cancellationToken))).AsList();
}

/// <summary>An event that could not be read.</summary>
/// <param name="Id">Its place in the inbox.</param>
/// <param name="Attempts">How often it was tried, this time included.</param>
/// <param name="Error">Why.</param>
/// <param name="NextAttemptAt">When it is tried again, in Unix milliseconds; null when it is set aside.</param>
internal sealed record EventFailure(long Id, int Attempts, string Error, long? NextAttemptAt);

/// <summary>An event as it stands set aside.</summary>
internal sealed record DeadLetterEvent
{
    public long Id { get; init; }

    public string Source { get; init; } = "";

    public string Kind { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long ReceivedAt { get; init; }

    public int Attempts { get; init; }

    public string? Error { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long? FinishedAt { get; init; }
}

using System.Data.Common;
using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Work;

/// <summary>The SQL of dead letters and of the notices that tell of them.</summary>
internal static class DeadLetterStore
{
    private const string LetterColumns =
        "id AS Id, notice_id AS NoticeId, source AS Source, key AS Key, kind AS Kind, error AS Error, first_tried_at AS FirstTriedAt, " +
            "last_tried_at AS LastTriedAt, attempts AS Attempts";

    private const string NoticeColumns =
        """
        id AS Id, source AS Source, kind AS Kind, error AS Error, opened_at AS OpenedAt, waiting AS Waiting, retried AS Retried,
          discarded AS Discarded,
        decided_by AS DecidedBy, decided_at AS DecidedAt, closed AS Closed
        """;

    /// <summary>
    /// The open notice of a signature, opened when there is none. Whoever comes second waits for the first's commit and finds it.
    /// </summary>
    public static Task<long> OpenNoticeAsync(
        UnitOfWork uow, string source, string signature, DeadLetter first, long now, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            INSERT INTO dead_letter_notices (source, signature, kind, error, opened_at, last_at) VALUES (@source, @signature, @Kind, @Error,
              @now, @now)
            ON CONFLICT (source, signature) WHERE closed = 0 DO UPDATE SET last_at = excluded.last_at RETURNING id
            """,
            new { source, signature, first.Kind, first.Error, now }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>The signatures of a source's open notices.</summary>
    public static async Task<HashSet<string>> OpenSignaturesAsync(UnitOfWork uow, string source, CancellationToken cancellationToken) =>
        [.. await uow.Connection.QueryAsync<string>(new CommandDefinition(
            "SELECT signature FROM dead_letter_notices WHERE source = @source AND closed = 0", new { source }, uow.Transaction,
            cancellationToken: cancellationToken))];

    /// <summary>
    /// Lists letters under a notice; those that are listed already stay under theirs and say what they say now. How many are new.
    /// </summary>
    public static async Task<int> AddAsync(
        UnitOfWork uow, long notice, IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        var rows = JsonSerializer.Serialize(letters.Select(letter => new
        {
            source = letter.Source,
            key = letter.Key,
            kind = letter.Kind,
            error = letter.Error,
            attempts = letter.Attempts,
            first = letter.FirstTriedAt.ToUnixTimeMilliseconds(),
            last = letter.LastTriedAt.ToUnixTimeMilliseconds(),
        }));
        var added = await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO dead_letters (notice_id, source, key, kind, error, first_tried_at, last_tried_at, attempts)
            SELECT @notice, r.value ->> 'source', r.value ->> 'key', r.value ->> 'kind', r.value ->> 'error',
              CAST(r.value ->> 'first' AS bigint),
              CAST(r.value ->> 'last' AS bigint), CAST(r.value ->> 'attempts' AS integer)
            FROM {JsonRows.From(uow.Kind, "@rows")} AS r WHERE true
            ON CONFLICT (source, key) DO NOTHING
            """,
            new { notice, rows }, uow.Transaction, cancellationToken: cancellationToken));
        if (added < letters.Count)
        {
            await uow.Connection.ExecuteAsync(new CommandDefinition(
                $"""
                UPDATE dead_letters SET error = t.error, last_tried_at = t.last, attempts = t.attempts
                FROM (
                  SELECT r.value ->> 'source' AS source, r.value ->> 'key' AS key, r.value ->> 'error' AS error,
                    CAST(r.value ->> 'last' AS bigint) AS last,
                    CAST(r.value ->> 'attempts' AS integer) AS attempts
                  FROM {JsonRows.From(uow.Kind, "@rows")} AS r) AS t
                WHERE dead_letters.source = t.source AND dead_letters.key = t.key
                """,
                new { rows }, uow.Transaction, cancellationToken: cancellationToken));
        }

        if (added > 0)
        {
            await uow.Connection.ExecuteAsync(new CommandDefinition(
                "UPDATE dead_letter_notices SET waiting = waiting + @added WHERE id = @notice", new { added, notice }, uow.Transaction,
                cancellationToken: cancellationToken));
        }

        return added;
    }

    /// <summary>The letters that a choice names, oldest first, locked until the transaction ends.</summary>
    public static async Task<IReadOnlyList<ListedLetter>> TakeAsync(
        UnitOfWork uow, DeadLetterChoice choice, int limit, CancellationToken cancellationToken) =>
        (await uow.Connection.QueryAsync<ListedLetter>(new CommandDefinition(
            $"SELECT {LetterColumns} FROM dead_letters WHERE {Condition(choice)} ORDER BY id LIMIT @limit " +
            $"{(uow.Kind == DatabaseKind.Postgres ? "FOR UPDATE" : "")}",
            new { choice.Id, limit }, uow.Transaction, cancellationToken: cancellationToken))).AsList();

    /// <summary>The letters of a source by the source's own keys.</summary>
    public static async Task<IReadOnlyList<ListedLetter>> OfKeysAsync(
        UnitOfWork uow, string source, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        (await uow.Connection.QueryAsync<ListedLetter>(new CommandDefinition(
            $"SELECT {LetterColumns} FROM dead_letters WHERE source = @source AND key IN (SELECT r.value ->> 'id' FROM " +
            $"{JsonRows.From(uow.Kind, "@keys")} AS r) ORDER BY id",
            new { source, keys = JsonRows.Ids(keys) }, uow.Transaction, cancellationToken: cancellationToken))).AsList();

    /// <summary>Takes letters off the list.</summary>
    public static Task<int> DeleteAsync(UnitOfWork uow, IEnumerable<long> ids, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"DELETE FROM dead_letters WHERE id IN (SELECT CAST(r.value ->> 'id' AS bigint) FROM {JsonRows.From(uow.Kind, "@ids")} AS r)",
            new { ids = JsonRows.Ids(ids) }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Writes down what was decided about letters of a notice; it closes when none is left.</summary>
    public static Task DecideAsync(
        UnitOfWork uow, long notice, int retried, int discarded, string? userId, long now, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE dead_letter_notices SET retried = retried + @retried, discarded = discarded + @discarded,
              decided_by = COALESCE(@userId, decided_by), decided_at = CASE WHEN @userId IS NULL THEN decided_at ELSE @now END,
              waiting = (SELECT COUNT(*) FROM dead_letters WHERE notice_id = @notice),
              closed = CASE WHEN EXISTS (SELECT 1 FROM dead_letters WHERE notice_id = @notice) THEN 0 ELSE 1 END
            WHERE id = @notice
            """,
            new { notice, retried, discarded, userId, now }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>The notices with these ids.</summary>
    public static async Task<IReadOnlyList<DeadLetterNotice>> NoticesAsync(
        DbConnection connection, DatabaseKind kind, IEnumerable<long> ids, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<DeadLetterNotice>(new CommandDefinition(
            $"SELECT {NoticeColumns} FROM dead_letter_notices WHERE id IN (SELECT CAST(r.value ->> 'id' AS bigint) FROM " +
            $"{JsonRows.From(kind, "@ids")} AS r)",
            new { ids = JsonRows.Ids(ids) }, cancellationToken: cancellationToken))).AsList();

    /// <summary>The letters that a choice names, the newest first.</summary>
    public static async Task<IReadOnlyList<ListedLetter>> ListAsync(
        DbConnection connection, DeadLetterChoice choice, int skip, int limit, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<ListedLetter>(new CommandDefinition(
            $"SELECT {LetterColumns} FROM dead_letters WHERE {Condition(choice)} ORDER BY id DESC LIMIT @limit OFFSET @skip",
            new { choice.Id, limit, skip }, cancellationToken: cancellationToken))).AsList();

    /// <summary>How many letters a choice names.</summary>
    public static Task<long> CountAsync(DbConnection connection, DeadLetterChoice choice, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"SELECT COUNT(*) FROM dead_letters WHERE {Condition(choice)}", new { choice.Id }, cancellationToken: cancellationToken));

    /// <summary>How many letters are listed before this one, newest first: where its page is.</summary>
    public static Task<long> CountNewerAsync(DbConnection connection, long id, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(
            new CommandDefinition("SELECT COUNT(*) FROM dead_letters WHERE id > @id", new { id }, cancellationToken: cancellationToken));

    private static string Condition(DeadLetterChoice choice) => choice.Scope switch
    {
        DeadLetterScope.Letter => "id = @Id",
        DeadLetterScope.Notice => "notice_id = @Id",
        _ => "@Id = 0",
    };
}

/// <summary>A letter as listed.</summary>
internal sealed record ListedLetter
{
    public long Id { get; init; }

    public long NoticeId { get; init; }

    public string Source { get; init; } = "";

    public string Key { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Error { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long FirstTriedAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long LastTriedAt { get; init; }

    public int Attempts { get; init; }
}

/// <summary>What operators are told of: all letters of one source, kind and sort of error, from the first until all are decided.</summary>
internal sealed record DeadLetterNotice
{
    public long Id { get; init; }

    public string Source { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Error { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long OpenedAt { get; init; }

    /// <summary>How many letters nobody has decided about.</summary>
    public int Waiting { get; init; }

    public int Retried { get; init; }

    public int Discarded { get; init; }

    /// <summary>Who decided last; null while nobody has, or when the source took its work back itself.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long? DecidedAt { get; init; }

    public int Closed { get; init; }

    /// <summary>Whether letters still wait.</summary>
    public bool Open => Closed == 0;

    /// <summary>The delivery subject.</summary>
    public SubjectId Subject => new(DeadLetterChoice.SubjectKind, new DeadLetterChoice(DeadLetterScope.Notice, Id).ToString());
}

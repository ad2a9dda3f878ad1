using ChatOps.Platform.Storage;
using Dapper;
using Npgsql;

namespace ChatOps.Platform.Ingest;

/// <summary>The SQL of the inbox.</summary>
internal sealed class InboxStore(IDatabase database, ReadKinds kinds)
{
    private const string Columns =
        "id AS Id, dedup_key AS DedupKey, source AS Source, kind AS Kind, body AS Body, received_at AS ReceivedAt, attempts AS Attempts";

    /// <summary>Commits events in one go; the keys of those that were not there before.</summary>
    public Task<HashSet<string>> InsertAsync(IReadOnlyList<IncomingEvent> events, long now, CancellationToken cancellationToken) =>
        database is PostgresDatabase postgres
            ? InsertPastDeadlockAsync(postgres, events, now, cancellationToken)
            : database.WriteAsync(uow => InsertAsync(uow, events, now), cancellationToken);

    /// <summary>
    /// The oldest events that were not tried yet, locked for this transaction; what another replica works on is passed over.
    /// </summary>
    public static async Task<IReadOnlyList<InboxRow>> TakeFreshAsync(UnitOfWork uow, int limit) =>
        (await uow.Connection.QueryAsync<InboxRow>(
            $"SELECT {Columns} FROM inbox_events WHERE state = 'pending' AND attempts = 0 ORDER BY id LIMIT @limit {SkipLocked(uow)}",
            new { limit },
            uow.Transaction)).AsList();

    /// <summary>The same of events that failed before and are due.</summary>
    public static async Task<IReadOnlyList<InboxRow>> TakeFailedAsync(UnitOfWork uow, long now, int limit) =>
        (await uow.Connection.QueryAsync<InboxRow>(
            $"SELECT {Columns} FROM inbox_events WHERE state = 'pending' AND attempts > 0 AND next_attempt_at <= @now ORDER BY id LIMIT " +
            $"@limit {SkipLocked(uow)}",
            new { now, limit },
            uow.Transaction)).AsList();

    /// <summary>One event, locked, or null when it is no longer pending or another replica has it.</summary>
    public static Task<InboxRow?> TakeOneAsync(UnitOfWork uow, long id) =>
        uow.Connection.QuerySingleOrDefaultAsync<InboxRow?>(
            $"SELECT {Columns} FROM inbox_events WHERE id = @id AND state = 'pending' {SkipLocked(uow)}", new { id }, uow.Transaction);

    /// <summary>Marks events as finished: done, or unknown.</summary>
    public static Task FinishAsync(UnitOfWork uow, IReadOnlyCollection<long> ids, string state, long now) =>
        ids.Count == 0 ? Task.CompletedTask : uow.Connection.ExecuteAsync(
            $"""
            UPDATE inbox_events SET state = @state, finished_at = @now, error = NULL
            WHERE id IN (SELECT CAST(r.value ->> 'id' AS bigint) FROM {JsonRows.From(uow.Kind, "@ids")} AS r)
            """,
            new { state, now, ids = JsonRows.Ids(ids) },
            uow.Transaction);

    /// <summary>Events of kinds that somebody reads by now (a new version does) wait again. How many.</summary>
    public Task<int> RequeueUnknownAsync(IReadOnlyCollection<string> kinds, CancellationToken cancellationToken) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(
            $"""
            UPDATE inbox_events SET state = 'pending', finished_at = NULL, next_attempt_at = 0
            WHERE state = 'unknown' AND kind IN (SELECT r.value ->> 'id' FROM {JsonRows.From(uow.Kind, "@kinds")} AS r)
            """,
            new { kinds = JsonRows.Ids(kinds) },
            uow.Transaction),
        cancellationToken);

    /// <summary>When the next event is due that waits for another attempt, or null when none waits.</summary>
    public async Task<long?> NextAttemptAtAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long?>(
            "SELECT MIN(next_attempt_at) FROM inbox_events WHERE state = 'pending' AND attempts > 0");
    }

    /// <summary>
    /// Deletes finished events that are older than <paramref name="before"/>, some at a time; failed ones stay until somebody looks at
    /// them.
    /// </summary>
    public Task<int> PurgeAsync(long before, int limit, CancellationToken cancellationToken) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(
            "DELETE FROM inbox_events WHERE id IN (SELECT id FROM inbox_events WHERE finished_at < @before AND state <> 'failed' LIMIT " +
            "@limit)",
            new { before, limit },
            uow.Transaction),
        cancellationToken);

    /// <summary>How many events stand in which state; kinds are told apart for the unknown ones only.</summary>
    public async Task<IReadOnlyList<(string State, string? Kind, long Count)>> CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<(string, string?, long)>(
            "SELECT state, CASE WHEN state = 'unknown' THEN kind END AS kind, COUNT(*) FROM inbox_events GROUP BY 1, 2 ORDER BY 1, 2"))
                .AsList();
    }

    /// <summary>
    /// When the last event of any of these kinds came. Read from the latest backwards: what is asked for seldom is seldom far.
    /// </summary>
    public async Task<long?> LastReceivedAtAsync(IReadOnlyCollection<string> kinds, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            $"""
            SELECT received_at FROM inbox_events
            WHERE kind IN (SELECT r.value ->> 'id' FROM {JsonRows.From(database.Kind, "@kinds")} AS r) ORDER BY id DESC LIMIT 1
            """,
            new { kinds = JsonRows.Ids(kinds) }, cancellationToken: cancellationToken));
    }

    /// <summary>How many events wait, how many are set aside, and when the one came that has waited longest.</summary>
    public async Task<(long Pending, long Failed, long? Oldest)> WaitingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleAsync<(long, long, long?)>(
            """
            SELECT (SELECT COUNT(*) FROM inbox_events WHERE state = 'pending'),
                   (SELECT COUNT(*) FROM inbox_events WHERE state = 'failed'),
                   (SELECT received_at FROM inbox_events WHERE state = 'pending' ORDER BY id LIMIT 1)
            """);
    }

    private static string SkipLocked(UnitOfWork uow) => uow.Kind == DatabaseKind.Postgres ? "FOR UPDATE SKIP LOCKED" : "";

    /// <summary>
    /// Two commits with the same events in different order may block each other; PostgreSQL ends one, which finds the other's then.
    /// </summary>
    private async Task<HashSet<string>> InsertPastDeadlockAsync(
        PostgresDatabase postgres, IReadOnlyList<IncomingEvent> events, long now, CancellationToken cancellationToken)
    {
        try
        {
            return await InsertAsync(postgres, events, now, cancellationToken);
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            return await InsertAsync(postgres, events, now, cancellationToken);
        }
    }

    /// <summary>Arrays as parameters: one statement, one round trip, one commit, whatever the number of events.</summary>
    private async Task<HashSet<string>> InsertAsync(
        PostgresDatabase postgres, IReadOnlyList<IncomingEvent> events, long now, CancellationToken cancellationToken)
    {
        var count = events.Count;
        var (keys, sources, names, bodies, states) = (
            new string[count], new string[count], new string[count], new string[count], new string[count]);
        for (var i = 0; i < count; i++)
        {
            (keys[i], sources[i], names[i], bodies[i]) = Storable(events[i]);
            states[i] = FirstState(events[i]);
        }

        await using var command = postgres.Source.CreateCommand(
            """
            INSERT INTO inbox_events (dedup_key, source, kind, body, received_at, state, finished_at)
            SELECT k, s, i, b, $5, t, CASE WHEN t = 'unknown' THEN $5 END FROM unnest($1, $2, $3, $4, $6) AS e(k, s, i, b, t)
            ON CONFLICT (dedup_key) DO NOTHING
            RETURNING dedup_key
            """);
        command.Parameters.Add(new() { Value = keys });
        command.Parameters.Add(new() { Value = sources });
        command.Parameters.Add(new() { Value = names });
        command.Parameters.Add(new() { Value = bodies });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = states });

        var fresh = new HashSet<string>(count, StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) fresh.Add(reader.GetString(0));
        return fresh;
    }

    /// <summary>SQLite has no round trips to save: one prepared statement, one commit.</summary>
    private async Task<HashSet<string>> InsertAsync(UnitOfWork uow, IReadOnlyList<IncomingEvent> events, long now)
    {
        await using var command = uow.Connection.CreateCommand();
        command.Transaction = uow.Transaction;
        command.CommandText =
            """
            INSERT INTO inbox_events (dedup_key, source, kind, body, received_at, state, finished_at)
            VALUES (@k, @s, @i, @b, @now, @t, CASE WHEN @t = 'unknown' THEN @now END) ON CONFLICT (dedup_key) DO NOTHING
            """;
        foreach (var name in (ReadOnlySpan<string>)["@k", "@s", "@i", "@b", "@now", "@t"])
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        command.Parameters["@now"].Value = now;
        var fresh = new HashSet<string>(events.Count, StringComparer.Ordinal);
        foreach (var item in events)
        {
            var (key, source, kind, body) = Storable(item);
            (command.Parameters["@k"].Value, command.Parameters["@s"].Value) = (key, source);
            (command.Parameters["@i"].Value, command.Parameters["@b"].Value) = (kind, body);
            command.Parameters["@t"].Value = FirstState(item);
            if (await command.ExecuteNonQueryAsync() == 1) fresh.Add(key);
        }

        return fresh;
    }

    /// <summary>
    /// Whether somebody reads the event; what nobody reads does not wait, it is counted as unknown from the first moment.
    /// </summary>
    public bool WaitsForReader(IncomingEvent item) => kinds.Contains(item.Kind);

    private string FirstState(IncomingEvent item) => WaitsForReader(item) ? "pending" : "unknown";

    /// <summary>The one place where an event becomes storable: no reader ever sees what a database cannot hold.</summary>
    private static IncomingEvent Storable(IncomingEvent item) =>
        new(StorableText.Clean(item.DedupKey), StorableText.Clean(item.Source), StorableText.Clean(item.Kind), StorableBody(item.Body));

    private static string StorableBody(string body) =>
        body.AsSpan().TrimStart() is ['{' or '[', ..] ? StorableText.CleanJson(body) : StorableText.Clean(body);
}

/// <summary>A row of the inbox.</summary>
internal sealed record InboxRow
{
    public long Id { get; init; }

    public string DedupKey { get; init; } = "";

    public string Source { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Body { get; init; } = "";

    public long ReceivedAt { get; init; }

    public int Attempts { get; init; }

    public InboxEvent ToEvent() =>
        new(Id, new IncomingEvent(DedupKey, Source, Kind, Body), DateTimeOffset.FromUnixTimeMilliseconds(ReceivedAt));
}

using System.Data.Common;
using System.Text.Json;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>A silence that somebody asked us for.</summary>
internal sealed record SilenceRow
{
    public required string Id { get; init; }

    public string? GroupId { get; init; }

    public string? AlertmanagerId { get; init; }

    public bool IsLocal { get; init; }

    /// <summary>The server that it is made at; null for a mute of our own, and in rows of earlier versions for the first.</summary>
    public string? Server { get; init; }

    public required IReadOnlyList<Matcher> Matchers { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public required string ByUserId { get; init; }

    public string ByName { get; init; } = "";

    public string Reason { get; init; } = "";

    /// <summary><c>requested</c>, <c>active</c>, <c>ending</c>; over: <c>ended</c>, <c>failed</c>.</summary>
    public string State { get; init; } = "requested";

    public int Attempts { get; init; }

    /// <summary>Whether it is not over.</summary>
    public bool IsLive => State is "requested" or "active" or "ending";
}

/// <summary>How the silences stand that people asked us for.</summary>
/// <param name="Kept">They hold.</param>
/// <param name="Waiting">Alertmanager is still to hear of them, or of their end.</param>
internal sealed record SilenceCounts(long Kept, long Waiting);

/// <summary>The SQL of silences.</summary>
internal static class SilenceStore
{
    private const string Columns =
        """
        id AS Id, group_id AS GroupId, alertmanager_id AS AlertmanagerId, is_local AS IsLocal, matchers AS Matchers, starts_at AS StartsAt,
          ends_at AS EndsAt,
        by_user AS ByUserId, by_name AS ByName, reason AS Reason, state AS State, attempts AS Attempts, server AS Server
        """;

    public static Task AddAsync(UnitOfWork uow, SilenceRow row, DateTimeOffset due, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO alert_silences (id, group_id, is_local, matchers, starts_at, ends_at, by_user, by_name, reason, state, due_at,
              server)
            VALUES (@Id, @GroupId, @local, @matchers, @starts, @ends, @ByUserId, @ByName, @Reason, @State, @due, @Server)
            """,
            new
            {
                row.Id,
                row.GroupId,
                row.ByUserId,
                row.ByName,
                row.Reason,
                row.State,
                row.Server,
                local = row.IsLocal ? 1 : 0,
                matchers = JsonSerializer.Serialize(row.Matchers, AlertJson.Default.IReadOnlyListMatcher),
                starts = row.StartsAt.ToUnixTimeMilliseconds(),
                ends = row.EndsAt.ToUnixTimeMilliseconds(),
                due = due.ToUnixTimeMilliseconds(),
            },
            uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>The silences that are due for a look.</summary>
    public static readonly WorkTable<SilenceRow> Work = new WorkTable<SilenceRow, Raw>(raw => raw.ToRow())
    {
        Kind = "silence",
        Table = "alert_silences",
        Key = ["id"],
        Id = row => row.Id,
        Columns = Columns,
        Waiting = "w.due_at IS NOT NULL",
        Error = "error",
        // Longer than a call with its retries.
        Lease = TimeSpan.FromMinutes(3),
        Parallelism = 4,
        Retry = new RetrySchedule(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5), MaxAttempts: 60),
        LookEvery = TimeSpan.FromSeconds(30),
    };

    /// <summary>Moves a silence on, if it is still in the state it was seen in.</summary>
    public static async Task<bool> MoveAsync(
        UnitOfWork uow, string id, string from, string to, DateTimeOffset? due, CancellationToken cancellationToken,
        string? alertmanagerId = null, string? error = null) =>
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE alert_silences SET state = @to, due_at = @due, alertmanager_id = COALESCE(@alertmanagerId, alertmanager_id),
              error = @error, attempts = 0
            WHERE id = @id AND state = @from
            """,
            new { id, from, to, due = due?.ToUnixTimeMilliseconds(), alertmanagerId, error }, uow.Transaction,
            cancellationToken: cancellationToken)) == 1;

    /// <summary>Asks for the end of a silence, in whatever state it is; false when it is over.</summary>
    public static async Task<bool> EndAsync(UnitOfWork uow, string id, DateTimeOffset due, CancellationToken cancellationToken) =>
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE alert_silences SET state = 'ending', due_at = @due, attempts = 0 WHERE id = @id AND state IN ('requested', 'active')",
            new { id, due = due.ToUnixTimeMilliseconds() }, uow.Transaction, cancellationToken: cancellationToken)) == 1;

    /// <summary>Has a silence end later; Alertmanager is told again.</summary>
    public static Task ExtendAsync(
        UnitOfWork uow, string id, DateTimeOffset until, DateTimeOffset due, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE alert_silences SET ends_at = @until, attempts = 0,
              state = CASE WHEN is_local = 1 THEN state ELSE 'requested' END,
              due_at = CASE WHEN is_local = 1 THEN @until ELSE @due END
            WHERE id = @id AND state IN ('requested', 'active')
            """,
            new { id, until = until.ToUnixTimeMilliseconds(), due = due.ToUnixTimeMilliseconds() }, uow.Transaction,
            cancellationToken: cancellationToken));

    /// <summary>A mute goes on with the group that has taken the place of its own.</summary>
    public static Task GoesOnWithAsync(UnitOfWork uow, string id, string groupId, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE alert_silences SET group_id = @groupId WHERE id = @id", new { id, groupId }, uow.Transaction,
            cancellationToken: cancellationToken));

    /// <summary>A silence by our id or Alertmanager's.</summary>
    public static async Task<SilenceRow?> FindAsync(DbConnection connection, string id, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<Raw>(new CommandDefinition(
            $"SELECT {Columns} FROM alert_silences WHERE id = @id OR alertmanager_id = @id ORDER BY starts_at DESC LIMIT 1", new { id },
            cancellationToken: cancellationToken)))
            .Select(raw => raw.ToRow()).FirstOrDefault();

    /// <summary>Those that are not over.</summary>
    public static async Task<IReadOnlyList<SilenceRow>> LiveAsync(DbConnection connection, CancellationToken cancellationToken) =>
        [.. (await connection.QueryAsync<Raw>(new CommandDefinition(
            $"SELECT {Columns} FROM alert_silences WHERE due_at IS NOT NULL ORDER BY ends_at, id LIMIT 500",
            cancellationToken: cancellationToken))).Select(raw => raw.ToRow())];

    /// <summary>How many hold, and how many wait for Alertmanager to hear of them or of their end.</summary>
    public static async Task<SilenceCounts> CountAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<(string State, long Count)>(new CommandDefinition(
            "SELECT state, COUNT(*) FROM alert_silences WHERE due_at IS NOT NULL GROUP BY state", cancellationToken: cancellationToken)))
                .ToList();
        return new SilenceCounts(
            rows.Where(row => row.State == "active").Sum(row => row.Count), rows.Where(row => row.State != "active").Sum(row => row.Count));
    }

    internal sealed class Raw
    {
        public string Id { get; init; } = "";

        public string? GroupId { get; init; }

        public string? AlertmanagerId { get; init; }

        public long IsLocal { get; init; }

        public string? Server { get; init; }

        public string Matchers { get; init; } = "[]";

        public long StartsAt { get; init; }

        public long EndsAt { get; init; }

        public string ByUserId { get; init; } = "";

        public string ByName { get; init; } = "";

        public string Reason { get; init; } = "";

        public string State { get; init; } = "";

        public long Attempts { get; init; }

        public SilenceRow ToRow() => new()
        {
            Id = Id,
            GroupId = GroupId,
            AlertmanagerId = AlertmanagerId,
            IsLocal = IsLocal == 1,
            Server = Server,
            Matchers = JsonSerializer.Deserialize(Matchers, AlertJson.Default.IReadOnlyListMatcher)!,
            StartsAt = DateTimeOffset.FromUnixTimeMilliseconds(StartsAt),
            EndsAt = DateTimeOffset.FromUnixTimeMilliseconds(EndsAt),
            ByUserId = ByUserId,
            ByName = ByName,
            Reason = Reason,
            State = State,
            Attempts = (int)Attempts,
        };
    }
}

using System.Data.Common;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>A server that is asked what fires: a configured Alertmanager, or CloudWatch.</summary>
internal sealed record AlertServer
{
    /// <summary>Its name in the configuration; empty for the first Alertmanager.</summary>
    public string Name { get; init; } = "";

    /// <summary>Which of its addresses answered last; null before the first answer.</summary>
    public string? Peer { get; init; }

    /// <summary>Since when that one knows what it knows; null before the first answer.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The <c>externalURL</c> of a group that it was seen to hold; null while none was.</summary>
    public string? ExternalUrl { get; init; }

    /// <summary>When it answered last.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>Why it did not answer the last time; null when it did.</summary>
    public string? Error { get; init; }
}

/// <summary>The SQL of servers.</summary>
internal static class AlertServerStore
{
    private const string Columns =
        "name AS Name, peer AS Peer, since AS Since, external_url AS ExternalUrl, answered_at AS AnsweredAt, error AS Error";

    /// <summary>The servers that are due to be asked.</summary>
    public static readonly WorkTable<AlertServer> Work = new WorkTable<AlertServer, Row>(row => row.ToServer())
    {
        Kind = "alert-read-back",
        Table = "alert_servers",
        Key = ["name"],
        Id = server => server.Name,
        Columns = Columns,
        Waiting = "w.due_at IS NOT NULL",
        Error = "error",
        Lease = TimeSpan.FromMinutes(2),
        Parallelism = 8,
        Retry = new RetrySchedule(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), MaxAttempts: 1_000_000),
        LookEvery = TimeSpan.FromSeconds(30),
        SweepEvery = TimeSpan.FromMinutes(1),
    };

    /// <summary>Has a row for each configured server, and asks no others.</summary>
    public static async Task ConfigureAsync(
        UnitOfWork uow, IReadOnlyList<string> names, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = new { ids = JsonRows.Ids(names), now = now.ToUnixTimeMilliseconds() };
        var rows = JsonRows.From(uow.Kind, "@ids");
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO alert_servers (name, due_at) SELECT r.value ->> 'id', @now FROM {rows} AS r WHERE true
            ON CONFLICT (name) DO UPDATE SET due_at = COALESCE(alert_servers.due_at, excluded.due_at)
            """,
            values, uow.Transaction, cancellationToken: cancellationToken));
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"UPDATE alert_servers SET due_at = NULL WHERE due_at IS NOT NULL AND name NOT IN (SELECT r.value ->> 'id' FROM {rows} AS r)",
            values, uow.Transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Has servers asked before their time, but not more often than three times as often as usual.</summary>
    public static Task SoonerAsync(
        UnitOfWork uow, IReadOnlyList<string> names, DateTimeOffset now, TimeSpan every, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE alert_servers SET due_at = CASE WHEN asked_at + @rest > @soon THEN asked_at + @rest ELSE @soon END
            WHERE due_at > @soon AND due_at > asked_at + @rest
              AND name IN (SELECT r.value ->> 'id' FROM {JsonRows.From(uow.Kind, "@ids")} AS r)
            """,
            new
            {
                ids = JsonRows.Ids(names),
                soon = (now + (every / 10)).ToUnixTimeMilliseconds(),
                rest = (long)(every / 3).TotalMilliseconds,
            },
            uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Writes down an answer.</summary>
    public static Task AnsweredAsync(
        UnitOfWork uow, AlertServer server, DateTimeOffset now, DateTimeOffset due, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE alert_servers SET peer = @Peer, since = @since, external_url = @ExternalUrl, asked_at = @now, answered_at = @now,
              error = NULL, attempts = 0, due_at = @due
            WHERE name = @Name
            """,
            new
            {
                server.Name,
                server.Peer,
                server.ExternalUrl,
                since = server.Since?.ToUnixTimeMilliseconds(),
                now = now.ToUnixTimeMilliseconds(),
                due = due.ToUnixTimeMilliseconds(),
            },
            uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>All servers that were configured at a time.</summary>
    public static async Task<IReadOnlyList<AlertServer>> AllAsync(DbConnection connection, CancellationToken cancellationToken) =>
        [.. (await connection.QueryAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM alert_servers WHERE due_at IS NOT NULL ORDER BY name", cancellationToken: cancellationToken)))
            .Select(row => row.ToServer())];

    internal sealed record Row
    {
        public string Name { get; init; } = "";

        public string? Peer { get; init; }

        public long? Since { get; init; }

        public string? ExternalUrl { get; init; }

        public long? AnsweredAt { get; init; }

        public string? Error { get; init; }

        public AlertServer ToServer() => new()
        {
            Name = Name,
            Peer = Peer,
            Since = At(Since),
            ExternalUrl = ExternalUrl,
            AnsweredAt = At(AnsweredAt),
            Error = Error,
        };

        private static DateTimeOffset? At(long? milliseconds) =>
            milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }
}

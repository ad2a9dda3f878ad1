using System.Data.Common;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>The SQL of groups of alerts: reading and writing them whole.</summary>
internal static class AlertStore
{
    private const int SearchLength = 2000;

    /// <summary>The group with this id, or null.</summary>
    public static async Task<AlertGroup?> FindAsync(
        DbConnection connection, DbTransaction? transaction, string id, CancellationToken cancellationToken) =>
        (await FindAsync(connection, transaction, [id], cancellationToken)).GetValueOrDefault(id);

    /// <summary>Those of the groups that are known, by id.</summary>
    public static async Task<Dictionary<string, AlertGroup>> FindAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            $"SELECT doc, version FROM alert_groups WHERE id IN (SELECT r.value ->> 'id' FROM " +
            $"{JsonRows.From(KindOf(connection), "@ids")} AS r)",
            new { ids = JsonRows.Ids(ids) }, transaction, cancellationToken: cancellationToken));
        return rows.Select(row => AlertJson.Read(row.Doc, row.Version)).ToDictionary(group => group.Id, StringComparer.Ordinal);
    }

    /// <summary>The latest group of each of these identities.</summary>
    public static async Task<Dictionary<string, AlertGroup>> LatestAsync(
        UnitOfWork uow, IReadOnlyList<string> identities, CancellationToken cancellationToken)
    {
        var rows = await uow.Connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            $"SELECT doc, version FROM alert_groups WHERE current = 1 AND identity IN (SELECT r.value ->> 'id' FROM " +
            $"{JsonRows.From(uow.Kind, "@ids")} AS r)",
            new { ids = JsonRows.Ids(identities) }, uow.Transaction, cancellationToken: cancellationToken));
        return rows.Select(row => AlertJson.Read(row.Doc, row.Version)).ToDictionary(group => group.Identity, StringComparer.Ordinal);
    }

    /// <summary>
    /// Saves a group that was read at <see cref="AlertGroup.Version"/>, 0 for a new one, which takes the place of the latest of its
    /// identity.
    /// False when somebody else has been quicker: read again and decide anew.
    /// </summary>
    /// <param name="uow">The transaction.</param>
    /// <param name="group">The group.</param>
    /// <param name="pictureDueAt">When its picture is to be drawn; null leaves that as it is.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<bool> SaveAsync(
        UnitOfWork uow, AlertGroup group, DateTimeOffset? pictureDueAt, CancellationToken cancellationToken)
    {
        var doc = uow.Kind == DatabaseKind.Postgres ? "CAST(@doc AS jsonb)" : "@doc";
        var row = new
        {
            id = group.Id,
            identity = group.Identity,
            server = group.Server,
            heard = group.UpdatedAt.ToUnixTimeMilliseconds(),
            source = group.Source.ToString(),
            name = group.Name,
            rank = (int)group.Severity,
            state = group.State.ToString(),
            account = group.Account,
            started = group.StartedAt.ToUnixTimeMilliseconds(),
            ended = group.EndedAt?.ToUnixTimeMilliseconds(),
            acknowledged = group.Acknowledged?.At.ToUnixTimeMilliseconds(),
            fired = group.Fired.Count,
            updated = group.UpdatedAt.ToUnixTimeMilliseconds(),
            picture = pictureDueAt?.ToUnixTimeMilliseconds(),
            version = group.Version,
            search = SearchOf(group),
            doc = StorableText.CleanJson(AlertJson.Write(group)),
        };
        if (group.Version == 0)
        {
            await uow.Connection.ExecuteAsync(new CommandDefinition(
                "UPDATE alert_groups SET current = 0 WHERE identity = @identity AND current = 1 AND id <> @id", row, uow.Transaction,
                cancellationToken: cancellationToken));
            return await uow.Connection.ExecuteAsync(new CommandDefinition(
                $"""
                INSERT INTO alert_groups (id, identity, current, source, name, rank, state, account, started_at, ended_at, acknowledged_at,
                  fired, updated_at, picture_due_at, version, search, server, heard_at, doc)
                VALUES (@id, @identity, 1, @source, @name, @rank, @state, @account, @started, @ended, @acknowledged, @fired, @updated,
                  @picture, 1, @search, @server, @heard, {doc})
                ON CONFLICT DO NOTHING
                """,
                row, uow.Transaction, cancellationToken: cancellationToken)) == 1;
        }

        return await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE alert_groups SET identity = @identity, server = @server, name = @name, rank = @rank, state = @state,
              account = @account, ended_at = @ended,
              acknowledged_at = COALESCE(acknowledged_at, @acknowledged), fired = CASE WHEN fired > @fired THEN fired ELSE @fired END,
              updated_at = @updated, picture_due_at = COALESCE(@picture, picture_due_at), version = version + 1, search = @search,
                doc = {doc}
            WHERE id = @id AND version = @version
            """,
            row, uow.Transaction, cancellationToken: cancellationToken)) == 1;
    }

    /// <summary>Writes down that these groups were just told of, whether or not that said anything new.</summary>
    public static Task HeardAsync(
        UnitOfWork uow, IReadOnlyList<string> identities, DateTimeOffset now, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"UPDATE alert_groups SET heard_at = @now WHERE current = 1 AND heard_at < @before AND identity IN (SELECT r.value ->> 'id' " +
            $"FROM {JsonRows.From(uow.Kind, "@ids")} AS r)",
            new
            {
                now = now.ToUnixTimeMilliseconds(),
                before = now.AddSeconds(-30).ToUnixTimeMilliseconds(),
                ids = JsonRows.Ids(identities),
            },
            uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>The groups of a server that fire.</summary>
    public static async Task<IReadOnlyList<(AlertGroup Group, DateTimeOffset HeardAt)>> FiringOfAsync(
        DbConnection connection, string server, CancellationToken cancellationToken) => Heard(await connection.QueryAsync<HeardRow>(
        new CommandDefinition(
            $"SELECT {HeardColumns} FROM alert_groups WHERE current = 1 AND ended_at IS NULL AND server = @server",
            new { server }, cancellationToken: cancellationToken)));

    /// <summary>The latest groups of a server that are over since then: what fires again may be told to nobody.</summary>
    public static async Task<IReadOnlyList<(AlertGroup Group, DateTimeOffset HeardAt)>> OverOfAsync(
        DbConnection connection, string server, DateTimeOffset since, CancellationToken cancellationToken) => Heard(
        await connection.QueryAsync<HeardRow>(new CommandDefinition(
            $"SELECT {HeardColumns} FROM alert_groups WHERE current = 1 AND ended_at >= @since AND server = @server",
            new { server, since = since.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken)));

    /// <summary>The groups of Alertmanagers that fire and were not told of since then.</summary>
    public static async Task<IReadOnlyList<(AlertGroup Group, DateTimeOffset HeardAt)>> SilentAsync(
        DbConnection connection, DateTimeOffset since, CancellationToken cancellationToken) => Heard(await connection.QueryAsync<HeardRow>(
        new CommandDefinition(
            $"SELECT {HeardColumns} FROM alert_groups WHERE current = 1 AND ended_at IS NULL AND source = @source AND heard_at < @since",
            new { source = nameof(AlertSource.Alertmanager), since = since.ToUnixTimeMilliseconds() },
            cancellationToken: cancellationToken)));

    private const string HeardColumns = "doc AS Doc, version AS Version, heard_at AS HeardAt";

    private static List<(AlertGroup Group, DateTimeOffset HeardAt)> Heard(IEnumerable<HeardRow> rows) =>
        [.. rows.Select(row => (AlertJson.Read(row.Doc, row.Version), DateTimeOffset.FromUnixTimeMilliseconds(row.HeardAt)))];

    /// <summary>Appends lines to the history of a group.</summary>
    public static Task AppendAsync(
        UnitOfWork uow, string id, DateTimeOffset at, string what, string data, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO alert_history (group_id, at, what, data) VALUES (@id, @at, @what, @data)",
            new { id, at = at.ToUnixTimeMilliseconds(), what, data }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>The latest lines of a group's history, oldest first.</summary>
    public static async Task<IReadOnlyList<(DateTimeOffset At, string What, string Data)>> HistoryAsync(
        DbConnection connection, string id, int most, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(long At, string What, string Data)>(new CommandDefinition(
            "SELECT at, what, data FROM alert_history WHERE group_id = @id ORDER BY id DESC LIMIT @most", new { id, most },
            cancellationToken: cancellationToken));
        return [.. rows.Reverse().Select(row => (DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.What, row.Data))];
    }

    /// <summary>The groups whose picture is due.</summary>
    public static readonly WorkTable<AlertGroup> Pictures = new WorkTable<AlertGroup, Document>(row => AlertJson.Read(row.Doc, row.Version))
    {
        Kind = "alert-picture",
        Table = "alert_groups",
        Key = ["id"],
        Id = group => group.Id,
        Columns = "doc AS Doc, version AS Version",
        Waiting = "w.picture_due_at IS NOT NULL",
        Due = "picture_due_at",
        Lease = TimeSpan.FromMinutes(2),
        Retry = new RetrySchedule(AlertPictureWorker.Sparing, TimeSpan.FromMinutes(15), MaxAttempts: 10),
        LookEvery = TimeSpan.FromSeconds(30),
    };

    /// <summary>Says when the next picture of a group is due; null for no more.</summary>
    public static Task PictureDueAsync(UnitOfWork uow, string id, DateTimeOffset? at, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE alert_groups SET picture_due_at = @at, attempts = 0 WHERE id = @id", new { id, at = at?.ToUnixTimeMilliseconds() },
            uow.Transaction, cancellationToken: cancellationToken));

    internal static DatabaseKind KindOf(DbConnection connection) =>
        connection is Npgsql.NpgsqlConnection ? DatabaseKind.Postgres : DatabaseKind.Sqlite;

    private static string SearchOf(AlertGroup group)
    {
        var text = string.Join(' ', new[] { group.Id, group.Name, group.Account, group.Region, group.Annotation("summary") }
            .Concat(group.Alerts.SelectMany(alert => alert.Labels.Values).Distinct().Take(100)).Where(part => !string.IsNullOrEmpty(part)))
            .ToLowerInvariant();
        return StorableText.Clean(text, SearchLength);
    }

    private sealed record HeardRow
    {
        public string Doc { get; init; } = "";

        public long Version { get; init; }

        public long HeardAt { get; init; }
    }

    internal sealed record Document
    {
        public string Doc { get; init; } = "";

        public long Version { get; init; }
    }
}

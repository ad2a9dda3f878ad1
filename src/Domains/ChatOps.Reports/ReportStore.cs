using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Reports;

/// <summary>The SQL of reports.</summary>
internal sealed class ReportStore(IDatabase database)
{
    /// <summary>A making that takes longer was ended from outside.</summary>
    private static readonly TimeSpan Lost = TimeSpan.FromMinutes(10);

    /// <summary>Takes a report to make; false when it is made already, or somebody makes it now.</summary>
    public static async Task<bool> ClaimAsync(
        UnitOfWork uow, Report report, string? byUser, DateTimeOffset now, CancellationToken cancellationToken) =>
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO reports (id, kind, period_from, period_to, previous_from, claimed_at, by_user) VALUES (@Id, @kind, @from, @to,
              @previous, @now, @byUser)
            ON CONFLICT (id) DO UPDATE SET claimed_at = excluded.claimed_at WHERE reports.state = 'running' AND reports.claimed_at < @lost
            """,
            new
            {
                report.Id,
                kind = report.Kind.ToString(),
                from = report.Period.From.ToUnixTimeMilliseconds(),
                to = report.Period.To.ToUnixTimeMilliseconds(),
                previous = report.Period.PreviousFrom.ToUnixTimeMilliseconds(),
                byUser,
                now = now.ToUnixTimeMilliseconds(),
                lost = (now - Lost).ToUnixTimeMilliseconds(),
            },
            uow.Transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>
    /// Lets go of a report that could not be made, for the next look; one that somebody else has taken over meanwhile stays theirs.
    /// </summary>
    public Task ReleaseAsync(string id, DateTimeOffset claimedAt) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(
            "DELETE FROM reports WHERE id = @id AND state = 'running' AND claimed_at = @claimed",
            new { id, claimed = claimedAt.ToUnixTimeMilliseconds() }, uow.Transaction),
        CancellationToken.None);

    /// <summary>
    /// It is made, with what it says. False when whoever claimed it then was so slow that somebody else has taken it over.
    /// </summary>
    public static async Task<bool> FinishAsync(
        UnitOfWork uow, Report report, DateTimeOffset claimedAt, IEnumerable<Edition> editions, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (await uow.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE reports SET state = 'done', ended_at = @now WHERE id = @Id AND state = 'running' AND claimed_at = @claimed",
            new { report.Id, claimed = claimedAt.ToUnixTimeMilliseconds(), now = now.ToUnixTimeMilliseconds() }, uow.Transaction,
            cancellationToken: cancellationToken)) == 0)
            return false;
        foreach (var edition in editions)
        {
            await uow.Connection.ExecuteAsync(new CommandDefinition(
                "INSERT INTO report_editions (report_id, language, doc) VALUES (@Id, @Language, @doc) ON CONFLICT (report_id, language) " +
                "DO NOTHING",
                new { report.Id, edition.Language, doc = JsonSerializer.Serialize(edition, ReportJson.Default.Edition) }, uow.Transaction,
                cancellationToken: cancellationToken));
        }

        return true;
    }

    /// <summary>A report in a language, or in any other when it was not made in that one; null when there is none.</summary>
    public async Task<Edition?> EditionAsync(string id, string language, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var doc = await connection.QueryFirstOrDefaultAsync<string?>(new CommandDefinition(
            "SELECT doc FROM report_editions WHERE report_id = @id ORDER BY CASE WHEN language = @language THEN 0 ELSE 1 END LIMIT 1",
            new { id, language }, cancellationToken: cancellationToken));
        return doc is null ? null : JsonSerializer.Deserialize(doc, ReportJson.Default.Edition);
    }

    /// <summary>When the timetable was first seen here; writes it down the first time.</summary>
    public async Task<DateTimeOffset> SinceAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = await database.WriteAsync(
            async uow =>
            {
                await uow.Connection.ExecuteAsync(new CommandDefinition(
                    "INSERT INTO report_schedule (name, since) VALUES ('daily', @now) ON CONFLICT (name) DO NOTHING",
                    new { now = now.ToUnixTimeMilliseconds() }, uow.Transaction, cancellationToken: cancellationToken));
                return await uow.Connection.QuerySingleAsync<long>(new CommandDefinition(
                    "SELECT since FROM report_schedule WHERE name = 'daily'", null, uow.Transaction, cancellationToken: cancellationToken));
            },
            cancellationToken);
        return DateTimeOffset.FromUnixTimeMilliseconds(since);
    }

    /// <summary>The latest report, for status.</summary>
    public async Task<(string Id, string State, DateTimeOffset At)?> LatestAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QueryFirstOrDefaultAsync<(string? Id, string State, long At)>(new CommandDefinition(
            "SELECT id, state, coalesce(ended_at, claimed_at) FROM reports ORDER BY claimed_at DESC LIMIT 1",
            cancellationToken: cancellationToken));
        return row.Id is null ? null : (row.Id, row.State, DateTimeOffset.FromUnixTimeMilliseconds(row.At));
    }
}

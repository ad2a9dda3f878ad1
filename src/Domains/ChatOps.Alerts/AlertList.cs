using System.Data.Common;
using ChatOps.Kernel.Filters;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>The SQL of lists of groups: worst first, then the latest.</summary>
internal static class AlertList
{
    /// <summary>A page of what matches, and how many match in all.</summary>
    public static async Task<(IReadOnlyList<AlertGroup> Page, long Total)> PageAsync(
        DbConnection connection, Filter filter, int skip, int take, CancellationToken cancellationToken)
    {
        var (where, values) = AlertFilters.ToSql(filter);
        var total = await connection.ExecuteScalarAsync<long>(
            new CommandDefinition($"SELECT COUNT(*) FROM alert_groups {where}", values, cancellationToken: cancellationToken));
        values.Add("skip", skip);
        values.Add("take", take);
        var rows = await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            $"""
            SELECT doc, version FROM alert_groups {where}
            ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, CASE WHEN ended_at IS NULL THEN rank ELSE 0 END, started_at DESC, id
              LIMIT @take OFFSET @skip
            """,
            values, cancellationToken: cancellationToken));
        return ([.. rows.Select(row => AlertJson.Read(row.Doc, row.Version))], total);
    }

    /// <summary>How many of the groups that are not over stand where; the critical ones apart.</summary>
    public static async Task<IReadOnlyList<(AlertState State, bool Critical, long Count)>> CountOpenAsync(
        DbConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string State, long Critical, long Count)>(new CommandDefinition(
            "SELECT state, CAST(CASE WHEN rank = 0 THEN 1 ELSE 0 END AS bigint), COUNT(*) FROM alert_groups WHERE ended_at IS NULL GROUP " +
            "BY 1, 2",
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => (Enum.Parse<AlertState>(row.State), row.Critical == 1, row.Count))];
    }

    /// <summary>The group with this id, or the latest of this name; null when there is none.</summary>
    public static async Task<AlertGroup?> NamedAsync(DbConnection connection, string name, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            """
            SELECT doc, version FROM alert_groups WHERE id = @id OR lower(name) = @lower
            ORDER BY CASE WHEN id = @id THEN 0 WHEN ended_at IS NULL THEN 1 ELSE 2 END, started_at DESC LIMIT 1
            """,
            new { id = name, lower = name.ToLowerInvariant() }, cancellationToken: cancellationToken))).ToList();
        return rows is [var item] ? AlertJson.Read(item.Doc, item.Version) : null;
    }
}

using System.Data.Common;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Findings;

/// <summary>The SQL of lists of findings: worst first, then the latest.</summary>
internal static class FindingList
{
    /// <summary>A page of what matches, and how many match in all.</summary>
    public static async Task<(IReadOnlyList<Finding> Page, long Total)> PageAsync(
        DbConnection connection, Filter filter, int skip, int take, CancellationToken cancellationToken)
    {
        var (where, values) = FindingFilters.ToSql(filter);
        var total = await connection.ExecuteScalarAsync<long>(
            new CommandDefinition($"SELECT COUNT(*) FROM findings {where}", values, cancellationToken: cancellationToken));
        values.Add("skip", skip);
        values.Add("take", take);
        var rows = await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            $"SELECT doc, version FROM findings {where} ORDER BY rank, updated_at DESC, id LIMIT @take OFFSET @skip", values,
            cancellationToken: cancellationToken));
        return ([.. rows.Select(row => FindingJson.Read(row.Doc, row.Version))], total);
    }

    /// <summary>The finding that somebody names by our id or by its ARN; null when there is none, or several.</summary>
    public static async Task<Finding?> NamedAsync(DbConnection connection, string name, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            "SELECT doc, version FROM findings WHERE id = @name OR arn = @name LIMIT 2", new { name },
            cancellationToken: cancellationToken))).ToList();
        return rows is [var only] ? FindingJson.Read(only.Doc, only.Version) : null;
    }

    /// <summary>How many are open on these resources, and how bad the worst is.</summary>
    public static async Task<IReadOnlyDictionary<string, OpenFindings>> CountOpenAsync(
        DbConnection connection, IReadOnlyList<string> arns, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, OpenFindings>(StringComparer.Ordinal);
        foreach (var chunk in arns.Chunk(FindingStore.BatchSize))
        {
            var rows = await connection.QueryAsync<(string Arn, long Count, long Worst)>(new CommandDefinition(
                $"""
                WITH asked AS (SELECT r.value ->> 'id' AS arn FROM {JsonRows.From(FindingStore.KindOf(connection), "@arns")} AS r)
                SELECT arn, COUNT(*), CAST(MIN(rank) AS bigint) FROM (
                  SELECT f.resource AS arn, f.rank FROM findings AS f
                  WHERE f.resource IN (SELECT arn FROM asked) AND f.state IN ('New', 'Acknowledged')
                  UNION ALL
                  SELECT o.resource, f.rank FROM finding_resources AS o JOIN findings AS f ON f.id = o.finding_id
                  WHERE o.resource IN (SELECT arn FROM asked) AND f.state IN ('New', 'Acknowledged')) AS found
                GROUP BY arn
                """,
                new { arns = JsonRows.Ids(chunk) }, cancellationToken: cancellationToken));
            foreach (var (arn, count, worst) in rows) counts[arn] = new OpenFindings(count, (Severity)worst);
        }

        return counts;
    }

    /// <summary>The open ones of a resource.</summary>
    public static async Task<IReadOnlyList<Finding>> OpenOfAsync(
        DbConnection connection, string arn, int most, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            """
            SELECT doc, version FROM findings
            WHERE (resource = @arn OR id IN (SELECT finding_id FROM finding_resources WHERE resource = @arn))
              AND state IN ('New', 'Acknowledged')
            ORDER BY rank, updated_at DESC, id LIMIT @most
            """,
            new { arn, most }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => FindingJson.Read(row.Doc, row.Version))];
    }

    /// <summary>Other open findings of the same resource or the same group.</summary>
    public static async Task<IReadOnlyList<Finding>> RelatedAsync(
        DbConnection connection, Finding finding, int most, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            $"""
            WITH its AS (SELECT r.value ->> 'id' AS arn FROM {JsonRows.From(FindingStore.KindOf(connection), "@arns")} AS r)
            SELECT doc, version FROM findings
            WHERE id <> @id AND state IN ('New', 'Acknowledged') AND (group_key = @groupKey OR resource IN (SELECT arn FROM its)
              OR id IN (SELECT finding_id FROM finding_resources WHERE resource IN (SELECT arn FROM its)))
            ORDER BY rank, updated_at DESC, id LIMIT @most
            """,
            new
            {
                id = finding.Id,
                arns = JsonRows.Ids(finding.Resources.Select(resource => resource.Arn).Distinct()),
                groupKey = finding.Group,
                most,
            },
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => FindingJson.Read(row.Doc, row.Version))];
    }

    /// <summary>Any finding of a group, to name the group by.</summary>
    public static async Task<Finding?> OfGroupAsync(DbConnection connection, string group, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            "SELECT doc, version FROM findings WHERE group_key = @group LIMIT 1", new { group }, cancellationToken: cancellationToken)))
                .ToList();
        return rows is [var item] ? FindingJson.Read(item.Doc, item.Version) : null;
    }
}

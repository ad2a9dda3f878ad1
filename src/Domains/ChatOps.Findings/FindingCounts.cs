using System.Data.Common;
using Dapper;

namespace ChatOps.Findings;

/// <summary>Findings that came and went in a time, by rank.</summary>
/// <param name="Opened">Recorded in it.</param>
/// <param name="Closed">Resolved or archived in it.</param>
/// <param name="StillOpen">Of those recorded in it, the ones that still need somebody.</param>
internal sealed record FindingMovement(long[] Opened, long[] Closed, long[] StillOpen);

/// <summary>A finding that was resolved after a remediation of ours.</summary>
internal sealed record FixedFinding(Severity Severity, string What, string Resource, string ByUserId);

/// <summary>
/// The SQL of findings over time: read from one index, whatever the number of findings. Suppressed ones are nobody's to count.
/// </summary>
internal static class FindingCounts
{
    private static readonly int Ranks = Enum.GetValues<Severity>().Length;

    /// <summary>How many were open at each of these moments, by rank.</summary>
    public static async Task<IReadOnlyList<long[]>> OpenAtAsync(
        DbConnection connection, IReadOnlyList<DateTimeOffset> moments, CancellationToken cancellationToken)
    {
        // One pass over the index for all moments: a sum for each.
        var sums = string.Join(", ", moments.Select(
            (_, i) => $"sum(CASE WHEN recorded_at < @at{i} AND (closed_at IS NULL OR closed_at >= @at{i}) THEN 1 ELSE 0 END) AS open{i}"));
        var parameters = new DynamicParameters();
        for (var i = 0; i < moments.Count; i++) parameters.Add($"at{i}", moments[i].ToUnixTimeMilliseconds());
        var counts = moments.Select(_ => new long[Ranks]).ToList();
        await using var rows = await connection.ExecuteReaderAsync(new CommandDefinition(
            $"SELECT rank, {sums} FROM findings WHERE state <> 'Suppressed' GROUP BY rank", parameters,
            cancellationToken: cancellationToken));
        while (await rows.ReadAsync(cancellationToken))
        {
            var rank = Convert.ToInt32(rows.GetValue(0), System.Globalization.CultureInfo.InvariantCulture);
            for (var i = 0; i < moments.Count; i++)
                counts[i][rank] = Convert.ToInt64(rows.GetValue(i + 1), System.Globalization.CultureInfo.InvariantCulture);
        }

        return counts;
    }

    /// <summary>What came and went between two moments; what was over when we first heard of it did neither.</summary>
    public static async Task<FindingMovement> MovedAsync(
        DbConnection connection, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(long Rank, long Opened, long Closed, long StillOpen)>(new CommandDefinition(
            """
            SELECT CAST(rank AS bigint),
              CAST(sum(CASE WHEN recorded_at >= @from AND recorded_at < @to THEN 1 ELSE 0 END) AS bigint),
              CAST(sum(CASE WHEN closed_at >= @from AND closed_at < @to THEN 1 ELSE 0 END) AS bigint),
              CAST(sum(CASE WHEN recorded_at >= @from AND recorded_at < @to AND state IN ('New', 'Acknowledged') THEN 1
                ELSE 0 END) AS bigint)
            FROM findings WHERE state <> 'Suppressed' AND (closed_at IS NULL OR closed_at > recorded_at) GROUP BY rank
            """,
            new { from = from.ToUnixTimeMilliseconds(), to = to.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken));
        var moved = new FindingMovement(new long[Ranks], new long[Ranks], new long[Ranks]);
        foreach (var row in rows)
            (moved.Opened[row.Rank], moved.Closed[row.Rank], moved.StillOpen[row.Rank]) = (row.Opened, row.Closed, row.StillOpen);
        return moved;
    }

    /// <summary>Who remediated what was resolved between two moments, most first.</summary>
    public static async Task<IReadOnlyList<(string ByUserId, long Count)>> FixedAsync(
        DbConnection connection, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<(string, long)>(new CommandDefinition(
            $"SELECT doc -> 'remediation' ->> 'byUserId', count(*) {Fixed} GROUP BY 1 ORDER BY 2 DESC, 1",
            new { from = from.ToUnixTimeMilliseconds(), to = to.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken))];

    /// <summary>The worst of them.</summary>
    public static async Task<IReadOnlyList<FixedFinding>> FixedTitlesAsync(
        DbConnection connection, DateTimeOffset from, DateTimeOffset to, int most, CancellationToken cancellationToken)
    {
        var docs = await connection.QueryAsync<string>(new CommandDefinition(
            $"SELECT doc {Fixed} ORDER BY rank, closed_at DESC LIMIT @most",
            new { from = from.ToUnixTimeMilliseconds(), to = to.ToUnixTimeMilliseconds(), most }, cancellationToken: cancellationToken));
        return [.. docs.Select(doc => FindingJson.Read(doc, 0)).Select(finding =>
            new FixedFinding(finding.Severity, FindingText.Short(finding), FindingText.Resource(finding), finding.Remediation!.ByUserId))];
    }

    private const string Fixed =
        "FROM findings WHERE closed_at >= @from AND closed_at < @to AND state = 'Resolved' AND doc -> 'remediation' ->> 'state' = " +
            "'Resolved'";
}

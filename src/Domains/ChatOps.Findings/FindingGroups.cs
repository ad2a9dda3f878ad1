using System.Data.Common;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Findings;

/// <summary>The SQL of what many findings have in common.</summary>
internal static class FindingGroups
{
    /// <summary>
    /// How many of the findings there are of each account, region, owner and state; an owner is null where nobody is named.
    /// </summary>
    /// <param name="connection">The database.</param>
    /// <param name="ids">The findings.</param>
    /// <param name="ownerTags">The tags that name an owner, the first to win.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<IReadOnlyList<FindingCount>> CountAsync(
        DbConnection connection, IReadOnlyList<string> ids, IReadOnlyList<string> ownerTags, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return [];
        var values = new DynamicParameters(new { ids = JsonRows.Ids(ids) });
        for (var i = 0; i < ownerTags.Count; i++) values.Add($"tag{i}", ownerTags[i]);
        // A blank tag names nobody.
        var owner = $"COALESCE({string.Join(", ", ownerTags.Select((_, i) => $"NULLIF(TRIM(doc -> 'resources' -> 0 -> 'tags' ->> " +
            $"@tag{i}), '')"))})";
        return (await connection.QueryAsync<FindingCount>(new CommandDefinition(
            $"""
            SELECT account AS Account, region AS Region, {owner} AS Owner, state AS State, COUNT(*) AS Count FROM findings
            WHERE id IN (SELECT r.value ->> 'id' FROM {JsonRows.From(FindingStore.KindOf(connection), "@ids")} AS r)
            GROUP BY 1, 2, 3, 4
            """,
            values, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>How many findings share all this.</summary>
internal sealed record FindingCount
{
    public string Account { get; init; } = "";

    public string Region { get; init; } = "";

    public string? Owner { get; init; }

    public string State { get; init; } = "";

    public long Count { get; init; }
}

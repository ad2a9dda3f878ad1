using System.Data.Common;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Findings;

/// <summary>The SQL of what many findings have in common.</summary>
internal static class FindingGroups
{
    /// <summary>The tags by which people say whose a resource is, with and without a company's prefix.</summary>
    private static readonly string[] OwnerTags = ["Owner", "owner", "bighead:Owner", "OwnerContact", "Team", "team"];

    /// <summary>How many of the findings there are of each account, region, owner and state; an owner is null where nobody is named.</summary>
    public static async Task<IReadOnlyList<FindingCount>> CountAsync(DbConnection connection, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return [];
        var owner = $"COALESCE({string.Join(", ", OwnerTags.Select(tag => $"doc -> 'resources' -> 0 -> 'tags' ->> '{tag}'"))})";
        return (await connection.QueryAsync<FindingCount>(new CommandDefinition(
            $"""
            SELECT account AS Account, region AS Region, {owner} AS Owner, state AS State, COUNT(*) AS Count FROM findings
            WHERE id IN (SELECT r.value ->> 'id' FROM {JsonRows.From(FindingStore.KindOf(connection), "@ids")} AS r)
            GROUP BY 1, 2, 3, 4
            """,
            new { ids = JsonRows.Ids(ids) }, cancellationToken: cancellationToken))).AsList();
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

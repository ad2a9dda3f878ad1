using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Delivery.Grouping;

/// <summary>What a group or storm message counts and lists.</summary>
internal sealed class GroupStore(IDatabase database)
{
    private const string WorstFirst = "ORDER BY is_open DESC, rank, id";

    /// <summary>The burst with this key, or null.</summary>
    public async Task<GroupHead?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<GroupHead?>(
            """
            SELECT m.id AS Id, m.subject_kind AS Kind, m.subject_key AS Key, m.target AS Target, m.ts AS Ts, m.language AS Language,
              b.member_kind AS MemberKind, b.group_key AS GroupKey, b.closed AS Closed
            FROM living_messages AS m JOIN delivery_bursts AS b ON b.message_id = m.id WHERE m.subject_key = @key
              AND m.subject_kind IN ('group', 'storm')
            """,
            new { key });
    }

    /// <summary>How many members of each rank are open, and how many there are.</summary>
    public async Task<IReadOnlyList<(int Rank, long Open, long All)>> CountAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<(int, long, long)>(
            "SELECT rank, SUM(is_open), COUNT(*) FROM living_messages WHERE absorbed_by = @id GROUP BY rank ORDER BY rank", new { id }))
                .AsList();
    }

    /// <summary>A storm's groups, the worst first: how many of their members are open, and the worst of those.</summary>
    public async Task<IReadOnlyList<(string Kind, string? Group, int Worst, long Open, long All)>> GroupsAsync(
        long id, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<(string, string?, int, long, long)>(
            """
            SELECT subject_kind, group_key, MIN(CASE WHEN is_open = 1 THEN rank ELSE rank + 10 END), SUM(is_open), COUNT(*)
              FROM living_messages WHERE absorbed_by = @id
            GROUP BY subject_kind, group_key ORDER BY 3, 4 DESC, 2 LIMIT @limit
            """,
            new { id, limit })).AsList();
    }

    /// <summary>The kinds of its members.</summary>
    public async Task<IReadOnlyList<string>> KindsAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<string>(
            "SELECT DISTINCT subject_kind FROM living_messages WHERE absorbed_by = @id", new { id })).AsList();
    }

    /// <summary>The keys of all open members of a kind, worst first.</summary>
    public async Task<IReadOnlyList<string>> OpenAsync(long id, string kind, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<string>(
            "SELECT subject_key FROM living_messages WHERE absorbed_by = @id AND subject_kind = @kind AND is_open = 1 ORDER BY rank, id",
            new { id, kind })).AsList();
    }

    /// <summary>Some members, open and worst first.</summary>
    public async Task<IReadOnlyList<SubjectId>> MembersAsync(long id, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Kind, string Key)>(
            $"SELECT subject_kind, subject_key FROM living_messages WHERE absorbed_by = @id {WorstFirst} LIMIT @limit OFFSET @offset",
            new { id, limit, offset });
        return [.. rows.Select(row => new SubjectId(row.Kind, row.Key))];
    }
}

/// <summary>A group or storm message.</summary>
internal sealed record GroupHead
{
    public long Id { get; init; }

    public string Kind { get; init; } = "";

    public string Key { get; init; } = "";

    public string Target { get; init; } = "";

    public string? Ts { get; init; }

    public string? Language { get; init; }

    public string MemberKind { get; init; } = "";

    public string GroupKey { get; init; } = "";

    public int Closed { get; init; }
}

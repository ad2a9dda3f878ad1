using System.Data.Common;
using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Assets;

/// <summary>The SQL of the sync: where each account and Region stands, groups, and what is gone.</summary>
internal static class AssetSyncStore
{
    private const string Columns =
        """
        account AS Account, region AS Region, started_at AS StartedAt, phase AS Phase, expected AS Expected, seen AS Seen,
          done_types AS DoneTypes,
        whole AS Whole, lease_until AS LeaseUntil, succeeded_at AS SucceededAt, deleted AS Deleted, failed_at AS FailedAt, error AS Error,
        notice AS Notice
        """;

    public static async Task<IReadOnlyList<SyncState>> AllAsync(DbConnection connection, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<SyncState>(
            new CommandDefinition($"SELECT {Columns} FROM asset_syncs ORDER BY account, region", cancellationToken: cancellationToken))];

    /// <summary>Takes the place of whoever works on a scope; null when somebody does. A run that was interrupted is gone on with.</summary>
    public static Task<SyncState?> ClaimAsync(
        UnitOfWork uow, AssetScope scope, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) =>
        uow.Connection.QuerySingleOrDefaultAsync<SyncState?>(new CommandDefinition(
            $"""
            INSERT INTO asset_syncs (account, region, started_at, phase, lease_until) VALUES (@Account, @Region, @now, 'resources', @until)
            ON CONFLICT (account, region) DO UPDATE SET
              lease_until = excluded.lease_until,
              phase = CASE WHEN asset_syncs.started_at IS NULL THEN 'resources' ELSE asset_syncs.phase END,
              seen = CASE WHEN asset_syncs.started_at IS NULL THEN 0 ELSE asset_syncs.seen END,
              done_types = CASE WHEN asset_syncs.started_at IS NULL THEN '[]' ELSE asset_syncs.done_types END,
              whole = CASE WHEN asset_syncs.started_at IS NULL THEN 1 ELSE asset_syncs.whole END,
              started_at = COALESCE(asset_syncs.started_at, excluded.started_at)
            WHERE asset_syncs.lease_until < @now
            RETURNING {Columns}
            """,
            new { scope.Account, scope.Region, now = now.ToUnixTimeMilliseconds(), until = until.ToUnixTimeMilliseconds() },
            uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Where the run is now; also keeps its place.</summary>
    public static Task ProgressAsync(
        UnitOfWork uow, AssetScope scope, string phase, long expected, long seen, IReadOnlyList<string> doneTypes, bool whole,
        DateTimeOffset until, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE asset_syncs SET phase = @phase, expected = @expected, seen = @seen, done_types = @done, whole = @whole, lease_until " +
            "= @until WHERE account = @Account AND region = @Region",
            new
            {
                scope.Account,
                scope.Region,
                phase,
                expected,
                seen,
                done = JsonSerializer.Serialize(doneTypes),
                whole = whole ? 1L : 0L,
                until = until.ToUnixTimeMilliseconds(),
            }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>The run is over: the next begins anew.</summary>
    public static Task SucceedAsync(
        UnitOfWork uow, AssetScope scope, long deleted, string? notice, DateTimeOffset now, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE asset_syncs SET started_at = NULL, phase = '', lease_until = 0, succeeded_at = @now, deleted = @deleted,
              failed_at = NULL, error = NULL, notice = @notice
            WHERE account = @Account AND region = @Region
            """,
            new { scope.Account, scope.Region, deleted, notice, now = now.ToUnixTimeMilliseconds() }, uow.Transaction,
            cancellationToken: cancellationToken));

    /// <summary>The run stopped; the next goes on where it was.</summary>
    public static Task StopAsync(
        UnitOfWork uow, AssetScope scope, string? error, DateTimeOffset now, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE asset_syncs SET lease_until = 0, failed_at = CASE WHEN @error IS NULL THEN failed_at ELSE @now END,
              error = COALESCE(@error, error)
            WHERE account = @Account AND region = @Region
            """,
            new { scope.Account, scope.Region, error, now = now.ToUnixTimeMilliseconds() }, uow.Transaction,
            cancellationToken: cancellationToken));

    /// <summary>Of these ARNs, those that exist.</summary>
    public static async Task<HashSet<string>> ExistingAsync(
        UnitOfWork uow, IEnumerable<string> arns, CancellationToken cancellationToken) =>
        (await uow.Connection.QueryAsync<string>(new CommandDefinition(
            $"SELECT a.arn FROM assets a WHERE a.deleted_at IS NULL AND a.arn IN (SELECT r.value ->> 'id' FROM " +
            $"{JsonRows.From(uow.Kind, "@arns")} AS r)",
            new { arns = JsonRows.Ids(arns) }, uow.Transaction, cancellationToken: cancellationToken))).ToHashSet(StringComparer.Ordinal);

    public static Task SaveGroupAsync(
        UnitOfWork uow, AssetScope scope, Aws.ResourceGroup group, DateTimeOffset at, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO asset_groups (arn, name, account, region, description, seen_at) VALUES (@Arn, @Name, @Account, @Region,
              @Description, @at)
            ON CONFLICT (arn) DO UPDATE SET name = excluded.name, description = excluded.description, seen_at = excluded.seen_at
            """,
            new { group.Arn, group.Name, scope.Account, scope.Region, group.Description, at = at.ToUnixTimeMilliseconds() },
            uow.Transaction, cancellationToken: cancellationToken));

    public static Task SaveMembersAsync(
        UnitOfWork uow, string groupArn, IEnumerable<string> arns, DateTimeOffset at, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO asset_group_members (group_arn, asset_arn, seen_at)
            SELECT @groupArn, r.value ->> 'id', @at FROM {JsonRows.From(uow.Kind, "@arns")} AS r WHERE true
            ON CONFLICT (group_arn, asset_arn) DO UPDATE SET seen_at = excluded.seen_at
            """,
            new
            {
                groupArn,
                at = at.ToUnixTimeMilliseconds(),
                arns = JsonRows.Ids(arns.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)),
            }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Removes what a group no longer has. Called when all of it has been listed.</summary>
    public static Task ForgetMembersAsync(UnitOfWork uow, string groupArn, DateTimeOffset before, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM asset_group_members WHERE group_arn = @groupArn AND seen_at < @before",
            new { groupArn, before = before.ToUnixTimeMilliseconds() }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Removes groups that are gone. Called when all groups of the scope have been listed.</summary>
    public static Task ForgetGroupsAsync(UnitOfWork uow, AssetScope scope, DateTimeOffset before, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM asset_groups WHERE account = @Account AND region = @Region AND seen_at < @before",
            new { scope.Account, scope.Region, before = before.ToUnixTimeMilliseconds() }, uow.Transaction,
            cancellationToken: cancellationToken));

    /// <summary>
    /// Marks what a complete run has not seen. What belongs to no Region (IAM) is listed in one of them, so only the run that has listed
    /// its kind can tell.
    /// </summary>
    /// <returns>How many.</returns>
    public static Task<int> MarkDeletedAsync(
        UnitOfWork uow, AssetScope scope, IEnumerable<string> globalTypes, ListedTypes listed, DateTimeOffset notSeenSince,
        DateTimeOffset now, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE assets SET deleted_at = @now
            WHERE account = @Account AND deleted_at IS NULL AND seen_at < @since
              AND (region = @Region OR (region = 'global' AND type IN (SELECT r.value ->> 'id'
                FROM {JsonRows.From(uow.Kind, "@types")} AS r)))
              AND type {(listed.AllBut ? "NOT IN" : "IN")} (SELECT l.value ->> 'id' FROM {JsonRows.From(uow.Kind, "@listed")} AS l)
            """,
            new
            {
                scope.Account,
                scope.Region,
                types = JsonRows.Ids(globalTypes),
                listed = JsonRows.Ids(listed.Types),
                since = notSeenSince.ToUnixTimeMilliseconds(),
                now = now.ToUnixTimeMilliseconds(),
            }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Groups by name, in any case; all when the name is empty. With how many existing assets each has.</summary>
    public static async Task<IReadOnlyList<AssetGroup>> GroupsAsync(
        DbConnection connection, string name, int most, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<AssetGroup>(new CommandDefinition(
            """
            SELECT g.arn AS Arn, g.name AS Name, g.account AS Account, g.region AS Region, g.description AS Description,
                   (SELECT COUNT(*) FROM asset_group_members m JOIN assets a ON a.arn = m.asset_arn WHERE m.group_arn = g.arn
                     AND a.deleted_at IS NULL) AS Members
            FROM asset_groups g WHERE @name = '' OR lower(g.name) = @name ORDER BY lower(g.name), g.account, g.region LIMIT @most
            """,
            new { name = AssetRow.Fold(name), most }, cancellationToken: cancellationToken))];
}

/// <summary>Of which types a run can tell that something is gone: these, or all but these.</summary>
internal sealed record ListedTypes(bool AllBut, IReadOnlyList<string> Types);

/// <summary>A group with how many assets it has.</summary>
internal sealed class AssetGroup
{
    public string Arn { get; init; } = "";

    public string Name { get; init; } = "";

    public string Account { get; init; } = "";

    public string Region { get; init; } = "";

    public string Description { get; init; } = "";

    public long Members { get; init; }
}

/// <summary>How the sync of an account and Region stands. Moments in Unix milliseconds.</summary>
internal sealed class SyncState
{
    public string Account { get; init; } = "";

    public string Region { get; init; } = "";

    /// <summary>When the present run began; null between runs.</summary>
    public long? StartedAt { get; init; }

    /// <summary><c>resources</c>, <c>tags</c>, <c>groups</c>; empty between runs.</summary>
    public string Phase { get; init; } = "";

    public long Expected { get; init; }

    public long Seen { get; init; }

    public string DoneTypes { get; init; } = "[]";

    /// <summary>0 when something that was counted was not listed: then the run marks nothing deleted.</summary>
    public long Whole { get; init; } = 1;

    public long LeaseUntil { get; init; }

    public long? SucceededAt { get; init; }

    public long Deleted { get; init; }

    public long? FailedAt { get; init; }

    public string? Error { get; init; }

    /// <summary>What the last complete run could not know; null when nothing.</summary>
    public string? Notice { get; init; }
}

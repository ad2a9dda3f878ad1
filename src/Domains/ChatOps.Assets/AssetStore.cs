using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Assets;

/// <summary>The SQL of assets: reading and writing them.</summary>
internal static class AssetStore
{
    /// <summary>Rows in one statement.</summary>
    public const int BatchSize = 500;

    /// <summary>As SQL writes it.</summary>
    private const string LineEnd = "'\n'";

    private const string Columns =
        """
        a.n AS N, a.arn AS Arn, a.id AS Id, a.type AS Type, a.name AS Name, a.account AS Account, a.region AS Region, a.tags AS Tags,
        a.creator AS Creator, a.created_at AS CreatedAt, a.seen_at AS SeenAt, a.deleted_at AS DeletedAt
        """;

    /// <summary>
    /// A connection whose statements are planned for the words they are given. A prepared statement is otherwise planned once for any
    /// words: a rare one and one that half the estate has would be looked up the same way.
    /// </summary>
    public static async Task<DbConnection> OpenForSearchAsync(IDatabase database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(cancellationToken);
        if (database.Kind == DatabaseKind.Postgres)
            await connection.ExecuteAsync(
                new CommandDefinition("SET plan_cache_mode = force_custom_plan", cancellationToken: cancellationToken));
        return connection;
    }

    /// <summary>The assets with these ARNs, in their order.</summary>
    public static async Task<IReadOnlyList<Asset>> FindAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<string> arns, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Asset>(arns.Count, StringComparer.Ordinal);
        foreach (var chunk in arns.Chunk(BatchSize))
        {
            var rows = await connection.QueryAsync<Stored>(new CommandDefinition(
                $"SELECT {Columns} FROM assets a WHERE a.arn IN (SELECT r.value ->> 'id' FROM " +
                $"{JsonRows.From(KindOf(connection), "@arns")} AS r)",
                new { arns = JsonRows.Ids(chunk) }, transaction, cancellationToken: cancellationToken));
            foreach (var asset in await ReadAsync(connection, transaction, [.. rows], cancellationToken)) found[asset.Arn] = asset;
        }

        return [.. arns.Distinct(StringComparer.Ordinal).Where(found.ContainsKey).Select(arn => found[arn])];
    }

    /// <summary>The assets in these rows, in their order.</summary>
    public static async Task<IReadOnlyList<Asset>> FindAsync(
        DbConnection connection, IReadOnlyList<long> numbers, CancellationToken cancellationToken)
    {
        if (numbers.Count == 0) return [];
        var rows = await connection.QueryAsync<Stored>(new CommandDefinition(
            $"SELECT {Columns} FROM assets a WHERE a.n IN (SELECT CAST(r.value ->> 'id' AS bigint) FROM " +
            $"{JsonRows.From(KindOf(connection), "@ids")} AS r)",
            new { ids = JsonRows.Ids(numbers) }, cancellationToken: cancellationToken));
        var found = rows.ToDictionary(row => row.N);
        return await ReadAsync(connection, null, [.. numbers.Where(found.ContainsKey).Select(n => found[n])], cancellationToken);
    }

    /// <summary>The asset with that short id, or null.</summary>
    public static async Task<Asset?> FindByIdAsync(DbConnection connection, string id, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<Stored>(
            new CommandDefinition($"SELECT {Columns} FROM assets a WHERE a.id = @id", new { id }, cancellationToken: cancellationToken));
        return await ReadAsync(connection, null, [.. rows], cancellationToken) is [var only] ? only : null;
    }

    /// <summary>Existing assets of exactly that name, in any case.</summary>
    public static async Task<IReadOnlyList<Asset>> NamedAsync(
        DbConnection connection, string name, int most, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<Stored>(new CommandDefinition(
            $"SELECT {Columns} FROM assets a WHERE a.name_key = @key AND a.deleted_at IS NULL ORDER BY a.arn LIMIT @most",
            new { key = AssetRow.Fold(name), most }, cancellationToken: cancellationToken));
        return await ReadAsync(connection, null, [.. rows], cancellationToken);
    }

    /// <summary>Existing assets that match, in order of ARN, a batch at a time: each statement goes on where the last one ended.</summary>
    public static async IAsyncEnumerable<Asset> StreamAsync(
        IDatabase database, AssetCondition condition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = "";
        while (true)
        {
            IReadOnlyList<Asset> batch;
            await using (var connection = await OpenForSearchAsync(database, cancellationToken))
            {
                var values = new DynamicParameters(condition.Values);
                values.Add("after", after);
                values.Add("most", BatchSize);
                var rows = await connection.QueryAsync<Stored>(new CommandDefinition(
                    $"SELECT {Columns} FROM assets a WHERE a.arn > @after AND {condition.Sql} ORDER BY a.arn LIMIT @most", values,
                    cancellationToken: cancellationToken));
                batch = await ReadAsync(connection, null, [.. rows], cancellationToken);
            }

            foreach (var asset in batch) yield return asset;
            if (batch.Count < BatchSize) yield break;
            after = batch[^1].Arn;
        }
    }

    /// <summary>
    /// Saves rows: what is new is inserted; of what is known, facts that the row has win, tags win when they are no older. A row that
    /// was marked deleted exists again.
    /// </summary>
    public static async Task SaveAsync(UnitOfWork uow, IReadOnlyCollection<AssetRow> rows, CancellationToken cancellationToken)
    {
        var facets = uow.Kind == DatabaseKind.Postgres;
        foreach (var chunk in rows.OrderBy(row => row.Arn, StringComparer.Ordinal).Chunk(BatchSize))
        {
            var json = JsonSerializer.Serialize(chunk, AssetJson.Relaxed.IReadOnlyListAssetRow);
            await uow.Connection.ExecuteAsync(new CommandDefinition(
                $"""
                INSERT INTO assets (arn, id, type, name, name_key, account, region, tags, {(facets ? "facets, " : "")}search, creator,
                  created_at, tags_at, seen_at)
                SELECT r.value ->> 'arn', r.value ->> 'id', r.value ->> 'type', r.value ->> 'name', r.value ->> 'nameKey',
                  r.value ->> 'account', r.value ->> 'region',
                       {(facets ? "CAST(r.value ->> 'tags' AS jsonb), CAST(r.value ->> 'facets' AS jsonb)" : "r.value ->> 'tags'")},
                         r.value ->> 'search',
                       r.value ->> 'creator', CAST(r.value ->> 'createdAt' AS bigint), CAST(r.value ->> 'tagsAt' AS bigint),
                         CAST(r.value ->> 'seenAt' AS bigint)
                FROM {JsonRows.From(uow.Kind, "@json")} AS r
                WHERE true
                ON CONFLICT (arn) DO UPDATE SET
                  type = excluded.type, account = excluded.account, region = excluded.region,
                  name = CASE WHEN excluded.tags_at >= assets.tags_at THEN excluded.name ELSE assets.name END,
                  name_key = CASE WHEN excluded.tags_at >= assets.tags_at THEN excluded.name_key ELSE assets.name_key END,
                  tags = CASE WHEN excluded.tags_at >= assets.tags_at THEN excluded.tags ELSE assets.tags END,
                  {(facets ? "facets = CASE WHEN excluded.tags_at >= assets.tags_at THEN excluded.facets ELSE assets.facets END," : "")}
                  search = CASE WHEN excluded.tags_at >= assets.tags_at THEN excluded.search
                    ELSE replace(assets.search, {LineEnd} || lower(assets.type) || {LineEnd},
                      {LineEnd} || lower(excluded.type) || {LineEnd}) END,
                  tags_at = CASE WHEN excluded.tags_at >= assets.tags_at THEN excluded.tags_at ELSE assets.tags_at END,
                  creator = COALESCE(excluded.creator, assets.creator),
                  created_at = COALESCE(excluded.created_at, assets.created_at),
                  seen_at = CASE WHEN excluded.seen_at > assets.seen_at THEN excluded.seen_at ELSE assets.seen_at END,
                  deleted_at = CASE WHEN excluded.seen_at >= COALESCE(assets.deleted_at, 0)
                    AND (assets.gone_at IS NULL OR excluded.tags_at > assets.gone_at) THEN NULL ELSE assets.deleted_at END,
                  gone_at = CASE WHEN excluded.tags_at > assets.gone_at THEN NULL ELSE assets.gone_at END
                """,
                new { json }, uow.Transaction, cancellationToken: cancellationToken));
            await uow.Connection.ExecuteAsync(new CommandDefinition(
                $"INSERT INTO asset_types (type) SELECT r.value ->> 'id' FROM {JsonRows.From(uow.Kind, "@types")} AS r WHERE true ON " +
                $"CONFLICT (type) DO NOTHING",
                new { types = JsonRows.Ids(chunk.Select(row => row.Type).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) },
                uow.Transaction, cancellationToken: cancellationToken));
        }
    }

    /// <summary>Marks what an event says is deleted: by its ARN, or by what it is called among those of its type.</summary>
    public static Task<int> MarkGoneAsync(
        UnitOfWork uow, string? arn, string type, string account, string region, string id, DateTimeOffset at,
        CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE assets SET deleted_at = @at, gone_at = @at
            WHERE {(arn is null
                ? "type = @type AND account = @account AND region IN (@region, 'global') AND (arn = @id OR arn LIKE @ends ESCAPE '!' " +
                  "OR arn LIKE @part ESCAPE '!' OR name_key = @key)"
                : "arn = @arn")}
              AND deleted_at IS NULL AND COALESCE(created_at, 0) <= @at
            """,
            new
            {
                arn,
                type,
                account,
                region,
                id,
                ends = "%/" + Escaped(id),
                part = "%:" + Escaped(id),
                key = AssetRow.Fold(id),
                at = at.ToUnixTimeMilliseconds(),
            }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Takes the version of a resource's tags; false when a newer one was taken before.</summary>
    public static async Task<bool> TakeTagsVersionAsync(UnitOfWork uow, string arn, long version, CancellationToken cancellationToken) =>
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE assets SET tags_version = @version WHERE arn = @arn AND COALESCE(tags_version, -1) < @version", new { arn, version },
            uow.Transaction, cancellationToken: cancellationToken)) == 1;

    /// <summary>Forgets what is long deleted.</summary>
    public static Task<int> ForgetDeletedAsync(UnitOfWork uow, DateTimeOffset before, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM assets WHERE n IN (SELECT n FROM assets WHERE deleted_at < @before LIMIT 10000)",
            new { before = before.ToUnixTimeMilliseconds() }, uow.Transaction, cancellationToken: cancellationToken));

    private static string Escaped(string text) => text.Replace("!", "!!", StringComparison.Ordinal)
        .Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);

    /// <summary>Every type there is.</summary>
    public static async Task<IReadOnlyList<string>> TypesAsync(DbConnection connection, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<string>(
            new CommandDefinition("SELECT type FROM asset_types ORDER BY type", cancellationToken: cancellationToken))];

    public static async Task<long> CountAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<long>(
            new CommandDefinition("SELECT COUNT(*) FROM assets WHERE deleted_at IS NULL", cancellationToken: cancellationToken));

    /// <summary>How many of what matches there are by a column (<c>type</c>, <c>account</c>, <c>region</c>), most first.</summary>
    public static async Task<IReadOnlyList<(string Key, long Count)>> CountByAsync(
        DbConnection connection, AssetCondition condition, string column, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<(string, long)>(new CommandDefinition(
            $"SELECT a.{column}, COUNT(*) AS c FROM assets a WHERE {condition.Sql} GROUP BY a.{column} ORDER BY c DESC, a.{column}",
            condition.Values, cancellationToken: cancellationToken))];

    /// <summary>How many of what matches have no tag, and how many came to be since a moment.</summary>
    public static Task<(long Untagged, long Created)> CountTagsAsync(
        DbConnection connection, AssetCondition condition, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var values = new DynamicParameters(condition.Values);
        values.Add("since", since.ToUnixTimeMilliseconds());
        return connection.QuerySingleAsync<(long, long)>(new CommandDefinition(
            $$"""
            SELECT (SELECT COUNT(*) FROM assets a WHERE {{condition.Sql}} AND a.tags = '{}'),
                   (SELECT COUNT(*) FROM assets a WHERE {{condition.Sql}} AND a.created_at >= @since)
            """,
            values, cancellationToken: cancellationToken));
    }

    /// <summary>Keeps a search for the buttons that refer to it.</summary>
    public static Task KeepSearchAsync(
        UnitOfWork uow, string id, string text, DateTimeOffset at, DateTimeOffset forgetBefore, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO asset_searches (id, text, at) VALUES (@id, @text, @at) ON CONFLICT (id) DO UPDATE SET at = excluded.at;
            DELETE FROM asset_searches WHERE at < @before;
            """,
            new { id, text, at = at.ToUnixTimeMilliseconds(), before = forgetBefore.ToUnixTimeMilliseconds() }, uow.Transaction,
            cancellationToken: cancellationToken));

    public static Task<string?> SearchTextAsync(DbConnection connection, string id, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<string?>(
            new CommandDefinition("SELECT text FROM asset_searches WHERE id = @id", new { id }, cancellationToken: cancellationToken));

    internal static DatabaseKind KindOf(DbConnection connection) =>
        connection is Npgsql.NpgsqlConnection ? DatabaseKind.Postgres : DatabaseKind.Sqlite;

    private static async Task<IReadOnlyList<Asset>> ReadAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<Stored> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return [];
        var groups = (await connection.QueryAsync<(string Arn, string Name)>(new CommandDefinition(
            $"""
            SELECT m.asset_arn, g.name FROM asset_group_members m JOIN asset_groups g ON g.arn = m.group_arn
            WHERE m.asset_arn IN (SELECT r.value ->> 'id' FROM {JsonRows.From(KindOf(connection), "@arns")} AS r) ORDER BY g.name
            """,
            new { arns = JsonRows.Ids(rows.Select(row => row.Arn)) }, transaction, cancellationToken: cancellationToken))).ToLookup(
                row => row.Arn, row => row.Name);
        return [.. rows.Select(row => new Asset
        {
            Arn = row.Arn,
            Id = row.Id,
            Type = row.Type,
            Name = row.Name,
            Account = row.Account,
            Region = row.Region,
            Tags = AssetRow.ReadTags(row.Tags),
            Groups = [.. groups[row.Arn]],
            Creator = row.Creator,
            CreatedAt = Moment(row.CreatedAt),
            SeenAt = DateTimeOffset.FromUnixTimeMilliseconds(row.SeenAt),
            DeletedAt = Moment(row.DeletedAt),
        })];
    }

    private static DateTimeOffset? Moment(long? at) => at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    private sealed class Stored
    {
        public long N { get; init; }

        public string Arn { get; init; } = "";

        public string Id { get; init; } = "";

        public string Type { get; init; } = "";

        public string Name { get; init; } = "";

        public string Account { get; init; } = "";

        public string Region { get; init; } = "";

        public string Tags { get; init; } = "";

        public string? Creator { get; init; }

        public long? CreatedAt { get; init; }

        public long SeenAt { get; init; }

        public long? DeletedAt { get; init; }
    }
}

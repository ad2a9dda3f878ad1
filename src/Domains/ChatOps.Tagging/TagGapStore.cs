using System.Data.Common;
using System.Text.Json;
using ChatOps.Assets;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Tagging;

/// <summary>The SQL of gaps and censuses.</summary>
internal sealed class TagGapStore(IDatabase database)
{
    private const string Columns =
        "arn AS Arn, asset_id AS AssetId, type AS Type, name AS Name, account AS Account, region AS Region, owner AS Owner, creator AS " +
            "Creator, faults AS Faults, since AS Since";

    /// <summary>Keeps gaps; one that was known keeps since when.</summary>
    public static Task SaveAsync(
        UnitOfWork uow, IReadOnlyList<TagGap> gaps,
        CancellationToken cancellationToken) => gaps.Count == 0 ? Task.CompletedTask : uow.Connection.ExecuteAsync(Command(
        uow,
        $"""
        INSERT INTO tagging_gap (arn, asset_id, type, name, account, region, owner, creator, faults, keys, since)
        SELECT r.value ->> 'Arn', r.value ->> 'AssetId', r.value ->> 'Type', r.value ->> 'Name', r.value ->> 'Account',
          r.value ->> 'Region', r.value ->> 'Owner',
          r.value ->> 'Creator', r.value ->> 'FaultsJson', r.value ->> 'Keys', CAST(r.value ->> 'At' AS bigint)
        FROM {JsonRows.From(uow.Kind, "@rows")} AS r WHERE true
        ON CONFLICT (arn) DO UPDATE SET asset_id = excluded.asset_id, type = excluded.type, name = excluded.name,
          account = excluded.account, region = excluded.region,
          owner = excluded.owner, creator = excluded.creator, faults = excluded.faults, keys = excluded.keys
        """,
        new
        {
            rows = JsonSerializer.Serialize(gaps.DistinctBy(gap => gap.Arn).Select(gap => new
            {
                gap.Arn,
                gap.AssetId,
                gap.Type,
                gap.Name,
                gap.Account,
                gap.Region,
                gap.Owner,
                gap.Creator,
                gap.FaultsJson,
                Keys = $" {string.Join(' ', gap.Faults.Select(fault => fault.Key.ToLowerInvariant()))} ",
                At = gap.Since.ToUnixTimeMilliseconds(),
            })),
        },
        cancellationToken));

    /// <summary>These have none any more.</summary>
    public static Task RemoveAsync(
        UnitOfWork uow, IReadOnlyList<string> arns,
        CancellationToken cancellationToken) => arns.Count == 0 ? Task.CompletedTask : uow.Connection.ExecuteAsync(Command(
        uow, $"DELETE FROM tagging_gap WHERE arn IN (SELECT r.value ->> 'id' FROM {JsonRows.From(uow.Kind, "@ids")} AS r)",
        new { ids = JsonRows.Ids(arns) }, cancellationToken));

    /// <summary>What is known of these assets: ARN to its faults.</summary>
    public async Task<IReadOnlyDictionary<string, string>> KnownAsync(IReadOnlyList<string> arns, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        // An array has PostgreSQL look each up by the key; of rows out of JSON it knows no number and reads the whole table.
        var rows = database.Kind == DatabaseKind.Postgres
            ? await connection.QueryAsync<(string Arn, string Faults)>(new CommandDefinition(
                "SELECT arn, faults FROM tagging_gap WHERE arn = ANY(@arns)", new { arns = arns.ToArray() },
                cancellationToken: cancellationToken))
            : await connection.QueryAsync<(string Arn, string Faults)>(new CommandDefinition(
                "SELECT arn, faults FROM tagging_gap WHERE arn IN (SELECT r.value ->> 'id' FROM json_each(@ids) AS r)",
                new { ids = JsonRows.Ids(arns) }, cancellationToken: cancellationToken));
        return rows.ToDictionary(row => row.Arn, row => row.Faults, StringComparer.Ordinal);
    }

    /// <summary>ARNs in their order, after one.</summary>
    public async Task<IReadOnlyList<string>> ArnsAsync(Filter filter, string? after, int most, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var (where, values) = TagGapFilters.ToSql(filter, await TypesAsync(connection, filter, cancellationToken), "arn > @after");
        values.Add("after", after ?? "");
        values.Add("most", most);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            $"SELECT arn FROM tagging_gap {where} ORDER BY arn LIMIT @most", values, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>One page, by account, type and name.</summary>
    public async Task<IReadOnlyList<TagGap>> PageAsync(Filter filter, int skip, int take, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var (where, values) = TagGapFilters.ToSql(filter, await TypesAsync(connection, filter, cancellationToken));
        values.Add("skip", skip);
        values.Add("take", take);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM tagging_gap {where} ORDER BY account, type, name, arn LIMIT @take OFFSET @skip", values,
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.ToGap())];
    }

    /// <summary>How many.</summary>
    public async Task<long> CountAsync(Filter filter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var (where, values) = TagGapFilters.ToSql(filter, await TypesAsync(connection, filter, cancellationToken));
        return await connection.ExecuteScalarAsync<long>(
            new CommandDefinition($"SELECT COUNT(*) FROM tagging_gap {where}", values, cancellationToken: cancellationToken));
    }

    /// <summary>Keeps a census; old ones are thinned out to the last of each day after a week, and forgotten after a year.</summary>
    public static async Task AddCensusAsync(UnitOfWork uow, Census census, CancellationToken cancellationToken)
    {
        var at = census.TakenAt.ToUnixTimeMilliseconds();
        await uow.Connection.ExecuteAsync(Command(
            uow,
            "INSERT INTO tagging_census (taken_at, took_ms, figures) VALUES (@at, @took, @figures) ON CONFLICT (taken_at) DO NOTHING",
            new
            {
                at,
                took = (long)census.Took.TotalMilliseconds,
                figures = JsonSerializer.Serialize(census.Figures, TagJson.Default.CensusFigures),
            },
            cancellationToken));
        await uow.Connection.ExecuteAsync(Command(
            uow,
            """
            DELETE FROM tagging_census WHERE taken_at < @year OR (taken_at < @week AND EXISTS (
              SELECT 1 FROM tagging_census later WHERE later.taken_at > tagging_census.taken_at
                AND later.taken_at / 86400000 = tagging_census.taken_at / 86400000))
            """,
            new { year = at - (366L * 86_400_000), week = at - (7L * 86_400_000) },
            cancellationToken));
    }

    /// <summary>The last census up to a moment; null when there is none.</summary>
    public async Task<Census?> CensusAsync(DateTimeOffset upTo, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<(long At, long Took, string Figures)?>(new CommandDefinition(
            "SELECT taken_at, took_ms, figures FROM tagging_census WHERE taken_at <= @at ORDER BY taken_at DESC LIMIT 1",
            new { at = upTo.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken));
        return row is { } found
            ? new Census(
                DateTimeOffset.FromUnixTimeMilliseconds(found.At), TimeSpan.FromMilliseconds(found.Took),
                JsonSerializer.Deserialize(found.Figures, TagJson.Default.CensusFigures)!)
            : null;
    }

    /// <summary>The types of which there are gaps; none when no type is asked for.</summary>
    private static async Task<IReadOnlyList<string>> TypesAsync(
        DbConnection connection, Filter filter, CancellationToken cancellationToken) => filter.Has(AssetFilters.Type)
        ? (await connection.QueryAsync<string>(
            new CommandDefinition("SELECT DISTINCT type FROM tagging_gap", cancellationToken: cancellationToken))).AsList()
        : [];

    private static CommandDefinition Command(UnitOfWork uow, string sql, object values, CancellationToken cancellationToken) =>
        new(sql, values, uow.Transaction, cancellationToken: cancellationToken);

    private sealed class Row
    {
        public string Arn { get; init; } = "";
        public string AssetId { get; init; } = "";
        public string Type { get; init; } = "";
        public string Name { get; init; } = "";
        public string Account { get; init; } = "";
        public string Region { get; init; } = "";
        public string? Owner { get; init; }
        public string? Creator { get; init; }
        public string Faults { get; init; } = "";
        public long Since { get; init; }

        public TagGap ToGap() => new()
        {
            Arn = Arn,
            AssetId = AssetId,
            Type = Type,
            Name = Name,
            Account = Account,
            Region = Region,
            Owner = Owner,
            Creator = Creator,
            Faults = JsonSerializer.Deserialize(Faults, TagViolationJson.Default.IReadOnlyListTagViolation)!,
            Since = DateTimeOffset.FromUnixTimeMilliseconds(Since),
        };
    }
}

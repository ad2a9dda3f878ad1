using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using ChatOps.Aws;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Assets;

/// <summary>
/// Finds assets, best first, in bounded time: what is named so, what begins so, and of all else that matches at most
/// <see cref="CountedTo"/>. A very common word would make PostgreSQL gather half the table before it could choose; a sample of the
/// table's pages tells that a search is common, and then gives the matches itself.
/// </summary>
internal sealed class AssetSearcher(IDatabase database, IAwsAccounts accounts, ILocales locales, TimeProvider time)
{
    /// <summary>Matches are counted up to here.</summary>
    public const int CountedTo = 500;

    private const int BestNames = 200;
    private const int NamesLookedAt = 2000;

    /// <summary>Below this the whole table is as quick as a sample of it.</summary>
    private const int SmallEstate = 20_000;

    /// <summary>Rows that tell how common a search is, and the share of them that makes it so.</summary>
    private const int SampleRows = 5000;
    private const int CommonRows = SampleRows / 20;

    private static readonly TimeSpan EstateKeptFor = TimeSpan.FromMinutes(10);
    private (long Count, DateTimeOffset At) _estate;

    /// <summary>What is searched by.</summary>
    public FilterGrammar Grammar { get; } = AssetFilters.GrammarOf(accounts);

    /// <summary>Reads a search; false with what is wrong.</summary>
    public bool TryRead(string text, out Filter filter, out FilterFault? fault) =>
        Grammar.TryRead(text, new FilterClock(time.GetUtcNow(), locales.Default.Zone), out filter, out fault);

    /// <summary>Reads a search.</summary>
    /// <exception cref="UserFacingException">It cannot be read.</exception>
    public Filter Read(string text) => TryRead(text, out var filter, out var fault) ? filter : throw FilterFaultText.Exception(fault!);

    /// <summary>Why nothing is found, when a value is not known; null when all of them are.</summary>
    public async Task<FilterFault?> DoubtAsync(Filter filter, CancellationToken cancellationToken)
    {
        if (filter.Doubts.Count == 0) return null;
        await using var connection = await database.OpenAsync(cancellationToken);
        var types = await AssetStore.TypesAsync(connection, cancellationToken);
        // A type that we have seen is one, although our own list does not have it.
        return filter.Doubts.FirstOrDefault(
            doubt => doubt.Name != AssetFilters.Type || AssetFilters.TypesOf(FilterText.Literal(doubt.Value), types).Count == 0);
    }

    /// <summary>A page of what a search finds.</summary>
    public async Task<AssetPage> FindAsync(Filter query, int offset, int limit, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        await using var connection = await AssetStore.OpenForSearchAsync(database, cancellationToken);
        var condition = await ConditionAsync(connection, query, cancellationToken);
        var estate = await EstateAsync(connection, cancellationToken);
        var (hits, common) = await HitsAsync(connection, query, condition, estate, cancellationToken);
        var page = hits.Skip(offset).Take(Math.Clamp(limit, 1, 100)).Select(hit => hit.N).ToList();
        var assets = await AssetStore.FindAsync(connection, page, cancellationToken);
        var total = common ? CountedTo : Math.Min(hits.Count, CountedTo);
        return new AssetPage(assets, total, CountedTo, estate, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>All that a search finds, in order of ARN, in flat memory.</summary>
    public async IAsyncEnumerable<Asset> StreamAsync(
        Filter query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AssetCondition condition;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            condition = await ConditionAsync(connection, query, cancellationToken);
        }

        await foreach (var asset in AssetStore.StreamAsync(database, condition, cancellationToken)) yield return asset;
    }

    /// <summary>Names that are near to what was searched in vain, the nearest first.</summary>
    public async Task<IReadOnlyList<string>> NearestAsync(Filter query, int most, CancellationToken cancellationToken)
    {
        var requested = string.Join(' ', WordsOf(query));
        if (requested.Length < 3) return [];
        // A slip spoils some of the letters: the beginnings and ends of its parts are asked for, each alone.
        var pieces = requested.Split([' ', '-', '_', '.', '/', ':'], StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part.Length >= 3)
            .SelectMany(part => new[] { part[..Math.Min(4, part.Length)], part[^Math.Min(4, part.Length)..] })
            .Distinct(StringComparer.Ordinal).Take(8);
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        await using var connection = await AssetStore.OpenForSearchAsync(database, cancellationToken);
        foreach (var part in pieces)
        {
            var condition = AssetCondition.Of(Filter.All.And(new FilterWord(FilterText.Literal(part))), database.Kind, []);
            var (sql, values) = Candidates(condition, 100);
            foreach (var hit in await connection.QueryAsync<Hit>(new CommandDefinition(sql, values, cancellationToken: cancellationToken)))
                found[hit.NameKey] = Similarity(requested, hit.NameKey);
        }

        return [.. found.Where(pair => pair.Value >= 0.3).OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(most).Select(pair => pair.Key)];
    }

    /// <summary>A search as SQL.</summary>
    public async Task<AssetCondition> ConditionAsync(DbConnection connection, Filter query, CancellationToken cancellationToken)
    {
        var types = query.Has(AssetFilters.Type) ? await AssetStore.TypesAsync(connection, cancellationToken) : [];
        return AssetCondition.Of(query, database.Kind, types);
    }

    private async Task<(List<Hit> Hits, bool Common)> HitsAsync(
        DbConnection connection, Filter query, AssetCondition condition, long estate, CancellationToken cancellationToken)
    {
        string[] words = [.. WordsOf(query)];
        var hits = new Dictionary<long, Hit>();
        if (words is [var first, ..])
        {
            foreach (var hit in await NamesAsync(connection, first, condition, cancellationToken)) hits[hit.N] = hit;
        }

        var (more, common) = await RestAsync(connection, condition, estate, cancellationToken);
        foreach (var hit in more) hits[hit.N] = hit;
        return (
            [.. hits.Values.OrderBy(hit => Tier(hit.NameKey, words)).ThenBy(hit => words.Length == 0 ? 0 : hit.NameKey.Length)
                .ThenBy(hit => hit.NameKey, StringComparer.Ordinal).ThenBy(hit => hit.N)],
            common || hits.Count > CountedTo);
    }

    /// <summary>What a match is ranked by; a wildcard has told already what the name is.</summary>
    private static IEnumerable<string> WordsOf(Filter query) =>
        query.Words.Where(word => !word.IsPattern).Select(word => AssetRow.Fold(word.Text));

    /// <summary>0: it is the name; 1: the name begins so; 2: all words are in the name; 3: some are; 4: they are elsewhere.</summary>
    private static int Tier(string name, string[] words)
    {
        if (words.Length == 0) return 0;
        if (name == words[0] || name == string.Join(' ', words)) return 0;
        if (name.StartsWith(words[0], StringComparison.Ordinal)) return 1;
        var inName = words.Count(word => AssetCondition.Has(name, word));
        return inName == words.Length ? 2 : inName > 0 ? 3 : 4;
    }

    /// <summary>Those whose names are, or begin with, the first word.</summary>
    private async Task<IEnumerable<Hit>> NamesAsync(
        DbConnection connection, string first, AssetCondition condition, CancellationToken cancellationToken)
    {
        var values = new DynamicParameters(condition.Values);
        values.Add("first", first);
        // After every name that begins so; the last character there is stands for all that may follow.
        values.Add("last", first + "\U0010FFFF");
        values.Add("looked", NamesLookedAt);
        values.Add("best", BestNames);
        var (after, upTo) = database.Kind == DatabaseKind.Postgres ? ("~>=~", "~<=~") : (">=", "<=");
        return await connection.QueryAsync<Hit>(new CommandDefinition(
            $"""
            SELECT a.n AS N, a.name_key AS NameKey
            FROM (SELECT * FROM assets b WHERE b.name_key {after} @first AND b.name_key {upTo} @last AND b.deleted_at IS NULL
                  ORDER BY b.name_key{(database.Kind == DatabaseKind.Postgres ? " USING ~<~" : "")} LIMIT @looked) a
            WHERE {condition.Sql} LIMIT @best
            """,
            values, cancellationToken: cancellationToken));
    }

    private async Task<(IEnumerable<Hit> Hits, bool Common)> RestAsync(
        DbConnection connection, AssetCondition condition, long estate, CancellationToken cancellationToken)
    {
        if (database.Kind == DatabaseKind.Postgres && estate > SmallEstate)
        {
            var share = 100.0 * SampleRows / estate;
            var sampled = (await SampleAsync(connection, condition, share, cancellationToken)).ToList();
            if (sampled.Count >= CommonRows)
            {
                var enough = Math.Min(100, share * 1.3 * CountedTo / sampled.Count);
                return (enough <= share ? sampled : await SampleAsync(connection, condition, enough, cancellationToken), true);
            }
        }

        var (sql, values) = Candidates(condition, CountedTo + 1);
        return (await connection.QueryAsync<Hit>(new CommandDefinition(sql, values, cancellationToken: cancellationToken)), false);
    }

    private static (string Sql, DynamicParameters Values) Candidates(AssetCondition condition, int most)
    {
        var values = new DynamicParameters(condition.Values);
        values.Add("most", most);
        // FTS5 walks its lists in step and stops at the limit; it is to lead, whatever the planner thinks.
        var from = "assets a";
        var match = "";
        if (condition.Match.Length > 0)
        {
            values.Add("match", condition.Match);
            from = "assets_fts f CROSS JOIN assets a ON a.n = f.rowid";
            match = "assets_fts MATCH @match AND ";
        }

        return ($"SELECT a.n AS N, a.name_key AS NameKey FROM {from} WHERE {match}{condition.Sql} LIMIT @most", values);
    }

    private static Task<IEnumerable<Hit>> SampleAsync(
        DbConnection connection, AssetCondition condition, double percent, CancellationToken cancellationToken)
    {
        var values = new DynamicParameters(condition.Values);
        values.Add("most", CountedTo * 3);
        // The same pages every time: the next page of a list goes on where this one ends.
        return connection.QueryAsync<Hit>(new CommandDefinition(
            string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT a.n AS N, a.name_key AS NameKey FROM assets a TABLESAMPLE SYSTEM ({percent:F4}) REPEATABLE (1) WHERE " +
                $"{condition.Sql} LIMIT @most"),
            values, cancellationToken: cancellationToken));
    }

    private async Task<long> EstateAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var known = _estate;
        if (known.Count > SmallEstate && time.GetUtcNow() - known.At < EstateKeptFor) return known.Count;
        var count = await AssetStore.CountAsync(connection, cancellationToken);
        _estate = (count, time.GetUtcNow());
        return count;
    }

    /// <summary>The share of three-letter pieces that two texts have in common (Dice).</summary>
    private static double Similarity(string value, string other)
    {
        static HashSet<string> Pieces(string text)
        {
            var padded = $"  {text} ";
            return [.. Enumerable.Range(0, padded.Length - 2).Select(i => padded.Substring(i, 3))];
        }

        var (a, b) = (Pieces(value), Pieces(other));
        return 2.0 * a.Intersect(b).Count() / (a.Count + b.Count);
    }

    private sealed class Hit
    {
        public long N { get; init; }

        public string NameKey { get; init; } = "";
    }
}

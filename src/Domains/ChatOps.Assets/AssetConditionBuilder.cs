using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Storage;

namespace ChatOps.Assets;

/// <summary>Writes the condition of one search.</summary>
/// <param name="kind">The database it is for.</param>
/// <param name="types">Every type there is.</param>
internal sealed class AssetConditionBuilder(DatabaseKind kind, IReadOnlyList<string> types)
{
    /// <summary>
    /// Pieces of one term that are looked up: every list of a common piece is as long as the estate, and the row itself decides.
    /// </summary>
    private const int MaxPieces = 5;

    private readonly StringBuilder _sql = new("a.deleted_at IS NULL");
    private readonly Dictionary<string, object?> _values = [];
    private readonly List<string> _pieces = [];

    /// <summary>Whether every match must hold what is being written: only then its pieces narrow the search.</summary>
    private bool _required;

    private bool IsPostgres => kind == DatabaseKind.Postgres;

    /// <summary>What was written.</summary>
    public AssetCondition Build() => new(_sql.ToString(), _values, string.Join(" AND ", _pieces.Distinct(StringComparer.Ordinal)));

    /// <summary>Adds a clause.</summary>
    public void Add(FilterClause clause)
    {
        _required = clause.Any is [FilterWord { Negated: false } or FilterTag { Negated: false, Values.Count: <= 1 }
            or FilterValues { Negated: false, Values.Count: 1 }];
        // NOT of an unknown creation is unknown: it would hide what 'not created then' is true of.
        _sql.Append(" AND ").Append(Any(clause.Any, term => term.Negated ? $"NOT COALESCE({Of(term)}, false)" : Of(term)));
    }

    private string Of(FilterTerm term) => term switch
    {
        FilterWord word => Word(word.Text),
        FilterTag { Values.Count: 0 } tag => TagKey(tag.Tag),
        FilterTag tag => Any(tag.Values, value => TagValue(tag.Tag, value)),
        FilterTime created => Created(created),
        FilterValues { Key: AssetFilters.Type } type =>
            Type([.. type.Values.SelectMany(value => AssetFilters.TypesOf(value, types)).Distinct(StringComparer.Ordinal)]),
        FilterValues { Key: AwsFilterKeys.AccountName } account => Any(account.Values, value => IsValue("a.account", value)),
        FilterValues { Key: AwsFilterKeys.RegionName } region => Any(region.Values, value => IsValue("a.region", value)),
        FilterValues { Key: AssetFilters.Group } group => Any(group.Values, Group),
        FilterValues { Key: AssetFilters.Owner } owner => Any(owner.Values, value => TagValue(FilterText.Literal("owner"), value)),
        FilterValues { Key: AssetFilters.Name } name => Any(name.Values, Name),
        FilterValues { Key: AssetFilters.Id } id => Any(id.Values, Id),
        FilterValues { Key: AssetFilters.Creator } creator => Any(creator.Values, value => Like("lower(a.creator)", Held(value))),
        _ => throw new InvalidOperationException($"No SQL for {term}."),
    };

    private string Type(string[] meant)
    {
        if (meant is [var only]) Require($"{AssetRow.Fold(only)}\n");
        return meant.Length == 0 ? "1 = 0" : $"a.type IN ({string.Join(", ", meant.Select(Value))})";
    }

    private string Word(FilterText text)
    {
        if (text.IsPattern)
        {
            // A word with wildcards is what the name, the ARN or a part at the ARN's end says.
            var pattern = Pattern(text);
            return $"({Narrow(text)}({Like("a.name_key", pattern)} OR {Like("lower(a.arn)", pattern)} OR {EndOfArn(pattern)}))";
        }

        var word = AssetRow.Fold(text.Text);
        if (word.Length >= 3)
        {
            Require(word);
            return Contains(word);
        }

        // With what stands before them two letters are a piece; in SQLite one of several must be there. One letter alone is no piece.
        if (_required && !IsPostgres && word.EnumerateRunes().Count() == 2)
            _pieces.Add($"({string.Join(" OR ", AssetCondition.Breaks.Select(c => Quote(c + word)))})");
        return Any(AssetCondition.Breaks, c => Contains(c + word));
    }

    private string Name(FilterText text) => $"({Narrow(text)}{Like("a.name_key", Held(text))})";

    private string Id(FilterText text)
    {
        var pattern = Pattern(text);
        // Our own ids are in no index of words: what may be such an id is not narrowed.
        var isOurs = !text.IsPattern && text.Text.Length == AssetRow.IdLength && text.Text.All(char.IsAsciiLetterOrDigit);
        return $"({(isOurs ? $"a.id = {Value(AssetRow.Fold(text.Text))} OR " : Narrow(text))}({Like("lower(a.arn)", pattern)} OR " +
            $"{EndOfArn(pattern)}))";
    }

    private string EndOfArn(string pattern) =>
        $"{Like("lower(a.arn)", $"%/{pattern}")} OR {Like("lower(a.arn)", $"%:{pattern}")} OR {Like("lower(a.arn)", $"%:{pattern}:*")}";

    private string TagKey(FilterText key)
    {
        if (key.IsPattern) return TagExists(key, null);
        var folded = AssetRow.Fold(key.Text);
        if (IsPostgres) return $"a.facets @> CAST({Value($$"""{"k":[{{JsonSerializer.Serialize(folded)}}]}""")} AS jsonb)";
        Require($"\n{folded}=");
        return Contains($"\n{folded}=");
    }

    private string TagValue(FilterText key, FilterText value)
    {
        if (key.IsPattern) return TagExists(key, value);
        if (value.IsAny) return TagKey(key);
        var (foldedKey, folded) = (AssetRow.Fold(key.Text), AssetRow.Fold(value.Parts[0]));
        var isPrefix = value.Parts is [_, ""];
        if (value.IsPattern && !isPrefix) return $"({Narrow(value)}{TagKey(key)} AND {TagExists(key, value)})";
        if (IsPostgres)
        {
            return isPrefix
                ? $"({TagKey(key)} AND {Like($"a.facets -> 't' ->> {Value(foldedKey)}", Pattern(value))})"
                : $"a.facets @> " +
                    $"CAST({Value($$$"""{"t":{{{{JsonSerializer.Serialize(foldedKey)}}}:{{{JsonSerializer.Serialize(folded)}}}}}""")} AS " +
                    $"jsonb)";
        }

        var line = isPrefix ? $"\n{foldedKey}={folded}" : $"\n{foldedKey}={folded}\n";
        // The key is everywhere; the value tells, with the key's last letter before it.
        Require(line[(foldedKey.Length - (char.IsLowSurrogate(line[foldedKey.Length]) ? 1 : 0))..]);
        return Contains(line);
    }

    /// <summary>Some tag has such a key, whole or after its prefix, and such a value.</summary>
    private string TagExists(FilterText key, FilterText? value)
    {
        // PostgreSQL has the tags in small letters already, with and without prefix.
        if (IsPostgres)
        {
            return $"EXISTS (SELECT 1 FROM jsonb_each_text(a.facets -> 't') t WHERE " +
                $"{Like("t.key", Pattern(key))}{(value is null ? "" : $" AND {Like("t.value", Pattern(value))}")})";
        }

        var named = $"({Like("lower(t.key)", Pattern(key))} OR {Like("lower(t.key)", $"%:{Pattern(key)}")})";
        return $"EXISTS (SELECT 1 FROM json_each(a.tags) t WHERE " +
            $"{named}{(value is null ? "" : $" AND {Like("lower(t.value)", Pattern(value))}")})";
    }

    private string Group(FilterText name) =>
        $"a.arn IN (SELECT m.asset_arn FROM asset_group_members m JOIN asset_groups g ON g.arn = m.group_arn WHERE " +
            $"{IsValue("lower(g.name)", name)})";

    private string Created(FilterTime term)
    {
        var parts = new List<string> { "a.created_at IS NOT NULL" };
        if (term.From is { } from) parts.Add($"a.created_at >= {Value(from.ToUnixTimeMilliseconds())}");
        if (term.Before is { } before) parts.Add($"a.created_at < {Value(before.ToUnixTimeMilliseconds())}");
        return string.Join(" AND ", parts);
    }

    private string IsValue(string column, FilterText value) =>
        value.IsPattern ? Like(column, Pattern(value)) : $"{column} = {Value(AssetRow.Fold(value.Text))}";

    private string Contains(string folded) =>
        IsPostgres ? $"a.search LIKE {Value($"%{Escaped(folded)}%")}" : $"instr(a.search, {Value(folded)}) > 0";

    private string Like(string column, string pattern) => $"{column} LIKE {Value(pattern)} ESCAPE '\\'";

    /// <summary>What must stand in the row's text for a condition that no index answers, with the AND that follows.</summary>
    private string Narrow(FilterText text)
    {
        var parts = text.Parts.Select(AssetRow.Fold).Where(part => part.Length >= 3).ToList();
        foreach (var part in parts) Require(part);
        return IsPostgres ? string.Concat(parts.Select(part => $"{Contains(part)} AND ")) : "";
    }

    private void Require(string folded)
    {
        if (IsPostgres || !_required) return;
        // SQLite counts characters, not UTF-16 units; a piece that is cut within a character would match nothing.
        var runes = folded.EnumerateRunes().ToArray();
        // Some pieces narrow as well as all of them: spread, and the last among them, for texts that begin alike often end differently.
        var step = Math.Max(1, (runes.Length - 2 + MaxPieces - 1) / MaxPieces);
        for (var i = runes.Length - 3; i >= 0; i -= step) _pieces.Add(Quote($"{runes[i]}{runes[i + 1]}{runes[i + 2]}"));
    }

    private string Value(object value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"q{_values.Count}");
        _values.Add(name, value);
        return "@" + name;
    }

    private static string Any<T>(IEnumerable<T> items, Func<T, string> condition) => $"({string.Join(" OR ", items.Select(condition))})";

    /// <summary>The text anywhere; with wildcards, as a whole.</summary>
    private static string Held(FilterText text) => text.IsPattern ? Pattern(text) : $"%{Pattern(text)}%";

    private static string Pattern(FilterText text) => string.Join('%', text.Parts.Select(part => Escaped(AssetRow.Fold(part))));

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);

    private static string Quote(string part) => $"\"{part.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatOps.Platform.Storage;

namespace ChatOps.Assets;

/// <summary>
/// A search as SQL over <c>assets a</c>: the condition with its values, and in SQLite the three-letter pieces that every match has
/// (<see cref="Match"/>, empty when there are none), which the row itself must confirm.
/// Words of one or two letters, which no trigram index holds, are looked for where a word begins.
/// </summary>
internal sealed record AssetCondition(string Sql, Dictionary<string, object?> Values, string Match)
{
    /// <summary>What may stand before a word.</summary>
    private const string Breaks = "\n-/:._= ";

    /// <summary>Pieces of one term that are looked up: every list of a common piece is as long as the estate, and the row itself decides.</summary>
    private const int MaxPieces = 5;

    /// <summary>Everything that exists.</summary>
    public static AssetCondition All { get; } = new("a.deleted_at IS NULL", [], "");

    /// <summary>The condition of a search.</summary>
    /// <param name="query">The search.</param>
    /// <param name="kind">The database it is for.</param>
    /// <param name="types">Every type there is.</param>
    /// <param name="accountOf">The id of an account by its name; null when there is none of that name.</param>
    public static AssetCondition Of(AssetQuery query, DatabaseKind kind, IReadOnlyList<string> types, Func<string, string?> accountOf)
    {
        var builder = new Builder(kind, types, accountOf);
        foreach (var term in query.Terms) builder.Add(term);
        return builder.Build();
    }

    /// <summary>Whether a text has a word in the sense of a search: as the SQL does, for what is ranked in memory.</summary>
    public static bool Has(string folded, string word) => word.Length >= 3
        ? folded.Contains(word, StringComparison.Ordinal)
        : folded.StartsWith(word, StringComparison.Ordinal) || Breaks.Any(c => folded.Contains(c + word, StringComparison.Ordinal));

    private sealed class Builder(DatabaseKind kind, IReadOnlyList<string> types, Func<string, string?> accountOf)
    {
        private readonly StringBuilder _sql = new("a.deleted_at IS NULL");
        private readonly Dictionary<string, object?> _values = [];
        private readonly List<string> _pieces = [];

        private bool Postgres => kind == DatabaseKind.Postgres;

        public AssetCondition Build() => new(_sql.ToString(), _values, string.Join(" AND ", _pieces.Distinct(StringComparer.Ordinal)));

        public void Add(AssetTerm term)
        {
            var condition = term switch
            {
                WordTerm word => Word(word.Text, term.Negated),
                TagTerm tag => Tag(tag),
                ValueTerm { Filter: "type" } type => Type([.. type.Values.Items.SelectMany(TypesOf).Distinct(StringComparer.Ordinal)], term.Negated),
                ValueTerm { Filter: "account" } account => In("a.account", [.. account.Values.Items.Select(name => accountOf(name) ?? name)]),
                ValueTerm { Filter: "region" } region => In("a.region", [.. region.Values.Items.Select(AssetRow.Fold)]),
                ValueTerm { Filter: "group" } group => Group([.. group.Values.Items.Select(AssetRow.Fold)]),
                ValueTerm owner => Any(owner.Values.Items.Select(value => TagValue("owner", value, indexed: owner.Values.Items.Count == 1 && !owner.Negated))),
                CreatedTerm created => Created(created),
                _ => throw new InvalidOperationException($"No SQL for {term.GetType().Name}."),
            };
            // NOT of an unknown creation is unknown: it would hide what 'not created then' is true of.
            _sql.Append(term.Negated ? " AND NOT COALESCE(" : " AND (").Append(condition).Append(term.Negated ? ", false)" : ")");
        }

        private IEnumerable<string> TypesOf(string written)
        {
            string[] meant = [.. types.Where(type => ResourceType.Means(written, type))];
            return meant.Length > 0 ? meant : types.Where(type => type.Contains(written, StringComparison.OrdinalIgnoreCase));
        }

        private string Type(string[] types, bool negated)
        {
            if (types is [var only] && !negated) Need($"{AssetRow.Fold(only)}\n");
            return In("a.type", types);
        }

        private string Word(string text, bool negated)
        {
            var word = AssetRow.Fold(text);
            if (word.Length >= 3)
            {
                if (!negated) Need(word);
                return Contains(word);
            }

            // With what stands before them two letters are a piece; in SQLite one of several must be there. One letter alone is no piece.
            if (!negated && !Postgres && word.EnumerateRunes().Count() == 2) _pieces.Add($"({string.Join(" OR ", Breaks.Select(c => Quote(c + word)))})");
            return Any(Breaks.Select(c => Contains(c + word)));
        }

        private string Tag(TagTerm tag)
        {
            var alone = tag.Values.Items.Count == 1 && !tag.Negated;
            if (tag.Values.Items.Count == 0 || tag.Values.Items.Contains("*")) return TagKey(tag.Key, !tag.Negated);
            return Any(tag.Values.Items.Select(value => TagValue(tag.Key, value, alone)));
        }

        private string TagKey(string key, bool indexed)
        {
            var folded = AssetRow.Fold(key);
            if (Postgres) return $"a.facets @> CAST({Value($$"""{"k":[{{JsonSerializer.Serialize(folded)}}]}""")} AS jsonb)";
            if (indexed) Need($"\n{folded}=");
            return Contains($"\n{folded}=");
        }

        private string TagValue(string key, string value, bool indexed)
        {
            var (foldedKey, foldedValue) = (AssetRow.Fold(key), AssetRow.Fold(value));
            var prefix = foldedValue.EndsWith('*');
            if (Postgres)
            {
                return prefix
                    ? $"({TagKey(key, indexed)} AND a.facets -> 't' ->> {Value(foldedKey)} LIKE {Value(Like(foldedValue[..^1]) + "%")})"
                    : $"a.facets @> CAST({Value($$$"""{"t":{{{{JsonSerializer.Serialize(foldedKey)}}}:{{{JsonSerializer.Serialize(foldedValue)}}}}}""")} AS jsonb)";
            }

            var line = prefix ? $"\n{foldedKey}={foldedValue[..^1]}" : $"\n{foldedKey}={foldedValue}\n";
            // The key is everywhere; the value tells, with the key's last letter before it.
            if (indexed) Need(line[(foldedKey.Length - (char.IsLowSurrogate(line[foldedKey.Length]) ? 1 : 0))..]);
            return Contains(line);
        }

        private string Group(string[] names)
        {
            var list = string.Join(", ", names.Select(Value));
            return $"a.arn IN (SELECT m.asset_arn FROM asset_group_members m JOIN asset_groups g ON g.arn = m.group_arn WHERE lower(g.name) IN ({list}))";
        }

        private string Created(CreatedTerm term)
        {
            var parts = new List<string> { "a.created_at IS NOT NULL" };
            if (term.From is { } from) parts.Add($"a.created_at >= {Value(from.ToUnixTimeMilliseconds())}");
            if (term.Before is { } before) parts.Add($"a.created_at < {Value(before.ToUnixTimeMilliseconds())}");
            return string.Join(" AND ", parts);
        }

        private string In(string column, string[] values) => values.Length == 0 ? "1 = 0" : $"{column} IN ({string.Join(", ", values.Distinct(StringComparer.Ordinal).Select(Value))})";

        private string Contains(string folded) => Postgres ? $"a.search LIKE {Value($"%{Like(folded)}%")}" : $"instr(a.search, {Value(folded)}) > 0";

        private static string Any(IEnumerable<string> conditions) => $"({string.Join(" OR ", conditions)})";

        private string Value(object value)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"q{_values.Count}");
            _values.Add(name, value);
            return "@" + name;
        }

        private void Need(string folded)
        {
            if (Postgres) return;
            // SQLite counts characters, not UTF-16 units; a piece that is cut within a character would match nothing.
            var runes = folded.EnumerateRunes().ToArray();
            // Some pieces narrow as well as all of them: spread, and the last among them, for texts that begin alike often end differently.
            var step = Math.Max(1, (runes.Length - 2 + MaxPieces - 1) / MaxPieces);
            for (var i = runes.Length - 3; i >= 0; i -= step) _pieces.Add(Quote($"{runes[i]}{runes[i + 1]}{runes[i + 2]}"));
        }

        private static string Quote(string piece) => $"\"{piece.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

        private static string Like(string text) =>
            text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
    }
}

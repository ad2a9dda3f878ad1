using System.Globalization;
using ChatOps.Kernel.Filters;
using Dapper;

namespace ChatOps.Platform.Filters;

/// <summary>
/// A filter as a condition in SQL, with its values as parameters: <c>new FilterSql("search").Where(filter, (sql, term) => …)</c>. What the
/// keys mean is the domain's; words, negation, alternatives and wildcards are the same for all.
/// </summary>
/// <param name="search">The columns, in small letters, in any of which a word is looked for.</param>
public sealed class FilterSql(params string[] search)
{
    private int _count;

    /// <summary>The parameters, to which a statement adds its own.</summary>
    public DynamicParameters Values { get; } = new();

    /// <summary>The condition with its <c>WHERE</c>; empty when everything is asked for.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="conditionOf">The condition of a term with a key, its negation left aside.</param>
    /// <param name="others">Further conditions that must hold.</param>
    public string Where(Filter filter, Func<FilterSql, FilterKeyTerm, string> conditionOf, params IEnumerable<string> others)
    {
        var conditions = filter.Clauses.Select(clause => $"({string.Join(" OR ", clause.Any.Select(Of))})").Concat(others).ToList();
        return conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";

        string Of(FilterTerm term)
        {
            var condition = term switch
            {
                FilterWord word => Any(search.Select(column => Holds(column, word.Text))),
                FilterKeyTerm keyed => conditionOf(this, keyed),
                _ => throw new InvalidOperationException($"No SQL for {term.GetType().Name}."),
            };
            // What a row does not have is not what was excluded: NOT of NULL would hide it.
            return term.Negated ? $"NOT COALESCE({condition}, false)" : condition;
        }
    }

    /// <summary>The column is one of these values; with wildcards, what the value says as a whole.</summary>
    /// <param name="column">The column.</param>
    /// <param name="values">The values.</param>
    /// <param name="stored">How a value stands in the column.</param>
    public string Is(string column, IEnumerable<FilterText> values, Func<string, object>? stored = null)
    {
        var conditions = new List<string>();
        var exact = new List<string>();
        foreach (var value in values)
        {
            if (value.IsPattern) conditions.Add($"lower({column}) LIKE {Value(Pattern(value))} ESCAPE '!'");
            else exact.Add(Value(stored?.Invoke(value.Text) ?? value.Text));
        }

        if (exact.Count > 0) conditions.Add($"{column} IN ({string.Join(", ", exact)})");
        return conditions.Count == 0 ? "1 = 0" : Any(conditions);
    }

    /// <summary>The column holds one of these texts, in any case; with wildcards, it is what the text says as a whole.</summary>
    public string Has(string column, IEnumerable<FilterText> values) => Any(values.Select(value =>
        $"lower({column}) LIKE {Value(value.IsPattern ? Pattern(value) : $"%{Escaped(value.Text)}%")} ESCAPE '!'"));

    /// <summary>The column, in Unix milliseconds, is in this range.</summary>
    public string In(string column, FilterTime time)
    {
        var conditions = new List<string> { $"{column} IS NOT NULL" };
        if (time.From is { } from) conditions.Add($"{column} >= {Value(from.ToUnixTimeMilliseconds())}");
        if (time.Before is { } before) conditions.Add($"{column} < {Value(before.ToUnixTimeMilliseconds())}");
        return string.Join(" AND ", conditions);
    }

    /// <summary>A parameter with this value.</summary>
    public string Value(object value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"f{_count++}");
        Values.Add(name, value);
        return $"@{name}";
    }

    /// <summary>Any of the conditions.</summary>
    public static string Any(IEnumerable<string> conditions) => $"({string.Join(" OR ", conditions)})";

    /// <summary>The column, in small letters, holds this text; with wildcards, all its parts in their order.</summary>
    public string Holds(string column, FilterText text) => $"{column} LIKE {Value($"%{Pattern(text)}%")} ESCAPE '!'";

    private static string Pattern(FilterText text) => string.Join('%', text.Parts.Select(Escaped));

    private static string Escaped(string text) => text.ToLowerInvariant()
        .Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal)
        .Replace("_", "!_", StringComparison.Ordinal);
}

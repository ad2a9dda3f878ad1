using ChatOps.Kernel.Filters;
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
    internal const string Breaks = "\n-/:._= ";

    /// <summary>Everything that exists.</summary>
    public static AssetCondition All { get; } = new("a.deleted_at IS NULL", [], "");

    /// <summary>The condition of a search.</summary>
    /// <param name="filter">The search.</param>
    /// <param name="kind">The database it is for.</param>
    /// <param name="types">Every type there is.</param>
    public static AssetCondition Of(Filter filter, DatabaseKind kind, IReadOnlyList<string> types)
    {
        var builder = new AssetConditionBuilder(kind, types);
        foreach (var clause in filter.Clauses) builder.Add(clause);
        return builder.Build();
    }

    /// <summary>Whether a text has a word in the sense of a search: as the SQL does, for what is ranked in memory.</summary>
    public static bool Has(string folded, string word) => word.Length >= 3
        ? folded.Contains(word, StringComparison.Ordinal)
        : folded.StartsWith(word, StringComparison.Ordinal) || Breaks.Any(c => folded.Contains(c + word, StringComparison.Ordinal));
}

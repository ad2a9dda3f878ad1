using ChatOps.Assets;

namespace ChatOps.Tagging;

/// <summary>What a change comes to on many assets, counted. Bounded: what goes beyond its lines is counted in them.</summary>
/// <param name="Assets">How many assets were looked at.</param>
/// <param name="Changed">How many of them change.</param>
/// <param name="Lines">By key and what stands there now, most first.</param>
/// <param name="Names">Some that change, to be recognized.</param>
internal sealed record TagPlan(long Assets, long Changed, IReadOnlyList<TagPlanLine> Lines, IReadOnlyList<string> Names)
{
    /// <summary>How many changes of tags that is.</summary>
    public long Changes => Lines.Where(line => !line.Same).Sum(line => line.Count);

    /// <summary>There was more than one run takes.</summary>
    public bool Cut { get; init; }
}

/// <summary>One transition of one key.</summary>
/// <param name="Key">The key as AWS has it.</param>
/// <param name="From">What stands there; null for nothing.</param>
/// <param name="To">What it becomes; null for removed.</param>
/// <param name="Count">On how many assets.</param>
internal sealed record TagPlanLine(string Key, string? From, string? To, long Count)
{
    /// <summary>Nothing changes there.</summary>
    public bool Same => From == To;
}

/// <summary>Counts a plan while assets stream past.</summary>
internal sealed class TagPlanCount
{
    private const int MaxNames = 5;

    /// <summary>
    /// Different transitions of a key that are told apart; a key of free text may have as many values as there are assets.
    /// </summary>
    private const int MaxLines = 12;

    /// <summary>Stands for the values that are not told apart.</summary>
    public const string Others = "…";

    private readonly Dictionary<(string Key, string? From, string? To), long> _lines = [];
    private readonly Dictionary<string, int> _linesOf = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private long _assets;
    private long _changed;

    /// <summary>Counts an asset; what is to be done to it.</summary>
    public TagChange Add(Asset asset, TagChange change)
    {
        _assets++;
        foreach (var (key, to) in change.Tags) Count(key, asset.Tags.GetValueOrDefault(key), to);
        var todo = change.Against(asset.Tags);
        if (todo.IsEmpty) return todo;
        _changed++;
        if (_names.Count < MaxNames) _names.Add(asset.Name);
        return todo;
    }

    /// <summary>The plan of what was counted.</summary>
    public TagPlan ToPlan(bool cut = false) => new(
        _assets,
        _changed,
        [
            .. _lines.Select(line => new TagPlanLine(line.Key.Key, line.Key.From, line.Key.To, line.Value))
                .OrderBy(line => line.Key, StringComparer.Ordinal).ThenBy(line => line.Same).ThenByDescending(line => line.Count),
        ],
        _names)
    { Cut = cut };

    private void Count(string key, string? from, string? to)
    {
        var line = (key, from, to);
        if (!_lines.ContainsKey(line) && from != to)
        {
            var known = _linesOf.GetValueOrDefault(key);
            if (known >= MaxLines) line = (key, Others, to);
            else _linesOf[key] = known + 1;
        }

        _lines[line] = _lines.GetValueOrDefault(line) + 1;
    }
}

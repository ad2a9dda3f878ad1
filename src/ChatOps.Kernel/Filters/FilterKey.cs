namespace ChatOps.Kernel.Filters;

/// <summary>What stands after a key.</summary>
public enum FilterKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>One of the declared values.</summary>
    Choice,

    /// <summary>A tag's key, and values of it.</summary>
    Tag,

    /// <summary>A range of time: <c>7d</c>, <c>2026-11</c>, <c>&gt;2026-11-01</c>, <c>2026-11-01..2026-11-15</c>.</summary>
    Range,

    /// <summary>The moment from which on.</summary>
    Since,

    /// <summary>The moment before which.</summary>
    Before,
}

/// <summary>A value that a key takes.</summary>
/// <param name="Name">The value, as the term will have it.</param>
/// <param name="Aliases">What else people call it, in any language.</param>
public sealed record FilterChoice(string Name, params string[] Aliases)
{
    /// <summary>The values it stands for: <c>open</c> is <c>new</c> and <c>acknowledged</c>. Empty: itself.</summary>
    public IReadOnlyList<string> Means { get; init; } = [];

    /// <summary>How it is offered in help and faults: the first alias for an id that people know by name; else the name.</summary>
    public string Shown { get; init; } = Name;

    internal bool IsCalled(FilterText text) => text.Matches(Name) || Aliases.Any(text.Matches);
}

/// <summary>
/// A key that a command takes: <c>new FilterKey("severity", FilterKind.Choice, "심각도") { Example = "severity:high+" }</c>. What it
/// means stands in the texts, by the grammar's and the key's name (<c>finding.filter.severity</c>).
/// </summary>
/// <param name="Name">The key in small letters, without the colon.</param>
/// <param name="Kind">What stands after it.</param>
/// <param name="Aliases">What else people call it, in any language.</param>
public sealed record FilterKey(string Name, FilterKind Kind, params string[] Aliases)
{
    /// <summary>How it is typed, for help.</summary>
    public string Example { get; init; } = $"{Name}:";

    /// <summary>
    /// Its values, asked for anew each time: accounts are configured while the bot runs. In order, the worst first, where
    /// <see cref="IsOrdered"/>.
    /// </summary>
    public Func<IReadOnlyList<FilterChoice>> Choices { get; init; } = static () => [];

    /// <summary>Whether a value that is not declared may still be one; it is taken, and named when nothing is found.</summary>
    public Func<string, bool> Accepts { get; init; } = static _ => false;

    /// <summary>Whether a value that is not declared is known all the same: it is taken and not doubted.</summary>
    public Func<string, bool> Knows { get; init; } = static _ => false;

    /// <summary>Whether <c>high+</c> and <c>&gt;=high</c> mean a value and all before it.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>Whether a subject has only one of the values, so that <c>account:a account:b</c> can only mean either.</summary>
    public bool IsSingle { get; init; }

    /// <summary>How values are compared: in small letters, say.</summary>
    public Func<string, string> Normalize { get; init; } = static value => value;

    internal bool IsCalled(ReadOnlySpan<char> name)
    {
        if (name.Equals(Name, StringComparison.OrdinalIgnoreCase)) return true;
        foreach (var alias in Aliases)
        {
            if (name.Equals(alias, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}

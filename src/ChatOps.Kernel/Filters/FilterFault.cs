namespace ChatOps.Kernel.Filters;

/// <summary>What is wrong with a filter.</summary>
public enum FilterFaultKind
{
    /// <summary>The command has no such key.</summary>
    UnknownKey,

    /// <summary>The key has no such value.</summary>
    UnknownValue,

    /// <summary>Nothing stands after the key.</summary>
    MissingValue,

    /// <summary>No tag's key stands after the key.</summary>
    MissingTag,

    /// <summary>The value is not a time.</summary>
    NotATime,

    /// <summary>A quotation is not closed.</summary>
    OpenQuote,

    /// <summary><c>OR</c> has nothing before or after it.</summary>
    OpenOr,

    /// <summary>The command takes keys only, and this is a word.</summary>
    NoWords,

    /// <summary>The key takes whole values only, and this one has a wildcard.</summary>
    NoWildcards,

    /// <summary>The text is longer than <see cref="FilterGrammar.MaxLength"/>.</summary>
    TooLong,

    /// <summary>There are more terms than <see cref="FilterGrammar.MaxTerms"/>.</summary>
    TooMany,
}

/// <summary>
/// What is wrong with a filter, and what could stand there instead. Made a sentence in one place, so that every command answers alike.
/// </summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Key">The key in question, as it was typed; empty when it is about no key.</param>
/// <param name="Value">The value, word or quotation in question, as it was typed; empty when there is none.</param>
public sealed record FilterFault(FilterFaultKind Kind, string Key = "", string Value = "")
{
    /// <summary>The declared name of the key, whatever alias was typed; empty when it is no key of the command.</summary>
    public string Name { get; init; } = "";

    /// <summary>What to type instead, as a whole term (<c>severity:high</c>); null when nothing is near.</summary>
    public string? Nearest { get; init; }

    /// <summary>What the command takes there: its keys, or the key's values. Empty when any text is taken.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];
}

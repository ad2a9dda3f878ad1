namespace ChatOps.Kernel.Filters;

/// <summary>What somebody asked for, read: every clause must hold.</summary>
public sealed class Filter : IEquatable<Filter>
{
    /// <summary>A filter of these clauses.</summary>
    public Filter(IReadOnlyList<FilterClause> clauses) => Clauses = clauses;

    /// <summary>Everything.</summary>
    public static Filter All { get; } = new([]);

    /// <summary>In the order they were typed.</summary>
    public IReadOnlyList<FilterClause> Clauses { get; }

    /// <summary>What was typed with single spaces, to be shown and to travel in paging buttons; empty for a filter made in code.</summary>
    public string Typed { get; init; } = "";

    /// <summary>
    /// Values that are well formed but not known, such as the id of an account that is not configured. Where nothing is found, such a value
    /// is the reason to name, and not 'nothing matches'.
    /// </summary>
    public IReadOnlyList<FilterFault> Doubts { get; init; } = [];

    /// <summary>All terms.</summary>
    public IEnumerable<FilterTerm> Terms => Clauses.SelectMany(clause => clause.Any);

    /// <summary>Texts that must all be there: words that are neither negated nor an alternative to another.</summary>
    public IEnumerable<FilterText> Words =>
        Clauses.Where(clause => clause.Any is [FilterWord { Negated: false }]).Select(clause => ((FilterWord)clause.Any[0]).Text);

    /// <summary>Whether some term is of this key.</summary>
    public bool Has(string key) => Terms.Any(term => term is FilterKeyTerm keyed && keyed.Key == key);

    /// <summary>The only term, when it is one word or quotation to be looked for; else null.</summary>
    public string? SingleText => Clauses is [{ Any: [FilterWord { Negated: false, Text.IsPattern: false } word] }] ? word.Text.Text : null;

    /// <summary>The same with a clause more, of a single term.</summary>
    public Filter And(FilterTerm term) => new([.. Clauses, new FilterClause([term])]) { Typed = Typed, Doubts = Doubts };

    /// <summary>The same without a clause.</summary>
    public Filter Without(FilterClause clause) => new([.. Clauses.Where(other => !ReferenceEquals(other, clause))]);

    /// <summary>Whether it holds.</summary>
    /// <param name="holds">Whether a term holds, its negation left aside.</param>
    public bool Matches(Func<FilterTerm, bool> holds) => Clauses.All(clause => clause.Any.Any(term => holds(term) != term.Negated));

    /// <inheritdoc/>
    public bool Equals(Filter? other) => other is not null && Clauses.SequenceEqual(other.Clauses);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Filter);

    /// <inheritdoc/>
    public override int GetHashCode() => Clauses.Aggregate(Clauses.Count, HashCode.Combine);

    /// <summary>As it would be typed; reading that gives the same filter.</summary>
    public override string ToString() => string.Join(' ', Clauses);
}

/// <summary>Terms of which one must hold: <c>a OR b</c>.</summary>
/// <param name="Any">At least one.</param>
public sealed record FilterClause(IReadOnlyList<FilterTerm> Any)
{
    /// <inheritdoc/>
    public bool Equals(FilterClause? other) => other is not null && Any.SequenceEqual(other.Any);

    /// <inheritdoc/>
    public override int GetHashCode() => Any.Aggregate(Any.Count, HashCode.Combine);

    /// <summary>As it would be typed.</summary>
    public override string ToString() => string.Join(" OR ", Any);
}

/// <summary>One condition.</summary>
/// <param name="Negated">It must not hold.</param>
public abstract record FilterTerm(bool Negated)
{
    /// <summary>As it would be typed.</summary>
    public sealed override string ToString() => (Negated ? "-" : "") + Write();

    /// <summary>As it would be typed, its negation left aside.</summary>
    protected abstract string Write();
}

/// <summary>A word or, in quotes, several.</summary>
/// <param name="Text">What is looked for.</param>
/// <param name="Negated">It must not be there.</param>
public sealed record FilterWord(FilterText Text, bool Negated = false) : FilterTerm(Negated)
{
    /// <inheritdoc/>
    // What would be read as a filter, as 'not' or as 'or' is quoted.
    protected override string Write() =>
        Text.Write(Text.Parts[0] is ['-' or '!', ..] || FilterGrammar.IsConnective(Text.Text) || FilterGrammar.HasKey(Text.Text));
}

/// <summary>A term with a key: <c>key:…</c>.</summary>
/// <param name="Key">The key's name, as it was declared.</param>
/// <param name="Negated">It must not hold.</param>
public abstract record FilterKeyTerm(string Key, bool Negated) : FilterTerm(Negated);

/// <summary><c>account:prod,dev</c>: one of several values.</summary>
/// <param name="Key">The key's name.</param>
/// <param name="Values">At least one; of a key with declared values these are their names.</param>
/// <param name="Negated">None of them.</param>
public sealed record FilterValues(string Key, IReadOnlyList<FilterText> Values, bool Negated = false) : FilterKeyTerm(Key, Negated)
{
    /// <inheritdoc/>
    public bool Equals(FilterValues? other) =>
        other is not null && (Key, Negated) == (other.Key, other.Negated) && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(HashCode.Combine(Key, Negated), HashCode.Combine);

    /// <inheritdoc/>
    protected override string Write() => $"{Key}:{string.Join(',', Values)}";
}

/// <summary>
/// <c>tag:Env</c>, <c>tag:Env=PROD,DEV</c>, <c>tag:Env=PR*</c>: the tag is there, with one of these values if any are given.
/// </summary>
/// <param name="Key">The key's name.</param>
/// <param name="Tag">The tag's key.</param>
/// <param name="Values">Its values; empty for any.</param>
/// <param name="Negated">It is not there, or has none of these values.</param>
public sealed record FilterTag(
    string Key, FilterText Tag, IReadOnlyList<FilterText> Values, bool Negated = false) : FilterKeyTerm(Key, Negated)
{
    /// <inheritdoc/>
    public bool Equals(FilterTag? other) =>
        other is not null && (Key, Negated) == (other.Key, other.Negated) && Tag.Equals(other.Tag) && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(HashCode.Combine(Key, Tag, Negated), HashCode.Combine);

    /// <inheritdoc/>
    // A '!' at the key's end would be read as part of '!='.
    protected override string Write() =>
        $"{Key}:{Tag.Write(Tag.Parts[^1].EndsWith('!'))}{(Values.Count == 0 ? "" : $"={string.Join(',', Values)}")}";
}

/// <summary>
/// <c>created:7d</c>, <c>since:2026-11-01</c>, <c>before:yesterday</c>: between two moments. What has no moment is in none.
/// </summary>
/// <param name="Key">The key's name.</param>
/// <param name="Text">As it was typed, in small letters.</param>
/// <param name="From">The first moment that is in; null for no beginning.</param>
/// <param name="Before">The first moment that is not in any more; null for no end.</param>
/// <param name="Negated">Outside of it.</param>
public sealed record FilterTime(
    string Key, string Text, DateTimeOffset? From, DateTimeOffset? Before, bool Negated = false) : FilterKeyTerm(Key, Negated)
{
    /// <summary>Whether a moment is in.</summary>
    public bool Holds(DateTimeOffset? moment) => moment is { } at && !(at < From) && !(at >= Before);

    /// <inheritdoc/>
    protected override string Write() => $"{Key}:{FilterText.Literal(Text)}";
}

using System.Text;

namespace ChatOps.Assets;

/// <summary>What somebody searches for, read: all of its terms must hold.</summary>
/// <param name="Terms">In the order they were written.</param>
internal sealed record AssetQuery(IReadOnlyList<AssetTerm> Terms)
{
    /// <summary>Longer than anybody types; a search's text is kept and repeated in messages.</summary>
    public const int MaxLength = 500;

    /// <summary>More terms than anybody needs.</summary>
    public const int MaxTerms = 20;

    /// <summary>The free words that must be there.</summary>
    public IEnumerable<string> Words => Terms.OfType<WordTerm>().Where(term => !term.Negated).Select(term => term.Text);

    /// <summary>The same search without some of its terms.</summary>
    public AssetQuery Without(AssetTerm term) => new([.. Terms.Where(one => !ReferenceEquals(one, term))]);

    /// <summary>As it would be typed; reading that gives the same search.</summary>
    public override string ToString() => string.Join(' ', Terms);
}

/// <summary>One condition of a search.</summary>
/// <param name="Negated">It must not hold.</param>
internal abstract record AssetTerm(bool Negated)
{
    public sealed override string ToString() => (Negated ? "-" : "") + Written();

    protected abstract string Written();

    /// <summary>A value as it is typed, in quotes where it must be.</summary>
    protected static string Quoted(string text, bool always = false)
    {
        if (!always && text.Length > 0 && !text.Any(c => c is '"' or ',' or '=' or '\\' || char.IsWhiteSpace(c))) return text;
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\') quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}

/// <summary>A word or, in quotes, several, anywhere in name, ARN, type or tags.</summary>
internal sealed record WordTerm(string Text, bool Negated) : AssetTerm(Negated)
{
    // What would be read as a filter, or as 'not', is quoted.
    protected override string Written() => Quoted(Text, Text.StartsWith('-') || AssetQueryReader.HasFilter(Text));
}

/// <summary><c>type:</c>, <c>account:</c>, <c>region:</c>, <c>owner:</c>, <c>group:</c>: one of several values.</summary>
internal sealed record ValueTerm(string Filter, TermValues Values, bool Negated) : AssetTerm(Negated)
{
    protected override string Written() => $"{Filter}:{string.Join(',', Values.Items.Select(value => Quoted(value)))}";
}

/// <summary><c>tag:Env</c>, <c>tag:Env=PROD,DEV</c>, <c>tag:Env=PR*</c>: the tag is there, with one of these values if any are given.</summary>
internal sealed record TagTerm(string Key, TermValues Values, bool Negated) : AssetTerm(Negated)
{
    protected override string Written() => Values.Items.Count == 0
        ? $"tag:{Quoted(Key)}"
        : $"tag:{Quoted(Key)}={string.Join(',', Values.Items.Select(value => Quoted(value)))}";
}

/// <summary><c>created:</c>: within these moments; what nobody knows the creation of is in none.</summary>
internal sealed record CreatedTerm(string Text, DateTimeOffset? From, DateTimeOffset? Before, bool Negated) : AssetTerm(Negated)
{
    protected override string Written() => $"created:{Text}";
}

/// <summary>Values that compare by what is in them.</summary>
internal sealed record TermValues(IReadOnlyList<string> Items)
{
    public static TermValues None { get; } = new([]);

    public bool Equals(TermValues? other) => other is not null && Items.SequenceEqual(other.Items, StringComparer.Ordinal);

    public override int GetHashCode() => Items.Aggregate(17, (hash, item) => HashCode.Combine(hash, item));
}

/// <summary>What is wrong with a search, as the key of a text with its values.</summary>
internal sealed record AssetQueryFault(string Key, params (string Name, object? Value)[] Values);

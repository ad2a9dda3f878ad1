using System.Text;

namespace ChatOps.Kernel.Filters;

/// <summary>
/// A text that somebody looks for, in which <c>*</c> stands for any text. Upper and lower case are the same when it is compared.
/// </summary>
public sealed class FilterText : IEquatable<FilterText>
{
    private readonly string[] _parts;

    private FilterText(string[] parts) => _parts = parts;

    /// <summary>What stands before, between and after the wildcards; a single part when there are none.</summary>
    public IReadOnlyList<string> Parts => _parts;

    /// <summary>Whether it has a wildcard.</summary>
    public bool IsPattern => _parts.Length > 1;

    /// <summary>Whether it is nothing but a wildcard.</summary>
    public bool IsAny => IsPattern && Array.TrueForAll(_parts, part => part.Length == 0);

    /// <summary>The text with <c>*</c> for each wildcard; ambiguous when the text itself has a star.</summary>
    public string Text => string.Join('*', _parts);

    /// <summary>A text without wildcards, whatever characters it has.</summary>
    public static FilterText Literal(string text) => new([text]);

    /// <summary>A text of these parts with a wildcard between any two; wildcards side by side are a single one.</summary>
    public static FilterText Pattern(IReadOnlyList<string> parts)
    {
        var kept = parts.Where((part, i) => part.Length > 0 || i == 0 || i == parts.Count - 1).ToArray();
        return new FilterText(kept.Length == 1 && parts.Count > 1 ? ["", ""] : kept);
    }

    /// <summary>The same text with each part changed.</summary>
    public FilterText Select(Func<string, string> change) => new([.. _parts.Select(change)]);

    /// <summary>Whether a value is what the text says, as a whole.</summary>
    public bool Matches(string value)
    {
        if (!IsPattern) return string.Equals(value, _parts[0], StringComparison.OrdinalIgnoreCase);
        if (!value.StartsWith(_parts[0], StringComparison.OrdinalIgnoreCase)) return false;
        var at = _parts[0].Length;
        foreach (var part in _parts[1..^1])
        {
            var found = value.IndexOf(part, at, StringComparison.OrdinalIgnoreCase);
            if (found < 0) return false;
            at = found + part.Length;
        }

        return value.Length - at >= _parts[^1].Length && value.EndsWith(_parts[^1], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a value holds the text; with wildcards, whether it is what the text says as a whole.</summary>
    public bool IsIn(string value) => IsPattern ? Matches(value) : value.Contains(_parts[0], StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public bool Equals(FilterText? other) => other is not null && _parts.AsSpan().SequenceEqual(other._parts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FilterText);

    /// <inheritdoc/>
    public override int GetHashCode() => _parts.Aggregate(_parts.Length, HashCode.Combine);

    /// <summary>As it is typed where values stand, in quotes where it must be.</summary>
    public override string ToString() => Write(mustQuote: false);

    /// <summary>As it is typed.</summary>
    /// <param name="mustQuote">In quotes even where the characters alone would not ask for them.</param>
    internal string Write(bool mustQuote)
    {
        if (!mustQuote && _parts.Any(part => part.Length > 0) && !_parts.Any(part => part.Any(NeedsQuotes))) return Text;
        if (IsAny && !mustQuote) return "*";
        var quoted = new StringBuilder("\"");
        for (var i = 0; i < _parts.Length; i++)
        {
            if (i > 0) quoted.Append('*');
            foreach (var letter in _parts[i])
            {
                if (FilterTokenizer.IsQuote(letter) || letter is '\\' or '*') quoted.Append('\\');
                quoted.Append(letter);
            }
        }

        return quoted.Append('"').ToString();
    }

    private static bool NeedsQuotes(char letter) =>
        letter is ',' or '=' or '\\' or '*' || char.IsWhiteSpace(letter) || FilterTokenizer.IsQuote(letter);
}

namespace ChatOps.Kernel;

/// <summary>
/// Texts of a policy in which <c>*</c> stands for any text, and nothing else is special; upper and lower case are the same.
/// </summary>
public static class TextPattern
{
    /// <summary>Whether a value is what the pattern says. An empty value is what no pattern but the empty one says.</summary>
    // Not FileSystemName.MatchesSimpleExpression: there a question mark stays a wildcard however it is escaped.
    public static bool Matches(string pattern, string value)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1 || value.Length == 0) return string.Equals(pattern, value, StringComparison.OrdinalIgnoreCase);
        var (first, last) = (parts[0], parts[^1]);
        if (value.Length < first.Length + last.Length) return false;
        if (!value.StartsWith(first, StringComparison.OrdinalIgnoreCase) || !value.EndsWith(last, StringComparison.OrdinalIgnoreCase))
            return false;
        var rest = value.AsSpan(first.Length, value.Length - first.Length - last.Length);
        foreach (var part in parts.AsSpan(1, parts.Length - 2))
        {
            var at = rest.IndexOf(part, StringComparison.OrdinalIgnoreCase);
            if (at < 0) return false;
            rest = rest[(at + part.Length)..];
        }

        return true;
    }

    /// <summary>Whether any of the patterns matches; no pattern matches everything.</summary>
    public static bool Any(IReadOnlyList<string> patterns, string value) =>
        patterns.Count == 0 || patterns.Any(pattern => Matches(pattern, value));
}

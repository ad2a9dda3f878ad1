using System.IO.Enumeration;

namespace ChatOps.Kernel;

/// <summary>Texts of a policy in which <c>*</c> stands for any text; upper and lower case are the same.</summary>
public static class TextPattern
{
    /// <summary>Whether a value is what the pattern says.</summary>
    // Only * is special: a backslash before ? makes it mean itself.
    public static bool Matches(string pattern, string value) =>
        pattern.Contains('*', StringComparison.Ordinal)
            ? FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal), value, ignoreCase: true)
            : string.Equals(pattern, value, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether any of the patterns matches; no pattern matches everything.</summary>
    public static bool Any(IReadOnlyList<string> patterns, string value) => patterns.Count == 0 || patterns.Any(pattern => Matches(pattern, value));
}

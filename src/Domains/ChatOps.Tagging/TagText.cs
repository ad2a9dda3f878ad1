using System.Text;

namespace ChatOps.Tagging;

/// <summary>What AWS takes as a tag's key and value (Tagging AWS resources, "Tag naming limits and requirements").</summary>
internal static class TagText
{
    /// <summary>Characters of a key.</summary>
    public const int MaxKey = 128;

    /// <summary>Characters of a value.</summary>
    public const int MaxValue = 256;

    /// <summary>Why a key cannot be, in English; null when it can.</summary>
    public static string? KeyFault(string key) =>
        key.Length is 0 or > MaxKey ? $"it must have 1 to {MaxKey} characters"
        : IsReserved(key) ? "keys that begin with aws: are AWS's own"
        : Characters(key) ? null : "it holds a character that tags may not (allowed are letters, digits, spaces and + - = . _ : / @)";

    /// <summary>Why a value cannot be, in English; null when it can.</summary>
    public static string? ValueFault(string value) =>
        value.Length > MaxValue ? $"it must have at most {MaxValue} characters"
        : Characters(value) ? null : "it holds a character that tags may not (allowed are letters, digits, spaces and + - = . _ : / @)";

    /// <summary>Whether the key is AWS's own, which nobody may set.</summary>
    public static bool IsReserved(string key) => key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase);

    private static bool Characters(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune) && !Rune.IsWhiteSpace(rune)
                && !(rune.IsAscii && "+-=._:/@".Contains((char)rune.Value, StringComparison.Ordinal)))
                return false;
            if (Rune.IsControl(rune)) return false;
        }

        return true;
    }
}

using System.Buffers;
using System.Text;

namespace ChatOps.Kernel;

/// <summary>
/// Makes text from outside storable, everywhere and in the same way. PostgreSQL refuses U+0000 in <c>text</c> and <c>jsonb</c>, and neither
/// database can hold half of a surrogate pair: each is replaced by U+FFFD, and nothing else is changed. Text that needs nothing is returned
/// as it is, without a copy.
/// </summary>
public static class StorableText
{
    private const char Replacement = '\uFFFD';
    private const string EscapedReplacement = "\\ufffd";

    private static readonly SearchValues<char> Suspects = SearchValues.Create(
        [.. "\0", .. Enumerable.Range(0xD800, 0x800).Select(value => (char)value)]);

    /// <summary>A text for a <c>text</c> column. What looks like an escape (<c>\u0000</c> as six characters) is text and is kept.</summary>
    public static string Clean(string text)
    {
        var at = text.AsSpan().IndexOfAny(Suspects);
        if (at < 0) return text;

        StringBuilder? clean = null;
        for (; at < text.Length; at++)
        {
            var character = text[at];
            var kept = character != '\0' && !char.IsSurrogate(character);
            if (!kept && char.IsHighSurrogate(character) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
            {
                clean?.Append(character);
                character = text[++at];
                kept = true;
            }

            if (!kept) clean ??= new StringBuilder(text.Length).Append(text, 0, at);
            clean?.Append(kept ? character : Replacement);
        }

        return clean?.ToString() ?? text;
    }

    /// <summary><see cref="Clean(string)"/>, and at most <paramref name="max"/> UTF-16 characters, never cut within a character.</summary>
    public static string Clean(string text, int max) => Clean(Cut(text, max));

    /// <summary>At most <paramref name="max"/> UTF-16 characters, never cut within a surrogate pair.</summary>
    public static string Cut(string text, int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(max);
        if (text.Length <= max) return text;
        return max > 0 && char.IsHighSurrogate(text[max - 1]) && char.IsLowSurrogate(text[max]) ? text[..(max - 1)] : text[..max];
    }

    /// <summary>
    /// JSON for a <c>jsonb</c> column, or for a reader: besides <see cref="Clean(string)"/>, the escapes of U+0000 and of half a surrogate
    /// pair are
    /// replaced. An escaped backslash before <c>u0000</c> is text and is kept. What is no JSON is cleaned the same way and stays none.
    /// </summary>
    public static string CleanJson(string json)
    {
        json = Clean(json);
        var at = json.IndexOf("\\u", StringComparison.Ordinal);
        if (at < 0) return json;

        // An even number of backslashes before it would make it text: begin where no backslash can come before.
        while (at > 0 && json[at - 1] == '\\') at--;
        StringBuilder? clean = null;
        var copied = 0;
        while (at < json.Length)
        {
            if (json[at] != '\\')
            {
                var next = json.IndexOf('\\', at);
                if (next < 0) break;
                at = next;
            }

            var length = LengthOfEscape(json, at, out var storable);
            if (!storable)
            {
                clean ??= new StringBuilder(json.Length);
                clean.Append(json, copied, at - copied).Append(EscapedReplacement);
                copied = at + length;
            }

            at += length;
        }

        return clean is null ? json : clean.Append(json, copied, json.Length - copied).ToString();
    }

    /// <summary>
    /// <see cref="CleanJson(string)"/> for JSON in valid UTF-8, where only escapes can be wrong; the same memory when there is nothing to
    /// do.
    /// </summary>
    public static ReadOnlyMemory<byte> CleanJson(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Span.IndexOf("\\u"u8) < 0 && !utf8.Span.Contains((byte)0)) return utf8;
        var json = Encoding.UTF8.GetString(utf8.Span);
        var clean = CleanJson(json);
        return ReferenceEquals(clean, json) ? utf8 : Encoding.UTF8.GetBytes(clean);
    }

    /// <summary>How long the escape at a backslash is: 2, 6, or 12 for a surrogate pair.</summary>
    private static int LengthOfEscape(string json, int at, out bool storable)
    {
        storable = true;
        if (!TryUnit(json, at, out var unit)) return 2;
        if (char.IsHighSurrogate(unit) && TryUnit(json, at + 6, out var low) && char.IsLowSurrogate(low)) return 12;
        storable = unit != '\0' && !char.IsSurrogate(unit);
        return 6;
    }

    /// <summary>Reads <c>\uXXXX</c>.</summary>
    private static bool TryUnit(string json, int at, out char unit)
    {
        unit = default;
        if (at + 6 > json.Length || json[at] != '\\' || json[at + 1] != 'u') return false;
        var value = 0;
        for (var i = at + 2; i < at + 6; i++)
        {
            if (!char.IsAsciiHexDigit(json[i])) return false;
            value = (value << 4) | (json[i] <= '9' ? json[i] - '0' : (json[i] | 0x20) - 'a' + 10);
        }

        unit = (char)value;
        return true;
    }
}

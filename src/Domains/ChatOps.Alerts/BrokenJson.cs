using System.Text;

namespace ChatOps.Alerts;

/// <summary>
/// Mends JSON that a template has put together without escaping what it put in, as AMP's documented one does: a quote inside a text,
/// a line break, a backslash. A quote ends a text only where JSON could go on after it: notifications have lists of objects, not of texts.
/// Pure.
/// </summary>
internal static class BrokenJson
{
    /// <summary>The text with its texts escaped; what cannot be told apart stays wrong.</summary>
    public static string Mend(string json)
    {
        var mended = new StringBuilder(json.Length + 64);
        for (var at = 0; at < json.Length; at++)
        {
            mended.Append(json[at]);
            if (json[at] != '"') continue;
            var end = EndOf(json, at + 1, IsKey(json, at));
            AppendEscaped(mended, json.AsSpan(at + 1, end - at - 1));
            mended.Append('"');
            at = end;
        }

        return mended.ToString();
    }

    /// <summary>A key follows <c>{</c> or <c>,</c>; a value follows <c>:</c> or <c>[</c>.</summary>
    private static bool IsKey(string json, int quote)
    {
        for (var at = quote - 1; at >= 0; at--)
        {
            if (!char.IsWhiteSpace(json[at])) return json[at] is '{' or ',';
        }

        return false;
    }

    private static int EndOf(string json, int from, bool key)
    {
        for (var at = from; at < json.Length; at++)
        {
            if (json[at] != '"' || IsEscaped(json, from, at)) continue;
            if (key ? Next(json, at + 1) is (':', _) : EndsValue(json, at + 1)) return at;
        }

        return json.Length;
    }

    /// <summary>After a value comes a closing bracket, or a comma and the next key, object or text.</summary>
    private static bool EndsValue(string json, int from)
    {
        var (first, at) = Next(json, from);
        if (first is '\0') return true;
        if (first is '}' or ']') return Next(json, at + 1).Char is ',' or '}' or ']' or '\0';
        if (first is not ',') return false;
        var (second, key) = Next(json, at + 1);
        if (second is '{') return true;
        if (second is not '"') return false;
        var close = json.IndexOf('"', key + 1);
        return close > 0 && Next(json, close + 1).Char == ':';
    }

    private static bool IsEscaped(string json, int from, int quote)
    {
        var slashes = 0;
        while (quote - slashes - 1 >= from && json[quote - slashes - 1] == '\\') slashes++;
        return slashes % 2 == 1;
    }

    private static (char Char, int At) Next(string json, int from)
    {
        while (from < json.Length && char.IsWhiteSpace(json[from])) from++;
        return from < json.Length ? (json[from], from) : ('\0', from);
    }

    private static void AppendEscaped(StringBuilder to, ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && i + 1 < text.Length && IsEscape(text[(i + 1)..]))
            {
                to.Append(c).Append(text[++i]);
                continue;
            }

            _ = c switch
            {
                '"' => to.Append("\\\""),
                '\\' => to.Append("\\\\"),
                '\n' => to.Append("\\n"),
                '\r' => to.Append("\\r"),
                '\t' => to.Append("\\t"),
                < ' ' => to.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => to.Append(c),
            };
        }
    }

    private static bool IsEscape(ReadOnlySpan<char> after) => after[0] switch
    {
        '"' or '\\' or '/' or 'b' or 'f' or 'n' or 'r' or 't' => true,
        'u' => after.Length > 4 && char.IsAsciiHexDigit(after[1]) && char.IsAsciiHexDigit(after[2]) && char.IsAsciiHexDigit(after[3])
            && char.IsAsciiHexDigit(after[4]),
        _ => false,
    };
}

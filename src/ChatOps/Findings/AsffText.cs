using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ChatOps.Findings;

/// <summary>
/// Reads fields of ASFF that may be absent, of another type than documented, or hostile: nothing here throws.
/// Text is cut to a bound and loses what databases and Slack refuse (NUL, other control characters, lone surrogates).
/// </summary>
internal static class AsffText
{
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    public static JsonElement? Child(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var child) && child.ValueKind != JsonValueKind.Null ? child : null;

    public static JsonElement? Child(this JsonElement? json, string name) => json?.Child(name);

    public static IEnumerable<JsonElement> Items(this JsonElement? json) =>
        json is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>The text of a field; null when it is absent, empty or not a scalar.</summary>
    public static string? Text(this JsonElement? json, string name, int max = 1024) => Text(json.Child(name), max);

    public static string? Text(this JsonElement json, string name, int max = 1024) => Text(json.Child(name), max);

    public static string? Text(JsonElement? json, int max)
    {
        switch (json?.ValueKind)
        {
            case JsonValueKind.String:
                return TryRead(json.Value, out var text) ? Clean(text, max) : null;
            case JsonValueKind.Number:
                return Clean(json.Value.GetRawText(), max);
            case JsonValueKind.True:
                return "true";
            case JsonValueKind.False:
                return "false";
            default:
                return null;
        }
    }

    public static double? Number(this JsonElement? json, string name) =>
        double.TryParse(json.Text(name, 64), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    public static long? Whole(string? text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static DateTimeOffset? Time(this JsonElement json, string name) =>
        DateTimeOffset.TryParse(json.Text(name, 64), CultureInfo.InvariantCulture, Utc, out var time) ? time : null;

    /// <summary>Only what a browser may be sent to: absolute https.</summary>
    public static string? Link(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.AbsoluteUri.Length <= 2000 ? uri.AbsoluteUri : null;

    /// <summary>All scalar members of an object, by name; at most <paramref name="most"/> of them.</summary>
    public static Dictionary<string, string> Map(JsonElement? json, int most)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json is not { ValueKind: JsonValueKind.Object } members) return map;
        foreach (var member in members.EnumerateObject())
        {
            if (map.Count == most) break;
            if (TryName(member, out var name) && Text(member.Value, 1024) is { } value) map[name] = value;
        }

        return map;
    }

    public static bool TryName(JsonProperty member, out string name)
    {
        try
        {
            name = Clean(member.Name, 128) ?? "";
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate in a name is JSON, but not text.
            name = "";
        }

        return name.Length > 0;
    }

    private static bool TryRead(JsonElement json, out string text)
    {
        try
        {
            text = json.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // The same for a value.
            text = "";
            return false;
        }
    }

    private static string? Clean(string text, int max)
    {
        if (text.Length <= max && !NeedsCleaning(text)) return text.Length == 0 ? null : text;

        var clean = new StringBuilder(Math.Min(text.Length, max));
        foreach (var rune in text.EnumerateRunes())
        {
            var kept = Rune.IsControl(rune) ? (rune.Value is '\n' or '\t' or '\r' ? new Rune(' ') : default) : rune;
            if (kept == default) continue;
            if (clean.Length + kept.Utf16SequenceLength > max - 1 && text.Length > max)
            {
                clean.Append('…');
                break;
            }

            clean.Append(kept);
        }

        var result = clean.ToString().Trim();
        return result.Length == 0 ? null : result;
    }

    private static bool NeedsCleaning(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) || char.IsSurrogate(c)) return true;
        }

        return char.IsWhiteSpace(text.Length > 0 ? text[0] : 'x') || char.IsWhiteSpace(text.Length > 0 ? text[^1] : 'x');
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ChatOps.Aws;

/// <summary>
/// Reads fields of AWS's events that may be absent, of another type than documented, or hostile: nothing here throws.
/// Text is cut to a bound and loses what databases and Slack refuse (NUL, other control characters, lone surrogates).
/// </summary>
public static class EventText
{
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <summary>What AWS's services write instead of ISO 8601, without the weekday: Health (RFC 1123) and Inspector (two forms).</summary>
    private static readonly string[] OtherTimes =
    [
        "d MMM yyyy HH:mm:ss 'GMT'", "d MMM yyyy HH:mm:ss 'UTC'", "MMM dd HH:mm:ss.FFFFFFF 'UTC' yyyy", "MMM dd HH:mm:ss 'UTC' yyyy",
        "MMM d, yyyy, h:mm:ss tt", "MMM d, yyyy h:mm:ss tt",
    ];

    private static readonly string[] Weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>A member of an object; null when it is absent or null, or when this is no object.</summary>
    public static JsonElement? Child(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var child) && child.ValueKind != JsonValueKind.Null
            ? child
            : null;

    /// <inheritdoc cref="Child(JsonElement, string)"/>
    public static JsonElement? Child(this JsonElement? json, string name) => json?.Child(name);

    /// <summary>The items of an array; none when it is no array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement? json) =>
        json is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>The text of a field; null when it is absent, empty or not a scalar.</summary>
    public static string? Text(this JsonElement? json, string name, int max = 1024) => Text(json.Child(name), max);

    /// <inheritdoc cref="Text(JsonElement?, string, int)"/>
    public static string? Text(this JsonElement json, string name, int max = 1024) => Text(json.Child(name), max);

    /// <summary>A scalar as text; null when it is empty or no scalar. Line breaks become spaces.</summary>
    public static string? Text(JsonElement? json, int max) => Text(json, max, lines: false);

    /// <summary>The same with its line breaks kept.</summary>
    public static string? Lines(this JsonElement json, string name, int max) => Text(json.Child(name), max, lines: true);

    private static string? Text(JsonElement? json, int max, bool lines)
    {
        switch (json?.ValueKind)
        {
            case JsonValueKind.String:
                return JsonText.TryGet(json.Value, out var text) ? Clean(text, max, lines) : null;
            case JsonValueKind.Number:
                return Clean(json.Value.GetRawText(), max, lines);
            case JsonValueKind.True:
                return "true";
            case JsonValueKind.False:
                return "false";
            default:
                return null;
        }
    }

    /// <summary>A number, written as one or as text; null when it is neither.</summary>
    public static double? Number(this JsonElement? json, string name) =>
        double.TryParse(json.Text(name, 64), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;

    /// <summary>A whole number; null when the text is none.</summary>
    public static long? Whole(string? text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>True and false, written as such or as text; null when it is neither.</summary>
    public static bool? Flag(this JsonElement? json, string name) => bool.TryParse(json.Text(name, 16), out var flag) ? flag : null;

    /// <summary>A moment, UTC, in any of the forms that AWS's services write; null when it is none of them.</summary>
    public static DateTimeOffset? Time(this JsonElement json, string name) => ReadTime(json.Text(name, 64));

    /// <inheritdoc cref="Time"/>
    public static DateTimeOffset? ReadTime(string? text)
    {
        if (text is null) return null;
        // The weekday says nothing new, and a wrong one would cost the rest.
        var plain = text.Length > 4 && Weekdays.Contains(text[..3], StringComparer.OrdinalIgnoreCase)
            ? text[3..].TrimStart(',', ' ')
            : text;
        plain = plain.Replace('\u202f', ' ').Replace('\u00a0', ' ');
        return DateTimeOffset.TryParseExact(
            plain, OtherTimes, CultureInfo.InvariantCulture, Utc | DateTimeStyles.AllowInnerWhite, out var time)
            || DateTimeOffset.TryParse(plain, CultureInfo.InvariantCulture, Utc, out time) ? time : null;
    }

    /// <summary>Only what a browser may be sent to: absolute https.</summary>
    public static string? Link(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.AbsoluteUri.Length <= 2000
            ? uri.AbsoluteUri
            : null;

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

    /// <summary>The name of a member; false for one that is no text.</summary>
    public static bool TryName(JsonProperty member, out string name)
    {
        try
        {
            name = Clean(member.Name, 128, lines: false) ?? "";
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate in a name is JSON, but not text.
            name = "";
        }

        return name.Length > 0;
    }

    private static string? Clean(string text, int max, bool lines)
    {
        if (text.Length <= max && !NeedsCleaning(text)) return text.Length == 0 ? null : text;

        var clean = new StringBuilder(Math.Min(text.Length, max));
        foreach (var rune in text.EnumerateRunes())
        {
            var kept = Rune.IsControl(rune)
                ? (rune.Value is '\n' or '\t' or '\r' ? new Rune(lines && rune.Value == '\n' ? '\n' : ' ') : default)
                : rune;
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

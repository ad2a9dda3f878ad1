using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatOps.Findings;

/// <summary>
/// A finding has one note, which we share with others: a ticket tool keeps its key there, often as JSON. What others wrote stays; ours is
/// one part of it, a line or a member, which the next one replaces. Pure.
/// </summary>
internal static class FindingNotes
{
    /// <summary>The longest note that Security Hub takes.</summary>
    public const int MaxLength = 512;

    /// <summary>Our member of a note that is a JSON object.</summary>
    private const string Member = "chatops";

    /// <summary>What our line begins with where it is not alone.</summary>
    private const string Marker = "[ChatOps]";

    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The note with our part in it.</summary>
    /// <param name="present">The note as it is; null when there is none.</param>
    /// <param name="ours">What we have to say.</param>
    /// <param name="before">Our part as we last wrote it; null when we did not.</param>
    /// <returns>The note, and our part as it stands in it; null when there is no place for ours, and the note stays as it is.</returns>
    public static (string Text, string Part)? Merge(FindingNote? present, string ours, string? before)
    {
        ours = string.Join(' ', ours.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var text = present?.Text.Trim() ?? "";
        if (JsonOf(text) is { } json) return json is JsonObject members ? InJson(members, ours) : null;
        var others = OthersOf(present, before);
        if (others.Length == 0) return Cut(ours, MaxLength) is var alone ? (alone, alone) : null;
        var room = MaxLength - others.Length - Marker.Length - 1;
        if (room < 0) return null;
        var part = room < 2 ? "" : Cut(ours, room - 1);
        return (part.Length == 0 ? $"{others}\n{Marker}" : $"{others}\n{Marker} {part}", part);
    }

    /// <summary>What others wrote into a note; empty when it is ours alone.</summary>
    public static string OthersOf(FindingNote? note, string? before = null)
    {
        if (note is null) return "";
        if (JsonOf(note.Text) is JsonObject members)
            return members.Count == 1 && members.ContainsKey(Member) ? "" : note.Text;
        var lines = note.Text.Trim().Split('\n');
        var others = lines.Where(line => !line.StartsWith(Marker, StringComparison.Ordinal)
            && (before is not { Length: > 0 } || line.Trim() != before)).ToList();
        return others.Count == lines.Length && note.By == FindingMerge.OurName ? "" : string.Join('\n', others).Trim();
    }

    /// <summary>Whether a note holds our part.</summary>
    public static bool Holds(FindingNote? note, string part) =>
        note is not null && (note.Text.Contains(part, StringComparison.Ordinal)
            || (JsonOf(note.Text) is JsonObject members && members[Member] is JsonValue value && value.TryGetValue<string>(out var ours)
                && ours == part));

    private static (string Text, string Part)? InJson(JsonObject members, string ours)
    {
        // What stands in JSON may be longer than it is: until it fits.
        for (var length = ours.Length; ; length = length * 3 / 4)
        {
            var part = Cut(ours, length);
            members[Member] = part;
            var text = members.ToJsonString(AsWritten);
            if (text.Length <= MaxLength) return (text, part);
            if (length == 0) return null;
        }
    }

    /// <summary>The JSON object or array that a text is; null when it is none.</summary>
    private static JsonNode? JsonOf(string text)
    {
        if (text.TrimStart() is not ['{' or '[', ..]) return null;
        try
        {
            var node = JsonNode.Parse(text);
            // A member twice is found when they are looked up only.
            if (node is JsonObject members) _ = members.Count;
            return node;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static string Cut(string text, int max)
    {
        if (text.Length <= max) return text;
        if (max < 1) return "";
        var end = char.IsHighSurrogate(text[max - 1 < 1 ? 0 : max - 2]) ? max - 2 : max - 1;
        return $"{text[..Math.Max(0, end)]}…";
    }
}

/// <summary>Our user-defined fields of a finding in Security Hub; others' stay.</summary>
internal static class FindingFields
{
    public const string Assignee = "ChatOpsAssignee";
    public const string Reason = "ChatOpsReason";
    public const string Until = "ChatOpsUntil";

    /// <summary>The most fields of a finding.</summary>
    public const int MaxFields = 50;

    private static readonly string[] Ours = [Assignee, Reason, Until];

    /// <summary>Others' fields with ours; null when nothing changes.</summary>
    public static IReadOnlyDictionary<string, string>? Merge(
        IReadOnlyDictionary<string, string> present, IReadOnlyDictionary<string, string> ours)
    {
        var merged = present.Where(field => !Ours.Contains(field.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in ours)
        {
            if (merged.Count < MaxFields) merged[name] = value;
        }

        // An update without any field would be none.
        return merged.Count == 0
            || (merged.Count == present.Count && merged.All(field => present.GetValueOrDefault(field.Key) == field.Value))
            ? null
            : merged;
    }
}

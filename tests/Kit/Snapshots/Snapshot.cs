using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatOps.Tests.Kit;

/// <summary>
/// What is rendered in several languages, as one structure and a table of texts a language. The structure has <see cref="Gap"/> where
/// the languages differ; a table holds the texts of one language in the order of the gaps, so that a text that comes in between
/// moves no other. The lines that part them say where each stands; they are for the reader alone.
/// </summary>
public sealed record Snapshot(JsonNode Structure, IReadOnlyDictionary<string, string> Tables)
{
    /// <summary>Stands in the structure for a text that each language has its own of.</summary>
    public const string Gap = "{}";

    private const string Part = "--- ";

    /// <summary>JSON as the files hold it.</summary>
    public static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="rendered">By language, at least one.</param>
    /// <exception cref="FormatException">The languages differ by more than texts, or a text reads like a mark of this format.</exception>
    public static Snapshot Of(IReadOnlyDictionary<string, JsonNode> rendered)
    {
        var texts = rendered.Keys.Select(_ => new StringBuilder()).ToList();
        var structure = Merge([.. rendered.Values], "message", "$", texts);
        return new Snapshot(structure!, rendered.Keys.Zip(texts, (language, text) => (language, text.ToString())).ToDictionary());
    }

    /// <summary>The structure as its file holds it.</summary>
    public string StructureText() => Structure.ToJsonString(Indented) + "\n";

    /// <summary>What was rendered in a language.</summary>
    public JsonNode Expand(string language)
    {
        var texts = new Queue<string>(Read(Tables[language]));
        var whole = Fill(Structure, texts)!;
        return texts.Count == 0 ? whole : throw new FormatException($"The table in {language} has {texts.Count} texts too many.");
    }

    private static JsonNode? Merge(IReadOnlyList<JsonNode?> nodes, string owner, string path, IReadOnlyList<StringBuilder> texts)
    {
        if (nodes.All(node => node is JsonObject))
        {
            var objects = nodes.Cast<JsonObject>().ToList();
            var keys = objects[0].Select(member => member.Key).ToList();
            if (objects.Any(other => !other.Select(member => member.Key).SequenceEqual(keys))) throw Differ(path);
            owner = Owner(objects[0]) ?? owner;
            return new JsonObject(keys.Select(
                key => KeyValuePair.Create(key, Merge([.. objects.Select(other => other[key])], owner, $"{path}.{key}", texts))));
        }

        if (nodes.All(node => node is JsonArray))
        {
            var arrays = nodes.Cast<JsonArray>().ToList();
            if (arrays.Any(other => other.Count != arrays[0].Count)) throw Differ(path);
            return new JsonArray([.. Enumerable.Range(0, arrays[0].Count).Select(
                i => Merge([.. arrays.Select(other => other[i])], owner, $"{path}[{i}]", texts))]);
        }

        var unchanged = nodes.All(node => JsonNode.DeepEquals(node, nodes[0]));
        if (nodes.Any(node => node?.GetValueKind() != JsonValueKind.String)) return unchanged ? nodes[0]?.DeepClone() : throw Differ(path);
        foreach (var text in nodes.Select(node => (string)node!))
        {
            if (text == Gap || text.Contains('\r') || text.Split('\n').Any(line => line.StartsWith(Part, StringComparison.Ordinal)))
                throw new FormatException($"The text at {path} reads like a mark of a snapshot: {text}");
        }

        if (unchanged) return nodes[0]!.DeepClone();
        foreach (var (table, node) in texts.Zip(nodes)) table.Append(Part).Append(owner).Append('\n').Append((string)node!).Append('\n');
        return Gap;
    }

    /// <summary>The block or element that texts below stand in, with what identifies it; null for a mere text.</summary>
    private static string? Owner(JsonObject found)
    {
        if ((string?)(found["type"] as JsonValue) is not { } type
            || type is "mrkdwn" or "plain_text" or "raw_text" or "text" or "rich_text_section")
            return null;
        var id = (string?)(found["action_id"] ?? found["callback_id"]);
        return id is null ? type : $"{type} {id}";
    }

    private static JsonNode? Fill(JsonNode? node, Queue<string> texts) => node switch
    {
        JsonObject found => new JsonObject(found.Select(member => KeyValuePair.Create(member.Key, Fill(member.Value, texts)))),
        JsonArray list => new JsonArray([.. list.Select(item => Fill(item, texts))]),
        JsonValue value when value.TryGetValue<string>(out var text) && text == Gap =>
            texts.TryDequeue(out var next) ? next : throw new FormatException("A table has too few texts."),
        _ => node?.DeepClone(),
    };

    private static IEnumerable<string> Read(string table)
    {
        List<string>? text = null;
        // Every text ends with a line feed of the table's own.
        foreach (var line in table.Split('\n')[..^1])
        {
            if (!line.StartsWith(Part, StringComparison.Ordinal))
            {
                (text ?? throw new FormatException("A table begins with the line that names its first text.")).Add(line);
                continue;
            }

            if (text is not null) yield return string.Join('\n', text);
            text = [];
        }

        if (text is not null) yield return string.Join('\n', text);
    }

    private static FormatException Differ(string path) =>
        new($"The languages differ at {path} by more than a text: a message has one structure in every language.");
}

using System.Text.Json.Nodes;

namespace ChatOps.Remediation;

/// <summary>What a resource is like, as far as a remediation is concerned with it.</summary>
/// <param name="Changes">The settings that the remediation changes.</param>
/// <param name="State">All that was read: for undoing, and to tell whether it is still so.</param>
/// <param name="Tags">The resource's tags, where they came along; null where not.</param>
/// <param name="IsRight">Whether it is as the control wants it; null when that cannot be told.</param>
internal sealed record ResourceState(
    IReadOnlyList<PlanChange> Changes, JsonObject State, IReadOnlyDictionary<string, string>? Tags, bool? IsRight)
{
    /// <summary>So many differences are named.</summary>
    private const int DifferencesShown = 10;

    /// <summary>Fields that AWS gives anew each time, or that nobody set.</summary>
    private static readonly HashSet<string> NotCompared = new(StringComparer.Ordinal) { "RuleId", "PeeringStatus" };

    /// <summary>What differs, as people read it (<c>BlockPublicAcls: false → true</c>); empty when nothing does.</summary>
    public static IReadOnlyList<string> Differences(JsonNode before, JsonNode now)
    {
        var differences = new List<string>();
        Compare("", before, now, differences);
        return differences.Count <= DifferencesShown ? differences : [.. differences.Take(DifferencesShown), "…"];
    }

    private static void Compare(string path, JsonNode? before, JsonNode? now, List<string> differences)
    {
        switch (before, now)
        {
            case (JsonObject from, JsonObject to):
                foreach (var name in from.Select(member => member.Key).Union(to.Select(member => member.Key)))
                {
                    if (!NotCompared.Contains(name))
                        Compare(path.Length == 0 ? name : $"{path}.{name}", from[name], to[name], differences);
                }

                break;
            case (JsonArray from, JsonArray to):
                // Lists of AWS have no order of their own.
                var (gone, added) = (from.Select(Text).ToList(), to.Select(Text).ToList());
                foreach (var text in added.ToList().Where(gone.Remove)) added.Remove(text);
                differences.AddRange(gone.Select(text => $"{path}: − {text}"));
                differences.AddRange(added.Select(text => $"{path}: + {text}"));
                break;
            default:
                if (Text(before) != Text(now)) differences.Add($"{path}: {Shown(before)} → {Shown(now)}");
                break;
        }
    }

    /// <summary>A node as a text that is the same when it means the same.</summary>
    internal static string Text(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject json => string.Join(' ', json.Where(member => member.Value is not null && !NotCompared.Contains(member.Key))
            .OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}={Shown(member.Value)}")),
        JsonArray array => $"[{string.Join(", ", array.Select(Text).Order(StringComparer.Ordinal))}]",
        _ => node.ToJsonString(),
    };

    /// <summary>A value as people read it.</summary>
    internal static string Shown(JsonNode? node) => node switch
    {
        null => "–",
        JsonValue value => value.ToString(),
        _ => Text(node),
    };
}

using System.Text.Json;

namespace ChatOps.Tagging;

/// <summary>
/// Finds the tags that a create call sets on what it creates, in any of the forms that services have: a list of keys and values in small
/// or capital letters, a map, a specification for a kind of resource.
/// </summary>
internal sealed class OwnTagReader
{
    private const int MaxDepth = 12;

    /// <summary>Fields that hold tags. Beside them the noun of the call: CreateUserPool has <c>userPoolTags</c>.</summary>
    private static readonly HashSet<string> Holders = new(StringComparer.OrdinalIgnoreCase)
    {
        "tags", "tag", "tagList", "tagsList", "tagSet", "tagging", "resourceTags", "backupVaultTags", "backupPlanTags", "modelTags",
        "customModelTags", "importedModelTags", "jobTags", "recoveryPointTags", "hostedZoneTags",
    };

    private static readonly string[] Verbs = ["Create", "Copy", "Register", "Import", "Request", "Restore", "Run", "Put"];

    private readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal);
    private readonly string _nounTags;
    private readonly string? _specificationType;

    private OwnTagReader(string call, string? specificationType)
    {
        var verb = Array.Find(Verbs, verb => call.StartsWith(verb, StringComparison.Ordinal)) ?? "";
        _nounTags = call[verb.Length..] + "Tags";
        _specificationType = specificationType;
    }

    /// <summary>The tags; the first that a key has counts.</summary>
    /// <param name="parts">Request and answer.</param>
    /// <param name="call">The call's name.</param>
    /// <param name="specificationType">The kind whose specifications count; null for every kind.</param>
    public static IReadOnlyDictionary<string, string> Read(IReadOnlyList<JsonElement> parts, string call, string? specificationType)
    {
        var reader = new OwnTagReader(call, specificationType);
        foreach (var part in parts) reader.Search(part, 0);
        return reader._tags;
    }

    private void Search(JsonElement element, int depth)
    {
        if (depth > MaxDepth) return;
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) Search(item, depth + 1);
            return;
        }

        if (element.ValueKind != JsonValueKind.Object) return;
        foreach (var property in element.EnumerateObject())
        {
            if (IsSpecification(property.Name)) ReadSpecifications(property.Value, depth + 1);
            else if (Holders.Contains(property.Name) || string.Equals(property.Name, _nounTags, StringComparison.OrdinalIgnoreCase))
                ReadTags(property.Value, depth + 1);
            else Search(property.Value, depth + 1);
        }
    }

    private static bool IsSpecification(string name) => name.StartsWith("tagSpecification", StringComparison.OrdinalIgnoreCase);

    /// <summary>A specification is for the kind of resource that it names, and for no other.</summary>
    private void ReadSpecifications(JsonElement element, int depth)
    {
        if (depth > MaxDepth) return;
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) ReadSpecifications(item, depth + 1);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (List(element) is { } items) ReadSpecifications(items, depth + 1);
            else if (CloudTrailCall.TextOf(CloudTrailCall.Child(element, "resourceType")) is not { } type || _specificationType is null
                || string.Equals(type, _specificationType, StringComparison.OrdinalIgnoreCase))
            {
                // Of one tag: "tag": 1, "Tag": { "Key": …, "Value": … }.
                foreach (var property in element.EnumerateObject().Where(property => Holders.Contains(property.Name)))
                    ReadTags(property.Value, depth + 1);
            }
        }
    }

    private void ReadTags(JsonElement element, int depth)
    {
        if (depth > MaxDepth) return;
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) ReadTags(item, depth + 1);
            return;
        }

        if (element.ValueKind != JsonValueKind.Object) return;
        var key = CloudTrailCall.Child(element, "key") ?? CloudTrailCall.Child(element, "tagKey");
        if (CloudTrailCall.TextOf(key) is { Length: > 0 } name)
        {
            var value = CloudTrailCall.Child(element, "value") ?? CloudTrailCall.Child(element, "tagValue");
            _tags.TryAdd(name, CloudTrailCall.TextOf(value) ?? "");
        }
        else if (List(element) is { } items) ReadTags(items, depth + 1);
        else ReadMap(element);
    }

    /// <summary>A map, {"Env": "PROD"}; what holds anything else than texts is none.</summary>
    private void ReadMap(JsonElement element)
    {
        var pairs = element.EnumerateObject().Select(property => (property.Name, Value: CloudTrailCall.TextOf(property.Value))).ToList();
        if (pairs.Exists(pair => pair.Value is null)) return;
        foreach (var (name, value) in pairs) _tags.TryAdd(name, value!);
    }

    /// <summary>The list within a list: <c>items</c> as CloudTrail writes EC2's, <c>tag</c> as S3's tagging has them.</summary>
    private static JsonElement? List(JsonElement element)
    {
        foreach (var name in (string[])["items", "item", "member", "tagSet", "tags", "tag"])
        {
            if (CloudTrailCall.Child(element, name) is { ValueKind: JsonValueKind.Array or JsonValueKind.Object } inner
                && CloudTrailCall.Child(element, "resourceType") is null)
                return inner;
        }

        return null;
    }
}

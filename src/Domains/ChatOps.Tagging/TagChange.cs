using System.Text.Json;
using System.Text.Json.Serialization;
using ChatOps.Assets;

namespace ChatOps.Tagging;

/// <summary>What is to be done to tags: keys as AWS has them, each with the value it gets; null removes it.</summary>
internal sealed record TagChange(IReadOnlyDictionary<string, string?> Tags)
{
    /// <summary>Nothing.</summary>
    public static TagChange None { get; } = new(new Dictionary<string, string?>());

    /// <summary>Whether nothing is to be done.</summary>
    [JsonIgnore]
    public bool IsEmpty => Tags.Count == 0;

    /// <summary>What is set.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Set =>
        Tags.Where(tag => tag.Value is not null).ToDictionary(tag => tag.Key, tag => tag.Value!, StringComparer.Ordinal);

    /// <summary>What is removed.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Removed => [.. Tags.Where(tag => tag.Value is null).Select(tag => tag.Key)];

    /// <summary>What of it is still to be done where these tags are: what is so already is left out.</summary>
    public TagChange Against(IReadOnlyDictionary<string, string> present) => new(Tags
        .Where(tag => present.GetValueOrDefault(tag.Key) != tag.Value)
        .ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal));

    /// <summary>The tags as they are once it is done.</summary>
    public IReadOnlyDictionary<string, string> AppliedTo(IReadOnlyDictionary<string, string> present)
    {
        var tags = new Dictionary<string, string>(present, StringComparer.Ordinal);
        foreach (var (key, value) in Tags)
        {
            if (value is null) tags.Remove(key);
            else tags[key] = value;
        }

        return tags;
    }

    /// <summary>What brings it back to how it was.</summary>
    public TagChange Undo(IReadOnlyDictionary<string, string> before) =>
        new(Tags.ToDictionary(tag => tag.Key, tag => before.GetValueOrDefault(tag.Key), StringComparer.Ordinal));

    /// <summary>The asset as it is once it is done.</summary>
    public Asset AppliedTo(Asset asset) => asset with { Tags = AppliedTo(asset.Tags) };

    /// <summary>As JSON, the same for the same change: keys in order.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new SortedDictionary<string, string?>(Tags.ToDictionary(), StringComparer.Ordinal), TagJson.Default.SortedDictionaryStringString);

    /// <summary>Reads <see cref="ToJson"/>.</summary>
    public static TagChange FromJson(string json) => new(JsonSerializer.Deserialize(json, TagJson.Default.SortedDictionaryStringString)!);
}

/// <summary>This domain's JSON.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(SortedDictionary<string, string?>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(TagPlan))]
[JsonSerializable(typeof(TagSource))]
[JsonSerializable(typeof(Creator))]
[JsonSerializable(typeof(CensusFigures))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class TagJson : JsonSerializerContext;

using System.Globalization;
using ChatOps.Assets;

namespace ChatOps.Tagging;

/// <summary>Which tags a new resource gets. Pure.</summary>
internal static class AutoTags
{
    /// <summary>AWS takes so many tags on a resource.</summary>
    private const int MaxCount = 50;

    /// <summary>
    /// What is set. Parameters win over who and when, those over what the policy infers; what exists is never overwritten, and what the
    /// policy does not allow is left for a person.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="creation">What was created, and by whom.</param>
    /// <param name="asset">The resource as it is known, with the tags that it has.</param>
    /// <param name="parameters">What Parameter Store gives.</param>
    /// <param name="zone">Where a day begins.</param>
    public static IReadOnlyDictionary<string, string> Of(
        TagPolicy policy, Creation creation, Asset asset, IReadOnlyDictionary<string, string> parameters, TimeZoneInfo zone)
    {
        var requested = new Dictionary<string, string>(policy.Infer(asset), StringComparer.Ordinal);
        if (policy.AutoTag.Creator is { } creator) requested[policy.Full(creator)] = Storable(creation.Creator.Name);
        if (policy.AutoTag.Created is { } created)
            requested[policy.Full(created)] = TimeZoneInfo.ConvertTime(creation.At, zone).ToString(
                "yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (var (key, value) in parameters) requested[key] = value;
        return Added(policy, asset, requested);
    }

    /// <summary>What a part gets of the resource it came with: what we set there, and the policy's keys, whoever set them.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="whole">The creation of that resource.</param>
    /// <param name="theirs">The tags that it has now.</param>
    /// <param name="part">The part as it is known.</param>
    public static IReadOnlyDictionary<string, string> Inherited(
        TagPolicy policy, Creation whole, IReadOnlyDictionary<string, string> theirs, Asset part)
    {
        var requested = new Dictionary<string, string>(whole.Tags, StringComparer.Ordinal);
        foreach (var (key, value) in theirs.Where(
            tag => whole.Tags.ContainsKey(tag.Key) || policy.Keys.Any(key => policy.Full(key.Name) == tag.Key)))
            requested[key] = value;
        return Added(policy, part, requested);
    }

    private static Dictionary<string, string> Added(TagPolicy policy, Asset asset, Dictionary<string, string> requested)
    {
        // A key that differs by case alone would be a second tag of the same meaning.
        var present = asset.Tags.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var room = MaxCount - asset.Tags.Count;
        return requested
            .Where(tag => !present.Contains(tag.Key) && TagText.KeyFault(tag.Key) is null)
            .Select(tag => (
                tag.Key, Value: policy.Find(tag.Key) is { } key && tag.Key == policy.Full(key.Name) ? key.Normalize(tag.Value) : tag.Value))
            .Where(tag => tag.Value is not null && TagText.ValueFault(tag.Value) is null)
            .Take(Math.Max(room, 0))
            .ToDictionary(tag => tag.Key, tag => tag.Value!, StringComparer.Ordinal);
    }

    /// <summary>A name as a tag can hold it: a session may be named by anything.</summary>
    private static string Storable(string name)
    {
        var text = string.Concat(name.EnumerateRunes().Select(rune => TagText.ValueFault(rune.ToString()) is null ? rune.ToString() : "_"));
        return text.Length <= TagText.MaxValue ? text : text[..TagText.MaxValue];
    }
}

using ChatOps.Assets;
using ChatOps.Platform.Policy;

namespace ChatOps.Tagging;

/// <summary>The policy's judgement of one asset, for who shows it.</summary>
internal sealed class TagRules(IPolicy<TagPolicy> policy) : IAssetTagRules
{
    public IReadOnlyList<AssetTagViolation> Judge(Asset asset) => [.. policy.Value.Judge(asset).Select(fault => FaultOf(fault, asset))];

    private AssetTagViolation FaultOf(TagViolation fault, Asset asset)
    {
        var (key, full) = (policy.Value.Find(fault.Key)!, policy.Value.Full(fault.Key));
        return fault.Kind switch
        {
            TagViolationKind.Missing => new AssetTagViolation(full, AssetTagViolationKind.Missing, null, key.Values),
            TagViolationKind.NotAllowed => new AssetTagViolation(full, AssetTagViolationKind.NotAllowed, fault.Value, key.Values),
            _ when asset.Tags.ContainsKey(full) =>
                new AssetTagViolation(full, AssetTagViolationKind.ValueCase, fault.Value, [key.Normalize(fault.Value!)!]),
            _ => new AssetTagViolation(
                full, AssetTagViolationKind.KeyCase,
                asset.Tags.Keys.First(text => string.Equals(text, full, StringComparison.OrdinalIgnoreCase)), []),
        };
    }
}

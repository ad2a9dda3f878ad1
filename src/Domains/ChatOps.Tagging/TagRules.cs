using ChatOps.Assets;
using ChatOps.Platform.Policy;

namespace ChatOps.Tagging;

/// <summary>The policy's judgement of one asset, for who shows it.</summary>
internal sealed class TagRules(IPolicy<TagPolicy> policy) : IAssetTagRules
{
    public IReadOnlyList<AssetTagFault> Judge(Asset asset) => [.. policy.Value.Judge(asset).Select(fault => FaultOf(fault, asset))];

    private AssetTagFault FaultOf(TagFault fault, Asset asset)
    {
        var (key, full) = (policy.Value.Find(fault.Key)!, policy.Value.Full(fault.Key));
        return fault.Kind switch
        {
            TagFaultKind.Missing => new AssetTagFault(full, AssetTagFaultKind.Missing, null, key.Values),
            TagFaultKind.NotAllowed => new AssetTagFault(full, AssetTagFaultKind.NotAllowed, fault.Value, key.Values),
            _ when asset.Tags.ContainsKey(full) => new AssetTagFault(full, AssetTagFaultKind.ValueCase, fault.Value, [key.Normalize(fault.Value!)!]),
            _ => new AssetTagFault(full, AssetTagFaultKind.KeyCase, asset.Tags.Keys.First(one => string.Equals(one, full, StringComparison.OrdinalIgnoreCase)), []),
        };
    }
}

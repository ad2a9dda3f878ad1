namespace ChatOps.Assets;

/// <summary>What is asked of an asset's tags. The inventory shows it; Tagging knows it.</summary>
public interface IAssetTagRules
{
    /// <summary>What of an asset's tags is missing or wrong, in the order in which it is asked for; nothing when all is well.</summary>
    IReadOnlyList<AssetTagViolation> Judge(Asset asset);
}

/// <summary>A tag that is not as it should be.</summary>
/// <param name="Key">The key as it should stand.</param>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Found">What stands there instead: the value, or the key that was meant; null when nothing does.</param>
/// <param name="Allowed">What it may be; empty for what cannot be listed.</param>
public sealed record AssetTagViolation(string Key, AssetTagViolationKind Kind, string? Found, IReadOnlyList<string> Allowed);

/// <summary>What is wrong with a tag.</summary>
public enum AssetTagViolationKind
{
    /// <summary>It must be there and is not.</summary>
    Missing,

    /// <summary>Its value is none that may be.</summary>
    NotAllowed,

    /// <summary>Its value is right but for upper and lower case.</summary>
    ValueCase,

    /// <summary>Its key is right but for upper and lower case, which AWS tells apart.</summary>
    KeyCase,
}

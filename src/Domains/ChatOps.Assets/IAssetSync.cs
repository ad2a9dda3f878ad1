namespace ChatOps.Assets;

/// <summary>The sync of the inventory with AWS, for the jobs that run it.</summary>
public interface IAssetSync
{
    /// <summary>The accounts and Regions that are due: never synced, interrupted, or too long ago; nobody works on them.</summary>
    Task<IReadOnlyList<AssetScope>> DueAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Syncs one account and Region, or goes on where an earlier run stopped. A fault of AWS is recorded and shown in
    /// <c>/chatops status</c>, not thrown; nothing is then marked deleted.
    /// </summary>
    /// <returns>False when another run is at it; nothing was done then.</returns>
    Task<bool> RunAsync(AssetScope scope, CancellationToken cancellationToken);
}

/// <summary>An account and Region.</summary>
public sealed record AssetScope(string Account, string Region);

using ChatOps.Kernel.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Interactions;

namespace ChatOps.Assets;

/// <summary>What other domains may ask of the inventory and tell it. Nobody else reads or writes the inventory's tables.</summary>
public interface IAssets
{
    /// <summary>The asset with that ARN, deleted ones included, or null when it was never seen.</summary>
    Task<Asset?> FindAsync(string arn, CancellationToken cancellationToken);

    /// <summary>The assets with these ARNs, in their order; unknown ones are left out.</summary>
    Task<IReadOnlyList<Asset>> FindAsync(IReadOnlyList<string> arns, CancellationToken cancellationToken);

    /// <summary>What assets are searched by.</summary>
    FilterGrammar Grammar { get; }

    /// <summary>Reads a search.</summary>
    /// <exception cref="UserFacingException">It cannot be read.</exception>
    Filter Read(string text);

    /// <summary>The assets a search finds, best first, one page of them.</summary>
    /// <exception cref="UserFacingException">The search cannot be read.</exception>
    Task<AssetPage> SearchAsync(AssetSearch search, CancellationToken cancellationToken);

    /// <summary>
    /// All existing assets that a search finds, as a stream in order of ARN, in flat memory: for what is done to every one of them, where
    /// the pages of <see cref="SearchAsync"/> end at what people leaf through.
    /// </summary>
    IAsyncEnumerable<Asset> MatchingAsync(string text, CancellationToken cancellationToken);

    /// <summary>The asset with that short id (<see cref="Asset.Id"/>), or null.</summary>
    Task<Asset?> FindByIdAsync(string id, CancellationToken cancellationToken);

    /// <summary>The text of a search that was shown to somebody, by the short id its buttons carry; null when it is too old.</summary>
    Task<string?> SearchTextAsync(string searchId, CancellationToken cancellationToken);

    /// <summary>All assets that exist (not deleted), as a stream in order of ARN: for statistics and exports, in flat memory.</summary>
    IAsyncEnumerable<Asset> AllAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What is known of an asset by another way than the sync: a CloudTrail event that created it, tags that we have just written.
    /// Inserts the asset when it is new; tags given are merged over those known, null removes one.
    /// </summary>
    Task RecordAsync(UnitOfWork uow, SeenAsset seen, CancellationToken cancellationToken);

    /// <summary>
    /// What an event says is deleted. It is found no more, but for those who know its ARN; a listing that is older does not bring it back.
    /// </summary>
    Task RecordDeletedAsync(UnitOfWork uow, DeletedAsset gone, CancellationToken cancellationToken);
}

/// <summary>A resource of the estate.</summary>
public sealed record Asset
{
    /// <summary>Its ARN: its identity.</summary>
    public required string Arn { get; init; }

    /// <summary>Short and opaque, for buttons: an ARN may be longer than a button's value should be.</summary>
    public required string Id { get; init; }

    /// <summary>As CloudFormation and Config write it: <c>AWS::S3::Bucket</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Its name: the Name tag, or the last part of its ARN.</summary>
    public required string Name { get; init; }

    /// <summary>The account id; empty where the ARN has none and nobody else knows.</summary>
    public required string Account { get; init; }

    /// <summary>The region, <c>global</c> for what has none.</summary>
    public required string Region { get; init; }

    /// <summary>Its tags as AWS has them.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>Resource groups it is in, by name.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Who created it: a user or role session as CloudTrail names it; null when nobody knows.</summary>
    public string? Creator { get; init; }

    /// <summary>When it was created; null when nobody knows.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When a sync or an event saw it last.</summary>
    public DateTimeOffset SeenAt { get; init; }

    /// <summary>When it was found to be gone; null while it exists.</summary>
    public DateTimeOffset? DeletedAt { get; init; }
}

/// <summary>An asset as an event or an act of ours shows it; null says nothing about that fact.</summary>
/// <param name="Arn">Its ARN.</param>
/// <param name="At">When it was so.</param>
public sealed record SeenAsset(string Arn, DateTimeOffset At)
{
    /// <summary><c>AWS::EC2::Instance</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Its name, when it has one of its own.</summary>
    public string? Name { get; init; }

    /// <summary>The account id, for ARNs that have none.</summary>
    public string? Account { get; init; }

    /// <summary>The region, for ARNs that have none.</summary>
    public string? Region { get; init; }

    /// <summary>Who created it.</summary>
    public string? Creator { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary><see cref="Tags"/> are all that it has now; those that are not there are gone.</summary>
    public bool IsWholeTagSet { get; init; }

    /// <summary>Tags that were set, or removed where the value is null.</summary>
    public IReadOnlyDictionary<string, string?> Tags { get; init; } = new Dictionary<string, string?>();
}

/// <summary>An asset that an event says is deleted.</summary>
/// <param name="Arn">Its ARN; null when the event gives only <paramref name="Id"/>.</param>
/// <param name="Type"><c>AWS::EC2::Instance</c>.</param>
/// <param name="Account">The account id.</param>
/// <param name="Region">The Region of the call.</param>
/// <param name="Id">Its id or name, by which it is known among those of its type.</param>
/// <param name="At">When it was deleted.</param>
public sealed record DeletedAsset(string? Arn, string Type, string Account, string Region, string Id, DateTimeOffset At);

/// <summary>A search.</summary>
/// <param name="Text">As people write it; see <see cref="IAssets.Grammar"/>.</param>
/// <param name="Offset">How many to pass over.</param>
/// <param name="Limit">The page's size, at most 100.</param>
public sealed record AssetSearch(string Text, int Offset = 0, int Limit = 10);

/// <summary>One page of what was found.</summary>
/// <param name="Assets">The assets, best first.</param>
/// <param name="Total">How many match; exact up to <see cref="CountedTo"/>.</param>
/// <param name="CountedTo">Counting stops here: a total that reaches it means 'this many or more'.</param>
/// <param name="Estate">How many assets there are in all.</param>
/// <param name="Took">How long the search took.</param>
public sealed record AssetPage(IReadOnlyList<Asset> Assets, long Total, long CountedTo, long Estate, TimeSpan Took);

/// <summary>
/// A verb of <c>/asset</c>. The inventory has its own; Tagging adds <c>tag</c>, <c>untag</c> and <c>untagged</c>.
/// </summary>
public interface IAssetVerb
{
    /// <summary>The word after the command, in small letters.</summary>
    string Name { get; }

    /// <summary>Its place in <c>/asset help</c>; the line there is the text <c>asset.help.{Name}</c>.</summary>
    int Order { get; }

    /// <summary>Answers <c>/asset {Name} {rest}</c>.</summary>
    /// <param name="command">The command as it came.</param>
    /// <param name="rest">What follows the verb, trimmed.</param>
    /// <param name="respond">Where the answer goes.</param>
    /// <param name="locale">The asker's.</param>
    /// <param name="cancellationToken">Ends with the interaction.</param>
    Task HandleAsync(SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken);
}

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

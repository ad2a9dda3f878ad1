using ChatOps.Assets;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tagging;

/// <summary>Finds what a command is about: an ARN, an id, a name, or whatever a search finds.</summary>
internal sealed class TagTargets(IAssets assets)
{
    private const int Looked = 25;

    /// <summary>The assets that are meant.</summary>
    /// <param name="what">As it was typed: read as <c>/asset find</c> reads it.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="UserFacingException">Nothing is found, or it cannot be read.</exception>
    public async Task<TagSource> FindAsync(string what, CancellationToken cancellationToken)
    {
        if (Aws.Arn.TryParse(what, out _))
            return await assets.FindAsync(what, cancellationToken) is { DeletedAt: null } byArn
                ? new TagSource(TagSource.Asset, byArn.Id)
                : throw NotFound(what);
        var filter = assets.Read(what);
        if (filter.Clauses is [{ Any: [FilterValues { Key: AssetFilters.Group, Negated: false, Values: [{ IsPattern: false } group] }] }])
            return new TagSource(TagSource.Group, group.Text);
        if (filter.SingleText is { } id && await assets.FindByIdAsync(id, cancellationToken) is { DeletedAt: null } byId)
            return new TagSource(TagSource.Asset, byId.Id);
        var page = await assets.SearchAsync(new AssetSearch(what, 0, Looked), cancellationToken);
        if (page.Assets.Count == 0) throw filter.Doubts is [var doubt, ..] ? FilterFaultText.Exception(doubt) : NotFound(what);
        // Who writes a whole name or id means what is called so, whatever else holds it.
        var named = filter.SingleText is { } name ? page.Assets.Where(asset => IsNamed(asset, name)).ToList() : [];
        if (named.Count > 1) return new TagSource(TagSource.Named, filter.SingleText!);
        return named is [var called] ? new TagSource(TagSource.Asset, called.Id)
            : page.Assets is [var only] && page.Total == 1 ? new TagSource(TagSource.Asset, only.Id)
            : new TagSource(TagSource.Search, what);
    }

    /// <summary>Whether an asset is called exactly so, by its name or at the end of its ARN.</summary>
    public static bool IsNamed(Asset asset, string name) =>
        string.Equals(asset.Name, name, StringComparison.OrdinalIgnoreCase)
        || asset.Arn.EndsWith($"/{name}", StringComparison.OrdinalIgnoreCase)
        || asset.Arn.EndsWith($":{name}", StringComparison.OrdinalIgnoreCase);

    private static UserFacingException NotFound(string what) => new("tag.fault.not-found", ("what", Mrkdwn.Code(what)));
}

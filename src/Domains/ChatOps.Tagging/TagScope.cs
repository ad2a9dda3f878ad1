using System.Runtime.CompilerServices;
using ChatOps.Assets;
using ChatOps.Kernel.Filters;

namespace ChatOps.Tagging;

/// <summary>The assets that a change is for, and what the editor must know of them.</summary>
internal sealed class TagScope(IAssets assets, CreationStore creations, TagGapStore gaps, TagGapFilters filters)
{
    private const int Page = 100;

    /// <summary>What the editor shows. For many, the first hundred stand for all.</summary>
    /// <exception cref="UserFacingException">There is nothing to tag.</exception>
    public async Task<TagView> SceneAsync(TagSource source, CancellationToken cancellationToken)
    {
        IReadOnlyList<Asset> sample;
        long total;
        switch (source.Kind)
        {
            case TagSource.Asset:
                var asset = await assets.FindByIdAsync(source.Value, cancellationToken) ?? throw new UserFacingException("tag.fault.gone");
                return new TagView(source, [asset], 1);
            case TagSource.Search:
                var page = await assets.SearchAsync(new AssetSearch(source.Value, 0, Page), cancellationToken);
                (sample, total) = (page.Assets, page.Total);
                break;
            case TagSource.Gaps:
                var filter = filters.Read(source.Value);
                sample = await assets.FindAsync(await gaps.ArnsAsync(filter, null, Page, cancellationToken), cancellationToken);
                total = await gaps.CountAsync(filter, cancellationToken);
                break;
            default:
                var batch = new List<Asset>();
                total = 0;
                await foreach (var found in AssetsAsync(source, cancellationToken))
                {
                    total++;
                    if (batch.Count < Page) batch.Add(found);
                }

                sample = batch;
                break;
        }

        return total == 0 ? throw new UserFacingException("tag.fault.none") : new TagView(source, sample, total);
    }

    /// <summary>The assets, one after the other; those that are gone are left out.</summary>
    public async IAsyncEnumerable<Asset> AssetsAsync(TagSource source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = source.Kind switch
        {
            TagSource.Asset => OneAsync(source.Value, cancellationToken),
            TagSource.Search => SearchAsync(source.Value, cancellationToken),
            TagSource.Named => NamedAsync(source.Value, cancellationToken),
            TagSource.Group => GroupAsync(source.Value, cancellationToken),
            TagSource.Notice => NoticeAsync(source.Value, cancellationToken),
            TagSource.Gaps => GapsAsync(filters.Read(source.Value), cancellationToken),
            _ => throw new InvalidOperationException($"Assets of '{source.Kind}' are not read here."),
        };
        await foreach (var asset in stream)
        {
            if (asset.DeletedAt is null) yield return asset;
        }
    }

    private async IAsyncEnumerable<Asset> OneAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await assets.FindByIdAsync(id, cancellationToken) is { } asset) yield return asset;
    }

    private async IAsyncEnumerable<Asset> SearchAsync(string text, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var offset = 0; ; offset += Page)
        {
            var page = await assets.SearchAsync(new AssetSearch(text, offset, Page), cancellationToken);
            if (page.Total >= page.CountedTo)
            {
                // Its pages are the best of more than are counted; a change is for all of them.
                await foreach (var asset in assets.MatchingAsync(text, cancellationToken)) yield return asset;
                yield break;
            }

            foreach (var asset in page.Assets) yield return asset;
            if (page.Assets.Count < Page) yield break;
        }
    }

    private async IAsyncEnumerable<Asset> NamedAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var asset in SearchAsync(new FilterWord(FilterText.Literal(name)).ToString(), cancellationToken))
        {
            if (TagTargets.IsNamed(asset, name)) yield return asset;
        }
    }

    private async IAsyncEnumerable<Asset> GroupAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var asset in SearchAsync(
            new FilterValues(AssetFilters.Group, [FilterText.Literal(name)]).ToString(), cancellationToken))
        {
            if (asset.Groups.Contains(name, StringComparer.OrdinalIgnoreCase)) yield return asset;
        }
    }

    private async IAsyncEnumerable<Asset> NoticeAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var created = await creations.OfNoticeAsync(id, cancellationToken);
        foreach (var asset in await assets.FindAsync(
            [.. created.Where(creation => creation.Arn is not null && creation.Missing.Count > 0).Select(creation => creation.Arn!)],
            cancellationToken))
            yield return asset;
    }

    private async IAsyncEnumerable<Asset> GapsAsync(Filter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        while (await gaps.ArnsAsync(filter, after, Page, cancellationToken) is { Count: > 0 } arns)
        {
            foreach (var asset in await assets.FindAsync(arns, cancellationToken)) yield return asset;
            after = arns[^1];
        }
    }
}

/// <summary>What the editor is opened for.</summary>
/// <param name="Source">Which assets.</param>
/// <param name="Sample">All of them, or the first hundred.</param>
/// <param name="Total">How many there are.</param>
internal sealed record TagView(TagSource Source, IReadOnlyList<Asset> Sample, long Total)
{
    /// <summary>The one asset; null for many.</summary>
    public Asset? Single => Total == 1 && Sample is [var asset] ? asset : null;

    /// <summary>What all of them have under a key (null for nothing); false when they differ, or when not all were looked at.</summary>
    public bool Agree(Func<Asset, string?> of, out string? value)
    {
        value = Sample.Count > 0 ? of(Sample[0]) : null;
        var first = value;
        return Sample.Count == Total && Sample.All(asset => of(asset) == first);
    }
}

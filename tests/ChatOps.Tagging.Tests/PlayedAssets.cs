using System.Runtime.CompilerServices;
using ChatOps.Assets;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Storage;

namespace ChatOps.Tagging.Tests;

/// <summary>An inventory in memory: what Tagging asks of the real one, with a search that knows words and tags alone.</summary>
internal sealed class PlayedAssets : IAssets
{
    private readonly SortedDictionary<string, Asset> _assets = new(StringComparer.Ordinal);

    public Dictionary<string, string> Searches { get; } = [];

    /// <summary>Where a search stops counting, and its pages end.</summary>
    public int CountedTo { get; set; } = 10_000;

    public FilterGrammar Grammar { get; } = AssetFilters.GrammarOf(new TwoAccounts());

    public Filter Read(string text) => Grammar.TryRead(
        text, new FilterClock(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc), out var filter,
        out var fault) ? filter : throw FilterFaultText.Exception(fault!);

    public Asset this[string arn] => _assets[arn];

    public Asset Add(string arn, string type, string name, params (string Key, string Value)[] tags)
    {
        var parsed = ChatOps.Aws.Arn.Parse(arn);
        return Put(new Asset
        {
            Arn = arn,
            Id = $"a{_assets.Count + 1}",
            Type = type,
            Name = name,
            Account = parsed.Account is { Length: > 0 } account ? account : "111122223333",
            Region = parsed.Region is { Length: > 0 } region ? region : "ap-northeast-2",
            Tags = tags.ToDictionary(tag => tag.Key, tag => tag.Value),
        });
    }

    public Asset Put(Asset asset) => _assets[asset.Arn] = asset;

    public Task<Asset?> FindAsync(string arn, CancellationToken cancellationToken) => Task.FromResult(_assets.GetValueOrDefault(arn));

    public Task<IReadOnlyList<Asset>> FindAsync(IReadOnlyList<string> arns, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Asset>>([.. arns.Select(arn => _assets.GetValueOrDefault(arn)).OfType<Asset>()]);

    public Task<AssetPage> SearchAsync(AssetSearch search, CancellationToken cancellationToken)
    {
        var found = Matching(search.Text).Take(CountedTo).ToList();
        return Task.FromResult(
            new AssetPage([.. found.Skip(search.Offset).Take(search.Limit)], found.Count, CountedTo, _assets.Count, TimeSpan.Zero));
    }

    public IAsyncEnumerable<Asset> MatchingAsync(string text, CancellationToken cancellationToken) =>
        Matching(text).ToList().ToAsyncEnumerable();

    public Task<Asset?> FindByIdAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(_assets.Values.FirstOrDefault(asset => asset.Id == id));

    public Task<string?> SearchTextAsync(string searchId, CancellationToken cancellationToken) =>
        Task.FromResult(Searches.GetValueOrDefault(searchId));

    public async IAsyncEnumerable<Asset> AllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var asset in _assets.Values.Where(asset => asset.DeletedAt is null).ToList())
        {
            await Task.Yield();
            yield return asset;
        }
    }

    private IEnumerable<Asset> Matching(string text)
    {
        var filter = Read(text);
        return _assets.Values.Where(asset => asset.DeletedAt is null && filter.Matches(term => Holds(term, asset)));
    }

    private static bool Holds(FilterTerm term, Asset asset) => term switch
    {
        FilterWord word => word.Text.IsIn(asset.Arn) || word.Text.IsIn(asset.Name),
        FilterTag tag => asset.Tags.Any(
            pair => tag.Tag.Matches(pair.Key) && (tag.Values.Count == 0 || tag.Values.Any(value => value.Matches(pair.Value)))),
        FilterValues { Key: AssetFilters.Group } group => group.Values.Any(value => asset.Groups.Any(value.Matches)),
        _ => throw new NotSupportedException($"{term} is not played."),
    };

    public List<DeletedAsset> Deleted { get; } = [];

    public Task RecordDeletedAsync(UnitOfWork uow, DeletedAsset gone, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() => Deleted.Add(gone));
        return Task.CompletedTask;
    }

    public Task RecordAsync(UnitOfWork uow, SeenAsset seen, CancellationToken cancellationToken)
    {
        var arn = ChatOps.Aws.Arn.Parse(seen.Arn);
        uow.AfterCommit(() =>
        {
            lock (_assets)
            {
                var known = _assets.GetValueOrDefault(seen.Arn) ?? new Asset
                {
                    Arn = seen.Arn,
                    Id = $"a{_assets.Count + 1}",
                    Type = seen.Type ?? "",
                    Name = arn.ResourceId,
                    Account = seen.Account ?? arn.Account,
                    Region = seen.Region ?? arn.Region,
                    Tags = new Dictionary<string, string>(),
                };
                var tags = known.Tags.ToDictionary();
                foreach (var (key, value) in seen.Tags)
                {
                    if (value is null) tags.Remove(key);
                    else tags[key] = value;
                }

                _assets[seen.Arn] = known with
                {
                    Tags = tags,
                    Creator = seen.Creator ?? known.Creator,
                    CreatedAt = seen.CreatedAt ?? known.CreatedAt,
                };
            }
        });
        return Task.CompletedTask;
    }
}

using ChatOps.Assets;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;

namespace ChatOps.Tagging;

/// <summary>
/// Judges every asset: brings the list of gaps in line with the inventory and counts. One pass over the inventory as a stream, in flat
/// memory; only what differs is written.
/// </summary>
internal sealed partial class TagCensus(
    IDatabase database, IAssets assets, TagGapStore gaps, TagCompliance compliance, IPolicy<TagPolicy> policy, TimeProvider time,
    ILogger<TagCensus> logger) : ITagCensus
{
    async Task ITagCensus.TakeAsync(CancellationToken cancellationToken) => await TakeAsync(cancellationToken);

    private const int Together = 1000;
    private const int MaxNames = 300;
    private const int HoursCounted = 24 * 9;

    /// <summary>Takes one.</summary>
    public async Task<Census> TakeAsync(CancellationToken cancellationToken)
    {
        var begun = time.GetUtcNow();
        var stamp = time.GetTimestamp();
        var count = new Count(compliance, begun.ToUnixTimeSeconds() / 3600 - HoursCounted);
        var batch = new List<(Asset Asset, IReadOnlyList<TagViolation> Faults)>(Together);
        await foreach (var asset in assets.AllAsync(cancellationToken))
        {
            var faults = policy.Value.Judge(asset);
            count.Add(asset, faults, faults.Count > 0 || policy.Value.Concerns(asset));
            batch.Add((asset, faults));
            if (batch.Count >= Together) await BringInLineAsync(batch, cancellationToken);
        }

        await BringInLineAsync(batch, cancellationToken);
        // Gaps of assets that are gone: only where there are more than were found.
        if (await gaps.CountAsync(Filter.All, cancellationToken) > count.Gaps) await ForgetGoneAsync(cancellationToken);
        var census = new Census(begun, time.GetElapsedTime(stamp), count.Figures());
        await database.WriteAsync(uow => TagGapStore.AddCensusAsync(uow, census, cancellationToken), cancellationToken);
        LogTaken(census.Figures.Assets, census.Figures.Concerned - census.Figures.Complete, census.Took);
        return census;
    }

    private async Task BringInLineAsync(List<(Asset Asset, IReadOnlyList<TagViolation> Faults)> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0) return;
        var known = await gaps.KnownAsync([.. batch.Select(item => item.Asset.Arn)], cancellationToken);
        var changed = batch.Where(item => item.Faults.Count > 0).Select(item => compliance.GapOf(item.Asset, item.Faults))
            .Where(gap => known.GetValueOrDefault(gap.Arn) != gap.FaultsJson).ToList();
        var mended = batch.Where(item => item.Faults.Count == 0 && known.ContainsKey(item.Asset.Arn)).Select(item => item.Asset).ToList();
        batch.Clear();
        if (changed.Count == 0 && mended.Count == 0) return;
        await database.WriteAsync(
            async uow =>
            {
                await TagGapStore.SaveAsync(uow, changed, cancellationToken);
                // A notice may be waiting for these: somebody mended them in the console.
                await compliance.JudgeAsync(uow, mended, null, cancellationToken);
            },
            cancellationToken);
    }

    private async Task ForgetGoneAsync(CancellationToken cancellationToken)
    {
        string? after = null;
        while (await gaps.ArnsAsync(Filter.All, after, Together, cancellationToken) is { Count: > 0 } arns)
        {
            var there = (await assets.FindAsync(arns, cancellationToken)).Where(asset => asset.DeletedAt is null).Select(asset => asset.Arn)
                .ToHashSet(StringComparer.Ordinal);
            var gone = arns.Where(arn => !there.Contains(arn)).ToList();
            if (gone.Count > 0) await database.WriteAsync(uow => TagGapStore.RemoveAsync(uow, gone, cancellationToken), cancellationToken);
            after = arns[^1];
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Census of tags: {Assets} assets, {Gaps} not as policy asks, in {Took}")]
    private partial void LogTaken(long assets, long gaps, TimeSpan took);

    private sealed class Count(TagCompliance compliance, long firstHour)
    {
        private readonly Dictionary<string, long> _byKey = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (long Concerned, long Gaps)> _byOwner = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (long Concerned, long Gaps)> _byAccount = new(StringComparer.Ordinal);
        private readonly Dictionary<long, long> _byHour = [];
        private long _assets;
        private long _concerned;

        public long Gaps { get; private set; }

        private long _complete;

        public void Add(Asset asset, IReadOnlyList<TagViolation> faults, bool concerned)
        {
            _assets++;
            if (asset.CreatedAt is { } created && created.ToUnixTimeSeconds() / 3600 is var hour && hour >= firstHour)
                _byHour[hour] = _byHour.GetValueOrDefault(hour) + 1;
            if (faults.Count > 0) Gaps++;
            if (!concerned) return;
            _concerned++;
            if (faults.Count == 0) _complete++;
            foreach (var fault in faults) _byKey[fault.Key] = _byKey.GetValueOrDefault(fault.Key) + 1;
            Share(_byOwner, compliance.OwnerOf(asset) ?? "", faults.Count > 0);
            Share(_byAccount, asset.Account, faults.Count > 0);
        }

        public CensusFigures Figures() => new()
        {
            Assets = _assets,
            Concerned = _concerned,
            Complete = _complete,
            FaultsByKey = _byKey,
            ByOwner = _byOwner.ToDictionary(
                pair => pair.Key, pair => new CensusShare(pair.Value.Concerned, pair.Value.Gaps), StringComparer.Ordinal),
            ByAccount = _byAccount.ToDictionary(
                pair => pair.Key, pair => new CensusShare(pair.Value.Concerned, pair.Value.Gaps), StringComparer.Ordinal),
            CreatedByHour = _byHour,
        };

        private static void Share(Dictionary<string, (long Concerned, long Gaps)> shares, string name, bool gap)
        {
            if (shares.Count >= MaxNames && !shares.ContainsKey(name)) name = TagPlanCount.Others;
            var share = shares.GetValueOrDefault(name);
            shares[name] = (share.Concerned + 1, share.Gaps + (gap ? 1 : 0));
        }
    }
}

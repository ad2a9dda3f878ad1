using ChatOps.Assets;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;

namespace ChatOps.Tagging;

/// <summary>Judges assets by the policy and keeps what is wrong: in the list of gaps, and on the notice that asks a creator.</summary>
internal sealed class TagCompliance(IPolicy<TagPolicy> policy, IOutbox outbox, TimeProvider time)
{
    /// <summary>Judges assets as they are now, in the transaction that knows it.</summary>
    /// <param name="uow">The transaction.</param>
    /// <param name="assets">The assets with their present tags.</param>
    /// <param name="by">Who changed them; null when nobody in Slack did.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task JudgeAsync(UnitOfWork uow, IReadOnlyList<Asset> assets, string? by, CancellationToken cancellationToken)
    {
        if (assets.Count == 0) return;
        var judged = assets.Select(asset => (Asset: asset, Faults: policy.Value.Judge(asset))).ToList();
        await TagGapStore.SaveAsync(
            uow, [.. judged.Where(item => item.Faults.Count > 0).Select(item => GapOf(item.Asset, item.Faults))], cancellationToken);
        await TagGapStore.RemoveAsync(
            uow, [.. judged.Where(item => item.Faults.Count == 0).Select(item => item.Asset.Arn)], cancellationToken);
        var notices = await CreationStore.JudgedAsync(
            uow,
            judged.ToDictionary(item => item.Asset.Arn, item => item.Faults.Select(fault => fault.Key).ToList(), StringComparer.Ordinal),
            by, time.GetUtcNow(), cancellationToken);
        await outbox.MarkChangedAsync(
            uow, [.. notices.Select(notice => new ChangedSubject(TagNotice.SubjectOf(notice.Id), Severity.Low, notice.Open))],
            cancellationToken);
    }

    /// <summary>The gap of an asset with these faults.</summary>
    public TagGap GapOf(Asset asset, IReadOnlyList<TagViolation> faults) => new()
    {
        Arn = asset.Arn,
        AssetId = asset.Id,
        Type = asset.Type,
        Name = asset.Name,
        Account = asset.Account,
        Region = asset.Region,
        Owner = OwnerOf(asset),
        Creator = asset.Creator,
        Faults = faults,
        Since = time.GetUtcNow(),
    };

    /// <summary>The team that owns an asset, by its tags; null when they name none.</summary>
    public string? OwnerOf(Asset asset) => policy.Value.Vocabulary.ValueOf(asset.Tags, TagMeaning.Owner);
}

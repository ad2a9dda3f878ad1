using ChatOps.Assets;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;

namespace ChatOps.Tagging;

/// <summary>
/// Stores what became of tagging a new resource, and what follows from it: the inventory's tags, the policy's judgement, the question to
/// the creator, and the look at what came with it.
/// </summary>
internal sealed partial class CreationChanges(
    IDatabase database, IAssets assets, TagCompliance compliance, CreatorNotices notices, IPolicy<TagPolicy> policy, TimeProvider time,
    ILogger<CreationChanges> logger)
{
    /// <summary>Stores what became of a resource, in one transaction with all that follows from it; what passes is tried again.</summary>
    /// <param name="batch">The batch that holds it.</param>
    /// <param name="creation">The creation, with its new state where there is no fault.</param>
    /// <param name="asset">The resource with its present tags; null where they are not known.</param>
    /// <param name="tags">What was set.</param>
    /// <param name="fault">Why it was not tagged; null when it was, or need not be.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task CompleteAsync(
        WorkBatch<Creation> batch, Creation creation, Asset? asset, IReadOnlyDictionary<string, string> tags, TagCallFault? fault,
        CancellationToken cancellationToken)
    {
        // What passes is tried again, and is failed when its attempts are used up.
        if (fault is { Passing: true } or { NotReady: true })
        {
            batch.Retry(creation, new TagCallException(fault));
            return;
        }

        var now = time.GetUtcNow();
        if (fault is not null) creation = Failed(creation, fault);

        var faults = asset is null ? [] : policy.Value.Judge(asset);
        var asked = faults.Count > 0 && policy.Value.AutoTag.AskCreator && creation.State is CreationState.Tagged or CreationState.Nothing
            ? await notices.PrepareAsync(creation, asset!, cancellationToken)
            : ((TagNotice Notice, IReadOnlyList<MessageRequest> Requests)?)null;
        await database.WriteAsync(
            async uow =>
            {
                await batch.CloseAsync(uow, creation);
                await CreationStore.CompleteAsync(uow, creation, now, cancellationToken);
                if (AttachedResources.LookFor(creation) is { } look) await CreationStore.AddAsync(uow, [look], now, cancellationToken);
                if (creation.State == CreationState.Tagged)
                {
                    var seen = tags.ToDictionary(tag => tag.Key, string? (tag) => tag.Value, StringComparer.Ordinal);
                    await assets.RecordAsync(uow, new SeenAsset(creation.Arn!, now) { Tags = seen }, cancellationToken);
                }

                if (asset is not null)
                {
                    await CreationStore.MissesAsync(uow, creation.Id, [.. faults.Select(violation => violation.Key)], cancellationToken);
                    // The inventory gave the asset its id when the event was read.
                    if (asset.Id.Length > 0) await compliance.JudgeAsync(uow, [asset], null, cancellationToken);
                }

                if (asked is var (notice, requests)) await notices.AskAsync(uow, notice, requests, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Stores that a resource was not tagged, in the transaction that gives it up.</summary>
    public Task FailAsync(UnitOfWork uow, Creation creation, TagCallFault fault, CancellationToken cancellationToken) =>
        CreationStore.CompleteAsync(uow, Failed(creation, fault), time.GetUtcNow(), cancellationToken);

    private Creation Failed(Creation creation, TagCallFault fault)
    {
        LogFailed(creation.Arn ?? $"What came with {creation.Name}", creation.Event, fault.Code, fault.Message);
        return creation with
        {
            State = fault.NotTaggable ? CreationState.NotTaggable : CreationState.Failed,
            Reason = $"{fault.Code}: {fault.Message}",
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Arn} of {Event} was not tagged: {Code} {Reason}")]
    private partial void LogFailed(string arn, string @event, string code, string reason);
}

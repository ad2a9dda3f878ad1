using System.Security.Cryptography;
using System.Text;
using ChatOps.Assets;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Tagging;

/// <summary>CloudTrail's calls that create something, into creations and the inventory. Tags nothing itself: the worker does.</summary>
internal sealed class CreateEventReader(
    IAssets assets, IAwsAccounts accounts, IPolicy<TagPolicy> policy, IPolicy<AutoTagEvents> events, WorkSignal<Creation> signal,
    TimeProvider time) : IEventReader
{
    private readonly CreateEventTable _table = CreateEventTable.Shipped.With(events.Value.Rows);
    private readonly HashSet<string> _ourRoles = [.. accounts.All.Select(account => account.RoleArn?.Split('/')[^1]).OfType<string>()];

    public IReadOnlyCollection<string> Kinds => _table.Kinds;

    public async Task ReadAsync(IReadOnlyList<InboxEvent> inboxEvents, UnitOfWork uow, CancellationToken cancellationToken)
    {
        var creations = inboxEvents.Select(inboxEvent => CloudTrailCall.Read(inboxEvent.Event.Body)).OfType<CloudTrailCall>().SelectMany(Of)
            .ToList();
        if (creations.Count == 0) return;
        var fresh = await CreationStore.AddAsync(uow, creations, time.GetUtcNow(), cancellationToken);
        foreach (var creation in creations.DistinctBy(item => item.Id).Where(
            item => fresh.Contains(item.Id) && item.Arn is { } arn && !ArnForms.IsIncomplete(arn)))
        {
            await assets.RecordAsync(uow, Seen(creation), cancellationToken);
        }

        uow.AfterCommit(signal.Wake);
    }

    /// <summary>What the inventory learns of a creation. A call that also updates says nothing of who created what was there.</summary>
    internal static SeenAsset Seen(Creation creation) => new(creation.Arn!, creation.At)
    {
        Type = creation.Type,
        Name = creation.Name,
        Account = creation.Account,
        Region = creation.Region,
        Creator = creation.Updates ? null : creation.Creator.Name,
        CreatedAt = creation.Updates ? null : creation.At,
        Tags = creation.OwnTags.Where(tag => !TagText.IsReserved(tag.Key)).ToDictionary(
            tag => tag.Key, string? (tag) => tag.Value, StringComparer.Ordinal),
    };

    /// <summary>What a call created, with what is to become of it; nothing for a call that creates nothing.</summary>
    internal IReadOnlyList<Creation> Of(CloudTrailCall call)
    {
        if (_table.Find(call) is not { } row) return [];
        var creator = Creator.Of(call);
        var tags = call.OwnTags(row.SpecificationType);
        var called = tags.GetValueOrDefault("Name") is { Length: > 0 } tag ? tag : row.NameOf(call);
        Creation One(string? arn, CreationState state, string? reason) => new()
        {
            Id = Hash($"{call.Account}/{call.EventId}/{arn}"),
            NoticeId = Hash($"{call.Account}/{call.EventId}"),
            Arn = arn,
            Type = row.Type,
            Name = called ?? (arn is null ? "" : ArnForms.NameOf(arn)),
            Account = call.Account,
            Region = call.Region,
            Event = $"{call.Source}:{call.Name}",
            At = call.At,
            Creator = creator,
            OwnTags = tags,
            Updates = row.Updates,
            State = state,
            Reason = reason,
        };

        if (call.ErrorCode is { } error) return [One(null, CreationState.Skipped, SkipReasons.Refused) with { Name = error }];
        var arns = row.ArnsOf(call);
        if (arns.Count == 0) return [One(null, CreationState.Skipped, SkipReasons.NoId)];
        var skip = policy.Value.AutoTag.Enabled ? creator.SkipReason(policy.Value.AutoTag, _ourRoles) : SkipReasons.Policy;
        return
        [
            .. arns.Select(arn => skip is not null ? One(arn, CreationState.Skipped, skip)
                : row.Way != TaggingMethod.GroupsTagging
                    ? One(arn, CreationState.NotTaggable, row.Way == TaggingMethod.OwnApi ? "own-api" : "never")
                : One(arn, CreationState.Pending, null)),
        ];
    }

    internal static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];
}

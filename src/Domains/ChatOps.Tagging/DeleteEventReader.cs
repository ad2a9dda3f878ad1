using ChatOps.Assets;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;

namespace ChatOps.Tagging;

/// <summary>CloudTrail's calls that delete something, into the inventory. A refused call deletes nothing.</summary>
internal sealed class DeleteEventReader(IAssets assets) : IEventReader
{
    private readonly DeleteEventTable _table = DeleteEventTable.Shipped;

    public IReadOnlyCollection<string> Kinds => _table.Kinds;

    public async Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        foreach (var call in events.Select(inboxEvent => CloudTrailCall.Read(inboxEvent.Event.Body)).OfType<CloudTrailCall>())
        {
            foreach (var gone in Of(call)) await assets.RecordDeletedAsync(uow, gone, cancellationToken);
        }
    }

    /// <summary>What a call deleted; nothing for a call that deletes nothing that we know.</summary>
    internal IEnumerable<DeletedAsset> Of(CloudTrailCall call)
    {
        if (call.ErrorCode is not null || _table.Find(call) is not { } row) yield break;
        foreach (var id in row.IdsOf(call).Distinct(StringComparer.Ordinal))
        {
            var arn = row.Call.ArnOf(call, id);
            yield return new DeletedAsset(arn, row.Type, call.Account, call.Region, id, call.At);
        }
    }
}

using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;

namespace ChatOps.Assets;

/// <summary>
/// EventBridge's <c>Tag Change on Resource</c>: the whole set of a resource's tags, with a version that rises. What an older event says
/// changes nothing.
/// </summary>
internal sealed class TagChangeReader(AssetService assets) : IEventReader
{
    public IReadOnlyCollection<string> Kinds => ["aws.tag/Tag Change on Resource"];

    public async Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        foreach (var inboxEvent in events)
        {
            if (!EventBridgeEnvelope.TryParse(System.Text.Encoding.UTF8.GetBytes(inboxEvent.Event.Body), out var parsed, out _)
                || parsed is not [var envelope])
                continue;
            using var document = JsonDocument.Parse(inboxEvent.Event.Body);
            if (!document.RootElement.TryGetProperty("resources", out var resources) || resources.ValueKind != JsonValueKind.Array)
                continue;
            var tags = Tags(envelope.Detail);
            foreach (var arn in resources.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : null))
            {
                if (arn is null || !Arn.TryParse(arn, out _) || tags is null) continue;
                await ReadAsync(uow, ArnForms.Canonical(arn), envelope, tags, cancellationToken);
            }
        }
    }

    private async Task ReadAsync(
        UnitOfWork uow, string arn, EventBridgeEnvelope envelope, Dictionary<string, string?> tags, CancellationToken cancellationToken)
    {
        var version = envelope.Detail.TryGetProperty("version", out var number) && number.TryGetInt64(out var counted) ? counted : 0;
        var known = await AssetStore.FindAsync(uow.Connection, uow.Transaction, [arn], cancellationToken) is [var asset] ? asset : null;
        // It tells of what is deleted too: that its tags are gone.
        if (known is { DeletedAt: not null } || (known is null && (tags.Count == 0 || ResourceType.Of(arn).Length == 0))) return;
        if (known is not null && version > 0 && !await AssetStore.TakeTagsVersionAsync(uow, arn, version, cancellationToken)) return;
        await assets.RecordAsync(
            uow,
            new SeenAsset(arn, envelope.Time)
            {
                Account = envelope.Account,
                Region = known?.Region ?? envelope.Region,
                Tags = tags,
                IsWholeTagSet = true,
            },
            cancellationToken);
        if (known is null && version > 0) await AssetStore.TakeTagsVersionAsync(uow, arn, version, cancellationToken);
    }

    private static Dictionary<string, string?>? Tags(JsonElement detail)
    {
        if (!detail.TryGetProperty("tags", out var tags) || tags.ValueKind != JsonValueKind.Object) return null;
        return tags.EnumerateObject().Where(tag => !tag.Name.StartsWith("aws:", StringComparison.Ordinal))
            .ToDictionary(tag => tag.Name, tag => tag.Value.ValueKind == JsonValueKind.String ? tag.Value.GetString() : "");
    }
}

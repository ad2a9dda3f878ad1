using System.Security.Cryptography;
using System.Text;
using ChatOps.Aws;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;

namespace ChatOps.Assets;

/// <summary>What other domains ask of the inventory and tell it.</summary>
internal sealed class AssetService(
    IDatabase database, AssetSearcher searcher, IPolicy<TagVocabulary> vocabulary, TimeProvider time) : IAssets
{
    /// <summary>So long the buttons of a list work.</summary>
    private static readonly TimeSpan SearchesKeptFor = TimeSpan.FromDays(30);

    public FilterGrammar Grammar => searcher.Grammar;

    public Filter Read(string text) => searcher.Read(text);

    public async Task<Asset?> FindAsync(string arn, CancellationToken cancellationToken) =>
        (await FindAsync([arn], cancellationToken)) is [var only] ? only : null;

    public async Task<IReadOnlyList<Asset>> FindAsync(IReadOnlyList<string> arns, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await AssetStore.FindAsync(connection, null, [.. arns.Select(ArnForms.Canonical)], cancellationToken);
    }

    public async Task<AssetPage> SearchAsync(AssetSearch search, CancellationToken cancellationToken)
    {
        var filter = searcher.Read(search.Text);
        return await searcher.FindAsync(filter, search.Offset, search.Limit, cancellationToken);
    }

    public IAsyncEnumerable<Asset> MatchingAsync(string text, CancellationToken cancellationToken) =>
        searcher.StreamAsync(searcher.Read(text), cancellationToken);

    public async Task<Asset?> FindByIdAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await AssetStore.FindByIdAsync(connection, id, cancellationToken);
    }

    public async Task<string?> SearchTextAsync(string searchId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await AssetStore.SearchTextAsync(connection, searchId, cancellationToken);
    }

    public IAsyncEnumerable<Asset> AllAsync(CancellationToken cancellationToken) =>
        AssetStore.StreamAsync(database, AssetCondition.All, cancellationToken);

    public async Task RecordAsync(UnitOfWork uow, SeenAsset seen, CancellationToken cancellationToken)
    {
        seen = seen with { Arn = ArnForms.Canonical(seen.Arn) };
        var known = await AssetStore.FindAsync(uow.Connection, uow.Transaction, [seen.Arn], cancellationToken) is [var row] ? row : null;
        var arn = Arn.TryParse(seen.Arn, out var parsed) ? parsed : default;
        var tags = new Dictionary<string, string>(
            seen.IsWholeTagSet || known is null ? new Dictionary<string, string>() : known.Tags, StringComparer.Ordinal);
        foreach (var (key, value) in seen.Tags)
        {
            if (value is null) tags.Remove(key);
            else tags[key] = value;
        }

        await AssetStore.SaveAsync(
            uow,
            [
                AssetRow.Of(
                    seen.Arn,
                    First(seen.Type, known?.Type, ResourceType.Of(seen.Arn)),
                    seen.Name ?? KeptName(known),
                    First(seen.Account, arn.Account, known?.Account),
                    First(seen.Region, arn.Region, known?.Region, "global"),
                    tags,
                    seen.Creator ?? known?.Creator,
                    seen.CreatedAt ?? known?.CreatedAt,
                    // What we merged is newer than what we merged it into, even if the event is late.
                    known is not null && known.SeenAt > seen.At ? known.SeenAt : seen.At,
                    seen.At,
                    vocabulary.Value),
            ],
            cancellationToken);
    }

    public async Task RecordDeletedAsync(UnitOfWork uow, DeletedAsset gone, CancellationToken cancellationToken) =>
        await AssetStore.MarkGoneAsync(
            uow, gone.Arn is { } arn ? ArnForms.Canonical(arn) : null, gone.Type, gone.Account, gone.Region, gone.Id, gone.At,
            cancellationToken);

    /// <summary>Keeps a search for the buttons of its list; the same text has the same id.</summary>
    public async Task<string> KeepSearchAsync(string text, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
        var now = time.GetUtcNow();
        await database.WriteAsync(
            uow => AssetStore.KeepSearchAsync(uow, id, text, now, now - SearchesKeptFor, cancellationToken), cancellationToken);
        return id;
    }

    /// <summary>A name that its Name tag gave goes with the tag; one of its own stays.</summary>
    private static string? KeptName(Asset? known) =>
        known is null || (known.Tags.TryGetValue("Name", out var tag) && tag.Trim() == known.Name) ? null : known.Name;

    private static string First(params ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
        {
            if (!string.IsNullOrEmpty(value)) return value;
        }

        return "";
    }
}

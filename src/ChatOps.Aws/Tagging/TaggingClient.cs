using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace ChatOps.Aws;

internal sealed class TaggingClient(AwsJsonConfig config) : AwsJsonClient(Service, config), ITaggingClient
{
    private const int PageSize = 100;
    private const int MaxResources = 20;
    private const int MaxTags = 50;

    internal static readonly AwsJsonService Service =
        new("Resource Groups Tagging API", "2017-01-26", "tagging", "tagging", "ResourceGroupsTaggingAPI_20170126");

    private static readonly AwsJsonOperation<GetResourcesRequest, GetResourcesReply> GetResourcesCall =
        new("GetResources", TaggingJson.Default.GetResourcesRequest, TaggingJson.Default.GetResourcesReply);

    private static readonly AwsJsonOperation<TagResourcesRequest, TagResourcesReply> TagResourcesCall =
        new("TagResources", TaggingJson.Default.TagResourcesRequest, TaggingJson.Default.TagResourcesReply);

    private static readonly AwsJsonOperation<UntagResourcesRequest, TagResourcesReply> UntagResourcesCall =
        new("UntagResources", TaggingJson.Default.UntagResourcesRequest, TaggingJson.Default.TagResourcesReply);

    public async IAsyncEnumerable<TaggedResource> GetResources(
        TagQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? token = null;
        do
        {
            var request = new GetResourcesRequest(
                token,
                query.Tags.Count == 0 ? null : query.Tags,
                query.ResourceTypes.Count == 0 ? null : query.ResourceTypes,
                // ResourceARNList excludes paging: it answers them all at once.
                query.Arns.Count == 0 ? PageSize : null,
                query.Arns.Count == 0 ? null : query.Arns);
            var reply = await Call(GetResourcesCall, request, cancellation);
            foreach (var mapping in reply.ResourceTagMappingList ?? [])
            {
                var tags = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var tag in mapping.Tags ?? [])
                    tags[tag.Key] = tag.Value;
                yield return new TaggedResource(mapping.ResourceARN, tags);
            }
            // The last page's token is empty, not absent.
            token = string.IsNullOrEmpty(reply.PaginationToken) ? null : reply.PaginationToken;
        }
        while (token is not null);
    }

    public async Task<IReadOnlyList<TaggingFailure>> TagResources(
        IReadOnlyList<string> arns, IReadOnlyDictionary<string, string> tags, CancellationToken cancellation = default)
    {
        if (arns.Count is < 1 or > MaxResources)
            throw new ArgumentException($"One call tags 1 to {MaxResources} resources, not {arns.Count}.", nameof(arns));
        if (tags.Count is < 1 or > MaxTags)
            throw new ArgumentException($"One call sets 1 to {MaxTags} tags, not {tags.Count}.", nameof(tags));
        return Failures(await Call(TagResourcesCall, new TagResourcesRequest(arns, tags), cancellation));
    }

    public async Task<IReadOnlyList<TaggingFailure>> UntagResources(
        IReadOnlyList<string> arns, IReadOnlyList<string> keys, CancellationToken cancellation = default)
    {
        if (arns.Count is < 1 or > MaxResources)
            throw new ArgumentException($"One call untags 1 to {MaxResources} resources, not {arns.Count}.", nameof(arns));
        if (keys.Count is < 1 or > MaxTags)
            throw new ArgumentException($"One call removes 1 to {MaxTags} tags, not {keys.Count}.", nameof(keys));
        return Failures(await Call(UntagResourcesCall, new UntagResourcesRequest(arns, keys), cancellation));
    }

    private static IReadOnlyList<TaggingFailure> Failures(TagResourcesReply reply) =>
        [.. (reply.FailedResourcesMap ?? []).Select(failed =>
            new TaggingFailure(failed.Key, failed.Value.ErrorCode ?? "", failed.Value.ErrorMessage ?? "", failed.Value.StatusCode))];
}

internal sealed record GetResourcesRequest(
    string? PaginationToken, IReadOnlyList<TagFilter>? TagFilters, IReadOnlyList<string>? ResourceTypeFilters, int? ResourcesPerPage,
    IReadOnlyList<string>? ResourceARNList);

internal sealed record GetResourcesReply(string? PaginationToken, IReadOnlyList<ResourceTagMapping>? ResourceTagMappingList);

internal sealed record ResourceTagMapping(string ResourceARN, IReadOnlyList<Tag>? Tags);

internal sealed record Tag(string Key, string Value);

internal sealed record TagResourcesRequest(IReadOnlyList<string> ResourceARNList, IReadOnlyDictionary<string, string> Tags);

internal sealed record UntagResourcesRequest(IReadOnlyList<string> ResourceARNList, IReadOnlyList<string> TagKeys);

internal sealed record TagResourcesReply(Dictionary<string, FailureInfo>? FailedResourcesMap);

internal sealed record FailureInfo(int StatusCode, string? ErrorCode, string? ErrorMessage);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GetResourcesRequest))]
[JsonSerializable(typeof(GetResourcesReply))]
[JsonSerializable(typeof(TagResourcesRequest))]
[JsonSerializable(typeof(TagResourcesReply))]
[JsonSerializable(typeof(UntagResourcesRequest))]
internal sealed partial class TaggingJson : JsonSerializerContext;

namespace ChatOps.Aws;

/// <summary>
/// Resource Groups Tagging (API 2017-01-26): tags of resources of many services in one Region. It lists only what has, or
/// has had, tags.
/// </summary>
/// <remarks>
/// Every method throws <see cref="AwsServiceException"/> when AWS refuses and <see cref="TimeoutException"/> when it does not answer.
/// </remarks>
public interface ITaggingClient
{
    /// <summary>All resources that match, page by page as they are consumed.</summary>
    IAsyncEnumerable<TaggedResource> GetResources(TagQuery query, CancellationToken cancellation = default);

    /// <summary>Adds or overwrites tags of 1 to 20 resources; those that failed come back with AWS's reason.</summary>
    /// <exception cref="ArgumentException">No resource or more than 20; no tag or more than 50.</exception>
    Task<IReadOnlyList<TaggingFailure>> TagResources(
        IReadOnlyList<string> arns, IReadOnlyDictionary<string, string> tags, CancellationToken cancellation = default);

    /// <summary>
    /// Removes tags from 1 to 20 resources; those that failed come back with AWS's reason. A key that is not there is no failure.
    /// </summary>
    /// <exception cref="ArgumentException">No resource or more than 20; no key or more than 50.</exception>
    Task<IReadOnlyList<TaggingFailure>> UntagResources(
        IReadOnlyList<string> arns, IReadOnlyList<string> keys, CancellationToken cancellation = default);
}

/// <summary>Which resources: all of these types (<c>ec2:instance</c>, <c>s3</c>) that carry all of these tags.</summary>
public sealed record TagQuery
{
    /// <summary>These resources alone, up to 100; excludes the other conditions. Empty for all.</summary>
    public IReadOnlyList<string> Arns { get; init; } = [];

    /// <summary>Types, up to 100; empty for all.</summary>
    public IReadOnlyList<string> ResourceTypes { get; init; } = [];

    /// <summary>Tags, up to 50; a filter without values asks for the key alone.</summary>
    public IReadOnlyList<TagFilter> Tags { get; init; } = [];
}

/// <summary>A key and the values it may have; any value when empty.</summary>
public sealed record TagFilter(string Key, IReadOnlyList<string> Values);

/// <summary>A resource and its tags.</summary>
public sealed record TaggedResource(string Arn, IReadOnlyDictionary<string, string> Tags);

/// <summary>A resource that was not tagged, and AWS's reason.</summary>
public sealed record TaggingFailure(string Arn, string ErrorCode, string ErrorMessage, int StatusCode);

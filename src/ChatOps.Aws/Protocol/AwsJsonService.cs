using System.Text.Json.Serialization.Metadata;
using Amazon;

namespace ChatOps.Aws;

/// <summary>What the service model says of a service (its <c>metadata</c>).</summary>
/// <param name="Id">The <c>serviceId</c>.</param>
/// <param name="ApiVersion">The date that names the model.</param>
/// <param name="EndpointPrefix">The first label of its host.</param>
/// <param name="SigningName">The service in the SigV4 scope.</param>
/// <param name="TargetPrefix">Of awsJson1.1, what precedes the operation in <c>X-Amz-Target</c>; null for restJson1.</param>
/// <param name="GlobalEndpoint">The one address of a service that has none by Region; null for the others.</param>
internal sealed record AwsJsonService(
    string Id, string ApiVersion, string EndpointPrefix, string SigningName, string? TargetPrefix = null, string? GlobalEndpoint = null)
{
    /// <summary>Whether it speaks the query protocol, forms and XML, instead of JSON.</summary>
    public bool IsQuery { get; init; }

    /// <summary>The Region's address.</summary>
    public string Endpoint(string region) =>
        GlobalEndpoint ?? $"https://{EndpointPrefix}.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}";
}

/// <summary>One operation: its name, its shapes, and for restJson1 its method and path.</summary>
internal sealed record AwsJsonOperation<TRequest, TReply>(
    string Name, JsonTypeInfo<TRequest> Request, JsonTypeInfo<TReply> Reply, string Method = "POST", string Path = "/")
{
    /// <summary>What a restJson1 request carries in its address; null for the many that carry nothing there.</summary>
    public Func<TRequest, IReadOnlyList<(string Name, string Value)>>? Query { get; init; }
}

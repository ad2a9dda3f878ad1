using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Amazon.Runtime;

namespace ChatOps.Aws;

internal sealed class ResourceGroupsClient(AwsJsonConfig config) : AwsJsonClient(Service, config), IResourceGroupsClient
{
    private const int PageSize = 50;

    internal static readonly AwsJsonService Service = new("Resource Groups", "2017-11-27", "resource-groups", "resource-groups");

    private static readonly AwsJsonOperation<ListGroupsRequest, ListGroupsReply> ListGroupsCall =
        new("ListGroups", ResourceGroupsJson.Default.ListGroupsRequest, ResourceGroupsJson.Default.ListGroupsReply, Path: "/groups-list")
        {
            // This operation takes its page in the address.
            Query = request => request.NextToken is { } token ? [("maxResults", "50"), ("nextToken", token)] : [("maxResults", "50")],
        };

    private static readonly AwsJsonOperation<ListGroupResourcesRequest, ListGroupResourcesReply> ListGroupResourcesCall =
        new(
            "ListGroupResources", ResourceGroupsJson.Default.ListGroupResourcesRequest, ResourceGroupsJson.Default.ListGroupResourcesReply,
            Path: "/list-group-resources");

    public async IAsyncEnumerable<ResourceGroup> ListGroups([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? token = null;
        do
        {
            var reply = await Call(ListGroupsCall, new ListGroupsRequest(token), cancellation);
            foreach (var group in reply.GroupIdentifiers ?? [])
                yield return new ResourceGroup(group.GroupArn, group.GroupName, group.Description ?? "");
            token = string.IsNullOrEmpty(reply.NextToken) ? null : reply.NextToken;
        }
        while (token is not null);
    }

    public async IAsyncEnumerable<string> ListGroupResources(
        string group, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? token = null;
        do
        {
            var reply = await Call(ListGroupResourcesCall, new ListGroupResourcesRequest(group, PageSize, token), cancellation);
            // With these AWS leaves resources out; a part of a group must not pass for the whole.
            if (reply.QueryErrors is [var fault, ..])
                throw new AwsServiceException(
                    fault.Message ?? "The group's query failed.", null, ErrorType.Sender, fault.ErrorCode ?? "QueryError", "",
                    HttpStatusCode.OK);
            foreach (var resource in reply.Resources ?? [])
            {
                if (resource.Identifier?.ResourceArn is { Length: > 0 } arn)
                    yield return arn;
            }

            token = string.IsNullOrEmpty(reply.NextToken) ? null : reply.NextToken;
        }
        while (token is not null);
    }
}

/// <summary>Its body is empty.</summary>
internal sealed record ListGroupsRequest([property: JsonIgnore] string? NextToken);

internal sealed record ListGroupsReply(IReadOnlyList<GroupIdentifier>? GroupIdentifiers, string? NextToken);

internal sealed record GroupIdentifier(string GroupName, string GroupArn, string? Description);

internal sealed record ListGroupResourcesRequest(string Group, int MaxResults, string? NextToken);

internal sealed record ListGroupResourcesReply(
    IReadOnlyList<GroupResource>? Resources, string? NextToken, IReadOnlyList<GroupQueryError>? QueryErrors);

internal sealed record GroupResource(GroupResourceIdentifier? Identifier);

internal sealed record GroupResourceIdentifier(string? ResourceArn, string? ResourceType);

internal sealed record GroupQueryError(string? ErrorCode, string? Message);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListGroupsRequest))]
[JsonSerializable(typeof(ListGroupsReply))]
[JsonSerializable(typeof(ListGroupResourcesRequest))]
[JsonSerializable(typeof(ListGroupResourcesReply))]
internal sealed partial class ResourceGroupsJson : JsonSerializerContext;

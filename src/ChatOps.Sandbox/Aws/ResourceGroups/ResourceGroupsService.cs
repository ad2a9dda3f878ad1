using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Estate;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.ResourceGroups;

/// <summary>
/// Resource Groups (restJson1): a group for each service of the company, in every account and Region where it has something.
/// </summary>
internal sealed class ResourceGroupsService(AwsState state) : LockedService(state)
{
    private const int MostResults = 50;

    public override string SigningName => "resource-groups";

    protected override AwsAnswer Answer(AwsCall call) => AwsAnswer.Json(call, (call.Method, call.RawPath) switch
    {
        ("POST", "/groups-list") => ListGroups(call),
        ("POST", "/list-group-resources") => ListGroupResources(call),
        var (method, path) => throw AwsFault.UnknownOperation(SigningName, $"{method} {path}"),
    });

    private JsonObject ListGroups(AwsCall call)
    {
        string[] names =
        [
            .. Mine(call).Select(resource => resource.Service).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        var request = new JsonObject { ["NextToken"] = call.Query.GetValueOrDefault("nextToken") };
        if (call.Query.TryGetValue("maxResults", out var most))
            request["MaxResults"] = int.TryParse(most, out var size)
                ? size
                : throw new AwsFault("BadRequestException", "maxResults must be a number.");
        var (page, next) = Paging.Page(request, names, MostResults, MostResults);
        return Paging.With(
            new JsonObject
            {
                ["GroupIdentifiers"] = new JsonArray([.. page.Select(name => (JsonNode)new JsonObject
                {
                    ["GroupName"] = name,
                    ["GroupArn"] = Arn(call, name),
                    ["Description"] = $"What the service {name} runs on",
                })]),
            },
            next);
    }

    private JsonObject ListGroupResources(AwsCall call)
    {
        var group = call.Json.Text("Group") ?? call.Json.RequiredText("GroupName");
        EstateResource[] members = [.. Mine(call).Where(resource => resource.Service == group || Arn(call, resource.Service) == group)
            .OrderBy(resource => resource.Arn, StringComparer.Ordinal)];
        if (members.Length == 0)
            throw new AwsFault("NotFoundException", $"Cannot find group: {group}", 404);
        var (page, next) = Paging.Page(call.Json, members, MostResults, MostResults);
        return Paging.With(
            new JsonObject
            {
                ["Resources"] = new JsonArray([.. page.Select(resource => (JsonNode)new JsonObject
                {
                    ["Identifier"] = new JsonObject { ["ResourceArn"] = resource.Arn, ["ResourceType"] = resource.ConfigType },
                })]),
                ["QueryErrors"] = new JsonArray(),
            },
            next);
    }

    private static string Arn(AwsCall call, string name) => $"arn:aws:resource-groups:{call.Region}:{call.Caller.AccountId}:group/{name}";

    private IEnumerable<EstateResource> Mine(AwsCall call) => State.In<EstateResource>(call.Caller.AccountId, call.Region);
}

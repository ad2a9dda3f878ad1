using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Tagging;

/// <summary>Resource Groups Tagging API (awsJson1.1). It lists only what has or had tags.</summary>
internal sealed class TaggingService(AwsState state, TimeProvider time) : LockedService(state)
{
    public override string SigningName => "tagging";

    protected override AwsAnswer Answer(AwsCall call) => AwsAnswer.Json(call, call.Operation switch
    {
        "GetResources" => GetResources(call),
        "TagResources" => Change(call, r =>
        {
            foreach (var (key, value) in call.Json.Object("Tags") ?? throw Invalid("Tags must not be null."))
                r.Tags[key] = value?.GetValue<string>() ?? "";
        }),
        "UntagResources" => Change(call, r =>
        {
            foreach (var key in call.Json.Texts("TagKeys"))
                r.Tags.Remove(key);
        }),
        "GetTagKeys" => Paged(call, "TagKeys", Mine(call).SelectMany(r => r.Tags.Keys)),
        "GetTagValues" =>
            Paged(call, "TagValues", Mine(call).Select(r => r.Tags.GetValueOrDefault(call.Json.RequiredText("Key"))).OfType<string>()),
        _ => throw AwsFault.UnknownOperation(SigningName, call.Operation),
    });

    private JsonObject GetResources(AwsCall call)
    {
        var arns = call.Json.Texts("ResourceARNList");
        var types = call.Json.Texts("ResourceTypeFilters");
        if (arns.Count > 0 && (types.Count > 0 || call.Json["TagFilters"] is not null || call.Json["ResourcesPerPage"] is not null))
            throw Invalid("ResourceARNList cannot be combined with other filters or with paging.");
        var filters = call.Json.Objects("TagFilters").Select(f => (Key: f.RequiredText("Key"), Values: f.Texts("Values"))).ToArray();
        var found = Mine(call)
            .Where(r => r.Tags.Count > 0 || State.EverTagged.Contains(r.Arn))
            .Where(r => arns.Count == 0 || arns.Contains(r.Arn))
            .Where(
                r => types.Count == 0 || types.Any(t => r.TaggingType == t || r.TaggingType!.StartsWith(t + ":", StringComparison.Ordinal)))
            .Where(r => filters.All(f => r.Tags.TryGetValue(f.Key, out var value) && (f.Values.Count == 0 || f.Values.Contains(value))))
            .OrderBy(r => r.Arn, StringComparer.Ordinal)
            .ToArray();
        var size = call.Json.Number("ResourcesPerPage") ?? 50;
        if (size is < 1 or > 100)
            throw Invalid("ResourcesPerPage must be from 1 to 100.");
        var (page, next) = Paging.Page(Request(call, size), found, size, 100);
        return new JsonObject
        {
            ["PaginationToken"] = next ?? "",
            ["ResourceTagMappingList"] = new JsonArray([.. page.Select(r => (JsonNode)new JsonObject
            {
                ["ResourceARN"] = r.Arn,
                ["Tags"] = new JsonArray([.. r.Tags.Select(t => (JsonNode)new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value })]),
            })]),
        };
    }

    private JsonObject Change(AwsCall call, Action<AwsResource> change)
    {
        var arns = call.Json.Texts("ResourceARNList");
        if (arns.Count is 0 or > 20)
            throw Invalid("ResourceARNList must have from 1 to 20 members.");
        var failed = new JsonObject();
        foreach (var arn in arns)
        {
            if ((Mine(call).FirstOrDefault(r => r.Arn == arn) ?? Identity(call, arn)) is { } resource)
            {
                // As DynamoDB answers through this API while a table is CREATING.
                if (resource.ReadyAt > time.GetUtcNow())
                {
                    failed[arn] = new JsonObject
                    {
                        ["StatusCode"] = 400,
                        ["ErrorCode"] = "InvalidParameterException",
                        ["ErrorMessage"] = $"Requested resource not found: {arn} is being created.",
                    };
                    continue;
                }

                change(resource);
                State.EverTagged.Add(arn);
            }
            else
            {
                failed[arn] = new JsonObject
                {
                    ["StatusCode"] = 400,
                    ["ErrorCode"] = "InvalidParameterException",
                    ["ErrorMessage"] = $"The resource {arn} does not exist in this account and Region.",
                };
            }
        }

        return new JsonObject { ["FailedResourcesMap"] = failed };
    }

    private static JsonObject Paged(AwsCall call, string member, IEnumerable<string> values)
    {
        string[] distinct = [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var (page, next) = Paging.Page(Request(call, 50), distinct, 50, 100);
        return new JsonObject { ["PaginationToken"] = next ?? "", [member] = page.ToJson() };
    }

    // This API calls its token PaginationToken, and the last page has an empty one.
    private static JsonObject Request(AwsCall call, int size) =>
        new() { ["MaxResults"] = size, ["NextToken"] = call.Json.Text("PaginationToken") };

    /// <summary>IAM's users and roles are taken although they are never listed.</summary>
    private AwsResource? Identity(AwsCall call, string arn) => arn.StartsWith("arn:aws:iam::", StringComparison.Ordinal)
        ? State.Resources.Find(resource => resource.Arn == arn && resource.AccountId == call.Caller.AccountId)
        : null;

    private IEnumerable<AwsResource> Mine(AwsCall call) =>
        State.In<AwsResource>(call.Caller.AccountId, call.Region).Where(r => r.TaggingType is not null);

    private static AwsFault Invalid(string message) => new("InvalidParameterException", message);
}

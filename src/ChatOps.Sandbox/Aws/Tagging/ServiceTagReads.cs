using System.Text.Json.Nodes;
using System.Xml.Linq;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Tagging;

/// <summary>
/// The calls by which services tell the tags of what they own, for the services of which the sandbox has no more than that. Each answers
/// in its own form; what is not there is refused as the service refuses it.
/// </summary>
internal static class ServiceTagReads
{
    /// <summary>The answer to such a call; null for every other.</summary>
    public static AwsAnswer? Answer(AwsState state, AwsCall call)
    {
        switch (call.Service, call.Operation)
        {
            case ("s3", _) when call.Method == "GET" && call.Query.ContainsKey("tagging") && call.RawPath.Trim('/') is { Length: > 0 } name:
                // The bucket's own service answers for buckets that it has.
                return state.Bucket(name) is null && Find(state, call, $"arn:aws:s3:::{name}") is { } bucket ? S3(bucket) : null;
            case ("rds", "ListTagsForResource") when Find(state, call, call.Form.Text("ResourceName") ?? "") is { } owned:
                return Query(call, "http://rds.amazonaws.com/doc/2014-10-31/", "TagList", "Tag", owned);
            case ("lambda" or "eks", _) when call.Method == "GET" && call.RawPath.Contains("/tags/", StringComparison.Ordinal):
                var arn = Uri.UnescapeDataString(call.RawPath[(call.RawPath.IndexOf("/tags/", StringComparison.Ordinal) + 6)..]);
                return Rest(call.Service == "lambda" ? "Tags" : "tags", Required(state, call, arn));
            case ("sqs", "ListQueueTags"):
                var queue = (call.Json.Text("QueueUrl") ?? "").Split('/');
                return Json(call, Map("Tags", Required(state, call, $"arn:aws:sqs:{call.Region}:{queue[^2]}:{queue[^1]}")));
            case ("dynamodb", "ListTagsOfResource"):
                return Json(call, List("Tags", "Key", "Value", Required(state, call, call.Json.Text("ResourceArn"))));
            case ("ecr", "ListTagsForResource"):
                return Json(call, List("tags", "Key", "Value", Required(state, call, call.Json.Text("resourceArn"))));
            case ("ecs" or "states", "ListTagsForResource"):
                return Json(call, List("tags", "key", "value", Required(state, call, call.Json.Text("resourceArn"))));
            case ("logs", "ListTagsForResource"):
                return Json(call, Map("tags", Required(state, call, call.Json.Text("resourceArn"))));
            case ("kms", "ListResourceTags"):
                return Json(call, List("Tags", "TagKey", "TagValue", Required(state, call, call.Json.Text("KeyId"))));
            case ("secretsmanager", "DescribeSecret"):
                return Json(call, List("Tags", "Key", "Value", Required(state, call, call.Json.Text("SecretId"))));
            case ("sns", "ListTagsForResource"):
                return Query(
                    call, "http://sns.amazonaws.com/doc/2010-03-31/", "Tags", "member",
                    Required(state, call, call.Form.Text("ResourceArn")));
            case ("elasticloadbalancing", "DescribeTags") when call.Form.Values("ResourceArns") is [var balancer, ..]:
                return AwsAnswer.Query(call, "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/", new XElement(
                    "TagDescriptions", new XElement(
                        "member", new XElement("ResourceArn", balancer), Tags("Tags", "member", Required(state, call, balancer)))));
            case ("iam", "ListRoleTags" or "ListUserTags"):
                var kind = call.Operation == "ListRoleTags" ? "role" : "user";
                var named = call.Form.Text(kind == "role" ? "RoleName" : "UserName") ?? "";
                var identity = state.Resources.Find(resource => resource.AccountId == call.Caller.AccountId
                    && resource.Arn.StartsWith($"arn:aws:iam::{call.Caller.AccountId}:{kind}/", StringComparison.Ordinal)
                    && resource.Arn.EndsWith("/" + named, StringComparison.Ordinal))
                    ?? throw new AwsFault("NoSuchEntity", $"The {kind} with name {named} cannot be found.", 404);
                return Query(call, "https://iam.amazonaws.com/doc/2010-05-08/", "Tags", "member", identity);
            default:
                return null;
        }
    }

    private static AwsResource? Find(AwsState state, AwsCall call, string arn) =>
        state.Resources.Find(resource => resource.Arn == arn && resource.AccountId == call.Caller.AccountId);

    private static AwsResource Required(AwsState state, AwsCall call, string? arn) => Find(state, call, arn ?? "")
        ?? throw new AwsFault("ResourceNotFoundException", $"Requested resource not found: {arn}", 404);

    private static AwsAnswer S3(AwsResource bucket) => bucket.Tags.Count == 0
        ? throw new AwsFault("NoSuchTagSet", "The TagSet does not exist", 404)
        : AwsAnswer.Xml(200, new XElement("Tagging", Tags("TagSet", "Tag", bucket)));

    private static AwsAnswer Rest(string member, AwsResource resource) =>
        new(200, "application/json", AwsAnswer.Bytes(Map(member, resource)));

    private static AwsAnswer Json(AwsCall call, JsonObject body) => AwsAnswer.Json(call, body);

    private static AwsAnswer Query(AwsCall call, XNamespace ns, string list, string item, AwsResource resource) =>
        AwsAnswer.Query(call, ns, Tags(list, item, resource));

    private static XElement Tags(string list, string item, AwsResource resource) => new(
        list, resource.Tags.Select(tag => new XElement(item, new XElement("Key", tag.Key), new XElement("Value", tag.Value))));

    private static JsonObject Map(string member, AwsResource resource)
    {
        var tags = new JsonObject();
        foreach (var (key, value) in resource.Tags) tags[key] = value;
        return new JsonObject { [member] = tags };
    }

    private static JsonObject List(string member, string key, string value, AwsResource resource) => new()
    {
        [member] = new JsonArray([.. resource.Tags.Select(tag => (JsonNode)new JsonObject { [key] = tag.Key, [value] = tag.Value })]),
    };
}

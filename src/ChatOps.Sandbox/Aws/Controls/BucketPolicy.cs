using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Aws.Controls;

/// <summary>What a bucket's policy means for the controls; no full evaluation of IAM.</summary>
internal static class BucketPolicy
{
    /// <summary>A policy that lets everybody read objects.</summary>
    public static string PublicReadOf(string bucket) =>
        $$"""{"Version":"2012-10-17","Statement":[{"Sid":"PublicRead","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::{{bucket}}/*"}]}""";

    /// <summary>The statement that refuses plain HTTP.</summary>
    public static JsonObject TlsStatement(string bucket) => new()
    {
        ["Sid"] = "AllowSSLRequestsOnly",
        ["Effect"] = "Deny",
        ["Principal"] = "*",
        ["Action"] = "s3:*",
        ["Resource"] = new JsonArray($"arn:aws:s3:::{bucket}", $"arn:aws:s3:::{bucket}/*"),
        ["Condition"] = new JsonObject { ["Bool"] = new JsonObject { ["aws:SecureTransport"] = "false" } },
    };

    /// <summary>Adds <see cref="TlsStatement"/> and keeps the rest.</summary>
    public static string WithTls(Bucket bucket)
    {
        var policy = Parse(bucket.Policy) ?? new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray() };
        policy["Statement"] = new JsonArray([.. Statements(policy).Select(s => s.DeepClone()), TlsStatement(bucket.Name)]);
        return policy.ToJsonString();
    }

    public static bool RequiresTls(Bucket bucket) => Statements(Parse(bucket.Policy)).Any(s =>
        (string?)s["Effect"] == "Deny" && s["Condition"]?["Bool"]?["aws:SecureTransport"]?.ToString() == "false");

    /// <summary>Whether anybody may read: a policy says so and the access block does not restrict it.</summary>
    public static bool PublicRead(Bucket bucket) => bucket.PublicAccessBlock is not { RestrictPublicBuckets: true }
        && Allows(bucket, "s3:Get", "s3:List");

    public static bool PublicWrite(Bucket bucket) => bucket.PublicAccessBlock is not { RestrictPublicBuckets: true }
        && Allows(bucket, "s3:Put", "s3:Delete");

    public static bool IsPublic(Bucket bucket) => Allows(bucket, "s3:");

    private static bool Allows(Bucket bucket, params string[] actions) => Statements(Parse(bucket.Policy)).Any(s =>
        (string?)s["Effect"] == "Allow"
        && s["Condition"] is null
        && (s["Principal"]?.ToString() == "*" || s["Principal"]?["AWS"]?.ToString() == "*")
        && Texts(s["Action"]).Any(a => a is "*" or "s3:*" || actions.Any(p => a.StartsWith(p, StringComparison.Ordinal))));

    private static JsonObject? Parse(string? policy)
    {
        if (policy is null)
            return null;
        try
        {
            return JsonNode.Parse(policy) as JsonObject;
        }
        catch (JsonException)
        {
            return null; // refused when it was put; never stored
        }
    }

    private static IEnumerable<JsonObject> Statements(JsonObject? policy) => policy?["Statement"] switch
    {
        JsonArray array => array.OfType<JsonObject>(),
        JsonObject node => [node],
        _ => [],
    };

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonArray array => array.Select(n => n?.ToString() ?? ""),
        JsonValue value => [value.ToString()],
        _ => [],
    };
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Controls;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.S3;

/// <summary>S3 (restXml) as far as the controls look: buckets and their settings, no objects.</summary>
internal sealed partial class S3Service(AwsState state, ControlEvaluation evaluation, TimeProvider time) : LockedService(state)
{
    private const string AccountBlockPath = "/v20180820/configuration/publicAccessBlock";

    public override string SigningName => "s3";

    protected override AwsAnswer Answer(AwsCall call)
    {
        if (call.RawPath == AccountBlockPath)
            return AccountBlock(call);
        var name = BucketName(call);
        if (name.Length == 0)
            return call.Method == "GET" ? ListBuckets(call) : throw MethodNotAllowed();
        var setting = Settings.FirstOrDefault(call.Query.ContainsKey);
        return (call.Method, setting) switch
        {
            ("PUT", null) => Create(call, name),
            ("HEAD", null) => new AwsAnswer(200, null, []) { Headers = [("x-amz-bucket-region", Mine(call, name).Region)] },
            ("DELETE", null) => Delete(call, name),
            ("GET", null) => ListObjects(Mine(call, name)),
            var (method, sub) => Setting(call, method, sub!, Mine(call, name)),
        };
    }

    private static string[] Settings { get; } =
        ["location", "publicAccessBlock", "policyStatus", "policy", "encryption", "versioning", "logging", "tagging", "acl"];

    private AwsAnswer Setting(AwsCall call, string method, string setting, Bucket bucket)
    {
        var answer = (method, setting) switch
        {
            ("GET", "location") =>
                S3Xml.Answer(new XElement("LocationConstraint", bucket.Region == AwsSandboxOptions.OtherRegion ? null : bucket.Region)),
            ("GET", "publicAccessBlock") => S3Xml.Answer(S3Xml.Block(bucket.PublicAccessBlock ?? throw NoBlock())),
            ("PUT", "publicAccessBlock") => Changed(bucket, () => bucket.PublicAccessBlock = S3Xml.ReadBlock(Body(call))),
            ("DELETE", "publicAccessBlock") => Changed(bucket, () => bucket.PublicAccessBlock = null, 204),
            ("GET", "policyStatus") => bucket.Policy is null
                ? throw NoPolicy()
                : S3Xml.Answer(new XElement("PolicyStatus", new XElement("IsPublic", BucketPolicy.IsPublic(bucket)))),
            ("GET", "policy") => new AwsAnswer(200, "application/json", Encoding.UTF8.GetBytes(bucket.Policy ?? throw NoPolicy())),
            ("PUT", "policy") => Changed(bucket, () => bucket.Policy = Policy(call, bucket), 204),
            ("DELETE", "policy") => Changed(bucket, () => bucket.Policy = null, 204),
            ("GET", "encryption") => S3Xml.Answer(S3Xml.Encryption(bucket)),
            ("PUT", "encryption") => Changed(bucket, () => (bucket.Encryption, bucket.EncryptionKey) = S3Xml.ReadEncryption(Body(call))),
            ("DELETE", "encryption") => Changed(bucket, () => bucket.Encryption = null, 204),
            ("GET", "versioning") => S3Xml.Answer(
                new XElement("VersioningConfiguration", bucket.Versioning is null ? null : new XElement("Status", bucket.Versioning))),
            ("PUT", "versioning") => Changed(bucket, () => bucket.Versioning = S3Xml.ReadVersioning(Body(call))),
            ("GET", "logging") => S3Xml.Answer(S3Xml.Logging(bucket)),
            ("PUT", "logging") => Changed(bucket, () => bucket.Logging = Logging(call)),
            ("GET", "tagging") => bucket.Tags.Count == 0
                ? throw new AwsFault("NoSuchTagSet", "The TagSet does not exist", 404)
                : S3Xml.Answer(new XElement("Tagging", new XElement(
                    "TagSet", bucket.Tags.Select(t => new XElement("Tag", new XElement("Key", t.Key), new XElement("Value", t.Value)))))),
            ("PUT", "tagging") => Changed(bucket, () => Replace(bucket, S3Xml.ReadTags(Body(call))), 204),
            ("DELETE", "tagging") => Changed(bucket, () => Replace(bucket, []), 204),
            ("GET", "acl") => S3Xml.Answer(S3Xml.PrivateAcl()),
            _ => throw MethodNotAllowed(),
        };
        return answer;
    }

    private AwsAnswer Changed(Bucket bucket, Action change, int status = 200)
    {
        change();
        evaluation.Later(bucket);
        return AwsAnswer.Empty(status);
    }

    private AwsAnswer ListBuckets(AwsCall call) => S3Xml.Answer(new XElement(
        "ListAllMyBucketsResult",
        S3Xml.Owner(),
        new XElement("Buckets", State.Resources.OfType<Bucket>()
            .Where(b => b.AccountId == call.Caller.AccountId)
            .OrderBy(b => b.Name, StringComparer.Ordinal)
            .Select(b => new XElement(
                "Bucket", new XElement("Name", b.Name), new XElement("CreationDate", AwsIds.Iso(b.CreatedAt)),
                new XElement("BucketRegion", b.Region))))));

    private static AwsAnswer ListObjects(Bucket bucket) => S3Xml.Answer(new XElement(
        "ListBucketResult",
        new XElement("Name", bucket.Name),
        new XElement("Prefix"),
        new XElement("KeyCount", 0),
        new XElement("MaxKeys", 1000),
        new XElement("IsTruncated", false)));

    private AwsAnswer Create(AwsCall call, string name)
    {
        if (!NameForm().IsMatch(name))
            throw new AwsFault("InvalidBucketName", "The specified bucket is not valid.");
        if (State.Bucket(name) is { } existing)
        {
            throw existing.AccountId == call.Caller.AccountId
                ? new AwsFault(
                    "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.", 409)
                : new AwsFault(
                    "BucketAlreadyExists",
                    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please " +
                    "select a different name and try again.",
                    409);
        }

        var region = call.Body.Length > 0 ? S3Xml.Child(Body(call), "LocationConstraint") : null;
        if (region is not null && !AwsState.Regions.Contains(region, StringComparer.Ordinal))
            throw new AwsFault("InvalidLocationConstraint", "The specified location-constraint is not valid");
        var bucket = new Bucket
        {
            AccountId = call.Caller.AccountId,
            Region = region ?? call.Region,
            Name = name,
            CreatedAt = time.GetUtcNow(),
        };
        State.Resources.Add(bucket);
        evaluation.Later(bucket);
        return AwsAnswer.Empty() with { Headers = [("Location", "/" + name)] };
    }

    private AwsAnswer Delete(AwsCall call, string name)
    {
        var bucket = Mine(call, name);
        State.Resources.Remove(bucket);
        evaluation.Later(bucket);
        return AwsAnswer.Empty(204);
    }

    private AwsAnswer AccountBlock(AwsCall call)
    {
        var account = call.Headers["x-amz-account-id"].ToString();
        if (account != call.Caller.AccountId)
            throw new AwsFault("AccessDenied", "Access Denied", 403);
        var settings = State.Settings(account, AwsSandboxOptions.HomeRegion);
        switch (call.Method)
        {
            case "GET":
                return S3Xml.Answer(S3Xml.Block(settings.PublicAccessBlock ?? throw NoBlock()));
            case "PUT":
                settings.PublicAccessBlock = S3Xml.ReadBlock(Body(call));
                break;
            case "DELETE":
                settings.PublicAccessBlock = null;
                break;
            default:
                throw MethodNotAllowed();
        }

        evaluation.Later(settings);
        return AwsAnswer.Empty(call.Method == "PUT" ? 201 : 204);
    }

    private Bucket Mine(AwsCall call, string name)
    {
        var bucket = State.Bucket(name) ?? throw new AwsFault("NoSuchBucket", "The specified bucket does not exist", 404);
        return bucket.AccountId == call.Caller.AccountId ? bucket : throw new AwsFault("AccessDenied", "Access Denied", 403);
    }

    private (string Bucket, string Prefix)? Logging(AwsCall call)
    {
        var target = S3Xml.ReadLogging(Body(call));
        return target is null || State.Bucket(target.Value.Bucket)?.AccountId == call.Caller.AccountId
            ? target
            : throw new AwsFault("InvalidTargetBucketForLogging", "The target bucket for logging does not exist");
    }

    private static string Policy(AwsCall call, Bucket bucket)
    {
        var text = Encoding.UTF8.GetString(call.Body.Span);
        try
        {
            if (JsonNode.Parse(text) is not JsonObject policy || policy["Statement"] is null)
                throw new AwsFault("MalformedPolicy", "Missing required field Statement");
        }
        catch (JsonException)
        {
            throw new AwsFault("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'");
        }

        var candidate = new Bucket
        {
            AccountId = bucket.AccountId,
            Region = bucket.Region,
            Name = bucket.Name,
            CreatedAt = bucket.CreatedAt,
            Policy = text,
        };
        return bucket.PublicAccessBlock is { BlockPublicPolicy: true } && BucketPolicy.IsPublic(candidate)
            ? throw new AwsFault(
                "AccessDenied",
                "User is not authorized to perform: s3:PutBucketPolicy because public policies are blocked by the BlockPublicPolicy " +
                "block public access setting.",
                403)
            : text;
    }

    private static void Replace(Bucket bucket, IEnumerable<(string Key, string Value)> tags)
    {
        bucket.Tags.Clear();
        foreach (var (key, value) in tags)
            bucket.Tags[key] = value;
    }

    /// <summary>The bucket by path, or by host for clients that do not use path style (<c>name.localhost</c>).</summary>
    private static string BucketName(AwsCall call)
    {
        var host = call.Headers.Host.ToString().Split(':')[0];
        if (host.EndsWith(".localhost", StringComparison.Ordinal))
            return host[..^".localhost".Length];
        var parts = call.RawPath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length switch
        {
            0 => "",
            1 => Uri.UnescapeDataString(parts[0]),
            _ => throw new AwsFault("NotImplemented", "The sandbox keeps no objects.", 501),
        };
    }

    private static XElement Body(AwsCall call)
    {
        try
        {
            using var reader = XmlReader.Create(
                new MemoryStream(call.Body.ToArray()),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            throw S3Xml.Malformed();
        }
    }

    private static AwsFault NoBlock() =>
        new("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found", 404);

    private static AwsFault NoPolicy() => new("NoSuchBucketPolicy", "The bucket policy does not exist", 404);

    private static AwsFault MethodNotAllowed() =>
        new("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    private static partial Regex NameForm();
}

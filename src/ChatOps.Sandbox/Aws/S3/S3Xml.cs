using System.Xml.Linq;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.S3;

/// <summary>The documents of S3's settings, read and written. Names are compared without their namespace, as S3 does.</summary>
internal static class S3Xml
{
    private static readonly XNamespace Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static AwsAnswer Answer(XElement root) =>
        AwsAnswer.Xml(200, AwsAnswer.InNamespace(Namespace, root)) with { ContentType = "application/xml" };

    public static AwsFault Malformed() =>
        new("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

    public static string? Child(XElement parent, string name) =>
        parent.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value is { Length: > 0 } value ? value : null;

    public static XElement Owner() => new("Owner", new XElement("ID", "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"));

    public static XElement Block(PublicAccessBlock block) => new(
        "PublicAccessBlockConfiguration",
        new XElement("BlockPublicAcls", block.BlockPublicAcls),
        new XElement("IgnorePublicAcls", block.IgnorePublicAcls),
        new XElement("BlockPublicPolicy", block.BlockPublicPolicy),
        new XElement("RestrictPublicBuckets", block.RestrictPublicBuckets));

    public static PublicAccessBlock ReadBlock(XElement body)
    {
        bool Flag(string name) => Child(body, name) switch
        {
            null => false,
            var text when bool.TryParse(text, out var flag) => flag,
            _ => throw Malformed(),
        };
        return new PublicAccessBlock(
            Flag("BlockPublicAcls"), Flag("IgnorePublicAcls"), Flag("BlockPublicPolicy"), Flag("RestrictPublicBuckets"));
    }

    public static XElement Encryption(Bucket bucket)
    {
        if (bucket.Encryption is null)
            throw new AwsFault(
                "ServerSideEncryptionConfigurationNotFoundError", "The server side encryption configuration was not found", 404);
        return new XElement(
            "ServerSideEncryptionConfiguration",
            new XElement(
                "Rule",
                new XElement(
                    "ApplyServerSideEncryptionByDefault",
                    new XElement("SSEAlgorithm", bucket.Encryption),
                    bucket.EncryptionKey is null ? null : new XElement("KMSMasterKeyID", bucket.EncryptionKey)),
                new XElement("BucketKeyEnabled", false)));
    }

    public static (string Algorithm, string? Key) ReadEncryption(XElement body)
    {
        var rule = body.Descendants().FirstOrDefault(e => e.Name.LocalName == "ApplyServerSideEncryptionByDefault") ?? throw Malformed();
        return Child(rule, "SSEAlgorithm") is "AES256" or "aws:kms" or "aws:kms:dsse"
            ? (Child(rule, "SSEAlgorithm")!, Child(rule, "KMSMasterKeyID"))
            : throw Malformed();
    }

    public static string ReadVersioning(XElement body) =>
        Child(body, "Status") is "Enabled" or "Suspended" ? Child(body, "Status")! : throw Malformed();

    public static XElement Logging(Bucket bucket) => new(
        "BucketLoggingStatus",
        bucket.Logging is not { } logging ? null : new XElement(
            "LoggingEnabled",
            new XElement("TargetBucket", logging.Bucket),
            new XElement("TargetPrefix", logging.Prefix)));

    public static (string Bucket, string Prefix)? ReadLogging(XElement body)
    {
        var enabled = body.Elements().FirstOrDefault(e => e.Name.LocalName == "LoggingEnabled");
        return enabled is null ? null : (Child(enabled, "TargetBucket") ?? throw Malformed(), Child(enabled, "TargetPrefix") ?? "");
    }

    public static IReadOnlyList<(string Key, string Value)> ReadTags(XElement body)
    {
        var tags = body.Descendants().Where(e => e.Name.LocalName == "Tag")
            .Select(t => (Key: Child(t, "Key") ?? throw Malformed(), Value: Child(t, "Value") ?? "")).ToArray();
        return tags.DistinctBy(t => t.Key, StringComparer.Ordinal).Count() == tags.Length
            ? tags
            : throw new AwsFault("InvalidTag", "Cannot provide multiple Tags with the same key");
    }

    public static XElement PrivateAcl()
    {
        XNamespace instance = "http://www.w3.org/2001/XMLSchema-instance";
        return new XElement(
            "AccessControlPolicy",
            Owner(),
            new XElement("AccessControlList", new XElement(
                "Grant",
                new XElement(
                    "Grantee", new XAttribute(XNamespace.Xmlns + "xsi", instance), new XAttribute(instance + "type", "CanonicalUser"),
                    Owner().Elements()),
                new XElement("Permission", "FULL_CONTROL"))));
    }
}

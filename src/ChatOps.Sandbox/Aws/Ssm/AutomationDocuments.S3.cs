using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Controls;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Ssm;

internal static partial class AutomationDocuments
{
    private static DocumentParameter BucketName => Text("BucketName", "(Required) The name of the S3 bucket.");

    private static DocumentParameter[] Blocks => [
        Flag("BlockPublicAcls", "(Optional) Whether public access control lists are refused.", true),
        Flag("IgnorePublicAcls", "(Optional) Whether public access control lists are ignored.", true),
        Flag("BlockPublicPolicy", "(Optional) Whether public bucket policies are refused.", true),
        Flag("RestrictPublicBuckets", "(Optional) Whether access by public policies is restricted.", true),
    ];

    private static IEnumerable<AutomationDocument> S3 =>
    [
        new(
            "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock",
            "Configures the public access block of one S3 bucket.",
            [RequiredRole, BucketName, .. Blocks],
            [
                Change(
                    "PutBucketPublicAccessBlock", "PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock",
                    c => c.Bucket("BucketName").PublicAccessBlock = BlockOf(c)),
                new(
                    "GetBucketPublicAccessBlock", "aws:executeScript", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock",
                    c => Output(c.Bucket("BucketName").PublicAccessBlock)),
            ]),
        new(
            "ASR-ConfigureS3BucketPublicAccessBlock",
            "Configures the public access block of one S3 bucket (Automated Security Response).",
            [RequiredRole, BucketName, .. Blocks],
            [
                Change(
                    "ConfigureS3PublicAccessBlock", "PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock",
                    c => c.Bucket("BucketName").PublicAccessBlock = BlockOf(c)),
            ]),
        new(
            "AWS-DisableS3BucketPublicReadWrite",
            "Blocks public reading and writing of an S3 bucket.",
            [OptionalRole, Text("S3BucketName", "(Required) The name of the S3 bucket.")],
            [
                Change(
                    "DisableS3BucketPublicReadWrite", "PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock",
                    c => c.Bucket("S3BucketName").PublicAccessBlock = PublicAccessBlock.All),
            ]),
        new(
            "AWSConfigRemediation-ConfigureS3PublicAccessBlock",
            "Configures the public access block of the account.",
            [RequiredRole, Text("AccountId", "(Required) The account."), .. Blocks],
            [
                Change(
                    "PutAccountPublicAccessBlock", "PutPublicAccessBlock", "s3:PutAccountPublicAccessBlock",
                    c => OwnAccount(c).PublicAccessBlock = BlockOf(c)),
                new(
                    "GetPublicAccessBlock", "aws:executeScript", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock",
                    c => Output(c.Settings().PublicAccessBlock)),
            ]),
        new(
            "AWS-EnableS3BucketEncryption",
            "Sets the default encryption of an S3 bucket.",
            [OptionalRole, BucketName, Text("SSEAlgorithm", "(Optional) The algorithm.", "AES256")],
            [
                Change(
                    "PutBucketEncryption", "PutBucketEncryption", "s3:PutEncryptionConfiguration",
                    c => c.Bucket("BucketName").Encryption = c.Parameter("SSEAlgorithm")),
            ]),
        new(
            "ASR-EnableDefaultEncryptionS3",
            "Sets the default encryption of an S3 bucket (Automated Security Response).",
            [
                RequiredRole, Text("AccountId", "(Required) The account."), BucketName,
                Text("KmsKeyAlias", "(Optional) The key's alias.", "default-s3-encryption")
            ],
            [
                Change("Remediation", "PutBucketEncryption", "s3:PutEncryptionConfiguration", c => c.Bucket("BucketName")
                    .Encryption = c.Parameter("KmsKeyAlias") is "" or "default-s3-encryption" ? "AES256" : "aws:kms", "aws:executeScript"),
            ]),
        new(
            "AWSConfigRemediation-RestrictBucketSSLRequestsOnly",
            "Adds a statement to the bucket's policy that refuses plain HTTP.",
            [RequiredRole, BucketName],
            [
                Change(
                    "PutBucketPolicy", "PutBucketPolicy", "s3:PutBucketPolicy",
                    c => c.Bucket("BucketName").Policy = BucketPolicy.WithTls(c.Bucket("BucketName")), "aws:executeScript"),
                Verify(
                    "VerifyBucketPolicy", "GetBucketPolicy", "s3:GetBucketPolicy", c => BucketPolicy.RequiresTls(c.Bucket("BucketName")),
                    "aws:executeScript"),
            ]),
        new(
            "AWS-ConfigureS3BucketLogging",
            "Turns server access logging on for an S3 bucket.",
            [
                OptionalRole,
                BucketName,
                Text("GrantedPermission", "(Optional) What the grantee may do with the logs.", "READ", "FULL_CONTROL", "READ", "WRITE"),
                Text("GranteeType", "(Optional) The kind of grantee.", "Group", "CanonicalUser", "AmazonCustomerByEmail", "Group"),
                Text("GranteeEmailAddress", "(Optional) The grantee's address.", ""),
                Text("GranteeId", "(Optional) The grantee's canonical user id.", ""),
                Text("GranteeUri", "(Optional) The grantee group's URI.", "http://acs.amazonaws.com/groups/s3/LogDelivery"),
                Text("TargetBucket", "(Required) The bucket that receives the logs."),
                Text("TargetPrefix", "(Optional) A prefix for the logs' keys.", "/"),
            ],
            [
                Change(
                    "PutBucketLogging", "PutBucketLogging", "s3:PutBucketLogging",
                    c => c.Bucket("BucketName").Logging = (LogTarget(c), c.Parameter("TargetPrefix"))),
            ]),
        new(
            "AWS-ConfigureS3BucketVersioning",
            "Turns versioning of an S3 bucket on or off.",
            [OptionalRole, BucketName, Text("VersioningState", "(Optional) The state to set.", "Enabled", "Enabled", "Suspended")],
            [
                Change(
                    "PutBucketVersioning", "PutBucketVersioning", "s3:PutBucketVersioning",
                    c => c.Bucket("BucketName").Versioning = c.Parameter("VersioningState")),
            ]),
    ];

    private static PublicAccessBlock BlockOf(StepContext c) => new(
        c.Flag("BlockPublicAcls"),
        c.Flag("IgnorePublicAcls"),
        c.Flag("BlockPublicPolicy"),
        c.Flag("RestrictPublicBuckets"));

    private static JsonObject Output(PublicAccessBlock? block) => new()
    {
        ["BlockPublicAcls"] = block?.BlockPublicAcls ?? false,
        ["IgnorePublicAcls"] = block?.IgnorePublicAcls ?? false,
        ["BlockPublicPolicy"] = block?.BlockPublicPolicy ?? false,
        ["RestrictPublicBuckets"] = block?.RestrictPublicBuckets ?? false,
    };

    private static AccountSettings OwnAccount(StepContext c) => c.Parameter("AccountId") == c.AccountId
        ? c.Settings()
        : throw new AwsFault("AccessDenied", "Access Denied", 403);

    private static string LogTarget(StepContext c) =>
        c.State.Bucket(c.Parameter("TargetBucket")) is { } target && target.AccountId == c.AccountId
            ? target.Name
            : throw new AwsFault("InvalidTargetBucketForLogging", "The target bucket for logging does not exist");
}

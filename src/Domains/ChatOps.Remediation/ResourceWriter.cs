using System.Text.Json.Nodes;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ChatOps.Aws;

namespace ChatOps.Remediation;

/// <summary>
/// Changes a resource by calls of our own, where there is no document for it: takes single rules away, and puts a kept state back. Reads
/// before it writes, so that a call that is repeated after a crash does no harm.
/// </summary>
internal sealed class ResourceWriter(IAwsClients aws)
{
    /// <summary>Takes inbound rules of a security group away, and leaves the others.</summary>
    public const string RevokeIngress = "ec2:RevokeSecurityGroupIngress";

    /// <summary>Puts the rules of a security group back.</summary>
    public const string AuthorizeRules = "ec2:AuthorizeSecurityGroupIngress";

    public const string PutPublicAccessBlock = "s3:PutBucketPublicAccessBlock";
    public const string PutEncryption = "s3:PutEncryptionConfiguration";
    public const string SetEbsEncryption = "ec2:DisableEbsEncryptionByDefault";
    public const string ModifyDbInstance = "rds:ModifyDBInstance";

    /// <summary>The call that puts back what is read by a kind of <see cref="PreviewRead.Kinds"/>; others cannot be.</summary>
    public static IReadOnlyDictionary<string, string> RestoreOf { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["s3-public-access-block"] = PutPublicAccessBlock,
        ["s3-encryption"] = PutEncryption,
        ["security-group-rules"] = AuthorizeRules,
        ["ebs-encryption-default"] = SetEbsEncryption,
        [PreviewRead.RdsInstance] = ModifyDbInstance,
    };

    /// <summary>Runs the call of a plan.</summary>
    /// <param name="plan">A plan whose <see cref="RemediationPlan.Call"/> is not null.</param>
    /// <param name="now">What the resource is like now.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="AmazonServiceException">AWS refuses.</exception>
    public Task RunAsync(RemediationPlan plan, JsonObject now, CancellationToken cancellationToken)
    {
        var (before, target) = (JsonObject.Create(plan.Before!.Value)!, JsonObject.Create(plan.Target!.Value)!);
        var (account, region, name) = (plan.Account, plan.Region, plan.ResourceKey!);
        return plan.Call switch
        {
            RevokeIngress or AuthorizeRules =>
                SetRulesAsync(aws.Ec2(account, region), name, before, target, now, cancellationToken),
            PutPublicAccessBlock => SetPublicAccessBlockAsync(aws.S3(account, region), name, target, cancellationToken),
            PutEncryption => SetEncryptionAsync(aws.S3(account, region), name, target, cancellationToken),
            SetEbsEncryption => SetEbsEncryptionAsync(aws.Ec2(account, region), target, cancellationToken),
            ModifyDbInstance => ModifyAsync(aws.Rds(account, region), name, target, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Call, "The catalogue is checked for this at start."),
        };
    }

    /// <summary>
    /// Adds what shall be there and was not, and takes away what was there and shall not: what others have added or taken away since the
    /// plan was made is not ours.
    /// </summary>
    private static async Task SetRulesAsync(
        IAmazonEC2 ec2, string groupId, JsonObject before, JsonObject target, JsonObject now, CancellationToken cancellationToken)
    {
        var (addedIn, goneIn) = Change(before, target, now, "Ingress");
        var (addedOut, goneOut) = Change(before, target, now, "Egress");
        // First what is added: nobody is cut off for a moment.
        if (addedIn.Count > 0)
            await ec2.AuthorizeSecurityGroupIngressAsync(
                new AuthorizeSecurityGroupIngressRequest { GroupId = groupId, IpPermissions = addedIn }, cancellationToken);
        if (addedOut.Count > 0)
            await ec2.AuthorizeSecurityGroupEgressAsync(
                new AuthorizeSecurityGroupEgressRequest { GroupId = groupId, IpPermissions = addedOut }, cancellationToken);
        if (goneIn.Count > 0)
            await ec2.RevokeSecurityGroupIngressAsync(
                new RevokeSecurityGroupIngressRequest { GroupId = groupId, IpPermissions = goneIn }, cancellationToken);
        if (goneOut.Count > 0)
            await ec2.RevokeSecurityGroupEgressAsync(
                new RevokeSecurityGroupEgressRequest { GroupId = groupId, IpPermissions = goneOut }, cancellationToken);
    }

    private static (List<IpPermission> Added, List<IpPermission> Gone) Change(
        JsonObject before, JsonObject target, JsonObject now, string direction)
    {
        var (was, shall, isNow) = (Rules(before, direction), Rules(target, direction), Rules(now, direction));
        var added = SecurityGroupRules.Without(SecurityGroupRules.Without(shall, was), isNow);
        var gone = SecurityGroupRules.Without(was, shall);
        gone = SecurityGroupRules.Without(gone, SecurityGroupRules.Without(gone, isNow));
        return (
            SecurityGroupRules.Permissions(added, withDescriptions: true), SecurityGroupRules.Permissions(gone, withDescriptions: false));
    }

    private static Task SetPublicAccessBlockAsync(
        IAmazonS3 s3, string bucket, JsonObject target, CancellationToken cancellationToken) => Flag(target, ResourceReader.Configured)
        ? s3.PutPublicAccessBlockAsync(
            new PutPublicAccessBlockRequest
            {
                BucketName = bucket,
                PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration
                {
                    BlockPublicAcls = Flag(target, "BlockPublicAcls"),
                    BlockPublicPolicy = Flag(target, "BlockPublicPolicy"),
                    IgnorePublicAcls = Flag(target, "IgnorePublicAcls"),
                    RestrictPublicBuckets = Flag(target, "RestrictPublicBuckets"),
                },
            },
            cancellationToken)
        : s3.DeletePublicAccessBlockAsync(new DeletePublicAccessBlockRequest { BucketName = bucket }, cancellationToken);

    private static Task SetEncryptionAsync(IAmazonS3 s3, string bucket, JsonObject target, CancellationToken cancellationToken) =>
        Flag(target, ResourceReader.Configured)
            ? s3.PutBucketEncryptionAsync(
                new PutBucketEncryptionRequest
                {
                    BucketName = bucket,
                    ServerSideEncryptionConfiguration = new ServerSideEncryptionConfiguration
                    {
                        ServerSideEncryptionRules =
                        [
                            new ServerSideEncryptionRule
                            {
                                BucketKeyEnabled = (bool?)target["BucketKeyEnabled"],
                                ServerSideEncryptionByDefault = (string?)target["SSEAlgorithm"] is { } algorithm
                                    ? new ServerSideEncryptionByDefault
                                    {
                                        ServerSideEncryptionAlgorithm = algorithm,
                                        ServerSideEncryptionKeyManagementServiceKeyId = (string?)target["KMSMasterKeyID"],
                                    }
                                    : null,
                            },
                        ],
                    },
                },
                cancellationToken)
            : s3.DeleteBucketEncryptionAsync(new DeleteBucketEncryptionRequest { BucketName = bucket }, cancellationToken);

    private static Task SetEbsEncryptionAsync(IAmazonEC2 ec2, JsonObject target, CancellationToken cancellationToken) =>
        Flag(target, "EbsEncryptionByDefault")
            ? ec2.EnableEbsEncryptionByDefaultAsync(new EnableEbsEncryptionByDefaultRequest(), cancellationToken)
            : ec2.DisableEbsEncryptionByDefaultAsync(new DisableEbsEncryptionByDefaultRequest(), cancellationToken);

    private static Task ModifyAsync(IRdsClient rds, string identifier, JsonObject target, CancellationToken cancellationToken)
    {
        bool? Of(string name) => bool.TryParse((string?)target[name], out var value) ? value : null;
        return rds.ModifyDbInstance(
            new DbInstanceChange(
                identifier, Of("PubliclyAccessible"), Of("DeletionProtection"), Of("AutoMinorVersionUpgrade")), cancellationToken);
    }

    private static JsonArray Rules(JsonObject state, string direction) => state[direction] as JsonArray ?? [];

    private static bool Flag(JsonObject state, string name) => (bool?)state[name] ?? false;
}

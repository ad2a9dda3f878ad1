using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ChatOps.Aws;

namespace ChatOps.Remediation;

/// <summary>
/// Reads what a resource is like: just before it is shown, before a remediation starts, and after it. One method a kind of
/// <see cref="PreviewRead.Kinds"/>.
/// </summary>
internal sealed class ResourceReader(IAwsClients aws)
{
    private const string On = "on";
    private const string Off = "off";

    /// <summary>Whether a bucket has the configuration at all: without one, undoing takes it away.</summary>
    public const string Configured = "Configured";

    /// <summary>Reads what the catalogue asks for.</summary>
    /// <param name="read">What to read.</param>
    /// <param name="account">The account.</param>
    /// <param name="region">The Region.</param>
    /// <param name="name">The bucket's name, the group's or instance's id.</param>
    /// <param name="details">The resource's details in the finding; for <see cref="PreviewRead.Detail"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="AmazonServiceException">AWS refuses.</exception>
    public Task<ResourceState> ReadAsync(
        PreviewRead read, string account, string region, string name, JsonElement? details,
        CancellationToken cancellationToken) => read.Kind switch
        {
            PreviewRead.Detail => Task.FromResult(OfDetail(read, details)),
            PreviewRead.RdsInstance => RdsAsync(read, aws.Rds(account, region), name, cancellationToken),
            "s3-public-access-block" => PublicAccessBlockAsync(aws.S3(account, region), name, cancellationToken),
            "s3-encryption" => EncryptionAsync(aws.S3(account, region), name, cancellationToken),
            "s3-versioning" => VersioningAsync(aws.S3(account, region), name, cancellationToken),
            "security-group-rules" => SecurityGroupAsync(read, aws.Ec2(account, region), name, cancellationToken),
            "ebs-encryption-default" => EbsEncryptionAsync(aws.Ec2(account, region), cancellationToken),
            "instance-state" => InstanceAsync(aws.Ec2(account, region), name, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(read), read.Kind, "The catalogue is checked for this at start."),
        };

    /// <summary>As Security Hub had it: how the resource is now cannot be told from that.</summary>
    private static ResourceState OfDetail(PreviewRead read, JsonElement? details)
    {
        var value = details is { } found ? Details.Text(found, read.Path!) : null;
        return new ResourceState(
            [new PlanChange(read.Path!, value ?? "unknown", read.Becomes)], new JsonObject { [read.Path!] = value }, null, null);
    }

    private static async Task<ResourceState> RdsAsync(
        PreviewRead read, IRdsClient rds, string name, CancellationToken cancellationToken)
    {
        var instance = await rds.DescribeDbInstance(name, cancellationToken)
            ?? throw new UserFacingException("remediation.fault.resource_gone");
        var value = Details.Text(instance, read.Path!);
        return new ResourceState(
            [new PlanChange(read.Path!, value ?? "unknown", read.Becomes)], new JsonObject { [read.Path!] = value }, null,
            value is null ? null : string.Equals(value, read.Becomes, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<ResourceState> PublicAccessBlockAsync(IAmazonS3 s3, string bucket, CancellationToken cancellationToken)
    {
        var block = new PublicAccessBlockConfiguration();
        var isConfigured = true;
        try
        {
            block = (await s3.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = bucket }, cancellationToken))
                .PublicAccessBlockConfiguration ?? block;
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchPublicAccessBlockConfiguration")
        {
            // A bucket without the configuration has all four off.
            isConfigured = false;
        }

        (string Name, bool Is)[] settings =
        [
            ("BlockPublicAcls", block.BlockPublicAcls ?? false),
            ("BlockPublicPolicy", block.BlockPublicPolicy ?? false),
            ("IgnorePublicAcls", block.IgnorePublicAcls ?? false),
            ("RestrictPublicBuckets", block.RestrictPublicBuckets ?? false),
        ];
        var before = new JsonObject();
        foreach (var (name, value) in settings) before[name] = value;
        before[Configured] = isConfigured;
        // Four lines that say the same are one.
        IReadOnlyList<PlanChange> changes = settings.All(setting => !setting.Is)
            ? [new PlanChange("PublicAccessBlock", Off, On)]
            : [.. settings.Where(setting => !setting.Is).Select(setting => new PlanChange(setting.Name, Off, On))];
        return new ResourceState(
            changes, before, await TagsAsync(s3, bucket, cancellationToken), settings.All(setting => setting.Is));
    }

    private static async Task<ResourceState> EncryptionAsync(IAmazonS3 s3, string bucket, CancellationToken cancellationToken)
    {
        ServerSideEncryptionRule? rule = null;
        try
        {
            var answer = await s3.GetBucketEncryptionAsync(new GetBucketEncryptionRequest { BucketName = bucket }, cancellationToken);
            rule = answer.ServerSideEncryptionConfiguration?.ServerSideEncryptionRules?.FirstOrDefault();
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "ServerSideEncryptionConfigurationNotFoundError")
        {
            // Never configured: off.
        }

        var byDefault = rule?.ServerSideEncryptionByDefault;
        var algorithm = byDefault?.ServerSideEncryptionAlgorithm?.Value;
        return new ResourceState(
            [new PlanChange("Encryption", algorithm ?? Off, "AES256")],
            new JsonObject
            {
                ["SSEAlgorithm"] = algorithm,
                ["KMSMasterKeyID"] = byDefault?.ServerSideEncryptionKeyManagementServiceKeyId,
                ["BucketKeyEnabled"] = rule?.BucketKeyEnabled,
                [Configured] = rule is not null,
            },
            await TagsAsync(s3, bucket, cancellationToken), algorithm is not null);
    }

    private static async Task<ResourceState> VersioningAsync(IAmazonS3 s3, string bucket, CancellationToken cancellationToken)
    {
        var status = (await s3.GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = bucket }, cancellationToken))
            .VersioningConfig?.Status?.Value;
        return new ResourceState(
            [new PlanChange("Versioning", status is "Enabled" ? On : Off, On)], new JsonObject { ["Status"] = status },
            await TagsAsync(s3, bucket, cancellationToken), status is "Enabled");
    }

    private static async Task<IReadOnlyDictionary<string, string>?> TagsAsync(
        IAmazonS3 s3, string bucket, CancellationToken cancellationToken)
    {
        try
        {
            var tags = (await s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = bucket }, cancellationToken)).TagSet
                ?? [];
            return tags.ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchTagSet")
        {
            return new Dictionary<string, string>();
        }
        catch (AmazonS3Exception e) when (AwsErrors.KindOf(e) == AwsErrorKind.AccessDenied)
        {
            // Not known; what needs to know them fails closed.
            return null;
        }
    }

    private static async Task<ResourceState> SecurityGroupAsync(
        PreviewRead read, IAmazonEC2 ec2, string groupId, CancellationToken cancellationToken)
    {
        var group = (await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { GroupIds = [groupId] }, cancellationToken))
            .SecurityGroups?.FirstOrDefault();
        var known = await RulesAsync(ec2, groupId, cancellationToken);
        var inbound = SecurityGroupRules.Of(group?.IpPermissions ?? [], known, egress: false);
        var outbound = SecurityGroupRules.Of(group?.IpPermissionsEgress ?? [], known, egress: true);
        var world = inbound.Where(SecurityGroupRules.IsOpen).Select(SecurityGroupRules.Ports).Distinct().ToList();
        var changes = new List<PlanChange>
        {
            new("OpenToInternet", world.Count == 0 ? "none" : string.Join(", ", world), null),
            new("Rules", string.Create(
                CultureInfo.InvariantCulture, $"{(group?.IpPermissions ?? []).Count} / {(group?.IpPermissionsEgress ?? []).Count}"), null),
        };
        bool? isRight = read switch
        {
            { ClosesAll: true } => inbound.Count + outbound.Count == 0,
            { Closes: { Count: > 0 } ports } => !inbound.Any(rule => SecurityGroupRules.OpensTo(rule, ports)),
            _ => null,
        };
        return new ResourceState(
            changes, new JsonObject { ["Ingress"] = inbound, ["Egress"] = outbound }, TagsOf(group?.Tags), isRight);
    }

    /// <summary>The rules with their ids; none when the role may not read them, for all else is told without.</summary>
    private static async Task<IReadOnlyList<SecurityGroupRule>> RulesAsync(
        IAmazonEC2 ec2, string groupId, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await ec2.DescribeSecurityGroupRulesAsync(
                new DescribeSecurityGroupRulesRequest { Filters = [new Amazon.EC2.Model.Filter("group-id", [groupId])] },
                cancellationToken);
            return answer.SecurityGroupRules ?? [];
        }
        catch (AmazonServiceException)
        {
            return [];
        }
    }

    private static async Task<ResourceState> EbsEncryptionAsync(IAmazonEC2 ec2, CancellationToken cancellationToken)
    {
        var on = (await ec2.GetEbsEncryptionByDefaultAsync(new GetEbsEncryptionByDefaultRequest(), cancellationToken))
            .EbsEncryptionByDefault ?? false;
        return new ResourceState(
            [new PlanChange("EbsEncryptionByDefault", on ? On : Off, On)], new JsonObject { ["EbsEncryptionByDefault"] = on }, null, on);
    }

    private static async Task<ResourceState> InstanceAsync(IAmazonEC2 ec2, string instanceId, CancellationToken cancellationToken)
    {
        var answer = await ec2.DescribeInstancesAsync(new DescribeInstancesRequest { InstanceIds = [instanceId] }, cancellationToken);
        var instance = answer.Reservations?.SelectMany(reservation => reservation.Instances ?? []).FirstOrDefault();
        var state = instance?.State?.Name?.Value ?? "unknown";
        var volumes = instance?.BlockDeviceMappings?.Select(mapping => mapping.Ebs?.VolumeId).OfType<string>().ToList() ?? [];
        return new ResourceState(
            [new PlanChange("InstanceState", state, "terminated")],
            new JsonObject
            {
                ["State"] = state,
                ["ImageId"] = instance?.ImageId,
                ["InstanceType"] = instance?.InstanceType?.Value,
                ["Volumes"] = new JsonArray([.. volumes.Select(volume => (JsonNode)volume)]),
            },
            TagsOf(instance?.Tags), state is "terminated" or "shutting-down");
    }

    private static Dictionary<string, string>? TagsOf(List<Amazon.EC2.Model.Tag>? tags) =>
        tags?.ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
}

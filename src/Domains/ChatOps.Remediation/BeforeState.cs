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

/// <summary>What a resource is like before its remediation.</summary>
/// <param name="Changes">The settings that will change.</param>
/// <param name="Before">All that was read, for undoing.</param>
/// <param name="Tags">The resource's tags, where they came along; null where not.</param>
internal sealed record BeforeState(IReadOnlyList<PlanChange> Changes, JsonNode Before, IReadOnlyDictionary<string, string>? Tags);

/// <summary>Reads the before-state of a resource, just before it is shown. One method a kind of <see cref="PreviewRead.Kinds"/>.</summary>
internal sealed class BeforeStateReader(IAwsClients aws)
{
    private const string On = "on";
    private const string Off = "off";

    /// <summary>Reads what the catalogue asks for.</summary>
    /// <param name="read">What to read.</param>
    /// <param name="account">The account.</param>
    /// <param name="region">The Region.</param>
    /// <param name="name">The bucket's name, the group's or instance's id.</param>
    /// <param name="details">The resource's details in the finding; for <see cref="PreviewRead.Detail"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="AmazonServiceException">AWS refuses.</exception>
    public Task<BeforeState> ReadAsync(
        PreviewRead read, string account, string region, string name, JsonElement? details,
        CancellationToken cancellationToken) => read.Kind switch
        {
            PreviewRead.Detail => Task.FromResult(OfDetail(read, details)),
            "s3-public-access-block" => PublicAccessBlockAsync(aws.S3(account, region), name, cancellationToken),
            "s3-encryption" => EncryptionAsync(aws.S3(account, region), name, cancellationToken),
            "s3-versioning" => VersioningAsync(aws.S3(account, region), name, cancellationToken),
            "security-group-rules" => SecurityGroupAsync(aws.Ec2(account, region), name, cancellationToken),
            "ebs-encryption-default" => EbsEncryptionAsync(aws.Ec2(account, region), cancellationToken),
            "instance-state" => InstanceAsync(aws.Ec2(account, region), name, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(read), read.Kind, "The catalogue is checked for this at start."),
        };

    private static BeforeState OfDetail(PreviewRead read, JsonElement? details)
    {
        var value = details is { } found ? Details.Text(found, read.Path!) : null;
        return new BeforeState(
            [new PlanChange(read.Path!, value ?? "unknown", read.Becomes)], new JsonObject { [read.Path!] = value }, null);
    }

    private static async Task<BeforeState> PublicAccessBlockAsync(IAmazonS3 s3, string bucket, CancellationToken cancellationToken)
    {
        var block = new PublicAccessBlockConfiguration();
        try
        {
            block = (await s3.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = bucket }, cancellationToken))
                .PublicAccessBlockConfiguration ?? block;
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchPublicAccessBlockConfiguration")
        {
            // A bucket without the configuration has all four off.
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
        // Four lines that say the same are one.
        IReadOnlyList<PlanChange> changes = settings.All(setting => !setting.Is)
            ? [new PlanChange("PublicAccessBlock", Off, On)]
            : [.. settings.Where(setting => !setting.Is).Select(setting => new PlanChange(setting.Name, Off, On))];
        return new BeforeState(changes, before, await TagsAsync(s3, bucket, cancellationToken));
    }

    private static async Task<BeforeState> EncryptionAsync(IAmazonS3 s3, string bucket, CancellationToken cancellationToken)
    {
        string? algorithm = null, key = null;
        try
        {
            var answer = await s3.GetBucketEncryptionAsync(new GetBucketEncryptionRequest { BucketName = bucket }, cancellationToken);
            var rule = answer.ServerSideEncryptionConfiguration?.ServerSideEncryptionRules?.FirstOrDefault()?.ServerSideEncryptionByDefault;
            (algorithm, key) = (rule?.ServerSideEncryptionAlgorithm?.Value, rule?.ServerSideEncryptionKeyManagementServiceKeyId);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "ServerSideEncryptionConfigurationNotFoundError")
        {
            // Never configured: off.
        }

        return new BeforeState(
            [new PlanChange("Encryption", algorithm ?? Off, "AES256")],
            new JsonObject { ["SSEAlgorithm"] = algorithm, ["KMSMasterKeyID"] = key }, await TagsAsync(s3, bucket, cancellationToken));
    }

    private static async Task<BeforeState> VersioningAsync(IAmazonS3 s3, string bucket, CancellationToken cancellationToken)
    {
        var status = (await s3.GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = bucket }, cancellationToken))
            .VersioningConfig?.Status?.Value;
        return new BeforeState(
            [new PlanChange("Versioning", status is "Enabled" ? On : Off, On)], new JsonObject { ["Status"] = status },
            await TagsAsync(s3, bucket, cancellationToken));
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

    private static async Task<BeforeState> SecurityGroupAsync(IAmazonEC2 ec2, string groupId, CancellationToken cancellationToken)
    {
        var group = (await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { GroupIds = [groupId] }, cancellationToken))
            .SecurityGroups?.FirstOrDefault();
        var inbound = group?.IpPermissions ?? [];
        var outbound = group?.IpPermissionsEgress ?? [];
        var world = inbound.Where(rule => RangesOf(rule).Any(range => range is "0.0.0.0/0" or "::/0")).Select(RuleText).Distinct().ToList();
        var changes = new List<PlanChange>
        {
            new("OpenToInternet", world.Count == 0 ? "none" : string.Join(", ", world), null),
            new("Rules", string.Create(CultureInfo.InvariantCulture, $"{inbound.Count} / {outbound.Count}"), null),
        };
        var before = new JsonObject
        {
            ["Ingress"] = new JsonArray([.. inbound.Select(rule => (JsonNode)RuleJson(rule))]),
            ["Egress"] = new JsonArray([.. outbound.Select(rule => (JsonNode)RuleJson(rule))]),
        };
        return new BeforeState(changes, before, TagsOf(group?.Tags));
    }

    private static async Task<BeforeState> EbsEncryptionAsync(IAmazonEC2 ec2, CancellationToken cancellationToken)
    {
        var on = (await ec2.GetEbsEncryptionByDefaultAsync(new GetEbsEncryptionByDefaultRequest(), cancellationToken))
            .EbsEncryptionByDefault ?? false;
        return new BeforeState(
            [new PlanChange("EbsEncryptionByDefault", on ? On : Off, On)], new JsonObject { ["EbsEncryptionByDefault"] = on }, null);
    }

    private static async Task<BeforeState> InstanceAsync(IAmazonEC2 ec2, string instanceId, CancellationToken cancellationToken)
    {
        var answer = await ec2.DescribeInstancesAsync(new DescribeInstancesRequest { InstanceIds = [instanceId] }, cancellationToken);
        var instance = answer.Reservations?.SelectMany(reservation => reservation.Instances ?? []).FirstOrDefault();
        var state = instance?.State?.Name?.Value ?? "unknown";
        var volumes = instance?.BlockDeviceMappings?.Select(mapping => mapping.Ebs?.VolumeId).OfType<string>().ToList() ?? [];
        return new BeforeState(
            [new PlanChange("InstanceState", state, "terminated")],
            new JsonObject
            {
                ["State"] = state,
                ["ImageId"] = instance?.ImageId,
                ["InstanceType"] = instance?.InstanceType?.Value,
                ["Volumes"] = new JsonArray([.. volumes.Select(volume => (JsonNode)volume)]),
            },
            TagsOf(instance?.Tags));
    }

    private static Dictionary<string, string>? TagsOf(List<Amazon.EC2.Model.Tag>? tags) =>
        tags?.ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);

    private static IEnumerable<string> RangesOf(IpPermission rule) =>
        (rule.Ipv4Ranges ?? []).Select(range => range.CidrIp).Concat((rule.Ipv6Ranges ?? []).Select(range => range.CidrIpv6));

    /// <summary>A rule as people say it: <c>tcp 22</c>, <c>tcp 8000-8999</c>, <c>all</c>.</summary>
    private static string RuleText(IpPermission rule) => rule.IpProtocol switch
    {
        "-1" => "all",
        var protocol when rule.FromPort is null => protocol,
        var protocol when rule.FromPort == rule.ToPort => string.Create(CultureInfo.InvariantCulture, $"{protocol} {rule.FromPort}"),
        var protocol => string.Create(CultureInfo.InvariantCulture, $"{protocol} {rule.FromPort}-{rule.ToPort}"),
    };

    private static JsonObject RuleJson(IpPermission rule) => new()
    {
        ["IpProtocol"] = rule.IpProtocol,
        ["FromPort"] = rule.FromPort,
        ["ToPort"] = rule.ToPort,
        ["Ranges"] = new JsonArray([.. RangesOf(rule).Select(range => (JsonNode)range)]),
        ["Groups"] = new JsonArray([.. (rule.UserIdGroupPairs ?? []).Select(pair => (JsonNode?)pair.GroupId)]),
        ["PrefixLists"] = new JsonArray([.. (rule.PrefixListIds ?? []).Select(list => (JsonNode?)list.Id)]),
    };
}

using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Aws.Accounts;

/// <summary>Something in an account that has an ARN, tags, and controls that judge it.</summary>
internal abstract class AwsResource
{
    public required string AccountId { get; init; }

    public required string Region { get; init; }

    public abstract string Arn { get; }

    /// <summary>The type as Security Hub names it (<c>AwsS3Bucket</c>).</summary>
    public abstract string AsffType { get; }

    /// <summary>The type as the Tagging API filters it (<c>s3:bucket</c>); null when it cannot be tagged.</summary>
    public abstract string? TaggingType { get; }

    /// <summary>Tags in the order they were set.</summary>
    public SortedDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>Until then it is being created, and refuses tags.</summary>
    public DateTimeOffset ReadyAt { get; init; }

    /// <summary>The controls enabled for it; null for all. A scenario shows one thing at a time.</summary>
    public IReadOnlySet<string>? JudgedBy { get; set; }

    /// <summary>The member of ASFF's Resources[].Details that is named after the type; null when there is none.</summary>
    public abstract JsonObject? Details();
}

/// <summary>The four switches of S3's public access block.</summary>
internal sealed record PublicAccessBlock(bool BlockPublicAcls, bool IgnorePublicAcls, bool BlockPublicPolicy, bool RestrictPublicBuckets)
{
    public static PublicAccessBlock All { get; } = new(true, true, true, true);

    public bool Complete => this == All;
}

/// <summary>An account as a resource of its own: what is switched on for all of it in a region.</summary>
internal sealed class AccountSettings : AwsResource
{
    public override string Arn => $"AWS::::Account:{AccountId}";

    public override string AsffType => "AwsAccount";

    public override string? TaggingType => null;

    public bool EbsEncryptionByDefault { get; set; } = true;

    public PublicAccessBlock? PublicAccessBlock { get; set; } = PublicAccessBlock.All;

    public override JsonObject? Details() => null;
}

internal sealed class Bucket : AwsResource
{
    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public override string Arn => "arn:aws:s3:::" + Name;

    public override string AsffType => "AwsS3Bucket";

    public override string TaggingType => "s3:bucket";

    /// <summary>New buckets have all four on, as since April 2023.</summary>
    public PublicAccessBlock? PublicAccessBlock { get; set; } = PublicAccessBlock.All;

    /// <summary>The default encryption's algorithm (<c>AES256</c>, <c>aws:kms</c>); null when none is set.</summary>
    public string? Encryption { get; set; } = "AES256";

    public string? EncryptionKey { get; set; }

    /// <summary><c>Enabled</c>, <c>Suspended</c>, or null when it was never set.</summary>
    public string? Versioning { get; set; }

    /// <summary>Where access logs go; null when logging is off.</summary>
    public (string Bucket, string Prefix)? Logging { get; set; }

    public string? Policy { get; set; }

    public override JsonObject Details()
    {
        var details = new JsonObject
        {
            ["OwnerId"] = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
            ["CreatedAt"] = AwsIds.Iso(CreatedAt),
            ["Name"] = Name,
        };
        if (Encryption is not null)
        {
            details["ServerSideEncryptionConfiguration"] = new JsonObject
            {
                ["Rules"] = new JsonArray(
                    new JsonObject { ["ApplyServerSideEncryptionByDefault"] = new JsonObject { ["SSEAlgorithm"] = Encryption } }),
            };
        }

        if (PublicAccessBlock is { } block)
        {
            details["PublicAccessBlockConfiguration"] = new JsonObject
            {
                ["BlockPublicAcls"] = block.BlockPublicAcls,
                ["BlockPublicPolicy"] = block.BlockPublicPolicy,
                ["IgnorePublicAcls"] = block.IgnorePublicAcls,
                ["RestrictPublicBuckets"] = block.RestrictPublicBuckets,
            };
        }

        if (Versioning is not null)
            details["BucketVersioningConfiguration"] = new JsonObject { ["Status"] = Versioning };
        return details;
    }
}

/// <summary>One rule of a security group: a protocol, its ports, and one range it is open to.</summary>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c>, <c>icmp</c>, or <c>-1</c> for all.</param>
/// <param name="FromPort">Null when the protocol has no ports.</param>
/// <param name="ToPort">Null when the protocol has no ports.</param>
/// <param name="Range">A CIDR block, IPv4 or IPv6, another group's id, or a prefix list's.</param>
/// <param name="Description">What its author wrote beside it.</param>
internal sealed record SecurityRule(string Protocol, int? FromPort, int? ToPort, string Range, string? Description = null)
{
    /// <summary>Of a group: whose it is; null for the own account.</summary>
    public string? UserId { get; init; }

    /// <summary>Of a group in a peer's VPC: the VPC.</summary>
    public string? PeerVpcId { get; init; }

    /// <summary>Of a group in a peer's VPC: the connection to it.</summary>
    public string? PeeringId { get; init; }

    public bool IsPrefixList => Range.StartsWith("pl-", StringComparison.Ordinal);

    /// <summary>EC2's id of the rule: the same as long as the rule stands.</summary>
    public string RuleId => "sgr-0" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
        System.Text.Encoding.UTF8.GetBytes($"{Protocol} {FromPort} {ToPort} {Range}")))[..16];

    public bool OpenToWorld => Range is "0.0.0.0/0" or "::/0";

    public bool IsV6 => Range.Contains(':', StringComparison.Ordinal);

    public bool IsGroup => Range.StartsWith("sg-", StringComparison.Ordinal);

    public bool Covers(int port) => Protocol == "-1" || (Protocol is "tcp" or "6" && FromPort <= port && port <= ToPort);

    public bool SameAs(SecurityRule other) =>
        (Protocol, FromPort, ToPort, Range) == (other.Protocol, other.FromPort, other.ToPort, other.Range);
}

internal sealed class SecurityGroup : AwsResource
{
    /// <summary>The VPC that every account has from the beginning.</summary>
    public const string DefaultVpcId = "vpc-0a1b2c3d4e5f60718";

    public required string GroupId { get; init; }

    public required string Name { get; init; }

    public required string VpcId { get; init; }

    public string Description { get; init; } = "";

    public List<SecurityRule> Ingress { get; } = [];

    public List<SecurityRule> Egress { get; } = [];

    public override string Arn => $"arn:aws:ec2:{Region}:{AccountId}:security-group/{GroupId}";

    public override string AsffType => "AwsEc2SecurityGroup";

    public override string TaggingType => "ec2:security-group";

    public override JsonObject Details() => new()
    {
        ["GroupName"] = Name,
        ["GroupId"] = GroupId,
        ["OwnerId"] = AccountId,
        ["VpcId"] = VpcId,
        ["IpPermissions"] = Permissions(Ingress),
        ["IpPermissionsEgress"] = Permissions(Egress),
    };

    private static JsonArray Permissions(IEnumerable<SecurityRule> rules) => [.. rules.Select(rule =>
    {
        var permission = new JsonObject { ["IpProtocol"] = rule.Protocol };
        if (rule.FromPort is { } from)
            permission["FromPort"] = from;
        if (rule.ToPort is { } to)
            permission["ToPort"] = to;
        if (rule.IsPrefixList)
            permission["PrefixListIds"] = new JsonArray(new JsonObject { ["PrefixListId"] = rule.Range });
        else if (rule.IsGroup)
            permission["UserIdGroupPairs"] = new JsonArray(new JsonObject { ["GroupId"] = rule.Range });
        else if (rule.IsV6)
            permission["Ipv6Ranges"] = new JsonArray(new JsonObject { ["CidrIpv6"] = rule.Range });
        else
            permission["IpRanges"] = new JsonArray(new JsonObject { ["CidrIp"] = rule.Range });
        return (JsonNode)permission;
    })];
}

internal sealed class Instance : AwsResource
{
    public required string InstanceId { get; init; }

    public required DateTimeOffset LaunchedAt { get; init; }

    public string Type { get; init; } = "t3.small";

    public string ImageId { get; init; } = "ami-0a1b2c3d4e5f60718";

    public string VpcId { get; init; } = "vpc-0a1b2c3d4e5f60718";

    public string SubnetId { get; init; } = "subnet-0a1b2c3d4e5f60718";

    public string PrivateIp { get; init; } = "10.0.1.10";

    public string? PublicIp { get; init; }

    public string State { get; set; } = "running";

    /// <summary><c>required</c> for IMDSv2 only, or <c>optional</c>.</summary>
    public string HttpTokens { get; set; } = "required";

    public override string Arn => $"arn:aws:ec2:{Region}:{AccountId}:instance/{InstanceId}";

    public override string AsffType => "AwsEc2Instance";

    public override string TaggingType => "ec2:instance";

    public override JsonObject Details() => new()
    {
        ["Type"] = Type,
        ["ImageId"] = ImageId,
        ["IpV4Addresses"] = PublicIp is null ? new JsonArray(PrivateIp) : new JsonArray(PrivateIp, PublicIp),
        ["VpcId"] = VpcId,
        ["SubnetId"] = SubnetId,
        ["LaunchedAt"] = AwsIds.Iso(LaunchedAt),
        ["MetadataOptions"] = new JsonObject { ["HttpEndpoint"] = "enabled", ["HttpTokens"] = HttpTokens },
    };
}

internal sealed class DbInstance : AwsResource
{
    public required string Identifier { get; init; }

    public required string ResourceId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string Engine { get; init; } = "mysql";

    public string EngineVersion { get; init; } = "8.0.40";

    public string InstanceClass { get; init; } = "db.t3.medium";

    public bool PubliclyAccessible { get; set; }

    public bool MultiAz { get; set; } = true;

    public bool DeletionProtection { get; set; } = true;

    public bool AutoMinorVersionUpgrade { get; set; } = true;

    public bool CopyTagsToSnapshot { get; set; } = true;

    public int BackupRetentionDays { get; set; } = 14;

    public int MonitoringInterval { get; set; } = 60;

    public bool StorageEncrypted { get; init; } = true;

    public override string Arn => $"arn:aws:rds:{Region}:{AccountId}:db:{Identifier}";

    public override string AsffType => "AwsRdsDbInstance";

    public override string TaggingType => "rds:db";

    public override JsonObject Details() => new()
    {
        ["DBInstanceIdentifier"] = Identifier,
        ["DBInstanceClass"] = InstanceClass,
        ["DbiResourceId"] = ResourceId,
        ["Engine"] = Engine,
        ["EngineVersion"] = EngineVersion,
        ["DbInstanceStatus"] = "available",
        ["PubliclyAccessible"] = PubliclyAccessible,
        ["MultiAz"] = MultiAz,
        ["DeletionProtection"] = DeletionProtection,
        ["AutoMinorVersionUpgrade"] = AutoMinorVersionUpgrade,
        ["BackupRetentionPeriod"] = BackupRetentionDays,
        ["MonitoringInterval"] = MonitoringInterval,
        ["StorageEncrypted"] = StorageEncrypted,
        ["CopyTagsToSnapshot"] = CopyTagsToSnapshot,
        ["InstanceCreateTime"] = AwsIds.Iso(CreatedAt),
        ["Endpoint"] = new JsonObject
        {
            ["Address"] = $"{Identifier}.c9akciq32.{Region}.rds.amazonaws.com",
            ["Port"] = Engine == "postgres" ? 5432 : 3306,
        },
    };
}

internal sealed class Snapshot : AwsResource
{
    public required string SnapshotId { get; init; }

    /// <summary>Account ids that may create volumes from it, or <c>all</c>.</summary>
    public SortedSet<string> CreateVolumePermission { get; } = new(StringComparer.Ordinal);

    public override string Arn => $"arn:aws:ec2:{Region}::snapshot/{SnapshotId}";

    public override string AsffType => "AwsEc2Snapshot";

    public override string TaggingType => "ec2:snapshot";

    public override JsonObject? Details() => null;
}

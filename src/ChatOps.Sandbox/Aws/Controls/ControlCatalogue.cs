using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Aws.Controls;

/// <summary>The controls of S3, EC2 and RDS that the sandbox evaluates; ids, titles and severities are Security Hub's.</summary>
internal static class ControlCatalogue
{
    /// <summary>Ports that EC2.19 calls high risk.</summary>
    public static IReadOnlyList<int> HighRiskPorts { get; } =
        [20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080, 8088, 8888, 9200, 9300];

    public static IReadOnlyList<Control> All { get; } =
    [
        Control.Of<AccountSettings>(
            "S3.1", "MEDIUM", "S3 general purpose buckets should have block public access settings enabled",
            "This control checks whether the preceding Amazon S3 block public access settings are configured at the account level for an " +
            "S3 general purpose bucket. The control fails if one or more of the block public access settings are set to false.",
            "s3-account-level-public-access-blocks-periodic", "NIST.800-53.r5 AC-21",
            a => a.Region != AwsSandboxOptions.HomeRegion || a.PublicAccessBlock is { Complete: true }),
        Control.Of<Bucket>(
            "S3.2", "CRITICAL", "S3 general purpose buckets should block public read access",
            "This control checks whether an Amazon S3 general purpose bucket permits public read access. It evaluates the block public " +
            "access settings, the bucket policy, and the bucket access control list (ACL). The control fails if the bucket permits " +
            "public read access.",
            "s3-bucket-public-read-prohibited", "NIST.800-53.r5 AC-3", b => !BucketPolicy.PublicRead(b)),
        Control.Of<Bucket>(
            "S3.3", "CRITICAL", "S3 general purpose buckets should block public write access",
            "This control checks whether an Amazon S3 general purpose bucket permits public write access. It evaluates the block public " +
            "access settings, the bucket policy, and the bucket access control list (ACL). The control fails if the bucket permits " +
            "public write access.",
            "s3-bucket-public-write-prohibited", "NIST.800-53.r5 AC-3", b => !BucketPolicy.PublicWrite(b)),
        Control.Of<Bucket>(
            "S3.4", "MEDIUM", "S3 buckets should have server-side encryption enabled",
            "This control checks whether an Amazon S3 bucket has default encryption enabled.",
            "s3-bucket-server-side-encryption-enabled", "NIST.800-53.r5 SC-28", b => b.Encryption is not null),
        Control.Of<Bucket>(
            "S3.5", "MEDIUM", "S3 general purpose buckets should require requests to use SSL",
            "This control checks whether an Amazon S3 general purpose bucket has a policy that requires requests to use SSL. The control " +
            "fails if the bucket policy doesn't require requests to use SSL.",
            "s3-bucket-ssl-requests-only", "NIST.800-53.r5 SC-8", BucketPolicy.RequiresTls),
        Control.Of<Bucket>(
            "S3.8", "HIGH", "S3 general purpose buckets should block public access",
            "This control checks whether an Amazon S3 general purpose bucket blocks public access at the bucket level. The control fails " +
            "if any of the following settings are set to false: ignorePublicAcls, blockPublicPolicy, blockPublicAcls, " +
            "restrictPublicBuckets.",
            "s3-bucket-level-public-access-prohibited", "NIST.800-53.r5 AC-4", b => b.PublicAccessBlock is { Complete: true }),
        Control.Of<Bucket>(
            "S3.9", "MEDIUM", "S3 general purpose buckets should have server access logging enabled",
            "This control checks whether server access logging is enabled for an Amazon S3 general purpose bucket. The control fails if " +
            "server access logging isn't enabled. When logging is enabled, Amazon S3 delivers access logs for a source bucket to a " +
            "chosen target bucket.",
            "s3-bucket-logging-enabled", "NIST.800-53.r5 AU-2", b => b.Logging is not null),
        Control.Of<Bucket>(
            "S3.14", "LOW", "S3 general purpose buckets should have versioning enabled",
            "This control checks whether an Amazon S3 general purpose bucket has versioning enabled. The control fails if versioning is " +
            "suspended for the bucket.",
            "s3-bucket-versioning-enabled", "NIST.800-53.r5 CP-9", b => b.Versioning == "Enabled"),
        Control.Of<SecurityGroup>(
            "EC2.2", "HIGH", "VPC default security groups should not allow inbound or outbound traffic",
            "This control checks whether the default security group of a VPC allows inbound or outbound traffic. The control fails if " +
            "the security group allows inbound or outbound traffic.",
            "vpc-default-security-group-closed", "NIST.800-53.r5 AC-4",
            g => g.Name != "default" || (g.Ingress.Count == 0 && g.Egress.Count == 0)),
        Control.Of<AccountSettings>(
            "EC2.7", "MEDIUM", "EBS default encryption should be enabled",
            "This control checks whether account-level encryption is enabled by default for Amazon Elastic Block Store (Amazon EBS) " +
            "volumes. The control fails if the account level encryption isn't enabled for EBS volumes.",
            "ec2-ebs-encryption-by-default", "NIST.800-53.r5 SC-28", a => a.EbsEncryptionByDefault),
        Control.Of<Instance>(
            "EC2.8", "HIGH", "EC2 instances should use Instance Metadata Service Version 2 (IMDSv2)",
            "This control checks whether your EC2 instance metadata version is configured with Instance Metadata Service Version 2 " +
            "(IMDSv2). The control passes if HttpTokens is set to required for IMDSv2. The control fails if HttpTokens is set to optional.",
            "ec2-imdsv2-check", "NIST.800-53.r5 AC-3", i => i.HttpTokens == "required"),
        Control.Of<SecurityGroup>(
            "EC2.13", "HIGH", "Security groups should not allow ingress from 0.0.0.0/0 or ::/0 to port 22",
            "This control checks whether an Amazon EC2 security group allows ingress from 0.0.0.0/0 or ::/0 to port 22. The control " +
            "fails if the security group allows ingress from 0.0.0.0/0 or ::/0 to port 22.",
            "restricted-ssh", "CIS AWS Foundations Benchmark v1.2.0/4.1", g => !OpenTo(g, 22)),
        Control.Of<SecurityGroup>(
            "EC2.14", "HIGH", "Security groups should not allow ingress from 0.0.0.0/0 or ::/0 to port 3389",
            "This control checks whether an Amazon EC2 security group allows ingress from 0.0.0.0/0 or ::/0 to port 3389. The control " +
            "fails if the security group allows ingress from 0.0.0.0/0 or ::/0 to port 3389.",
            "restricted-rdp", "CIS AWS Foundations Benchmark v1.2.0/4.2", g => !OpenTo(g, 3389)),
        Control.Of<SecurityGroup>(
            "EC2.18", "HIGH", "Security groups should only allow unrestricted incoming traffic for authorized ports",
            "This control checks whether an Amazon EC2 security group permits unrestricted incoming traffic from unauthorized ports. By " +
            "default the authorized ports are 80 and 443.",
            "vpc-sg-open-only-to-authorized-ports", "NIST.800-53.r5 AC-4",
            g => g.Ingress.TrueForAll(r => !r.OpenToWorld || (r.Protocol == "tcp" && r.FromPort == r.ToPort && r.FromPort is 80 or 443))),
        Control.Of<SecurityGroup>(
            "EC2.19", "CRITICAL", "Security groups should not allow unrestricted access to ports with high risk",
            "This control checks whether unrestricted incoming traffic for an Amazon EC2 security group is accessible to the specified " +
            "ports that are considered to be high risk. This control fails if any of the rules in a security group allow ingress traffic " +
            "from '0.0.0.0/0' or '::/0' to those ports.",
            "vpc-sg-restricted-common-ports", "NIST.800-53.r5 AC-4", g => !HighRiskPorts.Any(p => OpenTo(g, p))),
        Control.Of<DbInstance>(
            "RDS.2", "CRITICAL", "RDS DB Instances should prohibit public access, as determined by the PubliclyAccessible configuration",
            "This control checks whether Amazon RDS instances are publicly accessible by evaluating the PubliclyAccessible field in the " +
            "instance configuration item.",
            "rds-instance-public-access-check", "NIST.800-53.r5 AC-4", d => !d.PubliclyAccessible),
        Control.Of<DbInstance>(
            "RDS.3", "MEDIUM", "RDS DB instances should have encryption at-rest enabled",
            "This control checks whether storage encryption is enabled for your Amazon RDS DB instances.",
            "rds-storage-encrypted", "NIST.800-53.r5 SC-28", d => d.StorageEncrypted),
        Control.Of<DbInstance>(
            "RDS.5", "MEDIUM", "RDS DB instances should be configured with multiple Availability Zones",
            "This control checks whether high availability is enabled for your RDS DB instances. The control fails if an RDS DB instance " +
            "isn't configured with multiple Availability Zones (AZs).",
            "rds-multi-az-support", "NIST.800-53.r5 CP-10", d => d.MultiAz),
        Control.Of<DbInstance>(
            "RDS.6", "LOW", "Enhanced monitoring should be configured for RDS DB instances",
            "This control checks whether enhanced monitoring is enabled for an Amazon RDS DB instance. The control fails if enhanced " +
            "monitoring isn't enabled for the instance.",
            "rds-enhanced-monitoring-enabled", "NIST.800-53.r5 SI-2", d => d.MonitoringInterval > 0),
        Control.Of<DbInstance>(
            "RDS.8", "LOW", "RDS DB instances should have deletion protection enabled",
            "This control checks whether your RDS DB instances that use one of the listed database engines have deletion protection " +
            "enabled. The control fails if an RDS DB instance doesn't have deletion protection enabled.",
            "rds-instance-deletion-protection-enabled", "NIST.800-53.r5 CM-3", d => d.DeletionProtection),
        Control.Of<DbInstance>(
            "RDS.11", "MEDIUM", "RDS instances should have automatic backups enabled",
            "This control checks whether an Amazon RDS DB instance has automated backups enabled, and a backup retention period greater " +
            "than or equal to the specified time frame.",
            "db-instance-backup-enabled", "NIST.800-53.r5 CP-9", d => d.BackupRetentionDays >= 7),
        Control.Of<DbInstance>(
            "RDS.13", "HIGH", "RDS automatic minor version upgrades should be enabled",
            "This control checks whether automatic minor version upgrades are enabled for the RDS database instance.",
            "rds-automatic-minor-version-upgrade-enabled", "NIST.800-53.r5 SI-2", d => d.AutoMinorVersionUpgrade),
        Control.Of<DbInstance>(
            "RDS.17", "LOW", "RDS DB instances should be configured to copy tags to snapshots",
            "This control checks whether RDS DB instances are configured to copy all tags to snapshots when the snapshots are created.",
            "rds-instance-copy-tags-to-snapshots-enabled", "NIST.800-53.r5 CM-2", d => d.CopyTagsToSnapshot),
    ];

    private static bool OpenTo(SecurityGroup group, int port) => group.Ingress.Exists(r => r.OpenToWorld && r.Covers(port));
}

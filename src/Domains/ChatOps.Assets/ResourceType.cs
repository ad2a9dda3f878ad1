using ChatOps.Aws;
using ChatOps.Kernel.Filters;

namespace ChatOps.Assets;

/// <summary>A resource's type as CloudFormation and Config write it, told from its ARN where nobody says it.</summary>
internal static class ResourceType
{
    /// <summary>
    /// Whether a type of AWS Config is none of resources but of its own records about them: compliance, associations, inventories.
    /// </summary>
    public static bool IsRecord(string type) => type.StartsWith("AWS::", StringComparison.Ordinal)
        && (type.EndsWith("Compliance", StringComparison.Ordinal) || type is "AWS::SSM::FileData"
            || (type.StartsWith("AWS::SSM::", StringComparison.Ordinal) && type.EndsWith("Inventory", StringComparison.Ordinal)));

    private static readonly Dictionary<(string Service, string Kind), string> Known = new()
    {
        [("acm", "certificate")] = "AWS::ACM::Certificate",
        [("apigateway", "restapis")] = "AWS::ApiGateway::RestApi",
        [("athena", "workgroup")] = "AWS::Athena::WorkGroup",
        [("autoscaling", "autoScalingGroup")] = "AWS::AutoScaling::AutoScalingGroup",
        [("backup", "backup-plan")] = "AWS::Backup::BackupPlan",
        [("backup", "backup-vault")] = "AWS::Backup::BackupVault",
        [("cloudformation", "stack")] = "AWS::CloudFormation::Stack",
        [("cloudfront", "distribution")] = "AWS::CloudFront::Distribution",
        [("cloudtrail", "trail")] = "AWS::CloudTrail::Trail",
        [("cloudwatch", "alarm")] = "AWS::CloudWatch::Alarm",
        [("codebuild", "project")] = "AWS::CodeBuild::Project",
        [("codepipeline", "")] = "AWS::CodePipeline::Pipeline",
        [("cognito-idp", "userpool")] = "AWS::Cognito::UserPool",
        [("dynamodb", "table")] = "AWS::DynamoDB::Table",
        [("ec2", "customer-gateway")] = "AWS::EC2::CustomerGateway",
        [("ec2", "elastic-ip")] = "AWS::EC2::EIP",
        [("ec2", "image")] = "AWS::EC2::Image",
        [("ec2", "instance")] = "AWS::EC2::Instance",
        [("ec2", "internet-gateway")] = "AWS::EC2::InternetGateway",
        [("ec2", "key-pair")] = "AWS::EC2::KeyPair",
        [("ec2", "launch-template")] = "AWS::EC2::LaunchTemplate",
        [("ec2", "natgateway")] = "AWS::EC2::NatGateway",
        [("ec2", "network-acl")] = "AWS::EC2::NetworkAcl",
        [("ec2", "network-interface")] = "AWS::EC2::NetworkInterface",
        [("ec2", "route-table")] = "AWS::EC2::RouteTable",
        [("ec2", "security-group")] = "AWS::EC2::SecurityGroup",
        [("ec2", "snapshot")] = "AWS::EC2::Snapshot",
        [("ec2", "subnet")] = "AWS::EC2::Subnet",
        [("ec2", "transit-gateway")] = "AWS::EC2::TransitGateway",
        [("ec2", "volume")] = "AWS::EC2::Volume",
        [("ec2", "vpc")] = "AWS::EC2::VPC",
        [("ec2", "vpc-endpoint")] = "AWS::EC2::VPCEndpoint",
        [("ec2", "vpc-peering-connection")] = "AWS::EC2::VPCPeeringConnection",
        [("ec2", "vpn-connection")] = "AWS::EC2::VPNConnection",
        [("ec2", "vpn-gateway")] = "AWS::EC2::VPNGateway",
        [("ecr", "repository")] = "AWS::ECR::Repository",
        [("ecs", "cluster")] = "AWS::ECS::Cluster",
        [("ecs", "service")] = "AWS::ECS::Service",
        [("ecs", "task-definition")] = "AWS::ECS::TaskDefinition",
        [("eks", "cluster")] = "AWS::EKS::Cluster",
        [("eks", "nodegroup")] = "AWS::EKS::Nodegroup",
        [("elasticache", "cluster")] = "AWS::ElastiCache::CacheCluster",
        [("elasticache", "replicationgroup")] = "AWS::ElastiCache::ReplicationGroup",
        [("elasticbeanstalk", "application")] = "AWS::ElasticBeanstalk::Application",
        [("elasticbeanstalk", "environment")] = "AWS::ElasticBeanstalk::Environment",
        [("elasticfilesystem", "file-system")] = "AWS::EFS::FileSystem",
        [("elasticloadbalancing", "")] = "AWS::ElasticLoadBalancing::LoadBalancer",
        [("elasticloadbalancing", "loadbalancer")] = "AWS::ElasticLoadBalancingV2::LoadBalancer",
        [("elasticloadbalancing", "targetgroup")] = "AWS::ElasticLoadBalancingV2::TargetGroup",
        [("elasticmapreduce", "cluster")] = "AWS::EMR::Cluster",
        [("es", "domain")] = "AWS::OpenSearch::Domain",
        [("events", "rule")] = "AWS::Events::Rule",
        [("firehose", "deliverystream")] = "AWS::KinesisFirehose::DeliveryStream",
        [("glue", "job")] = "AWS::Glue::Job",
        [("iam", "instance-profile")] = "AWS::IAM::InstanceProfile",
        [("iam", "policy")] = "AWS::IAM::Policy",
        [("iam", "role")] = "AWS::IAM::Role",
        [("iam", "user")] = "AWS::IAM::User",
        [("kafka", "cluster")] = "AWS::MSK::Cluster",
        [("kinesis", "stream")] = "AWS::Kinesis::Stream",
        [("kms", "key")] = "AWS::KMS::Key",
        [("lambda", "function")] = "AWS::Lambda::Function",
        [("logs", "log-group")] = "AWS::Logs::LogGroup",
        [("rds", "cluster")] = "AWS::RDS::DBCluster",
        [("rds", "cluster-snapshot")] = "AWS::RDS::DBClusterSnapshot",
        [("rds", "db")] = "AWS::RDS::DBInstance",
        [("rds", "pg")] = "AWS::RDS::DBParameterGroup",
        [("rds", "secgrp")] = "AWS::RDS::DBSecurityGroup",
        [("rds", "snapshot")] = "AWS::RDS::DBSnapshot",
        [("rds", "subgrp")] = "AWS::RDS::DBSubnetGroup",
        [("redshift", "cluster")] = "AWS::Redshift::Cluster",
        [("route53", "hostedzone")] = "AWS::Route53::HostedZone",
        [("s3", "")] = "AWS::S3::Bucket",
        [("sagemaker", "endpoint")] = "AWS::SageMaker::Endpoint",
        [("sagemaker", "notebook-instance")] = "AWS::SageMaker::NotebookInstance",
        [("secretsmanager", "secret")] = "AWS::SecretsManager::Secret",
        [("sns", "")] = "AWS::SNS::Topic",
        [("sqs", "")] = "AWS::SQS::Queue",
        [("ssm", "document")] = "AWS::SSM::Document",
        [("ssm", "parameter")] = "AWS::SSM::Parameter",
        [("states", "stateMachine")] = "AWS::StepFunctions::StateMachine",
        [("wafv2", "ipset")] = "AWS::WAFv2::IPSet",
        [("wafv2", "regexpatternset")] = "AWS::WAFv2::RegexPatternSet",
        [("wafv2", "rulegroup")] = "AWS::WAFv2::RuleGroup",
        [("wafv2", "webacl")] = "AWS::WAFv2::WebACL",
    };

    /// <summary>The type of what an ARN names; an unknown kind keeps the ARN's own words: <c>AWS::glacier::vaults</c>.</summary>
    public static string Of(string arn)
    {
        if (!Arn.TryParse(arn, out var parsed)) return "";
        var kind = KindOf(parsed);
        return Known.GetValueOrDefault((parsed.Service, kind))
            ?? (kind.Length > 0 ? $"AWS::{parsed.Service}::{kind}" : $"AWS::{parsed.Service}");
    }

    /// <summary>
    /// The ARN's word for the kind, where its first one is another: WAF begins with the scope, and a classic load balancer has only a name
    /// after it.
    /// </summary>
    private static string KindOf(Arn arn) => (arn.Service, arn.ResourceType) switch
    {
        ("wafv2", "regional" or "global") when arn.ResourceId.Split('/') is [var kind, _, ..] => kind,
        ("elasticloadbalancing", "loadbalancer") when !arn.ResourceId.Contains('/') => "",
        var (_, type) => type,
    };

    /// <summary>A type without AWS's prefix, for reading: <c>EC2 Instance</c>.</summary>
    public static string Short(string type)
    {
        var parts = type.Split("::");
        return parts is ["AWS", var service, var kind, ..] ? $"{service} {kind}" : type;
    }

    /// <summary>What people call a type whose AWS name has other words.</summary>
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["alb"] = "AWS::ElasticLoadBalancingV2::LoadBalancer",
        ["asg"] = "AWS::AutoScaling::AutoScalingGroup",
        ["ebs"] = "AWS::EC2::Volume",
        ["elb"] = "AWS::ElasticLoadBalancingV2::LoadBalancer",
        ["nlb"] = "AWS::ElasticLoadBalancingV2::LoadBalancer",
        ["sfn"] = "AWS::StepFunctions::StateMachine",
        ["sg"] = "AWS::EC2::SecurityGroup",
    };

    /// <summary>What can be written after <c>type:</c>: services, kinds, and what people call them.</summary>
    public static IReadOnlyList<FilterChoice> Offered { get; } =
    [
        .. Known.Values.SelectMany(type => type.ToLowerInvariant().Split("::").Skip(1)).Concat(Aliases.Keys)
        .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).Select(word => new FilterChoice(word)),
    ];

    /// <summary>Whether what somebody wrote means a type that we know.</summary>
    public static bool IsKnown(string written) =>
        Known.Values.Any(type => Means(FilterText.Literal(written), type) || type.Equals(written, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Whether what somebody wrote after <c>type:</c> means a type: the whole of it, its service, its kind, or both
    /// (<c>s3</c>, <c>instance</c>, <c>ec2:instance</c>, <c>AWS::EC2::Instance</c>, <c>alb</c>, <c>rds:*</c>).
    /// </summary>
    public static bool Means(FilterText written, string type)
    {
        if (written.IsPattern)
        {
            var parts = type.Split("::");
            return written.Matches(type) || parts.Skip(1).Any(written.Matches) || written.Matches(string.Join(':', parts.Skip(1)));
        }

        return Aliases.TryGetValue(written.Text, out var named) ? type == named : Means(written.Text, type);
    }

    private static bool Means(string written, string type)
    {
        var asked = written.ToLowerInvariant().Replace("::", ":", StringComparison.Ordinal).Replace('/', ':')
            .Split(':', StringSplitOptions.RemoveEmptyEntries);
        var parts = type.ToLowerInvariant().Split("::", StringSplitOptions.RemoveEmptyEntries);
        if (asked.Length == 0) return false;
        if (asked[0] == "aws") asked = asked[1..];
        if (parts is ["aws", ..]) parts = parts[1..];
        return asked.Length switch
        {
            0 => true,
            1 => parts.Contains(asked[0], StringComparer.Ordinal) || (parts is [_, var kind, ..] && kind == asked[0].TrimEnd('s')),
            _ => parts.Length >= asked.Length && asked.Zip(parts).All(pair => pair.First == pair.Second),
        };
    }
}

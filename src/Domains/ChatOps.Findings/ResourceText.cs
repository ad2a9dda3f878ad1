using ChatOps.Aws;

namespace ChatOps.Findings;

/// <summary>How resources are named for people, and where their console page is.</summary>
internal static class ResourceText
{
    /// <summary>ASFF's service names that AWS writes in another case in resource types; the longer before its prefix.</summary>
    private static readonly (string Asff, string Name)[] Services =
    [
        ("ApiGatewayV2", "ApiGatewayV2"), ("ApiGateway", "ApiGateway"), ("AutoScaling", "AutoScaling"),
        ("CertificateManager", "CertificateManager"),
        ("CloudFormation", "CloudFormation"), ("CloudFront", "CloudFront"), ("CloudTrail", "CloudTrail"), ("CloudWatch", "CloudWatch"),
        ("CodeBuild", "CodeBuild"),
        ("DynamoDb", "DynamoDB"), ("Ec2", "EC2"), ("Ecr", "ECR"), ("Ecs", "ECS"), ("Efs", "EFS"), ("Eks", "EKS"),
        ("ElasticBeanstalk", "ElasticBeanstalk"),
        ("Elasticsearch", "Elasticsearch"), ("Elbv2", "ElasticLoadBalancingV2"), ("Elb", "ElasticLoadBalancing"),
        ("EventSchemas", "EventSchemas"), ("Events", "Events"),
        ("GuardDuty", "GuardDuty"), ("Iam", "IAM"), ("Kinesis", "Kinesis"), ("Kms", "KMS"), ("Lambda", "Lambda"), ("Msk", "MSK"),
        ("NetworkFirewall", "NetworkFirewall"),
        ("OpenSearchService", "OpenSearchService"), ("Rds", "RDS"), ("Redshift", "Redshift"), ("Route53", "Route53"), ("S3", "S3"),
        ("SageMaker", "SageMaker"),
        ("SecretsManager", "SecretsManager"), ("Sns", "SNS"), ("Sqs", "SQS"), ("Ssm", "SSM"), ("StepFunction", "StepFunctions"),
        ("Waf", "WAF"), ("WafRegional", "WAFRegional"), ("Wafv2", "WAFv2"),
    ];

    /// <summary>The type as people know it: <c>AwsS3Bucket</c> is <c>AWS::S3::Bucket</c>; what is not known stays as it is.</summary>
    public static string Type(string asff)
    {
        if (!asff.StartsWith("Aws", StringComparison.Ordinal)) return asff;
        var rest = asff.AsSpan(3);
        foreach (var (service, name) in Services)
        {
            if (rest.StartsWith(service, StringComparison.Ordinal) && rest.Length > service.Length && char.IsUpper(rest[service.Length]))
                return $"AWS::{name}::{(service == "Rds" && rest[service.Length..].StartsWith("Db", StringComparison.Ordinal)
                    ? $"DB{rest[(service.Length + 2)..]}"
                    : rest[service.Length..])}";
        }

        return asff;
    }

    /// <summary>
    /// A type of CloudFormation's, as Config, Inspector and OCSF write it, in ASFF's words; what is not known stays as it is.
    /// </summary>
    public static string Asff(string type)
    {
        if (type.Split("::") is not ["AWS", var service, var rest]) return type == "AWS::::Account" ? "AwsAccount" : type;
        var known = Services.FirstOrDefault(pair => string.Equals(pair.Name, service, StringComparison.OrdinalIgnoreCase)).Asff;
        if (known is null) return type;
        return $"Aws{known}{(known == "Rds" && rest.StartsWith("DB", StringComparison.Ordinal) ? $"Db{rest[2..]}" : rest)}";
    }

    /// <summary>The shortest name that tells which one: <c>payroll-exports</c>, <c>web (sg-0a1…)</c>, <c>bastion (i-0fe…)</c>.</summary>
    public static string Name(FindingResource resource)
    {
        var id = Id(resource.Arn);
        var given = resource.Tags.GetValueOrDefault("Name")
            ?? resource.Details.GetValueOrDefault("GroupName") ?? resource.Details.GetValueOrDefault("UserName")
            ?? resource.Details.GetValueOrDefault("ResourceName");
        if (string.IsNullOrWhiteSpace(given) || given == id) return id.Length > 0 ? id : Type(resource.Type);
        return id.Length > 0 ? $"{given} ({id})" : given;
    }

    /// <summary>The page of the resource in the console; null where we know none.</summary>
    public static string? Console(FindingResource resource) => ConsoleLinks.For(resource.Type, resource.Arn, resource.Region ?? "");

    private static string Id(string text)
    {
        // CloudFormation's way of naming: AWS::::Account:111122223333, and AWS::IAM::AccessKey:null where there is no id to give.
        if (text.StartsWith("AWS::", StringComparison.Ordinal))
            return text[(text.LastIndexOf(':') + 1)..] is var id and not "null" ? id : "";
        if (!Arn.TryParse(text, out var arn)) return text;
        if (arn.Service == "s3") return arn.Resource;
        if (arn is { Service: "iam", Resource: "root" }) return $"root ({arn.Account})";
        // An image's digest says nothing to anybody: its repository does.
        if (arn.Service == "ecr" && arn.ResourceId.IndexOf("/sha256:", StringComparison.Ordinal) is > 0 and var digest)
            return $"{arn.ResourceId[..digest]}@{Short(arn.ResourceId[(digest + 8)..])}";
        return Last(arn.ResourceId);
    }

    private static string Short(string digest) => digest.Length > 12 ? digest[..12] : digest;

    private static string Last(string id) => id[(id.LastIndexOf('/') + 1)..];
}

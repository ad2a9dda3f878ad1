namespace ChatOps.Aws;

/// <summary>
/// Addresses in the AWS console. They are conveniences: an unknown kind gives null, and nothing but a link rests on them.
/// </summary>
public static class ConsoleLinks
{
    /// <summary>The page of a resource, or null where we know none.</summary>
    public static string? For(Arn arn)
    {
        if (Host(arn.Region, arn.Partition) is not { } host)
            return null;
        var id = arn.ResourceId;
        var region = arn.Region;
        return (arn.Service, arn.ResourceType) switch
        {
            ("s3", "") => S3(arn, host),
            ("ec2", "instance") => $"{host}/ec2/home?region={region}#InstanceDetails:instanceId={E(id)}",
            ("ec2", "security-group") => $"{host}/ec2/home?region={region}#SecurityGroup:groupId={E(id)}",
            ("ec2", "volume") => $"{host}/ec2/home?region={region}#VolumeDetails:volumeId={E(id)}",
            ("ec2", "snapshot") => $"{host}/ec2/home?region={region}#SnapshotDetails:snapshotId={E(id)}",
            ("ec2", "network-interface") => $"{host}/ec2/home?region={region}#NetworkInterface:networkInterfaceId={E(id)}",
            ("ec2", "vpc") => $"{host}/vpcconsole/home?region={region}#VpcDetails:VpcId={E(id)}",
            ("ec2", "subnet") => $"{host}/vpcconsole/home?region={region}#SubnetDetails:subnetId={E(id)}",
            ("rds", "db") => $"{host}/rds/home?region={region}#database:id={E(id)};is-cluster=false",
            ("rds", "cluster") => $"{host}/rds/home?region={region}#database:id={E(id)};is-cluster=true",
            ("rds", "snapshot" or "cluster-snapshot") => $"{host}/rds/home?region={region}#db-snapshot:id={E(id)}",
            ("lambda", "function") => $"{host}/lambda/home?region={region}#/functions/{E(FirstPart(id))}",
            ("iam", "role") => $"{host}/iam/home#/roles/details/{E(LastPart(id))}",
            ("iam", "user") => $"{host}/iam/home#/users/details/{E(LastPart(id))}",
            ("iam", "policy") => $"{host}/iam/home#/policies/details/{E(arn.ToString())}",
            ("kms", "key") => $"{host}/kms/home?region={region}#/kms/keys/{E(id)}",
            ("dynamodb", "table") => $"{host}/dynamodbv2/home?region={region}#table?name={E(FirstPart(id))}",
            ("sns", "") => $"{host}/sns/v3/home?region={region}#/topic/{E(arn.ToString())}",
            ("sqs", "") => $"{host}/sqs/v3/home?region={region}#/queues/{E($"https://sqs.{region}.amazonaws.com/{arn.Account}/{id}")}",
            ("cloudtrail", "trail") => $"{host}/cloudtrailv2/home?region={region}#/trails/{E(arn.ToString())}",
            // The logs console unescapes twice: $25 stands for %, as its own links write it.
            ("logs", "log-group") => $"{host}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{E(E(LogGroup(id))).Replace("%", "$", StringComparison.Ordinal)}",
            ("cloudwatch", "alarm") => $"{host}/cloudwatch/home?region={region}#alarmsV2:alarm/{E(id)}",
            ("ecs", "cluster") => $"{host}/ecs/v2/clusters/{E(id)}?region={region}",
            ("eks", "cluster") => $"{host}/eks/home?region={region}#/clusters/{E(id)}",
            ("ecr", "repository") => $"{host}/ecr/repositories/private/{arn.Account}/{E(id)}?region={region}",
            ("secretsmanager", "secret") => $"{host}/secretsmanager/secret?name={E(id)}&region={region}",
            ("cloudformation", "stack") => $"{host}/cloudformation/home?region={region}#/stacks/stackinfo?stackId={E(arn.ToString())}",
            ("elasticloadbalancing", "loadbalancer") => $"{host}/ec2/home?region={region}#LoadBalancer:loadBalancerArn={E(arn.ToString())}",
            ("autoscaling", "autoScalingGroup") => $"{host}/ec2/home?region={region}#AutoScalingGroupDetails:id={E(LastPart(id))}",
            ("ssm", "automation-execution") => AutomationExecution(region, id, arn.Partition),
            _ => null,
        };
    }

    /// <summary>
    /// The page of a finding's resource: its id when that is an ARN, else by ASFF's type (<c>AwsEc2Instance</c>,
    /// <c>AwsS3Bucket</c>, <c>AwsAccount</c>); null where we know none.
    /// </summary>
    public static string? For(string resourceType, string resourceId, string region, string partition = "aws")
    {
        if (Arn.TryParse(resourceId, out var arn))
            return For(arn);
        if (Host(region, partition) is not { } host || resourceId.Length == 0)
            return null;
        var ec2 = resourceType switch
        {
            "AwsEc2Instance" => "instance",
            "AwsEc2SecurityGroup" => "security-group",
            "AwsEc2Volume" => "volume",
            "AwsEc2Vpc" => "vpc",
            "AwsEc2Subnet" => "subnet",
            "AwsEc2NetworkInterface" => "network-interface",
            _ => null,
        };
        return resourceType switch
        {
            _ when ec2 is not null => For(new Arn(partition, "ec2", region, "", $"{ec2}/{resourceId}")),
            "AwsS3Bucket" => For(new Arn(partition, "s3", "", "", resourceId)),
            "AwsRdsDbInstance" => For(new Arn(partition, "rds", region, "", $"db:{resourceId}")),
            "AwsLambdaFunction" => For(new Arn(partition, "lambda", region, "", $"function:{resourceId}")),
            "AwsAccount" => $"{host}/billing/home#/account",
            _ => null,
        };
    }

    /// <summary>A finding in Security Hub's list of findings, looked up by its id.</summary>
    public static string? SecurityHubFinding(string region, string findingId, string partition = "aws") =>
        Host(region, partition) is { } host
            ? $"{host}/securityhub/home?region={region}#/findings?search={E($"Id=\\operator\\:EQUALS\\:{findingId}")}"
            : null;

    /// <summary>An execution in Systems Manager Automation.</summary>
    public static string? AutomationExecution(string region, string executionId, string partition = "aws") =>
        Host(region, partition) is { } host
            ? $"{host}/systems-manager/automation/execution/{E(executionId)}?region={region}"
            : null;

    private static string? Host(string region, string partition)
    {
        // A Region becomes part of the host: only what looks like one may.
        foreach (var c in region)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                return null;
        }
        var domain = partition switch
        {
            "aws" => "console.aws.amazon.com",
            "aws-cn" => "console.amazonaws.cn",
            "aws-us-gov" => "console.amazonaws-us-gov.com",
            _ => null,
        };
        if (domain is null)
            return null;
        return region.Length == 0 ? $"https://{domain}" : $"https://{region}.{domain}";
    }

    private static string S3(Arn arn, string host)
    {
        var slash = arn.Resource.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? $"{host}/s3/buckets/{E(arn.Resource)}"
            : $"{host}/s3/object/{E(arn.Resource[..slash])}?prefix={E(arn.Resource[(slash + 1)..])}";
    }

    private static string LogGroup(string id) => id.EndsWith(":*", StringComparison.Ordinal) ? id[..^2] : id;

    private static string LastPart(string id) => id[(id.LastIndexOf('/') + 1)..];

    private static string FirstPart(string id) => id.IndexOfAny([':', '/']) is var cut and >= 0 && !id.StartsWith('/') ? id[..cut] : id;

    // What is not escaped would end the link in Slack (|, >) or in the address (#, &).
    private static string E(string text) => Uri.EscapeDataString(text);
}

namespace ChatOps.Aws;

/// <summary>
/// Addresses in the AWS console, and the only place that writes them. They are conveniences: where we know no page, or the partition's
/// console is not public (<c>aws-iso</c>), there is none. A Region's partition is known by its name.
/// </summary>
public static class ConsoleLinks
{
    private static readonly (string Partition, string Console, string Services)[] Partitions =
    [
        ("aws", "console.aws.amazon.com", "amazonaws.com"),
        ("aws-cn", "console.amazonaws.cn", "amazonaws.com.cn"),
        ("aws-us-gov", "console.amazonaws-us-gov.com", "amazonaws.com"),
        ("aws-eusc", "console.amazonaws-eusc.eu", "amazonaws.eu"),
    ];

    /// <summary>The page of a resource, or null where we know none.</summary>
    public static string? For(Arn arn)
    {
        if (Host(arn.Region, arn.Partition) is not { } host)
            return null;
        var services = Array.Find(Partitions, known => known.Partition == arn.Partition).Services;
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
            ("lambda", "function") => $"{host}/lambda/home?region={region}#/functions/{Function(id)}",
            ("iam", "role") => $"{host}/iam/home#/roles/details/{E(LastPart(id))}",
            ("iam", "user") => $"{host}/iam/home#/users/details/{E(LastPart(id))}",
            ("iam", "policy") => $"{host}/iam/home#/policies/details/{E(arn.ToString())}",
            ("kms", "key") => $"{host}/kms/home?region={region}#/kms/keys/{E(id)}",
            ("dynamodb", "table") => $"{host}/dynamodbv2/home?region={region}#table?name={E(FirstPart(id))}",
            ("sns", "") => $"{host}/sns/v3/home?region={region}#/topic/{E(arn.ToString())}",
            ("sqs", "") => $"{host}/sqs/v3/home?region={region}#/queues/{E($"https://sqs.{region}.{services}/{arn.Account}/{id}")}",
            ("cloudtrail", "trail") => $"{host}/cloudtrailv2/home?region={region}#/trails/{E(arn.ToString())}",
            ("logs", "log-group") => $"{host}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{Logs(id)}",
            ("cloudwatch", "alarm") => CloudWatchAlarm(region, id),
            ("ecs", "cluster") => $"{host}/ecs/v2/clusters/{E(id)}?region={region}",
            ("eks", "cluster") => $"{host}/eks/home?region={region}#/clusters/{E(id)}",
            // Images have ids below their repository's: shop-api/sha256:….
            ("ecr", "repository") => $"{host}/ecr/repositories/private/{arn.Account}/{E(id.Split("/sha256:")[0])}?region={region}",
            ("secretsmanager", "secret") => $"{host}/secretsmanager/secret?name={E(id)}&region={region}",
            ("cloudformation", "stack") => $"{host}/cloudformation/home?region={region}#/stacks/stackinfo?stackId={E(arn.ToString())}",
            ("elasticloadbalancing", "loadbalancer") => $"{host}/ec2/home?region={region}#LoadBalancer:loadBalancerArn={E(arn.ToString())}",
            ("autoscaling", "autoScalingGroup") => $"{host}/ec2/home?region={region}#AutoScalingGroupDetails:id={E(LastPart(id))}",
            ("ssm", "automation-execution") => AutomationExecution(region, id),
            // The console finds the page of many kinds by itself; seen to work in these partitions only.
            _ => arn.Partition is "aws" or "aws-eusc" ? $"{Host("", arn.Partition)}/go/view?arn={E(arn.ToString())}" : null,
        };
    }

    /// <summary>
    /// The page of a finding's resource: its id when that is an ARN, else by ASFF's type (<c>AwsEc2Instance</c>,
    /// <c>AwsS3Bucket</c>, <c>AwsAccount</c>); null where we know none.
    /// </summary>
    public static string? For(string resourceType, string resourceId, string region)
    {
        if (Arn.TryParse(resourceId, out var arn))
            return For(arn);
        var partition = PartitionOf(region);
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
            "AwsAccount" when !IsGovCloud(region) => $"{host}/billing/home#/account",
            _ => null,
        };
    }

    /// <summary>A finding in Security Hub's list of findings, looked up by its id. The page unescapes what it searches for twice.</summary>
    public static string? SecurityHubFinding(string region, string findingId) =>
        Regional(region) is { } host
            ? $"{host}/securityhub/home?region={region}#/findings?search=Id%3D{E(E($"\\operator\\:EQUALS\\:{findingId}"))}"
            : null;

    /// <summary>The results of a Security Hub insight.</summary>
    public static string? SecurityHubInsight(string region, string insightArn) =>
        Regional(region) is { } host ? $"{host}/securityhub/home?region={region}#/insights/{E(insightArn)}" : null;

    /// <summary>A GuardDuty finding, by the id that ends its ARN.</summary>
    public static string? GuardDutyFinding(string region, string findingId) =>
        Regional(region) is { } host ? $"{host}/guardduty/home?region={region}#/findings?macros=current&fId={E(findingId)}" : null;

    /// <summary>A rule of AWS Config, by its name.</summary>
    public static string? ConfigRule(string region, string name) =>
        Regional(region) is { } host ? $"{host}/config/home?region={region}#/rules/details?configRuleName={E(name)}" : null;

    /// <summary>An alarm of CloudWatch, by its name.</summary>
    public static string? CloudWatchAlarm(string region, string name) =>
        Regional(region) is { } host ? $"{host}/cloudwatch/home?region={region}#alarmsV2:alarm/{E(name)}" : null;

    /// <summary>An execution in Systems Manager Automation.</summary>
    public static string? AutomationExecution(string region, string executionId) =>
        Regional(region) is { } host ? $"{host}/systems-manager/automation/execution/{E(executionId)}?region={region}" : null;

    /// <summary>An event of AWS Health.</summary>
    /// <param name="eventArn">The event's ARN.</param>
    /// <param name="list">The list of the dashboard that has it: <c>open-issues</c>, <c>scheduled-changes</c>, <c>other-notifications</c>
    /// or <c>event-log</c>.</param>
    public static string? HealthEvent(Arn eventArn, string list) =>
        eventArn.Partition == "aws"
            ? $"https://health.console.aws.amazon.com/health/home#/account/" +
                $"{(list == "event-log" ? list : $"dashboard/{E(list)}")}?eventID={E(eventArn.ToString())}&eventTab=details"
            : null;

    /// <summary>The budgets of an account that works in this Region. What GovCloud costs is billed in another partition.</summary>
    public static string? Budgets(string region) =>
        Host("", PartitionOf(region)) is { } host && !IsGovCloud(region) ? $"{host}/billing/home#/budgets" : null;

    /// <summary>Whether an address from outside is one of AWS's console.</summary>
    public static bool IsConsole(Uri address) =>
        address.IsAbsoluteUri && address.Scheme == Uri.UriSchemeHttps
        && Array.Exists(
            Partitions, known => address.Host == known.Console || address.Host.EndsWith($".{known.Console}", StringComparison.Ordinal));

    private static string PartitionOf(string region) => region.Split('-')[0] switch
    {
        "cn" => "aws-cn",
        "eusc" => "aws-eusc",
        _ when IsGovCloud(region) => "aws-us-gov",
        _ when region.Contains("-iso", StringComparison.Ordinal) => "aws-iso",
        _ => "aws",
    };

    private static bool IsGovCloud(string region) => region.StartsWith("us-gov-", StringComparison.Ordinal);

    private static string? Regional(string region) => region.Length == 0 ? null : Host(region, PartitionOf(region));

    private static string? Host(string region, string partition)
    {
        // A Region becomes part of the host: only what looks like one may.
        foreach (var c in region)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                return null;
        }
        var domain = Array.Find(Partitions, known => known.Partition == partition).Console;
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

    /// <summary>A function's page, or that of the version or alias that follows its name.</summary>
    private static string Function(string id)
    {
        var name = FirstPart(id);
        var qualifier = id.Length > name.Length ? id[(name.Length + 1)..] : "";
        if (qualifier.Length == 0 || qualifier == "$LATEST")
            return E(name);
        return $"{E(name)}/{(qualifier.All(char.IsAsciiDigit) ? "versions" : "aliases")}/{E(qualifier)}";
    }

    /// <summary>A log group, or one of its streams. The page unescapes twice, and $ stands for %, as its own links write it.</summary>
    private static string Logs(string id)
    {
        const string Stream = ":log-stream:";
        var at = id.IndexOf(Stream, StringComparison.Ordinal);
        var group = at >= 0 ? id[..at] : id.EndsWith(":*", StringComparison.Ordinal) ? id[..^2] : id;
        return at >= 0 && id.Length > at + Stream.Length ? $"{Twice(group)}/log-events/{Twice(id[(at + Stream.Length)..])}" : Twice(group);

        static string Twice(string text) => E(E(text)).Replace("%", "$", StringComparison.Ordinal);
    }

    private static string LastPart(string id) => id[(id.LastIndexOf('/') + 1)..];

    private static string FirstPart(string id) => id.IndexOfAny([':', '/']) is var cut and >= 0 && !id.StartsWith('/') ? id[..cut] : id;

    // What is not escaped would end the link in Slack (|, >) or in the address (#, &).
    private static string E(string text) => Uri.EscapeDataString(text);
}

using System.Text.Json;
using ChatOps.Aws;

namespace ChatOps.Findings;

/// <summary>What the services' own findings share.</summary>
internal static class NativeFindings
{
    private const int MaxTags = 50;

    /// <summary>The product under which Security Hub imports a service's findings.</summary>
    public static string ProductArn(string partition, string region, string product) =>
        $"arn:{partition}:securityhub:{region}::product/{product}";

    /// <summary>Whether the service that finds them tells of them by events of its own, too.</summary>
    public static bool HasOwnEvents(string productArn) =>
        productArn.EndsWith("::product/aws/guardduty", StringComparison.Ordinal)
            || productArn.EndsWith("::product/aws/inspector", StringComparison.Ordinal)
        || productArn.EndsWith("::product/aws/config", StringComparison.Ordinal);

    /// <summary>Tags as a list of <c>{key, value}</c>.</summary>
    public static Dictionary<string, string> TagList(JsonElement? tags)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in tags.Items().Take(MaxTags))
        {
            if (tag.Text("key", 128) is { } key) read[key] = tag.Text("value", 256) ?? "";
        }

        return read;
    }

    /// <summary>
    /// The ARN of a resource that a service names by its id alone, as Security Hub would write it; the id itself where the two differ
    /// by more than a prefix (an RDS instance's id is not its name).
    /// </summary>
    public static string ResourceArn(string type, string id, string partition, string account, string region)
    {
        if (Arn.TryParse(id, out _)) return id;
        var place = $"{region}:{account}";
        return type switch
        {
            "AwsEc2Instance" => $"arn:{partition}:ec2:{place}:instance/{id}",
            "AwsEc2SecurityGroup" => $"arn:{partition}:ec2:{place}:security-group/{id}",
            "AwsEc2Volume" => $"arn:{partition}:ec2:{place}:volume/{id}",
            "AwsEc2Vpc" => $"arn:{partition}:ec2:{place}:vpc/{id}",
            "AwsEc2Subnet" => $"arn:{partition}:ec2:{place}:subnet/{id}",
            "AwsEc2NetworkInterface" => $"arn:{partition}:ec2:{place}:network-interface/{id}",
            "AwsS3Bucket" => $"arn:{partition}:s3:::{id}",
            "AwsLambdaFunction" => $"arn:{partition}:lambda:{place}:function:{id}",
            "AwsDynamoDbTable" => $"arn:{partition}:dynamodb:{place}:table/{id}",
            "AwsAccount" => $"AWS::::Account:{id}",
            _ => id,
        };
    }
}

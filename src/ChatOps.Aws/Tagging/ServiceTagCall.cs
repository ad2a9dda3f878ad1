using System.Text.Json.Nodes;

namespace ChatOps.Aws;

/// <summary>One call by which a service tells a resource's tags, before it is signed and sent.</summary>
/// <param name="Operation">As IAM calls the right to it.</param>
/// <param name="SigningName">The service in the signature's scope.</param>
/// <param name="Host">The first label of its host.</param>
/// <param name="Method">The method of HTTP.</param>
/// <param name="Path">Path and query, escaped.</param>
internal sealed record ServiceTagCall(string Operation, string SigningName, string Host, HttpMethod Method, string Path)
{
    /// <summary>A global service has one address, in us-east-1.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>The header X-Amz-Target of the JSON protocols; null for the others.</summary>
    public string? Target { get; init; }

    /// <summary>The body, and of which media type; null for none.</summary>
    public (string Text, string MediaType)? Body { get; init; }

    /// <summary>The call for a resource; null when its service is asked otherwise, or not at all.</summary>
    public static ServiceTagCall? For(Arn arn)
    {
        var text = arn.ToString();
        return (arn.Service, arn.ResourceType) switch
        {
            ("lambda", "function" or "event-source-mapping") =>
                Get("lambda:ListTags", "lambda", $"/2017-03-31/tags/{Uri.EscapeDataString(text)}"),
            ("eks", _) => Get("eks:ListTagsForResource", "eks", $"/tags/{Uri.EscapeDataString(text)}"),
            ("cloudfront", _) => Get(
                "cloudfront:ListTagsForResource", "cloudfront", $"/2020-05-31/tagging?Resource={Uri.EscapeDataString(text)}") with
            { IsGlobal = true },
            ("route53", "hostedzone" or "healthcheck") => Get(
                "route53:ListTagsForResource", "route53",
                $"/2013-04-01/tags/{arn.ResourceType}/{Uri.EscapeDataString(arn.ResourceId)}") with
            { IsGlobal = true },
            ("dynamodb", "table") => Json(
                "dynamodb:ListTagsOfResource", "dynamodb", "DynamoDB_20120810.ListTagsOfResource", "1.0", "ResourceArn", text),
            ("ecs", _) => Json(
                "ecs:ListTagsForResource", "ecs", "AmazonEC2ContainerServiceV20141113.ListTagsForResource", "1.1", "resourceArn", text),
            ("ecr", "repository") => Json(
                "ecr:ListTagsForResource", "ecr", "AmazonEC2ContainerRegistry_V20150921.ListTagsForResource", "1.1", "resourceArn", text)
                with
            { Host = "api.ecr" },
            ("kms", "key") => Json("kms:ListResourceTags", "kms", "TrentService.ListResourceTags", "1.1", "KeyId", text),
            ("secretsmanager", "secret") => Json(
                "secretsmanager:DescribeSecret", "secretsmanager", "secretsmanager.DescribeSecret", "1.1", "SecretId", text),
            ("logs", "log-group") => Json(
                "logs:ListTagsForResource", "logs", "Logs_20140328.ListTagsForResource", "1.1", "resourceArn", text),
            ("states", _) => Json(
                "states:ListTagsForResource", "states", "AWSStepFunctions.ListTagsForResource", "1.0", "resourceArn", text),
            ("sqs", "") => Json(
                "sqs:ListQueueTags", "sqs", "AmazonSQS.ListQueueTags", "1.0", "QueueUrl",
                $"https://sqs.{arn.Region}.amazonaws.com{(arn.Partition == "aws-cn" ? ".cn" : "")}/{arn.Account}/{arn.Resource}"),
            ("sns", "") => Query("sns:ListTagsForResource", "sns", "2010-03-31", ("ResourceArn", text)),
            ("rds", _) => Query("rds:ListTagsForResource", "rds", "2014-10-31", ("ResourceName", text)),
            ("cloudformation", "stack") => Query(
                "cloudformation:DescribeStacks", "cloudformation", "2010-05-15", ("StackName", text)),
            ("elasticloadbalancing", "loadbalancer") when !arn.ResourceId.Contains('/', StringComparison.Ordinal) => Query(
                "elasticloadbalancing:DescribeTags", "elasticloadbalancing", "2012-06-01", ("LoadBalancerNames.member.1", arn.ResourceId)),
            ("elasticloadbalancing", _) => Query(
                "elasticloadbalancing:DescribeTags", "elasticloadbalancing", "2015-12-01", ("ResourceArns.member.1", text)),
            ("autoscaling", "autoScalingGroup") => Query(
                "autoscaling:DescribeTags", "autoscaling", "2011-01-01", ("Filters.member.1.Name", "auto-scaling-group"),
                ("Filters.member.1.Values.member.1", ArnForms.NameOf(text))),
            ("iam", "role") => Iam("iam:ListRoleTags", ("RoleName", Last(arn))),
            ("iam", "user") => Iam("iam:ListUserTags", ("UserName", Last(arn))),
            ("iam", "policy") => Iam("iam:ListPolicyTags", ("PolicyArn", text)),
            ("iam", "instance-profile") => Iam("iam:ListInstanceProfileTags", ("InstanceProfileName", Last(arn))),
            _ => null,
        };
    }

    /// <summary>The Auto Scaling group of a name.</summary>
    public static ServiceTagCall AutoScalingGroup(string name) => Query(
        "autoscaling:DescribeAutoScalingGroups", "autoscaling", "2011-01-01", ("AutoScalingGroupNames.member.1", name));

    /// <summary>Every right that these calls take, besides those of the SDK's clients.</summary>
    public static IReadOnlyList<string> Operations { get; } =
    [
        "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeTags", "cloudformation:DescribeStacks",
        "cloudfront:ListTagsForResource", "dynamodb:ListTagsOfResource", "ecr:ListTagsForResource", "ecs:ListTagsForResource",
        "eks:ListTagsForResource", "elasticloadbalancing:DescribeTags", "iam:ListInstanceProfileTags", "iam:ListPolicyTags",
        "iam:ListRoleTags", "iam:ListUserTags", "kms:ListResourceTags", "lambda:ListTags", "logs:ListTagsForResource",
        "rds:ListTagsForResource", "route53:ListTagsForResource", "secretsmanager:DescribeSecret", "sns:ListTagsForResource",
        "sqs:ListQueueTags", "states:ListTagsForResource",
    ];

    private static ServiceTagCall Get(string operation, string service, string path) =>
        new(operation, service, service, HttpMethod.Get, path);

    private static ServiceTagCall Json(string operation, string service, string target, string version, string member, string value) =>
        new(operation, service, service, HttpMethod.Post, "/")
        {
            Target = target,
            Body = (new JsonObject { [member] = value }.ToJsonString(), $"application/x-amz-json-{version}"),
        };

    private static ServiceTagCall Iam(string operation, (string Name, string Value) parameter) =>
        Query(operation, "iam", "2010-05-08", parameter) with { IsGlobal = true };

    private static ServiceTagCall Query(
        string operation, string service, string version, params (string Name, string Value)[] parameters) =>
        new(operation, service, service, HttpMethod.Post, "/")
        {
            Body = (string.Join('&', parameters.Prepend(("Version", version)).Prepend(("Action", operation.Split(':')[1]))
                .Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2)}")), "application/x-www-form-urlencoded"),
        };

    private static string Last(Arn arn) => arn.ResourceId[(arn.ResourceId.LastIndexOf('/') + 1)..];
}

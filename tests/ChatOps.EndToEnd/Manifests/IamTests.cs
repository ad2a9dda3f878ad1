using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace ChatOps.EndToEnd.Manifests;

/// <summary>Least privilege: the actions that manifest/aws allows are those that the code needs, and no other.</summary>
public partial class IamTests
{
    /// <summary>
    /// Operations whose action has another name, or that need a second one. All others need the action of their own name.
    /// </summary>
    private static readonly Dictionary<string, string[]> ActionsOf = new()
    {
        ["s3:GetPublicAccessBlock"] = ["s3:GetBucketPublicAccessBlock"],
        ["s3:GetBucketEncryption"] = ["s3:GetEncryptionConfiguration"],
        ["s3:PutPublicAccessBlock"] = ["s3:PutBucketPublicAccessBlock"],
        ["s3:DeletePublicAccessBlock"] = ["s3:PutBucketPublicAccessBlock"],
        ["s3:PutBucketEncryption"] = ["s3:PutEncryptionConfiguration"],
        ["s3:DeleteBucketEncryption"] = ["s3:PutEncryptionConfiguration"],
        ["s3:DeleteBucketTagging"] = ["s3:PutBucketTagging"],
        ["sqs:ReceiveMessage"] = ["sqs:ReceiveMessage", "kms:Decrypt"],
        ["sqs:DeleteMessageBatch"] = ["sqs:DeleteMessage"],
        // The automation is handed the role it runs as.
        ["ssm:StartAutomationExecution"] = ["ssm:StartAutomationExecution", "iam:PassRole"],
        ["budgets:DescribeBudget"] = ["budgets:ViewBudget"],
        ["budgets:DescribeBudgets"] = ["budgets:ViewBudget"],
        ["budgets:DescribeBudgetPerformanceHistory"] = ["budgets:ViewBudget"],
        ["budgets:DescribeNotificationsForBudget"] = ["budgets:ViewBudget"],
        // A group's members are read with the caller's own rights, whether it is made of tags or of a stack.
        ["resource-groups:ListGroupResources"] =
        [
            "resource-groups:ListGroupResources", "tag:GetResources", "cloudformation:DescribeStacks", "cloudformation:ListStackResources",
        ],
        ["tag:TagResources"] = ["tag:TagResources", .. ServiceActions.Tag],
        ["tag:UntagResources"] = ["tag:UntagResources", .. ServiceActions.Untag],
    };

    [Fact]
    public void ChatOpsMember_may_do_what_the_code_calls_and_nothing_else()
    {
        var policies = Template.Read("member").At("Resources");
        var granted = new[] { "ReadPolicy", "RemediatePolicy", "TagPolicy", "TagMorePolicy" }.SelectMany(
            policy => Template.Actions(policies.At(policy)));
        var called = AwsCalls.AsMember.Concat(
            NotYetMerged.AwsOperations.Where(operation => !operation.StartsWith("aps:", StringComparison.Ordinal)));

        Assert.Equal(called.SelectMany(Actions).Distinct().Order(), granted.Distinct().Order());
    }

    [Fact]
    public void The_bot_itself_may_do_what_the_code_calls_and_nothing_else()
    {
        var policies = (YamlSequenceNode)Template.Read("service").At("Resources", "TaskRole", "Properties", "Policies");
        // The collector beside it, which is not ours, writes what it collects.
        var granted = Template.Actions(policies).Except(["aps:RemoteWrite", "xray:PutTraceSegments", "xray:PutTelemetryRecords"]);
        var called = AwsCalls.AsItself.Concat(
            NotYetMerged.AwsOperations.Where(operation => operation.StartsWith("aps:", StringComparison.Ordinal)));

        Assert.Equal(called.SelectMany(Actions).Distinct().Order(), granted.Distinct().Order());
    }

    [Fact]
    public void The_code_is_seen_to_call_what_it_calls()
    {
        Assert.Empty(new[]
        {
            "securityhub:GetFindings", "securityhub:BatchUpdateFindings", "ssm:StartAutomationExecution", "s3:GetBucketTagging",
            "ec2:DescribeInstances",
        }.Except(AwsCalls.AsMember));
        Assert.Empty(new[] { "sqs:ReceiveMessage", "sqs:DeleteMessageBatch", "sts:AssumeRole", "ssm:GetParametersByPath" }
            .Except(AwsCalls.AsItself));
        // Declared by our client, called by tests alone.
        Assert.DoesNotContain("securityhub:BatchImportFindings", AwsCalls.AsMember);
    }

    /// <summary>The rows of automatic tagging say by which action each service tags.</summary>
    [Fact]
    public void Every_service_that_automatic_tagging_knows_may_be_tagged_unless_it_is_said_why_not()
    {
        string[] not =
        [
            // An update of the stack or the project, of which tags are a part: too much to give for a tag.
            "cloudformation:UpdateStack", "codebuild:UpdateProject",
            // Services that AWS has closed or closes.
            "opsworks:TagResource", "datapipeline:AddTags", "cloudhsm:TagResource", "appmesh:TagResource",
            // By the verbs of HTTP, below /tags.
            "apigateway:TagResource",
        ];
        var needed = File.ReadLines(Repository.At("tests", "manifests", "data", "created.tsv")).Skip(1)
            .Select(line => ServiceAction().Match(line.Split('\t')[2])).Where(action => action.Success).Select(action => action.Value)
            .Distinct().Except(not).ToList();

        Assert.True(needed.Count > 40);
        Assert.Empty(needed.Except(ServiceActions.Tag));
        Assert.DoesNotContain(ServiceActions.Tag.Except(needed), action => !action.StartsWith("apigateway:", StringComparison.Ordinal));
    }

    private static string[] Actions(string operation) => ActionsOf.GetValueOrDefault(operation) ?? [operation];

    [GeneratedRegex(@"^[a-z0-9-]+:\w+")]
    private static partial Regex ServiceAction();
}

/// <summary>What the Tagging API asks for besides its own action: the right of the service whose resource is tagged.</summary>
internal static class ServiceActions
{
    public static string[] Tag { get; } =
    [
        "acm:AddTagsToCertificate", "apigateway:POST", "apigateway:PUT", "aps:TagResource", "athena:TagResource",
        "autoscaling:CreateOrUpdateTags", "backup:TagResource", "bedrock:TagResource",
        "cloudfront:TagResource", "cloudtrail:AddTags", "cloudwatch:TagResource", "codecommit:TagResource", "codepipeline:TagResource",
        "cognito-idp:TagResource", "dms:AddTagsToResource",
        "dynamodb:TagResource", "ec2:CreateTags", "ecr:TagResource", "ecs:TagResource", "eks:TagResource", "elasticache:AddTagsToResource",
        "elasticfilesystem:TagResource",
        "elasticloadbalancing:AddTags", "elasticmapreduce:AddTags", "es:AddTags", "events:TagResource", "firehose:TagDeliveryStream",
        "fsx:TagResource", "glue:TagResource", "grafana:TagResource",
        "iam:TagInstanceProfile", "iam:TagOpenIDConnectProvider", "iam:TagPolicy", "iam:TagRole", "iam:TagUser", "kafka:TagResource",
        "kinesis:AddTagsToStream", "kms:TagResource",
        "lambda:TagResource", "logs:TagResource", "mq:CreateTags", "rds:AddTagsToResource", "redshift:CreateTags",
        "route53:ChangeTagsForResource", "s3:PutBucketTagging", "sagemaker:AddTags",
        "secretsmanager:TagResource", "sns:TagResource", "sqs:TagQueue", "ssm:AddTagsToResource", "states:TagResource",
        "transfer:TagResource", "wafv2:TagResource", "workspaces:CreateTags",
    ];

    public static string[] Untag { get; } =
    [
        "acm:RemoveTagsFromCertificate", "apigateway:DELETE", "autoscaling:DeleteTags", "cloudtrail:RemoveTags",
        "dms:RemoveTagsFromResource", "ec2:DeleteTags", "elasticache:RemoveTagsFromResource",
        "elasticloadbalancing:RemoveTags", "elasticmapreduce:RemoveTags", "es:RemoveTags", "firehose:UntagDeliveryStream",
        "kinesis:RemoveTagsFromStream", "mq:DeleteTags",
        "rds:RemoveTagsFromResource", "redshift:DeleteTags", "route53:ChangeTagsForResource", "s3:PutBucketTagging", "sagemaker:DeleteTags",
        "sqs:UntagQueue", "ssm:RemoveTagsFromResource", "workspaces:DeleteTags",
        .. Tag.Where(action => action.EndsWith(":TagResource", StringComparison.Ordinal) || action.StartsWith(
            "iam:Tag", StringComparison.Ordinal)).Select(action => action.Replace(":Tag", ":Untag", StringComparison.Ordinal)),
    ];
}

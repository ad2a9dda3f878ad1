using YamlDotNet.RepresentationModel;

namespace ChatOps.EndToEnd.Manifests;

/// <summary>Least privilege: the actions that manifest/aws allows are those that the code needs, and no other.</summary>
public class IamTests
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
        // Whom AWS takes somebody for, everybody may ask.
        ["sts:GetCallerIdentity"] = [],
        ["tag:TagResources"] = ["tag:TagResources", .. ServiceActions.Tag],
        ["tag:UntagResources"] = ["tag:UntagResources", .. ServiceActions.Untag],
    };

    [Fact]
    public void ChatOpsMember_may_do_what_the_code_calls_and_nothing_else()
    {
        var policies = Template.Read("member").At("Resources");
        var granted = new[] { "ReadPolicy", "RemediatePolicy", "TagPolicy", "TagMorePolicy", "TagOtherPolicy" }.SelectMany(
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

    private static string[] Actions(string operation) => ActionsOf.GetValueOrDefault(operation) ?? [operation];
}

/// <summary>
/// What the Tagging API asks for besides its own action: the right of the service whose resource is tagged, of every service whose create
/// calls automatic tagging knows (<c>CreationManifestTests</c> holds the list to that).
/// </summary>
internal static class ServiceActions
{
    public static string[] Tag { get; } = Column(1);

    public static string[] Untag { get; } = Column(2);

    private static string[] Column(int number) =>
    [
        .. File.ReadLines(Repository.At("tests", "ChatOps.Tagging.Tests", "data", "tag-actions.tsv")).Where(line => !line.StartsWith('#'))
            .Skip(1).SelectMany(line => line.Split('\t')[number].Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    ];
}

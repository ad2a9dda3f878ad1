using Amazon.EC2;
using Amazon.S3;
using Amazon.SimpleSystemsManagement;
using Amazon.SQS;

namespace ChatOps.Aws;

/// <summary>
/// A client for a service in an account and Region, with that account's credentials. Clients are shared and thread-safe:
/// do not dispose of them.
/// </summary>
/// <remarks>Every method throws <see cref="UnknownAwsAccountException"/> for an account that is not configured.</remarks>
public interface IAwsClients
{
    /// <summary>Security Hub.</summary>
    ISecurityHubClient SecurityHub(string account, string region);

    /// <summary>Resource Groups Tagging.</summary>
    ITaggingClient Tagging(string account, string region);

    /// <summary>AWS Config.</summary>
    IConfigClient Config(string account, string region);

    /// <summary>Budgets; global.</summary>
    IBudgetsClient Budgets(string account);

    /// <summary>Cost Explorer; global.</summary>
    ICostExplorerClient CostExplorer(string account);
    /// <summary>Resource Groups.</summary>
    IResourceGroupsClient ResourceGroups(string account, string region);

    /// <summary>RDS.</summary>
    IRdsClient Rds(string account, string region);

    /// <summary>Systems Manager: Automation and Parameter Store.</summary>
    IAmazonSimpleSystemsManagement Ssm(string account, string region);

    /// <summary>S3.</summary>
    IAmazonS3 S3(string account, string region);

    /// <summary>EC2.</summary>
    IAmazonEC2 Ec2(string account, string region);

    /// <summary>SQS with our own credentials: the intake's queues are ours.</summary>
    IAmazonSQS Sqs(string region);
}

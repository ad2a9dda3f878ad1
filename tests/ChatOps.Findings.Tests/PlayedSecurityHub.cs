using System.Text.Json;
using Amazon.EC2;
using Amazon.S3;
using Amazon.SimpleSystemsManagement;
using Amazon.SQS;
using ChatOps.Aws;

namespace ChatOps.Findings.Tests;

/// <summary>A Security Hub that remembers updates and answers as it is told.</summary>
internal sealed class PlayedSecurityHub : IAwsClients, ISecurityHubClient
{
    public List<(string Place, FindingUpdate Update)> Updates { get; } = [];

    /// <summary>Thrown by the next calls, one each.</summary>
    public Queue<Exception> Faults { get; } = new();

    /// <summary>ASFF that GetFindings answers with.</summary>
    public JsonElement? Answer { get; set; }

    /// <summary>Refused one by one, by AWS's code.</summary>
    public string? Unprocessed { get; set; }

    private string _place = "";

    public ISecurityHubClient SecurityHub(string account, string region)
    {
        _place = $"{account}/{region}";
        return this;
    }

    public Task<FindingUpdateResult> BatchUpdateFindings(FindingUpdate update, CancellationToken cancellation = default)
    {
        if (Faults.TryDequeue(out var fault)) throw fault;
        Updates.Add((_place, update));
        return Task.FromResult(Unprocessed is { } code
            ? new FindingUpdateResult([], [.. update.FindingIdentifiers.Select(id => new UnprocessedFinding(id, code, "no such finding"))])
            : new FindingUpdateResult(update.FindingIdentifiers, []));
    }

    public Task<FindingPage> GetFindingPage(FindingQuery query, string? nextToken, CancellationToken cancellation = default) =>
        Faults.TryDequeue(out var fault)
            ? Task.FromException<FindingPage>(fault)
            : Task.FromResult(new FindingPage(Answer is { } finding ? [finding] : [], null));

    public IAsyncEnumerable<JsonElement> GetFindings(FindingQuery query, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public Task<FindingImportResult> BatchImportFindings(IReadOnlyList<JsonElement> findings, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public IBudgetsClient Budgets(string account) => throw new NotSupportedException();

    public ICostExplorerClient CostExplorer(string account) => throw new NotSupportedException();

    public ITaggingClient Tagging(string account, string region) => throw new NotSupportedException();

    public IResourceGroupsClient ResourceGroups(string account, string region) => throw new NotSupportedException();

    public IRdsClient Rds(string account, string region) => throw new NotSupportedException();

    public IAmazonSimpleSystemsManagement Ssm(string account, string region) => throw new NotSupportedException();

    public IConfigClient Config(string account, string region) => throw new NotSupportedException();

    public IAmazonS3 S3(string account, string region) => throw new NotSupportedException();

    public IAmazonEC2 Ec2(string account, string region) => throw new NotSupportedException();

    public IAmazonSQS Sqs(string region) => throw new NotSupportedException();
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.EC2;
using Amazon.S3;
using Amazon.SimpleSystemsManagement;
using Amazon.SQS;
using ChatOps.Aws;

namespace ChatOps.Assets.Tests;

/// <summary>Config, Tagging and Resource Groups over a list that a test changes; one call can be made to fail.</summary>
internal sealed class PlayedEstate : IAwsClients, IConfigClient, ITaggingClient, IResourceGroupsClient
{
    public List<Resource> Resources { get; } = [];

    /// <summary>What the Tagging API lists beside what exists: it remembers what is gone.</summary>
    public List<TaggedResource> Remembered { get; } = [];

    public Dictionary<string, List<string>> Groups { get; } = [];

    /// <summary>Fails the call whose name or expression holds this, after <see cref="FailAfter"/> rows.</summary>
    public string? Fail { get; set; }

    public int FailAfter { get; set; }

    public List<string> Asked { get; } = [];

    public IConfigClient Config(string account, string region) => this;

    public ITaggingClient Tagging(string account, string region) => this;

    public IResourceGroupsClient ResourceGroups(string account, string region) => this;

    public IRdsClient Rds(string account, string region) => throw new NotSupportedException();

    public IBudgetsClient Budgets(string account) => throw new NotSupportedException();

    public ICostExplorerClient CostExplorer(string account) => throw new NotSupportedException();

    public async IAsyncEnumerable<JsonElement> SelectResourceConfig(
        string expression, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.Yield();
        Asked.Add(expression);
        var rows = expression.Contains("GROUP BY", StringComparison.Ordinal)
            ? Resources.GroupBy(resource => resource.Type).Select(
                group => new JsonObject { ["COUNT(*)"] = group.Count(), ["resourceType"] = group.Key })
            : Resources.Where(
                resource => expression.EndsWith($"'{resource.Type}'", StringComparison.Ordinal)).Select(resource => new JsonObject
                {
                    ["arn"] = resource.Arn,
                    ["resourceId"] = resource.Arn,
                    ["resourceName"] = resource.Name,
                    ["resourceType"] = resource.Type,
                    ["accountId"] = AssetWorld.Prod,
                    ["awsRegion"] = AssetWorld.Seoul,
                    ["resourceCreationTime"] = "2026-11-01T00:00:00.000Z",
                    ["configurationItemCaptureTime"] = resource.CapturedAt,
                    ["tags"] = new JsonArray([.. resource.Tags.Select(
                    tag => (JsonNode)new JsonObject { ["key"] = tag.Key, ["value"] = tag.Value, ["tag"] = $"{tag.Key}={tag.Value}" })]),
                });
        var given = 0;
        foreach (var row in rows.ToList())
        {
            ThrowIf(expression, given++);
            yield return JsonSerializer.SerializeToElement(row);
        }

        ThrowIf(expression, given);
    }

    /// <summary>What happens after the Tagging API has answered.</summary>
    public Func<Task>? AfterTags { get; set; }

    public async IAsyncEnumerable<TaggedResource> GetResources(
        TagQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.Yield();
        Asked.Add("GetResources");
        ThrowIf("GetResources", int.MaxValue);
        foreach (var resource in Resources.Where(item => item.Tags.Count > 0).ToList())
            yield return new TaggedResource(resource.Arn, resource.Tags);
        foreach (var taggedResource in Remembered) yield return taggedResource;
        if (AfterTags is not null) await AfterTags();
    }

    public async IAsyncEnumerable<ResourceGroup> ListGroups([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.Yield();
        ThrowIf("ListGroups", int.MaxValue);
        foreach (var name in Groups.Keys.ToList())
            yield return new ResourceGroup($"arn:aws:resource-groups:{AssetWorld.Seoul}:{AssetWorld.Prod}:group/{name}", name, "");
    }

    public async IAsyncEnumerable<string> ListGroupResources(
        string group, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.Yield();
        foreach (var arn in Groups[group[(group.LastIndexOf('/') + 1)..]]) yield return arn;
    }

    /// <summary>What Config records: everything, until a test says otherwise.</summary>
    public List<ConfigRecorder> Recorders { get; } = [new ConfigRecorder("default", [], [])];

    public bool IsRecording { get; set; } = true;

    public Task<IReadOnlyList<ConfigRecorder>> DescribeConfigurationRecorders(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<ConfigRecorder>>(Recorders);

    public Task<IReadOnlyList<string>> DescribeConfigurationRecorderStatus(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<string>>(IsRecording ? [.. Recorders.Select(recorder => recorder.Name)] : []);

    /// <summary>The code with which a failing call fails.</summary>
    public string FailCode { get; set; } = "ThrottlingException";

    public Task StartConfigRulesEvaluation(IReadOnlyList<string> rules, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<JsonElement> SelectAggregateResourceConfig(
        string aggregator, string expression, CancellationToken cancellation = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<TaggingFailure>> TagResources(
        IReadOnlyList<string> arns, IReadOnlyDictionary<string, string> tags,
        CancellationToken cancellation = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<TaggingFailure>> UntagResources(
        IReadOnlyList<string> arns, IReadOnlyList<string> keys,
        CancellationToken cancellation = default) => throw new NotSupportedException();

    public ISecurityHubClient SecurityHub(string account, string region) => throw new NotSupportedException();

    public IAmazonSimpleSystemsManagement Ssm(string account, string region) => throw new NotSupportedException();

    public IAmazonS3 S3(string account, string region) => throw new NotSupportedException();

    public IAmazonEC2 Ec2(string account, string region) => throw new NotSupportedException();

    public IAmazonSQS Sqs(string region) => throw new NotSupportedException();

    public Resource Add(string arn, string type, string? name = null, params (string Key, string Value)[] tags)
    {
        var resource = new Resource(arn, type, name, tags.ToDictionary(tag => tag.Key, tag => tag.Value));
        Resources.Add(resource);
        return resource;
    }

    private void ThrowIf(string call, int given)
    {
        if (Fail is { } fail && call.Contains(fail, StringComparison.Ordinal) && given >= FailAfter)
            throw new AwsServiceException(
                "Rate exceeded", null, Amazon.Runtime.ErrorType.Sender, FailCode, "r1", System.Net.HttpStatusCode.BadRequest);
    }

    internal sealed record Resource(string Arn, string Type, string? Name, Dictionary<string, string> Tags)
    {
        public string CapturedAt { get; init; } = "2026-11-19T00:00:00.000Z";
    }
}

using System.Runtime.CompilerServices;
using Amazon.EC2.Model;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using ChatOps.Aws;

namespace ChatOps.Tagging.Tests;

/// <summary>AWS as far as tags and parameters go: what resources have, what was called, and what fails next.</summary>
internal sealed class PlayedTagging(TimeProvider? time = null) : IAwsClients, ITaggingClient, IServiceTags
{
    public Dictionary<string, Dictionary<string, string>> Tags { get; } = new(StringComparer.Ordinal);

    public List<(string Call, IReadOnlyList<string> Arns, IReadOnlyDictionary<string, string?> Tags)> Calls { get; } = [];

    /// <summary>What the next calls that write throw, first to last; null lets one pass.</summary>
    public Queue<Exception?> Faults { get; } = new();

    /// <summary>The process dies when AWS has done the next call that writes.</summary>
    public bool DieAfterWrite { get; set; }

    /// <summary>An ARN for which AWS refuses whole calls that name it, as it does when it cannot read one.</summary>
    public string? Unreadable { get; set; }

    /// <summary>Resources that fail within a call, and how often; -1 always.</summary>
    public Dictionary<string, (string Code, string Message, int Times)> Failing { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Parameters { get; } = new(StringComparer.Ordinal);

    public Exception? ParameterFault { get; set; }

    public int ParameterCalls { get; private set; }

    /// <summary>Instances as EC2 describes them, by id.</summary>
    public Dictionary<string, Instance> Instances { get; } = new(StringComparer.Ordinal);

    public Exception? Ec2Fault { get; set; }

    public Dictionary<string, string> Of(string arn) =>
        Tags.TryGetValue(arn, out var tags) ? tags : Tags[arn] = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How far the index of GetResources is behind what is so.</summary>
    public TimeSpan IndexBehind { get; set; }

    /// <summary>Whether a resource's own service can be asked for its tags; as shipped every one can.</summary>
    public Func<string, bool> ServiceKnows { get; set; } = _ => true;

    /// <summary>What the next reads of services throw.</summary>
    public Exception? ServiceFault { get; set; }

    /// <summary>Auto Scaling groups by name.</summary>
    public Dictionary<string, string> Groups { get; } = new(StringComparer.Ordinal);

    private readonly Dictionary<string, List<(DateTimeOffset At, Dictionary<string, string> Tags)>> _history = new(StringComparer.Ordinal);

    public bool Knows(string arn) => ServiceKnows(arn);

    public Task<IReadOnlyDictionary<string, string>> ReadAsync(
        string account, string region, string arn, CancellationToken cancellation = default)
    {
        if (account is not ("111122223333" or "444455556666")) throw new UnknownAwsAccountException(account);
        if (ServiceFault is { } fault) throw fault;
        return Task.FromResult<IReadOnlyDictionary<string, string>>(
            Tags.TryGetValue(arn, out var tags) ? tags.ToDictionary() : new Dictionary<string, string>());
    }

    public Task<string?> AutoScalingGroupArnAsync(
        string account, string region, string name, CancellationToken cancellation = default) =>
        Task.FromResult(Groups.GetValueOrDefault(name));

    /// <summary>Somebody changes a resource's tags: the index follows later.</summary>
    public void Set(string arn, string key, string? value)
    {
        if (value is null) Of(arn).Remove(key);
        else Of(arn)[key] = value;
        Remember(arn);
    }

    private void Remember(string arn)
    {
        if (time is null) return;
        if (!_history.TryGetValue(arn, out var past)) _history[arn] = past = [];
        past.Add((time.GetUtcNow(), Of(arn).ToDictionary()));
    }

    private Dictionary<string, string> Indexed(string arn) => IndexBehind == TimeSpan.Zero ? Tags[arn].ToDictionary()
        : _history.GetValueOrDefault(arn)?.LastOrDefault(past => past.At <= time!.GetUtcNow() - IndexBehind).Tags ?? [];

    public async IAsyncEnumerable<TaggedResource> GetResources(
        TagQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.Yield();
        ThrowIfUnreadable(query.Arns);
        foreach (var arn in query.Arns.Where(Tags.ContainsKey)) yield return new TaggedResource(arn, Indexed(arn));
    }

    public Task<IReadOnlyList<TaggingFailure>> TagResources(
        IReadOnlyList<string> arns, IReadOnlyDictionary<string, string> tags, CancellationToken cancellation = default) =>
        WriteAsync("TagResources", arns, tags.ToDictionary(tag => tag.Key, string? (tag) => tag.Value));

    public Task<IReadOnlyList<TaggingFailure>> UntagResources(
        IReadOnlyList<string> arns, IReadOnlyList<string> keys, CancellationToken cancellation = default) =>
        WriteAsync("UntagResources", arns, keys.ToDictionary(key => key, string? (_) => null));

    public ITaggingClient Tagging(string account, string region) =>
        account is "111122223333" or "444455556666" ? this : throw new UnknownAwsAccountException(account);

    public IAmazonSimpleSystemsManagement Ssm(string account, string region) => Played.Of<IAmazonSimpleSystemsManagement>()
        .On("GetParametersByPathAsync", (GetParametersByPathRequest request) =>
        {
            ParameterCalls++;
            if (ParameterFault is { } fault) throw fault;
            return new GetParametersByPathResponse
            {
                Parameters = [.. Parameters.Where(parameter => parameter.Key.StartsWith(request.Path + "/", StringComparison.Ordinal))
                    .Select(parameter => new Parameter { Name = parameter.Key, Value = parameter.Value, Type = ParameterType.String })],
            };
        }).Instance;

    public ISecurityHubClient SecurityHub(string account, string region) => throw new NotSupportedException();

    public IResourceGroupsClient ResourceGroups(string account, string region) => throw new NotSupportedException();

    public IRdsClient Rds(string account, string region) => throw new NotSupportedException();

    public IBudgetsClient Budgets(string account) => throw new NotSupportedException();

    public ICostExplorerClient CostExplorer(string account) => throw new NotSupportedException();

    public IConfigClient Config(string account, string region) => throw new NotSupportedException();

    public Amazon.S3.IAmazonS3 S3(string account, string region) => throw new NotSupportedException();

    public Amazon.EC2.IAmazonEC2 Ec2(string account, string region) => Played.Of<Amazon.EC2.IAmazonEC2>()
        .On("DescribeInstancesAsync", (DescribeInstancesRequest request) =>
        {
            if (Ec2Fault is { } fault) throw fault;
            // What nobody said anything of runs, and came alone.
            return new DescribeInstancesResponse
            {
                Reservations = [new Reservation { Instances = [.. request.Filters.Single(filter => filter.Name == "instance-id").Values
                    .Select(id => Instances.GetValueOrDefault(id) ?? new Instance { InstanceId = id })] }],
            };
        }).Instance;

    public Amazon.SQS.IAmazonSQS Sqs(string region) => throw new NotSupportedException();

    private Task<IReadOnlyList<TaggingFailure>> WriteAsync(
        string call, IReadOnlyList<string> arns, IReadOnlyDictionary<string, string?> tags)
    {
        Calls.Add((call, arns, tags));
        if (Faults.TryDequeue(out var fault) && fault is not null) throw fault;
        ThrowIfUnreadable(arns);
        var failures = new List<TaggingFailure>();
        foreach (var arn in arns)
        {
            if (Failing.TryGetValue(arn, out var failing) && failing.Times != 0)
            {
                Failing[arn] = failing with { Times = failing.Times - 1 };
                failures.Add(new TaggingFailure(arn, failing.Code, failing.Message, 400));
                continue;
            }

            foreach (var (key, value) in tags)
            {
                if (value is null) Of(arn).Remove(key);
                else Of(arn)[key] = value;
            }

            Remember(arn);
        }

        if (!DieAfterWrite) return Task.FromResult<IReadOnlyList<TaggingFailure>>(failures);
        DieAfterWrite = false;
        throw new InvalidOperationException("killed");
    }

    private void ThrowIfUnreadable(IReadOnlyList<string> arns)
    {
        if (Unreadable is { } arn && arns.Contains(arn))
            throw new AwsServiceException(
                $"{arn} is not a valid ARN", null, Amazon.Runtime.ErrorType.Sender, "InvalidParameterException", "r",
                System.Net.HttpStatusCode.BadRequest);
    }
}

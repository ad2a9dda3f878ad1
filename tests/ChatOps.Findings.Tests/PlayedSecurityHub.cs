using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.EC2;
using Amazon.S3;
using Amazon.SimpleSystemsManagement;
using Amazon.SQS;
using ChatOps.Aws;

namespace ChatOps.Findings.Tests;

/// <summary>A Security Hub that remembers updates and answers as it is told.</summary>
internal sealed class PlayedSecurityHub : IAwsClients
{
    public List<(string Place, FindingUpdate Update)> Updates { get; } = [];

    public List<(string Place, FindingUpdateV2 Update)> UpdatesV2 { get; } = [];

    /// <summary>Thrown by the next questions, one each.</summary>
    public Queue<Exception> Faults { get; } = new();

    /// <summary>Thrown by the next updates, one each.</summary>
    public Queue<Exception> UpdateFaults { get; } = new();

    /// <summary>Thrown by every call until it is null again.</summary>
    public Exception? Down { get; set; }

    /// <summary>ASFF that GetFindings answers with.</summary>
    public JsonElement? Answer { get; set; }

    /// <summary>What stands in Security Hub, by its id, for questions that filter; <see cref="Answer"/> goes before it.</summary>
    public Dictionary<string, JsonObject> Findings { get; } = [];

    /// <summary>The questions, with where they were asked.</summary>
    public List<(string Place, FindingQuery Query, string? Token)> Questions { get; } = [];

    /// <summary>Refused one by one, by AWS's code.</summary>
    public string? Unprocessed { get; set; }

    private readonly Lock _gate = new();

    public ISecurityHubClient SecurityHub(string account, string region) => new Hub(this, $"{account}/{region}");

    private FindingPage Page(string place, FindingQuery query, string? token)
    {
        Questions.Add((place, query, token));
        if (Answer is { } finding) return new FindingPage([finding], null);
        var from = int.Parse(token ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var found = Findings.Values.Where(body => Matches(body, place, query.Filters!)).ToList();
        var page = found.Skip(from).Take(query.PageSize).Select(body => JsonSerializer.SerializeToElement(body)).ToList();
        var next = from + page.Count;
        return new FindingPage(page, next < found.Count ? next.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    /// <summary>As far as we filter.</summary>
    private static bool Matches(JsonObject body, string place, AwsSecurityFindingFilters filters) =>
        $"{body["AwsAccountId"]}/{body["Region"]}" == place
        && Any(filters.Id, body["Id"]) && Any(filters.ProductArn, body["ProductArn"]) && Any(filters.RecordState, body["RecordState"])
        && Any(filters.WorkflowStatus, body["Workflow"]!["Status"])
        && (filters.UpdatedAt is not [{ Start: { } start }]
            || string.CompareOrdinal(body["UpdatedAt"]!.ToString(), start) >= 0);

    private static bool Any(IReadOnlyList<StringFilter>? filters, JsonNode? value) =>
        filters is null || filters.Any(filter => filter.Value == value!.ToString());

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

    /// <summary>It in an account and Region; places may be asked side by side.</summary>
    private sealed class Hub(PlayedSecurityHub aws, string place) : ISecurityHubClient
    {
        public Task<FindingUpdateResult> BatchUpdateFindings(FindingUpdate update, CancellationToken cancellation = default)
        {
            lock (aws._gate)
            {
                if (aws.Down is { } down) throw down;
                if (aws.UpdateFaults.TryDequeue(out var fault)) throw fault;
                aws.Updates.Add((place, update));
                return Task.FromResult(aws.Unprocessed is { } code
                    ? new FindingUpdateResult(
                        [], [.. update.FindingIdentifiers.Select(id => new UnprocessedFinding(id, code, "no such finding"))])
                    : new FindingUpdateResult(update.FindingIdentifiers, []));
            }
        }

        public Task<FindingUpdateResultV2> BatchUpdateFindingsV2(FindingUpdateV2 update, CancellationToken cancellation = default)
        {
            lock (aws._gate)
            {
                if (aws.Down is { } down) throw down;
                aws.UpdatesV2.Add((place, update));
                return Task.FromResult(new FindingUpdateResultV2([]));
            }
        }

        public Task<FindingPage> GetFindingPage(FindingQuery query, string? nextToken, CancellationToken cancellation = default)
        {
            lock (aws._gate)
            {
                return aws.Down is { } down || aws.Faults.TryDequeue(out down)
                    ? Task.FromException<FindingPage>(down)
                    : Task.FromResult(aws.Page(place, query, nextToken));
            }
        }

        public IAsyncEnumerable<JsonElement> GetFindings(FindingQuery query, CancellationToken cancellation = default) =>
            throw new NotSupportedException();

        public Task<FindingImportResult> BatchImportFindings(
            IReadOnlyList<JsonElement> findings, CancellationToken cancellation = default) => throw new NotSupportedException();
    }
}

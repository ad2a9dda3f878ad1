using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Aws;

internal sealed class SecurityHubClient(AwsJsonConfig config) : AwsJsonClient(Service, config), ISecurityHubClient
{
    internal static readonly AwsJsonService Service = new("SecurityHub", "2018-10-26", "securityhub", "securityhub");

    private static readonly AwsJsonOperation<GetFindingsRequest, GetFindingsReply> GetFindingsCall =
        new("GetFindings", SecurityHubJson.Default.GetFindingsRequest, SecurityHubJson.Default.GetFindingsReply, "POST", "/findings");

    private static readonly AwsJsonOperation<FindingUpdate, BatchUpdateFindingsReply> BatchUpdateFindingsCall =
        new(
            "BatchUpdateFindings", SecurityHubJson.Default.FindingUpdate, SecurityHubJson.Default.BatchUpdateFindingsReply, "PATCH",
            "/findings/batchupdate");

    private static readonly AwsJsonOperation<FindingUpdateV2, BatchUpdateFindingsV2Reply> BatchUpdateFindingsV2Call =
        new(
            "BatchUpdateFindingsV2", SecurityHubJson.Default.FindingUpdateV2, SecurityHubJson.Default.BatchUpdateFindingsV2Reply, "PATCH",
            "/findingsv2/batchupdatev2");

    private static readonly AwsJsonOperation<BatchImportFindingsRequest, BatchImportFindingsReply> BatchImportFindingsCall =
        new(
            "BatchImportFindings", SecurityHubJson.Default.BatchImportFindingsRequest, SecurityHubJson.Default.BatchImportFindingsReply,
            "POST", "/findings/import");

    public async IAsyncEnumerable<JsonElement> GetFindings(
        FindingQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? token = null;
        do
        {
            var page = await GetFindingPage(query, token, cancellation);
            foreach (var finding in page.Findings)
                yield return finding;
            token = page.NextToken;
        }
        while (token is not null);
    }

    public async Task<FindingPage> GetFindingPage(FindingQuery query, string? nextToken, CancellationToken cancellation = default)
    {
        if (query.PageSize is < 1 or > FindingQuery.MaxPageSize)
            throw new ArgumentException($"A page holds 1 to {FindingQuery.MaxPageSize} findings, not {query.PageSize}.", nameof(query));
        var request = new GetFindingsRequest(query.Filters, query.Sort.Count == 0 ? null : query.Sort, nextToken, query.PageSize);
        var reply = await Call(GetFindingsCall, request, cancellation);
        return new FindingPage(reply.Findings ?? [], string.IsNullOrEmpty(reply.NextToken) ? null : reply.NextToken);
    }

    public async Task<FindingUpdateResult> BatchUpdateFindings(FindingUpdate update, CancellationToken cancellation = default)
    {
        if (update.FindingIdentifiers.Count is < 1 or > FindingUpdate.MaxFindings)
            throw new ArgumentException(
                $"One update changes 1 to {FindingUpdate.MaxFindings} findings, not {update.FindingIdentifiers.Count}.", nameof(update));
        var reply = await Call(BatchUpdateFindingsCall, update, cancellation);
        return new FindingUpdateResult(reply.ProcessedFindings ?? [], reply.UnprocessedFindings ?? []);
    }

    public async Task<FindingUpdateResultV2> BatchUpdateFindingsV2(FindingUpdateV2 update, CancellationToken cancellation = default)
    {
        if (update.FindingIdentifiers.Count is < 1 or > FindingUpdate.MaxFindings)
            throw new ArgumentException(
                $"One update changes 1 to {FindingUpdate.MaxFindings} findings, not {update.FindingIdentifiers.Count}.", nameof(update));
        var reply = await Call(BatchUpdateFindingsV2Call, update, cancellation);
        return new FindingUpdateResultV2(reply.UnprocessedFindings ?? []);
    }

    public async Task<FindingImportResult> BatchImportFindings(
        IReadOnlyList<JsonElement> findings, CancellationToken cancellation = default)
    {
        if (findings.Count is < 1 or > FindingUpdate.MaxFindings)
            throw new ArgumentException(
                $"One import takes 1 to {FindingUpdate.MaxFindings} findings, not {findings.Count}.", nameof(findings));
        var reply = await Call(BatchImportFindingsCall, new BatchImportFindingsRequest(findings), cancellation);
        return new FindingImportResult(reply.SuccessCount, reply.FailedCount, reply.FailedFindings ?? []);
    }
}

internal sealed record GetFindingsRequest(
    AwsSecurityFindingFilters? Filters, IReadOnlyList<FindingSort>? SortCriteria, string? NextToken, int MaxResults);

internal sealed record GetFindingsReply(IReadOnlyList<JsonElement>? Findings, string? NextToken);

internal sealed record BatchUpdateFindingsReply(
    IReadOnlyList<FindingIdentifier>? ProcessedFindings, IReadOnlyList<UnprocessedFinding>? UnprocessedFindings);

internal sealed record BatchUpdateFindingsV2Reply(IReadOnlyList<UnprocessedFindingV2>? UnprocessedFindings);

internal sealed record BatchImportFindingsRequest(IReadOnlyList<JsonElement> Findings);

internal sealed record BatchImportFindingsReply(int SuccessCount, int FailedCount, IReadOnlyList<FailedImport>? FailedFindings);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GetFindingsRequest))]
[JsonSerializable(typeof(GetFindingsReply))]
[JsonSerializable(typeof(FindingUpdate))]
[JsonSerializable(typeof(BatchUpdateFindingsReply))]
[JsonSerializable(typeof(FindingUpdateV2))]
[JsonSerializable(typeof(BatchUpdateFindingsV2Reply))]
[JsonSerializable(typeof(BatchImportFindingsRequest))]
[JsonSerializable(typeof(BatchImportFindingsReply))]
internal sealed partial class SecurityHubJson : JsonSerializerContext;

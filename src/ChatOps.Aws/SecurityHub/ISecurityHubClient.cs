using System.Text.Json;

namespace ChatOps.Aws;

/// <summary>
/// Security Hub (API 2018-10-26). Findings are ASFF as AWS wrote it, one <see cref="JsonElement"/> each: the product reads
/// ASFF in one place.
/// </summary>
/// <remarks>
/// Every method throws <see cref="AwsServiceException"/> when AWS refuses and <see cref="TimeoutException"/> when it does not answer.
/// </remarks>
public interface ISecurityHubClient
{
    /// <summary>All findings that match, page by page as they are consumed.</summary>
    IAsyncEnumerable<JsonElement> GetFindings(FindingQuery query, CancellationToken cancellation = default);

    /// <summary>One page of findings, from where an earlier page ended.</summary>
    Task<FindingPage> GetFindingPage(FindingQuery query, string? nextToken, CancellationToken cancellation = default);

    /// <summary>Changes what customers may change of 1 to 100 findings: note, workflow status, own fields.</summary>
    /// <exception cref="ArgumentException">No finding, or more than 100.</exception>
    Task<FindingUpdateResult> BatchUpdateFindings(FindingUpdate update, CancellationToken cancellation = default);

    /// <summary>Changes the status of 1 to 100 findings in Security Hub's second generation, which keeps one of its own.</summary>
    /// <exception cref="ArgumentException">No finding, or more than 100.</exception>
    Task<FindingUpdateResultV2> BatchUpdateFindingsV2(FindingUpdateV2 update, CancellationToken cancellation = default);

    /// <summary>Imports 1 to 100 findings in ASFF.</summary>
    /// <exception cref="ArgumentException">No finding, or more than 100.</exception>
    Task<FindingImportResult> BatchImportFindings(IReadOnlyList<JsonElement> findings, CancellationToken cancellation = default);
}

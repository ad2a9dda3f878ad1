using System.Text.Json;

namespace ChatOps.Aws;

/// <summary>
/// AWS Config (API 2014-11-12): what exists, tagged or not, by queries in its SQL
/// (<c>SELECT resourceId, resourceType, tags WHERE resourceType = 'AWS::S3::Bucket'</c>).
/// </summary>
/// <remarks>
/// Every method throws <see cref="AwsServiceException"/> when AWS refuses and <see cref="TimeoutException"/> when it does not answer.
/// An expression holds 1 to 4096 characters; values from outside must be escaped by the caller.
/// </remarks>
public interface IConfigClient
{
    /// <summary>
    /// The resources of this account and Region, page by page as they are consumed; each an object of the selected fields.
    /// </summary>
    IAsyncEnumerable<JsonElement> SelectResourceConfig(string expression, CancellationToken cancellation = default);

    /// <summary>The resources that an aggregator sees, of many accounts and Regions.</summary>
    IAsyncEnumerable<JsonElement> SelectAggregateResourceConfig(
        string aggregator, string expression, CancellationToken cancellation = default);

    /// <summary>Has rules evaluated now; AWS Config does it in its own time, within minutes.</summary>
    /// <param name="rules">Up to 25 rules' names.</param>
    /// <param name="cancellation">Cancels the call.</param>
    Task StartConfigRulesEvaluation(IReadOnlyList<string> rules, CancellationToken cancellation = default);
}

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

    /// <summary>What the account's recorders in this Region are told to record; none where Config was never set up.</summary>
    Task<IReadOnlyList<ConfigRecorder>> DescribeConfigurationRecorders(CancellationToken cancellation = default);

    /// <summary>The names of the recorders that record now.</summary>
    Task<IReadOnlyList<string>> DescribeConfigurationRecorderStatus(CancellationToken cancellation = default);
}

/// <summary>What a recorder records.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Types">The types that it is told to record; empty where it records all but <paramref name="Excluded"/>.</param>
/// <param name="Excluded">Types that it leaves out.</param>
public sealed record ConfigRecorder(string Name, IReadOnlyList<string> Types, IReadOnlyList<string> Excluded)
{
    /// <summary>Whether it records a type.</summary>
    public bool Records(string type) => Types.Count > 0 ? Types.Contains(type) : !Excluded.Contains(type);
}

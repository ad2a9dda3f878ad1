using System.Text.Json;

namespace ChatOps.Aws;

/// <summary>RDS (API 2014-10-31): the settings of database instances.</summary>
/// <remarks>
/// Every method throws <see cref="AwsServiceException"/> when AWS refuses and <see cref="TimeoutException"/> when it does not answer.
/// </remarks>
public interface IRdsClient
{
    /// <summary>An instance as RDS describes it, its scalar members as texts (<c>"PubliclyAccessible": "true"</c>).</summary>
    /// <param name="identifier">Its <c>DBInstanceIdentifier</c>, or its ARN.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>Null when there is no such instance.</returns>
    Task<JsonElement?> DescribeDbInstance(string identifier, CancellationToken cancellation = default);

    /// <summary>Changes settings of an instance at once; null leaves one as it is.</summary>
    /// <param name="change">What changes.</param>
    /// <param name="cancellation">Cancels the call.</param>
    Task ModifyDbInstance(DbInstanceChange change, CancellationToken cancellation = default);
}

/// <summary>A change of a database instance's settings.</summary>
/// <param name="DBInstanceIdentifier">The instance.</param>
/// <param name="PubliclyAccessible">Whether it has a public address.</param>
/// <param name="DeletionProtection">Whether it is protected from deletion.</param>
/// <param name="AutoMinorVersionUpgrade">Whether minor versions are installed by themselves.</param>
/// <param name="ApplyImmediately">Now, and not in the maintenance window.</param>
public sealed record DbInstanceChange(
    string DBInstanceIdentifier, bool? PubliclyAccessible = null, bool? DeletionProtection = null, bool? AutoMinorVersionUpgrade = null,
    bool ApplyImmediately = true);

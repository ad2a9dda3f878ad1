using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Aws;

/// <summary>The credentials of each account: its role's, or our own where it names none.</summary>
internal sealed class AwsCredentialSource(IOptions<AwsOptions> options, TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    // The longest session that role chaining allows: our own credentials are a role's already, as a rule.
    private const int SessionSeconds = 3600;

    private readonly ConcurrentDictionary<string, AssumedRoleCredentials> _byRole = new(StringComparer.Ordinal);
    private readonly Lazy<IAmazonSecurityTokenService> _sts = new(() => NewSts(options.Value));

    /// <summary>
    /// Our own: fixed on loopback, else null, and the SDK looks where it always does (environment, profile, container, instance).
    /// </summary>
    public AWSCredentials? Own { get; } = OwnOf(options.Value);

    /// <summary>The role's credentials, or null where our own serve.</summary>
    public AssumedRoleCredentials? RoleOf(AwsAccount account) => account.RoleArn is { } role
        ? _byRole.GetOrAdd(
            role, arn => new AssumedRoleCredentials(arn, () => Assume(arn), time, loggers.CreateLogger<AssumedRoleCredentials>()))
        : null;

    public void Dispose()
    {
        if (_sts.IsValueCreated)
            _sts.Value.Dispose();
    }

    private static BasicAWSCredentials? OwnOf(AwsOptions options) =>
        options.IsLoopback ? new BasicAWSCredentials(AwsOptions.LoopbackAccessKey, AwsOptions.LoopbackSecretKey) : null;

    private static AmazonSecurityTokenServiceClient NewSts(AwsOptions options) =>
        new(new AmazonSecurityTokenServiceConfig().Apply(options, options.Region, OwnOf(options), role: null));

    private async Task<AssumedRole> Assume(string roleArn)
    {
        var reply = await _sts.Value.AssumeRoleAsync(
            new AssumeRoleRequest { RoleArn = roleArn, RoleSessionName = "chatops", DurationSeconds = SessionSeconds });
        var keys = reply.Credentials;
        return new AssumedRole(
            new SessionAWSCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken),
            new DateTimeOffset(DateTime.SpecifyKind(keys.Expiration!.Value.ToUniversalTime(), DateTimeKind.Utc)));
    }
}

using Amazon.Runtime;
using Amazon.Runtime.Identity;
using Microsoft.Extensions.Logging;

namespace ChatOps.Aws;

/// <summary>Keys of an assumed role and when they end.</summary>
internal sealed record AssumedRole(SessionAWSCredentials Keys, DateTimeOffset Expires);

/// <summary>
/// The credentials of an account's role: assumed at the first call, kept until five minutes before they end, and assumed again
/// by one call however many wait. When STS fails while the keys in hand are still good, those serve on.
/// </summary>
/// <remarks>
/// An identity resolver, because the SDK asks it asynchronously; of an <see cref="AWSCredentials"/> its signer asks
/// synchronously and would block a thread on STS.
/// </remarks>
internal sealed partial class AssumedRoleCredentials(
    string roleArn, Func<Task<AssumedRole>> assume, TimeProvider time, ILogger<AssumedRoleCredentials> logger)
    : IIdentityResolver<AWSCredentials>, IIdentityResolverConfiguration
{
    private static readonly TimeSpan RefreshBefore = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private AssumedRole? _current;
    private Task<AWSCredentials>? _refresh;

    public Task<AWSCredentials> Get(CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            if (_current is { } current && time.GetUtcNow() < current.Expires - RefreshBefore)
                return Task.FromResult<AWSCredentials>(current.Keys);
            // On the pool, so that nothing of it runs under the lock; no caller's cancellation ends it for the others.
            _refresh ??= Task.Run(Refresh, CancellationToken.None);
            return _refresh.WaitAsync(cancellation);
        }
    }

    IIdentityResolver IIdentityResolverConfiguration.GetIdentityResolver<T>() => typeof(T) == typeof(AWSCredentials)
        ? this
        : throw new NotSupportedException($"A role gives AWS credentials, not {typeof(T).Name}.");

    Task<AWSCredentials> IIdentityResolver<AWSCredentials>.ResolveIdentityAsync(
        IClientConfig clientConfig, CancellationToken cancellationToken) =>
        Get(cancellationToken);

    async Task<BaseIdentity> IIdentityResolver.ResolveIdentityAsync(IClientConfig clientConfig, CancellationToken cancellationToken) =>
        await Get(cancellationToken);

    AWSCredentials IIdentityResolver<AWSCredentials>.ResolveIdentity(IClientConfig clientConfig) => throw Synchronous();

    BaseIdentity IIdentityResolver.ResolveIdentity(IClientConfig clientConfig) => throw Synchronous();

    private static NotSupportedException Synchronous() => new("Credentials of an assumed role are given asynchronously only.");

    private async Task<AWSCredentials> Refresh()
    {
        try
        {
            var fresh = await assume();
            lock (_gate)
                _current = fresh;
            LogAssumed(logger, roleArn, fresh.Expires);
            return fresh.Keys;
        }
        catch (Exception fault) when (StillGood() is not null)
        {
            LogServeOn(logger, fault, roleArn);
            return StillGood()
                ?? throw new AmazonClientException($"The credentials of {roleArn} have ended and STS gave no new ones.", fault);
        }
        finally
        {
            lock (_gate)
                _refresh = null;
        }
    }

    private SessionAWSCredentials? StillGood()
    {
        lock (_gate)
            return _current is { } current && time.GetUtcNow() < current.Expires ? current.Keys : null;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Assumed {RoleArn} until {Expires}")]
    private static partial void LogAssumed(ILogger logger, string roleArn, DateTimeOffset expires);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not renew the credentials of {RoleArn}; those in hand serve until they end")]
    private static partial void LogServeOn(ILogger logger, Exception fault, string roleArn);
}

using Amazon.Runtime;
using Microsoft.Extensions.Logging;

namespace ChatOps.Aws;

/// <summary>Keys of an assumed role and when they end.</summary>
internal sealed record AssumedRole(ImmutableCredentials Keys, DateTimeOffset Expires);

/// <summary>
/// The credentials of an account's role: assumed at the first call, kept until five minutes before they end, and assumed again
/// by one call however many wait. When STS fails while the keys in hand are still good, those serve on.
/// </summary>
internal sealed partial class AssumedRoleCredentials(
    string roleArn, Func<Task<AssumedRole>> assume, TimeProvider time, ILogger<AssumedRoleCredentials> logger) : AWSCredentials
{
    private static readonly TimeSpan RefreshBefore = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private AssumedRole? _current;
    private Task<ImmutableCredentials>? _refresh;

    public override Task<ImmutableCredentials> GetCredentialsAsync()
    {
        lock (_gate)
        {
            if (_current is { } current && time.GetUtcNow() < current.Expires - RefreshBefore)
                return Task.FromResult(current.Keys);
            // On the pool, so that nothing of it runs under the lock and no caller's cancellation ends it for the others.
            return _refresh ??= Task.Run(Refresh);
        }
    }

    /// <summary>Not given: it would block a thread on STS, and every call we make is asynchronous.</summary>
    public override ImmutableCredentials GetCredentials() =>
        throw new NotSupportedException("Credentials of an assumed role are given asynchronously only.");

    private async Task<ImmutableCredentials> Refresh()
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
            return StillGood() ?? throw new AmazonClientException($"The credentials of {roleArn} have ended and STS gave no new ones.", fault);
        }
        finally
        {
            lock (_gate)
                _refresh = null;
        }
    }

    private ImmutableCredentials? StillGood()
    {
        lock (_gate)
            return _current is { } current && time.GetUtcNow() < current.Expires ? current.Keys : null;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Assumed {RoleArn} until {Expires}")]
    private static partial void LogAssumed(ILogger logger, string roleArn, DateTimeOffset expires);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not renew the credentials of {RoleArn}; those in hand serve until they end")]
    private static partial void LogServeOn(ILogger logger, Exception fault, string roleArn);
}

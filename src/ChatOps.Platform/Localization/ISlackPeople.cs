using System.Collections.Concurrent;
using ChatOps.Platform.Caching;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Localization;

/// <summary>Slack users, remembered for an hour.</summary>
public interface ISlackPeople
{
    /// <summary>The user; null when Slack does not know them or cannot be asked in time.</summary>
    Task<User?> FindAsync(string userId, CancellationToken cancellationToken);

    /// <summary>The same for who can wait, so long and no longer.</summary>
    Task<User?> FindAsync(string userId, TimeSpan wait, CancellationToken cancellationToken) => FindAsync(userId, cancellationToken);
}

/// <summary>
/// Asks <c>users.info</c> and remembers the answer; a failure is remembered for a minute, so that an outage does not slow every answer. Who
/// asks waits a second at most: an answer that takes longer is there for the next who asks.
/// </summary>
internal sealed partial class SlackPeople(ISlackApiClient slack, TimeProvider time, ILogger<SlackPeople> logger) : ISlackPeople
{
    private const int MaxRemembered = 5000;

    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);
    private static readonly TimeSpan FailureRemembered = TimeSpan.FromMinutes(1);

    /// <summary>A modal has three seconds from the click; this leaves it most of them.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly TimedCache<string, User?> _known = new(MaxRemembered, time, StringComparer.Ordinal);

    /// <summary>Since when Slack has been asked and has not answered.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> _asked = new(StringComparer.Ordinal);

    public Task<User?> FindAsync(string userId, CancellationToken cancellationToken)
    {
        var known = _known.GetAsync(userId, last => AskAsync(userId, last), cancellationToken);
        // Whoever comes when a second has gone already waits no more.
        var left = MaxWait - (time.GetUtcNow() - _asked.GetValueOrDefault(userId, time.GetUtcNow()));
        return InTimeAsync(userId, known, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
    }

    public Task<User?> FindAsync(string userId, TimeSpan wait, CancellationToken cancellationToken) => InTimeAsync(
        userId, _known.GetAsync(userId, last => AskAsync(userId, last), cancellationToken), wait, cancellationToken);

    private async Task<User?> InTimeAsync(string userId, Task<User?> known, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            return await known.WaitAsync(wait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogSlow(userId);
            return _known.LastOf(userId);
        }
    }

    private async Task<TimedAnswer<User?>> AskAsync(string userId, TimedAnswer<User?>? last)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        _asked[userId] = time.GetUtcNow();
        try
        {
            return new(await slack.Users.Info(userId, limit.Token), Remembered);
        }
        catch (Exception fault) when (
            fault is SlackException or SlackRateLimitedException or SlackTransportException or OperationCanceledException)
        {
            LogFailed(userId, fault.Message);
        }
        finally
        {
            _asked.TryRemove(userId, out _);
        }

        // What is old is still better than nothing while Slack cannot be asked.
        return new(last?.Value, FailureRemembered);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Slack did not say in time who {UserId} is")]
    private partial void LogSlow(string userId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack could not say who {UserId} is: {Reason}")]
    private partial void LogFailed(string userId, string reason);
}

using System.Collections.Concurrent;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Localization;

/// <summary>Slack users, remembered for an hour.</summary>
public interface ISlackPeople
{
    /// <summary>The user; null when Slack does not know them or cannot be asked in time.</summary>
    Task<User?> FindAsync(string userId, CancellationToken cancellationToken);
}

/// <summary>Asks <c>users.info</c> and remembers the answer; a failure is remembered for a minute, so that an outage does not slow every answer.</summary>
internal sealed partial class SlackPeople(ISlackApiClient slack, TimeProvider time, ILogger<SlackPeople> logger) : ISlackPeople
{
    private const int MaxRemembered = 5000;

    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);
    private static readonly TimeSpan FailureRemembered = TimeSpan.FromMinutes(1);

    /// <summary>A modal has three seconds from the click; this leaves it most of them.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (User? User, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    public async Task<User?> FindAsync(string userId, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(userId, out var known) && known.Until > time.GetUtcNow()) return known.User;

        User? user = null;
        var remember = FailureRemembered;
        using var patience = new CancellationTokenSource(Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            user = await slack.Users.Info(userId, both.Token);
            remember = Remembered;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogSlow(userId);
        }
        catch (Exception fault) when (fault is SlackException or SlackRateLimitedException or SlackTransportException)
        {
            LogFailed(userId, fault.Message);
        }

        // What is old is still better than nothing while Slack cannot be asked.
        user ??= known.User;
        if (_known.Count >= MaxRemembered) Forget();
        _known[userId] = (user, time.GetUtcNow() + remember);
        return user;
    }

    private void Forget()
    {
        foreach (var (id, _) in _known.OrderBy(entry => entry.Value.Until).Take(MaxRemembered / 10)) _known.TryRemove(id, out _);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Slack did not say in time who {UserId} is")]
    private partial void LogSlow(string userId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack could not say who {UserId} is: {Reason}")]
    private partial void LogFailed(string userId, string reason);
}

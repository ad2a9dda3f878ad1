using ChatOps.Platform.Caching;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Access;

/// <summary>Where the app is installed, as auth.test says: a workspace, or a whole organisation. Asked once an hour.</summary>
internal sealed partial class SlackHome(ISlackApiClient slack, TimeProvider time, ILogger<SlackHome> logger)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan FailureKeptFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskedFor = TimeSpan.FromSeconds(10);

    private readonly TimedCache<string, Identity?> _home = new(1, time, StringComparer.Ordinal);

    /// <summary>The installation; the last answer while Slack cannot be asked, null when there is none within the wait.</summary>
    public async Task<Identity?> FindAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            return await _home.GetAsync("home", AskAsync, cancellationToken).WaitAsync(wait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return _home.LastOf("home");
        }
    }

    private async Task<TimedAnswer<Identity?>> AskAsync(TimedAnswer<Identity?>? last)
    {
        using var limit = new CancellationTokenSource(AskedFor, time);
        try
        {
            return new(await slack.Auth.Test(limit.Token), KeptFor);
        }
        catch (Exception fault) when (fault is SlackCallException or OperationCanceledException)
        {
            LogFailed(fault.Message);
            return new(last?.Value, FailureKeptFor);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack could not say where the app is installed: {Reason}")]
    private partial void LogFailed(string reason);
}

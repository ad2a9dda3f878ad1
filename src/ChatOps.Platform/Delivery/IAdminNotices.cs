using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Delivery;

/// <summary>Tells the people who run the bot what they must mend. Called at most once for a fault, outside any transaction.</summary>
public interface IAdminNotices
{
    /// <summary>A channel that a route names cannot be used; its messages go to the fallback channel.</summary>
    /// <param name="channel">The channel as the route names it.</param>
    /// <param name="error">Slack's error code, for example <c>channel_not_found</c>.</param>
    /// <param name="fallback">The id of the channel used instead.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task ChannelUnusableAsync(string channel, string error, string fallback, CancellationToken cancellationToken);
}

/// <summary>Writes notices to the log; the channel itself is told by the first message that fell back, in its thread.</summary>
internal sealed partial class LoggedAdminNotices(ILogger<LoggedAdminNotices> logger) : IAdminNotices
{
    public Task ChannelUnusableAsync(string channel, string error, string fallback, CancellationToken cancellationToken)
    {
        LogUnusable(logger, channel, error, fallback);
        return Task.CompletedTask;
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Channel {Channel} cannot be used ({Error}); its messages go to {Fallback}. Create it, or invite the bot, or change " +
            "routes.yaml")]
    private static partial void LogUnusable(ILogger logger, string channel, string error, string fallback);
}

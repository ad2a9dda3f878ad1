using ChatOps.Platform.Caching;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Access;

/// <summary>
/// Reads user groups from Slack and keeps them for 45 s. A failure is remembered for half a minute, during which nobody
/// is in any group: roles shrink rather than linger, and a click does not wait for Slack twice.
/// </summary>
internal sealed partial class SlackUserGroups(ISlackApiClient slack, TimeProvider time, ILogger<SlackUserGroups> logger) : IUserGroups
{
    private const int Capacity = 16;

    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan FailureKeptFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskedFor = TimeSpan.FromSeconds(1.5);

    /// <summary>By the groups asked for, which are access.yaml's.</summary>
    private readonly TimedCache<string, IReadOnlyDictionary<string, IReadOnlySet<string>>?> _members = new(
        Capacity, time, StringComparer.Ordinal);

    public Task<IReadOnlyDictionary<string, IReadOnlySet<string>>?> MembersAsync(
        IReadOnlyList<string> groups, CancellationToken cancellationToken) =>
        _members.GetAsync(string.Join('\n', groups), _ => AskAsync(groups), cancellationToken);

    private async Task<TimedAnswer<IReadOnlyDictionary<string, IReadOnlySet<string>>?>> AskAsync(IReadOnlyList<string> groups)
    {
        using var limit = new CancellationTokenSource(AskedFor, time);
        try
        {
            var all = await slack.UserGroups.List(limit.Token);
            var members = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
            foreach (var name in groups)
            {
                if (all.FirstOrDefault(group => group.Id == name || group.Handle == name) is { } found)
                    members[name] = (found.Users.Count > 0 ? found.Users : await slack.UserGroups.ListUsers(found.Id, limit.Token))
                        .ToHashSet(StringComparer.Ordinal);
                else
                    LogUnknown(name);
            }

            return new(members, KeptFor);
        }
        catch (Exception e) when (e is SlackCallException or OperationCanceledException)
        {
            LogNotAsked(e);
            // Not the last answer: whoever left a group meanwhile would keep its role.
            return new(null, FailureKeptFor);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Slack could not be asked for its user groups; only users whom access.yaml names directly have roles")]
    private partial void LogNotAsked(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "access.yaml names the user group {Group}, which Slack does not know")]
    private partial void LogUnknown(string group);
}

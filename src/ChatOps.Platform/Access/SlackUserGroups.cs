using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Access;

/// <summary>
/// Reads user groups from Slack and keeps them for five minutes. A failure is remembered for half a minute, during which nobody is in
/// any group: roles shrink rather than linger, and a click does not wait for Slack twice.
/// </summary>
internal sealed partial class SlackUserGroups(ISlackApiClient slack, TimeProvider time, ILogger<SlackUserGroups> logger) : IUserGroups, IDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FailureKeptFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskedFor = TimeSpan.FromSeconds(1.5);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private Answer? _last;

    public async Task<IReadOnlyDictionary<string, IReadOnlySet<string>>?> MembersAsync(IReadOnlyList<string> groups, CancellationToken cancellationToken)
    {
        if (Fresh() is { } known) return known.Members;
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } meanwhile) return meanwhile.Members;
            var members = await AskAsync(groups, cancellationToken);
            _last = new Answer(members, time.GetUtcNow() + (members is null ? FailureKeptFor : KeptFor));
            return members;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private Answer? Fresh() => Volatile.Read(ref _last) is { } answer && answer.Until > time.GetUtcNow() ? answer : null;

    private async Task<IReadOnlyDictionary<string, IReadOnlySet<string>>?> AskAsync(IReadOnlyList<string> groups, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AskedFor, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var all = await slack.UserGroups.List(either.Token);
            var members = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
            foreach (var name in groups)
            {
                if (all.FirstOrDefault(group => group.Id == name || group.Handle == name) is { } found)
                    members[name] = (await slack.UserGroups.ListUsers(found.Id, either.Token)).ToHashSet(StringComparer.Ordinal);
                else
                    LogUnknown(name);
            }

            return members;
        }
        catch (Exception e) when (e is SlackCallException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogNotAsked(e);
            return null;
        }
    }

    private sealed record Answer(IReadOnlyDictionary<string, IReadOnlySet<string>>? Members, DateTimeOffset Until);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack could not be asked for its user groups; only users whom access.yaml names directly have roles")]
    private partial void LogNotAsked(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "access.yaml names the user group {Group}, which Slack does not know")]
    private partial void LogUnknown(string group);
}

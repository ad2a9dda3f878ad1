using System.Collections.Concurrent;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging;

namespace ChatOps.Tagging;

/// <summary>Somebody in Slack, and where only they read.</summary>
/// <param name="UserId">Their id.</param>
/// <param name="Channel">Their conversation with the bot.</param>
/// <param name="Language">Their language; null for the default.</param>
/// <param name="ByMail">Found by mail address; a handle is a good guess, and no more.</param>
internal sealed record SlackCreator(string UserId, string Channel, string? Language, bool ByMail);

/// <summary>
/// Finds a creator in Slack: a name that is a mail address by it, another by the policy's mail domain, else by handle. Remembered for an hour,
/// also that nobody was found.
/// </summary>
internal sealed partial class CreatorPeople(ISlackApiClient slack, ISlackPeople people, TimeProvider time, ILogger<CreatorPeople> logger)
{
    private const int MaxRemembered = 5000;
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);
    private static readonly TimeSpan FailureRemembered = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (SlackCreator? Found, DateTimeOffset Until)> _known = new(StringComparer.OrdinalIgnoreCase);
    private (Dictionary<string, string> Ids, DateTimeOffset Until) _handles = ([], DateTimeOffset.MinValue);

    /// <summary>The person; null when nobody was found, or Slack cannot be asked.</summary>
    public async Task<SlackCreator?> FindAsync(Creator creator, string? mailDomain, CancellationToken cancellationToken)
    {
        var name = creator.User ?? creator.Session ?? "";
        if (name.Length == 0) return null;
        if (_known.TryGetValue(name, out var known) && known.Until > time.GetUtcNow()) return known.Found;
        SlackCreator? found = null;
        var remember = Remembered;
        try
        {
            if (await IdOfAsync(name, mailDomain, cancellationToken) is var (id, byMail))
                found = new SlackCreator(id, await slack.Conversations.Open([id], cancellationToken), (await people.FindAsync(id, cancellationToken))?.Locale?.Split('-', '_')[0], byMail);
        }
        catch (SlackCallException fault)
        {
            LogNotAsked(fault, name);
            remember = FailureRemembered;
        }

        if (_known.Count >= MaxRemembered) _known.Clear();
        _known[name] = (found, time.GetUtcNow() + remember);
        return found;
    }

    private async Task<(string Id, bool ByMail)?> IdOfAsync(string name, string? mailDomain, CancellationToken cancellationToken)
    {
        var mail = name.Contains('@', StringComparison.Ordinal) ? name : mailDomain is null ? null : $"{name}@{mailDomain}";
        if (mail is not null && await ByMailAsync(mail, cancellationToken) is { } byMail) return (byMail, true);
        var handle = name.Split('@')[0];
        return (await HandlesAsync(cancellationToken)).GetValueOrDefault(handle) is { } byHandle ? (byHandle, false) : null;
    }

    private async Task<string?> ByMailAsync(string mail, CancellationToken cancellationToken)
    {
        try
        {
            var user = await slack.Users.LookupByEmail(mail, cancellationToken);
            return user is { Deleted: false, IsBot: false } ? user.Id : null;
        }
        catch (SlackException fault) when (fault.Error is "users_not_found" or "missing_scope")
        {
            // Without users:read.email the handle has to do.
            return null;
        }
    }

    private async Task<Dictionary<string, string>> HandlesAsync(CancellationToken cancellationToken)
    {
        if (_handles.Until > time.GetUtcNow()) return _handles.Ids;
        var ids = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var user in slack.Users.List(cancellationToken))
        {
            if (user is { Deleted: false, IsBot: false } && user.Name.Length > 0) ids.TryAdd(user.Name, user.Id);
        }

        _handles = (ids, time.GetUtcNow() + Remembered);
        return ids;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack could not be asked who {Name} is")]
    private partial void LogNotAsked(Exception fault, string name);
}

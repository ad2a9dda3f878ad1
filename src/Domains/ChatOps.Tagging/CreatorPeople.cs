using ChatOps.Platform.Caching;
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
/// Finds a creator in Slack: a name that is a mail address by it, another by the policy's mail domain, else by handle. Remembered for an
/// hour,
/// also that nobody was found.
/// </summary>
internal sealed partial class CreatorPeople(ISlackApiClient slack, ISlackPeople people, TimeProvider time, ILogger<CreatorPeople> logger)
{
    private const int MaxRemembered = 5000;
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);
    private static readonly TimeSpan FailureRemembered = TimeSpan.FromMinutes(1);

    private readonly TimedCache<string, SlackCreator?> _known = new(MaxRemembered, time, StringComparer.OrdinalIgnoreCase);
    private readonly TimedCache<string, Dictionary<string, string>> _handles = new(1, time);

    /// <summary>The person; null when nobody was found, or Slack cannot be asked.</summary>
    public async Task<SlackCreator?> FindAsync(Creator creator, string? mailDomain, CancellationToken cancellationToken)
    {
        var name = creator.User ?? creator.Session ?? "";
        return name.Length == 0 ? null : await _known.GetAsync(name, _ => AskAsync(name, mailDomain), cancellationToken);
    }

    private async Task<TimedAnswer<SlackCreator?>> AskAsync(string name, string? mailDomain)
    {
        // Slack's client ends each call by its own time-out; who waits here may be several.
        var cancellationToken = CancellationToken.None;
        try
        {
            if (await IdOfAsync(name, mailDomain, cancellationToken) is not var (id, byMail)) return new(null, Remembered);
            var channel = await slack.Conversations.Open([id], cancellationToken);
            var language = (await people.FindAsync(id, cancellationToken))?.Locale?.Split('-', '_')[0];
            return new(new SlackCreator(id, channel, language, byMail), Remembered);
        }
        catch (SlackCallException fault)
        {
            LogNotAsked(fault, name);
            return new(null, FailureRemembered);
        }
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

    private Task<Dictionary<string, string>> HandlesAsync(CancellationToken cancellationToken) =>
        _handles.GetAsync("", _ => ReadHandlesAsync(), cancellationToken);

    private async Task<TimedAnswer<Dictionary<string, string>>> ReadHandlesAsync()
    {
        var ids = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var user in slack.Users.List(CancellationToken.None))
        {
            if (user is { Deleted: false, IsBot: false } && user.Name.Length > 0) ids.TryAdd(user.Name, user.Id);
        }

        return new(ids, Remembered);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack could not be asked who {Name} is")]
    private partial void LogNotAsked(Exception fault, string name);
}

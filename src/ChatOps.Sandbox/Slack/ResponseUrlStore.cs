using System.Security.Cryptography;

namespace ChatOps.Sandbox.Slack;

/// <summary>Where a response_url answers to.</summary>
internal sealed class ResponseTarget(string kind, string channel, string user, string? messageTs = null, string? threadTs = null)
{
    /// <summary><c>commands</c> or <c>actions</c>, as in the path.</summary>
    public string Kind { get; } = kind;

    public string Channel { get; } = channel;

    /// <summary>Who sees what is not said to the channel.</summary>
    public string User { get; } = user;

    /// <summary>The original: the message acted on, or what answered the command first; null before there is one.</summary>
    public string? MessageTs { get; set; } = messageTs;

    public string? ThreadTs { get; } = threadTs;
}

/// <summary>The response_urls handed out: five uses within thirty minutes each. Guarded by the workspace's lock.</summary>
internal sealed class ResponseUrlStore
{
    public const int Uses = 5;
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);
    private readonly Dictionary<string, Entry> _urls = new(StringComparer.Ordinal);

    /// <returns>The secret last segment of the address.</returns>
    public string Issue(ResponseTarget target, DateTimeOffset now)
    {
        var secret = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 24);
        _urls[secret] = new Entry(target, now);
        return secret;
    }

    /// <summary>Counts one use.</summary>
    /// <exception cref="SlackRefusal">used_url when it is unknown, used up or too old.</exception>
    public ResponseTarget Use(string kind, string secret, DateTimeOffset now)
    {
        if (!_urls.TryGetValue(secret, out var entry) || entry.Target.Kind != kind || now - entry.Issued > Lifetime || entry.Used >= Uses)
        {
            throw new SlackRefusal("used_url");
        }
        entry.Used++;
        return entry.Target;
    }

    private sealed class Entry(ResponseTarget target, DateTimeOffset issued)
    {
        public ResponseTarget Target { get; } = target;
        public DateTimeOffset Issued { get; } = issued;
        public int Used { get; set; }
    }
}

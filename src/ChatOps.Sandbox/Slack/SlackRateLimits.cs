namespace ChatOps.Sandbox.Slack;

/// <summary>
/// The documented rates: tier 1 to 4 allow 1, 20, 50 and 100 calls a minute of each method; chat.postMessage one a second
/// a channel with small bursts. Guarded by the workspace's lock.
/// </summary>
internal sealed class SlackRateLimits(TimeProvider time)
{
    /// <summary>Messages a channel takes at once before one a second holds.</summary>
    public const int MessageBurst = 5;

    private const int Special = 600;
    private static readonly Dictionary<string, int> CallsPerMinute = new(StringComparer.Ordinal)
    {
        ["api.test"] = 100,
        ["auth.test"] = Special,
        ["apps.connections.open"] = 1,
        ["chat.delete"] = 50,
        ["chat.getPermalink"] = Special,
        ["chat.postEphemeral"] = 100,
        ["chat.postMessage"] = Special,
        ["chat.update"] = 50,
        ["conversations.history"] = 50,
        ["conversations.info"] = 50,
        ["conversations.join"] = 50,
        ["conversations.list"] = 20,
        ["conversations.members"] = 100,
        ["conversations.open"] = 50,
        ["conversations.replies"] = 50,
        ["files.completeUploadExternal"] = 100,
        ["files.getUploadURLExternal"] = 100,
        ["usergroups.list"] = 20,
        ["usergroups.users.list"] = 20,
        ["users.info"] = 100,
        ["users.list"] = 20,
        ["users.lookupByEmail"] = 50,
        ["views.open"] = 100,
        ["views.publish"] = 100,
        ["views.push"] = 100,
        ["views.update"] = 100,
    };

    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>Takes one call; null when it may go, else the whole seconds to wait.</summary>
    /// <param name="method">The Web API method.</param>
    /// <param name="channel">The channel of a chat.postMessage; else null.</param>
    public int? Take(string method, string? channel)
    {
        var now = time.GetUtcNow();
        var ofChannel = method == "chat.postMessage" && channel is not null
            ? Bucket.For(_buckets, $"{method} {channel}", MessageBurst, 1, now)
            : null;
        var perMinute = CallsPerMinute.GetValueOrDefault(method, 50);
        var ofMethod = Bucket.For(_buckets, method, perMinute, perMinute / 60.0, now);
        var wait = Math.Max(ofMethod.Wait(now), ofChannel?.Wait(now) ?? 0);
        if (wait > 0)
        {
            return Math.Max(1, (int)Math.Ceiling(wait));
        }
        ofMethod.Spend();
        ofChannel?.Spend();
        return null;
    }

    private sealed class Bucket(int capacity, double perSecond, DateTimeOffset now)
    {
        private double _tokens = capacity;
        private DateTimeOffset _at = now;

        public static Bucket For(Dictionary<string, Bucket> buckets, string key, int capacity, double perSecond, DateTimeOffset now)
        {
            if (!buckets.TryGetValue(key, out var bucket))
            {
                buckets[key] = bucket = new Bucket(capacity, perSecond, now);
            }
            return bucket;
        }

        public double Wait(DateTimeOffset now)
        {
            _tokens = Math.Min(capacity, _tokens + (now - _at).TotalSeconds * perSecond);
            _at = now;
            // A hair less than one token is one: the clock's ticks do not divide the rates evenly.
            return _tokens >= 1 - 1e-9 ? 0 : (1 - _tokens) / perSecond;
        }

        public void Spend() => _tokens -= 1;
    }
}

using System.Globalization;
using System.Security.Cryptography;

namespace ChatOps.Sandbox.Slack;

/// <summary>The trigger ids handed out with interactions: three seconds, once. Guarded by the workspace's lock.</summary>
internal sealed class TriggerStore(SlackWorkspaceOptions options)
{
    private readonly Dictionary<string, Trigger> _triggers = new(StringComparer.Ordinal);

    /// <param name="user">Who acted, and will see the view.</param>
    /// <param name="viewId">The view in which they acted; null outside of views.</param>
    /// <param name="now">The present time.</param>
    public string Issue(string user, string? viewId, DateTimeOffset now)
    {
        var id = string.Create(
            CultureInfo.InvariantCulture,
            $"{now.ToUnixTimeMilliseconds()}.{RandomNumberGenerator.GetInt32(100_000, 999_999)}." +
            $"{RandomNumberGenerator.GetHexString(32, true)}");
        _triggers[id] = new Trigger(user, viewId, now);
        return id;
    }

    /// <summary>Uses the trigger up and says whose it was.</summary>
    /// <exception cref="SlackRefusal">invalid_trigger_id, expired_trigger_id, exchanged_trigger_id.</exception>
    public (string User, string? ViewId) Exchange(string id, DateTimeOffset now)
    {
        if (!_triggers.TryGetValue(id, out var trigger))
        {
            throw new SlackRefusal("invalid_trigger_id");
        }
        if (trigger.Exchanged)
        {
            throw new SlackRefusal("exchanged_trigger_id");
        }
        if (now - trigger.Issued > options.TriggerLifetime)
        {
            throw new SlackRefusal("expired_trigger_id");
        }
        trigger.Exchanged = true;
        return (trigger.User, trigger.ViewId);
    }

    private sealed class Trigger(string user, string? viewId, DateTimeOffset issued)
    {
        public string User { get; } = user;
        public string? ViewId { get; } = viewId;
        public DateTimeOffset Issued { get; } = issued;
        public bool Exchanged { get; set; }
    }
}

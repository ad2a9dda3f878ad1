namespace ChatOps.Platform.Delivery;

/// <summary>
/// What Slack allows now, over all channels of this process: the pauses it asked for. Thread-safe.
/// </summary>
internal sealed class SlackPace(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _pauses = new(StringComparer.Ordinal);

    /// <summary>
    /// Slack asked to wait. Posting is limited by channel, everything else by method over the workspace.
    /// </summary>
    public void Pause(string method, string channel, TimeSpan wait)
    {
        lock (_gate) _pauses[KeyOf(method, channel)] = time.GetUtcNow() + wait;
    }

    /// <summary>How long to wait before calling a method; zero for not at all.</summary>
    public TimeSpan WaitFor(string method, string channel)
    {
        lock (_gate)
        {
            return _pauses.TryGetValue(KeyOf(method, channel), out var until) && until > time.GetUtcNow()
                ? until - time.GetUtcNow()
                : TimeSpan.Zero;
        }
    }

    private static string KeyOf(string method, string channel) => method == "chat.postMessage" ? $"{method} {channel}" : method;
}

namespace ChatOps.Platform.Delivery;

/// <summary>
/// What Slack allows now, over all channels of this process: pauses it asked for, and the budget of updates. Thread-safe.
/// </summary>
internal sealed class SlackPace(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _pauses = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> _updates = new();

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

    /// <summary>Takes one update from the budget of this minute.</summary>
    /// <returns>Zero when it was taken, otherwise how long to wait until the next can be.</returns>
    public TimeSpan TakeUpdate(int perMinute)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            while (_updates.TryPeek(out var oldest) && oldest <= now - Window) _updates.Dequeue();
            if (_updates.Count >= perMinute) return _updates.Peek() + Window - now;
            _updates.Enqueue(now);
            return TimeSpan.Zero;
        }
    }

    private static string KeyOf(string method, string channel) => method == "chat.postMessage" ? $"{method} {channel}" : method;
}

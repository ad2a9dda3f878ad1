namespace ChatOps.Sandbox.Time;

/// <summary>
/// The clock of the bot and the local Slack: the machine's, moved forward by whoever wants to see nine o'clock or the month's end.
/// Timers run on the machine's own time, so nothing waits longer or shorter for it.
/// </summary>
internal sealed class SandboxClock : TimeProvider
{
    private long _ahead;

    /// <summary>How far it is ahead of the machine.</summary>
    public TimeSpan Ahead => new(Volatile.Read(ref _ahead));

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    /// <summary>Moves it forward; what was is not undone, so it never goes back.</summary>
    public void Jump(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Interlocked.Add(ref _ahead, by.Ticks);
    }
}

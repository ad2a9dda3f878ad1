namespace ChatOps.Platform.Work;

/// <summary>How long to wait before the next attempt: doubling from <paramref name="First"/> up to <paramref name="Longest"/>.</summary>
/// <param name="First">The wait after the first attempt.</param>
/// <param name="Longest">No wait is longer.</param>
/// <param name="MaxAttempts">How many attempts there are in all; an item that has used them is a dead letter.</param>
public sealed record RetrySchedule(TimeSpan First, TimeSpan Longest, int MaxAttempts = int.MaxValue)
{
    /// <summary>2 to the power of 30 times a tick or more is longer than any wait that makes sense; and it must not overflow.</summary>
    private const int MaxDoublings = 30;

    /// <summary>The wait after attempt <paramref name="attempt"/>, the first being 1.</summary>
    public TimeSpan After(int attempt)
    {
        var doublings = Math.Clamp(attempt - 1, 0, MaxDoublings);
        return First.Ticks > Longest.Ticks >> doublings ? Longest : TimeSpan.FromTicks(First.Ticks << doublings);
    }

    /// <summary>Whether attempt <paramref name="attempt"/> was the last.</summary>
    public bool IsLast(int attempt) => attempt >= MaxAttempts;
}

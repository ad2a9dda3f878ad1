namespace ChatOps.Platform.Storage;

/// <summary>Wakes the one worker that waits for something to do; several wakes before it looks are one.</summary>
public class WakeSignal
{
    private TaskCompletionSource _woken = Fresh();

    /// <summary>There is something to do. Never blocks, never throws.</summary>
    public void Wake() => Volatile.Read(ref _woken).TrySetResult();

    /// <summary>Returns when woken, or when <paramref name="atMost"/> has passed by <paramref name="time"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        var woken = Volatile.Read(ref _woken);
        if (!woken.Task.IsCompleted && atMost > TimeSpan.Zero)
        {
            using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(woken.Task, Task.Delay(atMost, time, done.Token));
            await done.CancelAsync();
        }

        cancellationToken.ThrowIfCancellationRequested();
        // A wake that comes from here on belongs to the next wait: the worker looks after this line.
        if (woken.Task.IsCompleted) Interlocked.CompareExchange(ref _woken, Fresh(), woken);
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

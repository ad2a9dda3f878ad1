namespace ChatOps.Platform.Caching;

/// <summary>An answer and how long it holds.</summary>
/// <param name="Value">The answer; it may itself say that there is none.</param>
/// <param name="KeepFor">
/// How long it is given without asking again; zero asks anew next time, though this answer is still there as the last one.
/// </param>
public sealed record TimedAnswer<TValue>(TValue Value, TimeSpan KeepFor);

/// <summary>
/// Keeps answers in memory for a time by this process's clock. Whoever asks for the same key at the same time shares one load; each answer
/// says for how long it is kept, so that a failure can be kept for less; the last answer is handed to the next load, so that it may stand
/// while the source is away. For what may be old: never for what an act must read anew. Thread-safe.
/// Why not a library: docs/decisions/0017.
/// </summary>
/// <param name="capacity">
/// The most keys that are kept, at least 1; beyond it the answers that end first go, a tenth of them at once.
/// </param>
/// <param name="time">The clock.</param>
/// <param name="comparer">How keys are compared; null for their own equality.</param>
public sealed class TimedCache<TKey, TValue>(int capacity, TimeProvider time, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Entry> _entries = new(comparer);

    /// <summary>How many keys are kept, those being loaded among them.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>The kept answer, or the load's.</summary>
    /// <param name="key">What is asked.</param>
    /// <param name="load">
    /// Asks the source; is given the last answer, null when there is none. It belongs to all who wait for it, so no caller's cancellation
    /// ends it: it must limit its own time. What it throws reaches all who wait, and is not kept.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting of this caller alone.</param>
    public Task<TValue> GetAsync(TKey key, Func<TimedAnswer<TValue>?, Task<TimedAnswer<TValue>>> load, CancellationToken cancellationToken)
    {
        TaskCompletionSource<TValue> loading;
        TimedAnswer<TValue>? last = null;
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                if (entry.Loading is { } others) return others.WaitAsync(cancellationToken);
                if (time.GetUtcNow() < entry.Until) return Task.FromResult(entry.Last!.Value);
                last = entry.Last;
            }

            loading = new TaskCompletionSource<TValue>(TaskCreationOptions.RunContinuationsAsynchronously);
            Put(key, new Entry(last, time.GetUtcNow(), loading.Task));
        }

        _ = LoadAsync(key, load, last, loading);
        return loading.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The last answer, however old, without asking; the type's default when there is none.</summary>
    public TValue? LastOf(TKey key)
    {
        lock (_gate) return _entries.TryGetValue(key, out var entry) && entry.Last is { } last ? last.Value : default;
    }

    /// <summary>Forgets all answers; a load under way still answers those who wait for it, and is then kept.</summary>
    public void Clear()
    {
        lock (_gate) _entries.Clear();
    }

    private async Task LoadAsync(
        TKey key, Func<TimedAnswer<TValue>?, Task<TimedAnswer<TValue>>> load, TimedAnswer<TValue>? last,
        TaskCompletionSource<TValue> loading)
    {
        try
        {
            var answer = await load(last);
            lock (_gate) Put(key, new Entry(answer, time.GetUtcNow() + answer.KeepFor, null));
            loading.SetResult(answer.Value);
        }
        catch (Exception fault)
        {
            lock (_gate)
            {
                // The next caller asks again, with the same last answer.
                if (last is null) _entries.Remove(key);
                else Put(key, new Entry(last, time.GetUtcNow(), null));
            }

            if (fault is OperationCanceledException canceled) loading.SetCanceled(canceled.CancellationToken);
            else loading.SetException(fault);
            // Every waiter may have given up, and then nobody looks at the exception.
            _ = loading.Task.Exception;
        }
    }

    private void Put(TKey key, Entry entry)
    {
        if (_entries.Count >= capacity && !_entries.ContainsKey(key))
        {
            var firstToEnd = _entries.OrderBy(kept => kept.Value.Until).Take(Math.Max(1, capacity / 10)).Select(kept => kept.Key).ToList();
            foreach (var old in firstToEnd) _entries.Remove(old);
        }

        _entries[key] = entry;
    }

    private sealed record Entry(TimedAnswer<TValue>? Last, DateTimeOffset Until, Task<TValue>? Loading);
}

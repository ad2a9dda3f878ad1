namespace ChatOps.Platform.Work;

/// <summary>
/// Optimistic concurrency: retry up to 5 times. A row is read with its version, a pure function decides what becomes of it, and it is saved
/// only WHERE its version is still the one that was read. When somebody else has saved it in between, it is read again and decided anew.
/// Call it inside one transaction (<c>IDatabase.WriteAsync</c>): at READ COMMITTED the next read sees what the other one committed.
/// </summary>
public static class Versioned
{
    /// <summary>How often a row is read and decided anew before we give up.</summary>
    public const int MaxAttempts = 5;

    /// <summary>Changes one row.</summary>
    /// <param name="what">Names the row for the exception: <c>finding abc</c>.</param>
    /// <param name="read">Reads the row as it is now; null when there is none.</param>
    /// <param name="decide">What is to be saved; null leaves all as it is. Pure: it may be asked several times.</param>
    /// <param name="save">Saves WHERE version = the version that was read; false when that row is not there any more.</param>
    /// <returns>What was saved; null when nothing was to be changed.</returns>
    /// <exception cref="ChangedTooOftenException">Others saved the row at every attempt. Nothing of ours is saved.</exception>
    public static async Task<TChange?> ChangeAsync<TRow, TChange>(
        string what, Func<Task<TRow?>> read, Func<TRow?, TChange?> decide, Func<TChange, Task<bool>> save)
        where TRow : class
        where TChange : class
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if (decide(await read()) is not { } change) return null;
            if (await save(change)) return change;
        }

        throw new ChangedTooOftenException(what, MaxAttempts);
    }

    /// <summary>Changes a batch of rows; only those that others saved in between are read and decided anew.</summary>
    /// <param name="what">Names the rows for the exception: <c>findings</c>.</param>
    /// <param name="keys">The keys of the rows.</param>
    /// <param name="read">Reads rows as they are now; what it leaves out is decided on as <c>default</c>.</param>
    /// <param name="decide">What is to be saved of one row; null leaves it as it is. Pure.</param>
    /// <param name="save">Saves each row WHERE version = the version that was read. Returns the keys it is done with.</param>
    /// <returns>What was saved, in the order of the attempts.</returns>
    /// <exception cref="ChangedTooOftenException">Others saved some of the rows at every attempt.</exception>
    public static async Task<IReadOnlyList<TChange>> ChangeAllAsync<TRow, TChange>(
        string what, IEnumerable<string> keys, Func<IReadOnlyList<string>, Task<IReadOnlyDictionary<string, TRow>>> read,
        Func<string, TRow?, TChange?> decide,
        Func<IReadOnlyDictionary<string, TChange>, Task<IReadOnlySet<string>>> save)
        where TChange : class
    {
        List<string> open = [.. keys.Distinct(StringComparer.Ordinal)];
        var saved = new List<TChange>(open.Count);
        for (var attempt = 1; open.Count > 0; attempt++)
        {
            if (attempt > MaxAttempts) throw new ChangedTooOftenException($"{open.Count} {what}", MaxAttempts);
            var rows = await read(open);
            var changes = new Dictionary<string, TChange>(open.Count, StringComparer.Ordinal);
            foreach (var key in open)
            {
                if (decide(key, rows.GetValueOrDefault(key)) is { } change) changes.Add(key, change);
            }

            if (changes.Count == 0) return saved;
            var done = await save(changes);
            saved.AddRange(changes.Where(change => done.Contains(change.Key)).Select(change => change.Value));
            open = [.. changes.Keys.Where(key => !done.Contains(key))];
        }

        return saved;
    }
}

/// <summary>A row was saved by others at every attempt to change it; the transaction is to be rolled back and may be tried again.</summary>
/// <param name="what">The row or rows.</param>
/// <param name="attempts">How often it was tried.</param>
public sealed class ChangedTooOftenException(string what, int attempts)
    : Exception($"Others saved {what} at each of {attempts} attempts to change it. Nothing of ours is saved.");

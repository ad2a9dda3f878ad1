namespace ChatOps.Platform.Ingest;

/// <summary>What stands in the inbox, for <c>/chatops status</c> and health.</summary>
/// <param name="Pending">Accepted, not yet read.</param>
/// <param name="Done">Read, and not yet past their retention.</param>
/// <param name="Failed">Set aside with an error.</param>
/// <param name="Unknown">Not yet understood, by kind.</param>
public sealed record InboxCounts(long Pending, long Done, long Failed, IReadOnlyDictionary<string, long> Unknown);

/// <summary>Answers how the inbox stands.</summary>
public sealed class IngestStatus
{
    private readonly InboxStore _store;

    internal IngestStatus(InboxStore store) => _store = store;

    /// <summary>Counts the inbox as it is now.</summary>
    public async Task<InboxCounts> ReadAsync(CancellationToken cancellationToken)
    {
        var counts = await _store.CountAsync(cancellationToken);
        long Of(string state) => counts.Where(row => row.State == state).Sum(row => row.Count);
        return new InboxCounts(
            Of("pending"), Of("done"), Of("failed"),
            counts.Where(row => row.State == "unknown").ToDictionary(row => row.Kind!, row => row.Count, StringComparer.Ordinal));
    }

    /// <summary>When the last event of any of these kinds came; null when the inbox remembers none.</summary>
    public async Task<DateTimeOffset?> LastReceivedAsync(IReadOnlyCollection<string> kinds, CancellationToken cancellationToken) =>
        await _store.LastReceivedAtAsync(kinds, cancellationToken) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}

using ChatOps.Platform.Storage;

namespace ChatOps.Platform.Work;

/// <summary>Items that this process holds and works on. An item's attempt is counted when it is taken.</summary>
/// <typeparam name="TItem">An item of this work.</typeparam>
public sealed class WorkBatch<TItem>
    where TItem : notnull
{
    private readonly WorkQueue<TItem> _queue;
    private readonly Func<TItem, string> _id;
    private readonly Dictionary<string, Leased<TItem>> _leases;
    private readonly Dictionary<string, WorkFailure<TItem>> _failed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _closed = new(StringComparer.Ordinal);

    internal WorkBatch(WorkQueue<TItem> queue, Func<TItem, string> id, IReadOnlyList<Leased<TItem>> leases)
    {
        (_queue, _id) = (queue, id);
        _leases = leases.ToDictionary(lease => id(lease.Item), StringComparer.Ordinal);
        Items = [.. leases.Select(lease => lease.Item)];
    }

    /// <summary>The items, the longest due first; never empty.</summary>
    public IReadOnlyList<TItem> Items { get; }

    internal IReadOnlyCollection<WorkFailure<TItem>> Failed => _failed.Values;

    /// <summary>Those that nobody has closed or failed.</summary>
    internal List<Leased<TItem>> Open =>
        [.. _leases.Where(entry => !_closed.Contains(entry.Key) && !_failed.ContainsKey(entry.Key)).Select(entry => entry.Value)];

    /// <summary>Which attempt of an item this is; the first is 1.</summary>
    public int AttemptOf(TItem item) => (int)LeaseOf(item).Lease.Attempts;

    /// <summary>
    /// Proves within a transaction that the items are still held, and gives them back with its commit: call it before whatever else the
    /// outcome writes, their new due time and state among it.
    /// </summary>
    /// <exception cref="LeaseLostException">An item is not held any more; the transaction must end without a commit.</exception>
    public async Task CloseAsync(UnitOfWork uow, params IEnumerable<TItem> items)
    {
        var list = items.Select(LeaseOf).ToList();
        await _queue.CloseAsync(uow, list);
        uow.AfterCommit(() => MarkClosed(list));
    }

    /// <summary>Proves within a transaction that items are still held, and holds them on.</summary>
    /// <exception cref="LeaseLostException">One is not; the transaction must end without a commit.</exception>
    public Task HoldAsync(UnitOfWork uow, params IEnumerable<TItem> items) => _queue.HoldAsync(uow, [.. items.Select(LeaseOf)]);

    /// <summary>
    /// Gives an item back and says when it is due next, unless it was made due at another time meanwhile: then it keeps that.
    /// </summary>
    /// <exception cref="LeaseLostException">It is not held any more; the transaction must end without a commit.</exception>
    public async Task RescheduleAsync(UnitOfWork uow, TItem item, DateTimeOffset next)
    {
        var lease = LeaseOf(item);
        await _queue.RescheduleAsync(uow, [(lease, next, null)], demand: true);
        uow.AfterCommit(() => MarkClosed([lease]));
    }

    /// <summary>
    /// An item failed in a way that may pass: it is tried again after the schedule's wait, or given up after its last attempt.
    /// </summary>
    /// <param name="item">The item.</param>
    /// <param name="fault">Why.</param>
    /// <param name="wait">How long to wait instead, when the other side has said so.</param>
    public void Retry(TItem item, Exception fault, TimeSpan? wait = null) =>
        _failed[_id(item)] = new WorkFailure<TItem>(LeaseOf(item), fault, wait);

    private Leased<TItem> LeaseOf(TItem item) => _leases[_id(item)];

    private void MarkClosed(List<Leased<TItem>> leases)
    {
        foreach (var lease in leases) _closed.Add(_id(lease.Item));
    }
}

/// <summary>An item that is to be tried again, or given up.</summary>
internal sealed record WorkFailure<TItem>(Leased<TItem> Lease, Exception Fault, TimeSpan? Wait);

using System.Collections;
using ChatOps.Platform.Storage;

namespace ChatOps.Platform.Ingest;

/// <summary>
/// Gives events to their readers within a transaction. Guarded, one bad event costs itself: what fails is rolled back to a savepoint, the
/// event at which it failed is tried alone, and the rest goes on; where nobody knows which one it was, smaller and smaller parts tell.
/// </summary>
internal sealed class EventBatch
{
    /// <summary>
    /// While faults come that nobody can pin on an event, parts of this size cost least: one in a hundred bad spoils one part in six.
    /// </summary>
    private const int CarefulSize = 16;

    /// <summary>So many batches without such a fault, and they are read whole again.</summary>
    private const int CarefulBatches = 8;

    private readonly Dictionary<string, List<IEventReader>> _readers = new(StringComparer.Ordinal);
    private int _careful;

    public EventBatch(IEnumerable<IEventReader> readers)
    {
        foreach (var reader in readers)
        {
            foreach (var kind in reader.Kinds)
            {
                if (!_readers.TryGetValue(kind, out var list)) _readers[kind] = list = [];
                list.Add(reader);
            }
        }
    }

    /// <summary>The kinds that somebody reads.</summary>
    public IReadOnlyCollection<string> Kinds => _readers.Keys;

    /// <summary>Whether somebody reads a kind.</summary>
    public bool Reads(string kind) => _readers.ContainsKey(kind);

    /// <summary>All at once; the first fault is thrown, and the transaction is over with it.</summary>
    public Task ReadAsync(UnitOfWork uow, IReadOnlyList<InboxRow> rows, CancellationToken cancellationToken) =>
        ReadAsync(uow, rows, new Suspect(), cancellationToken);

    /// <summary>The events that could not be read, with why; all others have been. Throws only what ends the transaction.</summary>
    public async Task<IReadOnlyList<(InboxRow Row, Exception Fault)>> ReadGuardedAsync(
        UnitOfWork uow, IReadOnlyList<InboxRow> rows, CancellationToken cancellationToken)
    {
        var failures = new List<(InboxRow, Exception)>();
        if (_careful > 0)
        {
            _careful--;
            await ReadPartsAsync(uow, rows, CarefulSize, failures, cancellationToken);
        }
        else
        {
            await TryAsync(uow, rows, failures, cancellationToken);
        }

        return failures;
    }

    /// <summary>Each by itself; otherwise like <see cref="ReadGuardedAsync"/>.</summary>
    public async Task<IReadOnlyList<(InboxRow Row, Exception Fault)>> ReadSinglyAsync(
        UnitOfWork uow, IReadOnlyList<InboxRow> rows, CancellationToken cancellationToken)
    {
        var failures = new List<(InboxRow, Exception)>();
        await ReadPartsAsync(uow, rows, 1, failures, cancellationToken);
        return failures;
    }

    private async Task TryAsync(
        UnitOfWork uow, IReadOnlyList<InboxRow> rows, List<(InboxRow Row, Exception Fault)> failures, CancellationToken cancellationToken)
    {
        while (rows.Count > 0)
        {
            var (part, suspect) = (rows, new Suspect());
            if (await uow.TryAsync(() => ReadAsync(uow, part, suspect, cancellationToken), cancellationToken) is not { } fault) return;
            if (rows.Count == 1)
            {
                failures.Add((rows[0], fault));
                return;
            }

            var (before, at) = (failures.Count, IndexOf(rows, suspect.Id));
            if (at >= 0)
            {
                await TryAsync(uow, [rows[at]], failures, cancellationToken);
                rows = [.. rows.Where((_, index) => index != at)];
                if (failures.Count > before) continue;
            }

            // No event fails by itself where it was read: look for the one that does, half by half.
            _careful = CarefulBatches;
            await ReadPartsAsync(uow, rows, Math.Min(CarefulSize, (rows.Count + 1) / 2), failures, cancellationToken);
            return;
        }
    }

    private async Task ReadPartsAsync(
        UnitOfWork uow, IReadOnlyList<InboxRow> rows, int size, List<(InboxRow Row, Exception Fault)> failures,
        CancellationToken cancellationToken)
    {
        foreach (var part in rows.Chunk(size)) await TryAsync(uow, part, failures, cancellationToken);
    }

    private async Task ReadAsync(UnitOfWork uow, IReadOnlyList<InboxRow> rows, Suspect suspect, CancellationToken cancellationToken)
    {
        var byReader = new Dictionary<IEventReader, List<InboxEvent>>();
        foreach (var row in rows)
        {
            foreach (var reader in _readers.GetValueOrDefault(row.Kind) ?? [])
            {
                if (!byReader.TryGetValue(reader, out var events)) byReader[reader] = events = [];
                events.Add(row.ToEvent());
            }
        }

        foreach (var (reader, events) in byReader)
        {
            await reader.ReadAsync(new WatchedEvents(events, suspect), uow, cancellationToken);
            suspect.Id = null;
        }
    }

    private static int IndexOf(IReadOnlyList<InboxRow> rows, long? id)
    {
        for (var i = 0; id is not null && i < rows.Count; i++)
        {
            if (rows[i].Id == id) return i;
        }

        return -1;
    }

    /// <summary>The event that a reader looks at: most faults happen while one is being parsed.</summary>
    private sealed class Suspect
    {
        public long? Id { get; set; }
    }

    /// <summary>Events that remember which of them was handed out last, until all were.</summary>
    private sealed class WatchedEvents(List<InboxEvent> events, Suspect suspect) : IReadOnlyList<InboxEvent>
    {
        public int Count => events.Count;

        public InboxEvent this[int index]
        {
            get
            {
                suspect.Id = events[index].Id;
                return events[index];
            }
        }

        public IEnumerator<InboxEvent> GetEnumerator()
        {
            foreach (var item in events)
            {
                suspect.Id = item.Id;
                yield return item;
            }

            suspect.Id = null;
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

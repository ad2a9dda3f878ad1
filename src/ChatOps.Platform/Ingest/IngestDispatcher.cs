using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Ingest;

/// <summary>
/// Gives pending events to their readers, in batches, in one transaction with marking them done. Replicas share the work.
/// Looks when woken, and sweeps at start and every few seconds for what was left by a crash or by another replica.
/// </summary>
internal sealed partial class IngestDispatcher : SupervisedService
{
    private const int BatchSize = 250;

    /// <summary>Events that failed before are tried one by one beside the fresh ones, so many at a time: they hold nobody up.</summary>
    private const int RetryBatchSize = 25;

    /// <summary>Under load, failed events get their turn after so many batches of fresh ones.</summary>
    private const int BatchesBetweenRetries = 8;

    /// <summary>
    /// After a failed batch, so many are read with savepoints from the start; without failures a batch has none to pay for.
    /// </summary>
    private const int GuardedBatches = 16;

    private static readonly TimeSpan GatherDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    private readonly IDatabase _database;
    private readonly InboxStore _store;
    private readonly InboxSignal _signal;
    private readonly EventBatch _batch;
    private readonly IReadOnlyList<ILastReader> _lastReaders;
    private readonly FailedEvents _failed;
    private readonly IngestMetrics _metrics;
    private bool _requeued;
    private int _guarded;
    private int _batchesSinceRetries;

    /// <summary>When the next failed event is due, in Unix milliseconds; 0 while nobody has looked.</summary>
    private long _retriesDue;

    /// <summary>When failed events were looked for in the database, as a timestamp of the clock.</summary>
    private long _lookedForRetries;

    public IngestDispatcher(
        IDatabase database, InboxStore store, InboxSignal signal, IEnumerable<IEventReader> readers, FailedEvents failed,
        IngestMetrics metrics,
        WorkerHealth health, TimeProvider time, ILogger<IngestDispatcher> logger)
        : base(health, time, logger)
    {
        (_database, _store, _signal, _failed, _metrics) = (database, store, signal, failed, metrics);
        var all = readers.ToList();
        _batch = new EventBatch(all);
        _lastReaders = [.. all.OfType<ILastReader>()];
    }

    protected override IReadOnlyList<WorkerLoop> Loops => [new WorkerLoop("ingest-dispatcher", LookAsync, _signal)];

    private async Task<TimeSpan> LookAsync(CancellationToken stoppingToken)
    {
        if (!_requeued) await _store.RequeueUnknownAsync(_batch.Kinds, stoppingToken);
        _requeued = true;
        var moved = await DispatchAsync(stoppingToken);
        if (moved >= BatchSize) return TimeSpan.Zero;
        if (moved > 0)
        {
            // Under load a short wait makes one transaction of many small ones; what comes when idle never waits.
            await Task.Delay(GatherDelay, Time, stoppingToken);
            return TimeSpan.Zero;
        }

        // Our own failures are known; other replicas' are looked for at the pace of the sweep.
        if (Time.GetElapsedTime(_lookedForRetries) >= SweepEvery)
        {
            _retriesDue = await _store.NextAttemptAtAsync(stoppingToken) ?? long.MaxValue;
            _lookedForRetries = Time.GetTimestamp();
        }

        if (_retriesDue == long.MaxValue) return SweepEvery;
        var due = DateTimeOffset.FromUnixTimeMilliseconds(_retriesDue) - Time.GetUtcNow();
        return due < FailedEvents.Retry.First ? FailedEvents.Retry.First : due < SweepEvery ? due : SweepEvery;
    }

    /// <summary>One batch of fresh events, and failed ones that are due; how many it moved on. Zero when nothing is due.</summary>
    internal async Task<int> DispatchAsync(CancellationToken cancellationToken)
    {
        var fresh = await DispatchBatchAsync(
            uow => InboxStore.TakeFreshAsync(uow, BatchSize), fresh: true, _guarded > 0, cancellationToken);
        if (_retriesDue > Now || (fresh == BatchSize && ++_batchesSinceRetries < BatchesBetweenRetries)) return fresh;

        _batchesSinceRetries = 0;
        var retried = await DispatchBatchAsync(
            uow => InboxStore.TakeFailedAsync(uow, Now, RetryBatchSize), fresh: false, guarded: true, cancellationToken);
        _retriesDue = await _store.NextAttemptAtAsync(cancellationToken) ?? long.MaxValue;
        _lookedForRetries = Time.GetTimestamp();
        return fresh + retried;
    }

    private long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<int> DispatchBatchAsync(
        Func<UnitOfWork, Task<IReadOnlyList<InboxRow>>> take, bool fresh, bool guarded, CancellationToken cancellationToken)
    {
        List<long> taken = [];
        try
        {
            var failed = await ReadAsync(
                async uow =>
                {
                    var rows = await take(uow);
                    taken = [.. rows.Select(row => row.Id)];
                    return rows;
                },
                guarded, cancellationToken);
            if (fresh) _guarded = failed > 0 ? GuardedBatches : Math.Max(0, _guarded - 1);
            return taken.Count;
        }
        catch (Exception fault) when (fault is not OperationCanceledException && taken.Count > 0)
        {
            LogBatchFailed(Logger, fault, taken.Count);
            _guarded = GuardedBatches;
        }

        // What fails within savepoints too has ended its transaction: alone, an event ends only its own.
        if (!guarded) return await DispatchBatchAsync(take, fresh, guarded: true, cancellationToken);
        foreach (var id in taken) await DispatchOneAsync(id, cancellationToken);
        return taken.Count;
    }

    private async Task DispatchOneAsync(long id, CancellationToken cancellationToken)
    {
        InboxRow? row = null;
        try
        {
            await ReadAsync(
                async uow => (row = await InboxStore.TakeOneAsync(uow, id)) is null ? [] : [row], guarded: true, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException && row is not null)
        {
            var failures = new[] { (row, fault) };
            await _database.WriteAsync(uow => _failed.WriteAsync(uow, failures, cancellationToken), cancellationToken);
            _retriesDue = Math.Min(_retriesDue, _failed.Count(failures));
        }
    }

    /// <summary>How many could not be read.</summary>
    private async Task<int> ReadAsync(
        Func<UnitOfWork, Task<IReadOnlyList<InboxRow>>> take, bool guarded, CancellationToken cancellationToken)
    {
        var (done, unknown, failures) = await _database.WriteAsync(
            async uow =>
            {
                var rows = await take(uow);
                return await ReadAsync(uow, rows, guarded, cancellationToken);
            },
            cancellationToken);
        _metrics.Processed("done", done);
        _metrics.Processed("unknown", unknown);
        _retriesDue = Math.Min(_retriesDue, _failed.Count(failures));
        return failures.Count;
    }

    private async Task<(int Done, int Unknown, IReadOnlyList<(InboxRow Row, Exception Fault)> Failures)> ReadAsync(
        UnitOfWork uow, IReadOnlyList<InboxRow> rows, bool guarded, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return (0, 0, []);
        using var span = Spans.StartAlone("inbox.dispatch");
        span?.SetTag("chatops.events", rows.Count).SetTag("chatops.kinds", string.Join(", ", rows.Select(row => row.Kind).Distinct()));
        var unread = rows.Where(row => !_batch.Reads(row.Kind)).ToList();
        var unknown = unread.Select(row => row.Id).ToList();
        IReadOnlyList<(InboxRow Row, Exception Fault)> failures = [];
        // What failed before is not tried together with what may be well.
        if (guarded && rows[0].Attempts > 0) failures = await _batch.ReadSinglyAsync(uow, rows, cancellationToken);
        else if (guarded) failures = await _batch.ReadGuardedAsync(uow, rows, cancellationToken);
        else await _batch.ReadAsync(uow, rows, cancellationToken);

        var done = rows.Select(row => row.Id).Except(unknown).Except(failures.Select(failure => failure.Row.Id)).ToList();
        if (done.Count > 0) await InboxStore.FinishAsync(uow, done, "done", Now);
        if (unknown.Count > 0)
        {
            foreach (var reader in _lastReaders)
            {
                // What cannot be shown is counted all the same.
                var fault = await uow.TryAsync(
                    () => reader.ReadAsync([.. unread.Select(row => row.ToEvent())], uow, cancellationToken), cancellationToken);
                if (fault is not null) LogNotShown(Logger, fault, unread.Count);
            }

            await InboxStore.FinishAsync(uow, unknown, "unknown", Now);
        }

        if (failures.Count > 0) await _failed.WriteAsync(uow, failures, cancellationToken);
        return (done.Count, unknown.Count, failures);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Events} events that nobody reads could not be shown")]
    private static partial void LogNotShown(ILogger logger, Exception fault, int events);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Events} events failed; looking for the ones that cannot be read")]
    private static partial void LogBatchFailed(ILogger logger, Exception fault, int events);
}

using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

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

    /// <summary>After a failed batch, so many are read with savepoints from the start; without failures a batch has none to pay for.</summary>
    private const int GuardedBatches = 16;

    private const int MaxError = 2_000;
    private static readonly TimeSpan GatherDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);
    private static readonly RetrySchedule Retry = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5));

    private readonly IDatabase _database;
    private readonly InboxStore _store;
    private readonly InboxSignal _signal;
    private readonly EventBatch _batch;
    private readonly IDeadLetterBox _deadLetters;
    private readonly IngestMetrics _metrics;
    private readonly IngestOptions _options;
    private bool _requeued;
    private int _guarded;
    private int _batchesSinceRetries;

    /// <summary>When the next failed event is due, in Unix milliseconds; 0 while nobody has looked.</summary>
    private long _retriesDue;

    public IngestDispatcher(
        IDatabase database, InboxStore store, InboxSignal signal, IEnumerable<IEventReader> readers, IDeadLetterBox deadLetters, IngestMetrics metrics,
        IOptions<IngestOptions> options, WorkerHealth health, TimeProvider time, ILogger<IngestDispatcher> logger)
        : base(health, time, logger)
    {
        (_database, _store, _signal, _deadLetters, _metrics) = (database, store, signal, deadLetters, metrics);
        (_batch, _options) = (new EventBatch(readers), options.Value);
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

        // Other replicas' failures too.
        if (await _store.NextAttemptAtAsync(stoppingToken) is not { } next) return SweepEvery;
        _retriesDue = next;
        var due = DateTimeOffset.FromUnixTimeMilliseconds(next) - Time.GetUtcNow();
        return due < Retry.First ? Retry.First : due < SweepEvery ? due : SweepEvery;
    }

    /// <summary>One batch of fresh events, and failed ones that are due; how many it moved on. Zero when nothing is due.</summary>
    internal async Task<int> DispatchAsync(CancellationToken cancellationToken)
    {
        var fresh = await DispatchBatchAsync(uow => InboxStore.TakeFreshAsync(uow, BatchSize), fresh: true, _guarded > 0, cancellationToken);
        if (_retriesDue > Now || (fresh == BatchSize && ++_batchesSinceRetries < BatchesBetweenRetries)) return fresh;

        _batchesSinceRetries = 0;
        var retried = await DispatchBatchAsync(uow => InboxStore.TakeFailedAsync(uow, Now, RetryBatchSize), fresh: false, guarded: true, cancellationToken);
        _retriesDue = await _store.NextAttemptAtAsync(cancellationToken) ?? long.MaxValue;
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
            await ReadAsync(async uow => (row = await InboxStore.TakeOneAsync(uow, id)) is null ? [] : [row], guarded: true, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException && row is not null)
        {
            var failures = new[] { (row, fault) };
            await _database.WriteAsync(uow => FailAsync(uow, failures, cancellationToken), cancellationToken);
            CountFailures(failures);
        }
    }

    /// <summary>How many could not be read.</summary>
    private async Task<int> ReadAsync(Func<UnitOfWork, Task<IReadOnlyList<InboxRow>>> take, bool guarded, CancellationToken cancellationToken)
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
        CountFailures(failures);
        return failures.Count;
    }

    private async Task<(int Done, int Unknown, IReadOnlyList<(InboxRow Row, Exception Fault)> Failures)> ReadAsync(
        UnitOfWork uow, IReadOnlyList<InboxRow> rows, bool guarded, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return (0, 0, []);
        using var span = Spans.StartAlone("inbox.dispatch");
        span?.SetTag("chatops.events", rows.Count).SetTag("chatops.kinds", string.Join(", ", rows.Select(row => row.Kind).Distinct()));
        var unknown = rows.Where(row => !_batch.Reads(row.Kind)).Select(row => row.Id).ToList();
        IReadOnlyList<(InboxRow Row, Exception Fault)> failures = [];
        // What failed before is not tried together with what may be well.
        if (guarded && rows[0].Attempts > 0) failures = await _batch.ReadSinglyAsync(uow, rows, cancellationToken);
        else if (guarded) failures = await _batch.ReadGuardedAsync(uow, rows, cancellationToken);
        else await _batch.ReadAsync(uow, rows, cancellationToken);

        var done = rows.Select(row => row.Id).Except(unknown).Except(failures.Select(failure => failure.Row.Id)).ToList();
        if (done.Count > 0) await InboxStore.FinishAsync(uow, done, "done", Now);
        if (unknown.Count > 0) await InboxStore.FinishAsync(uow, unknown, "unknown", Now);
        if (failures.Count > 0) await FailAsync(uow, failures, cancellationToken);
        return (done.Count, unknown.Count, failures);
    }

    /// <summary>Failed events are tried again later, or become dead letters.</summary>
    private async Task FailAsync(UnitOfWork uow, IReadOnlyList<(InboxRow Row, Exception Fault)> failures, CancellationToken cancellationToken)
    {
        var now = Now;
        var written = failures.Select(failure => FailureOf(failure.Row, failure.Fault, now)).ToList();
        await InboxFailures.WriteAsync(uow, written, now);
        var letters = failures.Zip(written).Where(pair => pair.Second.NextAttemptAt is null).Select(pair => InboxDeadLetters.LetterOf(new DeadLetterEvent
        {
            Id = pair.Second.Id, Source = pair.First.Row.Source, Kind = pair.First.Row.Kind, ReceivedAt = pair.First.Row.ReceivedAt,
            Attempts = pair.Second.Attempts, Error = pair.Second.Error, FinishedAt = now,
        })).ToList();
        // An error here must not hold the inbox up: the letters are listed at the next start or by the retention's hourly look.
        if (letters.Count > 0 && await uow.TryAsync(() => _deadLetters.AddAsync(uow, letters, cancellationToken), cancellationToken) is { } fault)
            LogNotListed(Logger, fault, letters.Count);
    }

    private EventFailure FailureOf(InboxRow row, Exception fault, long now)
    {
        var attempts = row.Attempts + 1;
        var error = StorableText.Clean($"{fault.GetType().Name}: {fault.Message}", MaxError);
        return new EventFailure(row.Id, attempts, error, attempts >= _options.MaxAttempts ? null : now + (long)Retry.After(attempts).TotalMilliseconds);
    }

    private void CountFailures(IReadOnlyList<(InboxRow Row, Exception Fault)> failures)
    {
        foreach (var (row, fault) in failures)
        {
            var attempt = row.Attempts + 1;
            var last = attempt >= _options.MaxAttempts;
            _metrics.Processed(last ? "failed" : "retried", 1);
            if (last)
            {
                LogDeadLetter(Logger, fault, row.Id, row.Kind, attempt);
            }
            else
            {
                _retriesDue = Math.Min(_retriesDue, Now + (long)Retry.After(attempt).TotalMilliseconds);
                LogRetry(Logger, fault, row.Id, row.Kind, attempt);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Events} events failed; looking for the ones that cannot be read")]
    private static partial void LogBatchFailed(ILogger logger, Exception fault, int events);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Event} ({Kind}) failed at attempt {Attempt}; it will be tried again")]
    private static partial void LogRetry(ILogger logger, Exception fault, long @event, string kind, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Event} ({Kind}) failed {Attempt} times and is a dead letter: see /chatops inbox")]
    private static partial void LogDeadLetter(ILogger logger, Exception fault, long @event, string kind, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Letters} dead letters could not be listed; trying again within the hour")]
    private static partial void LogNotListed(ILogger logger, Exception fault, int letters);
}

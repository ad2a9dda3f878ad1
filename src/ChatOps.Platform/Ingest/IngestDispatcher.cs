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
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);
    private static readonly RetrySchedule Retry = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5));

    private readonly IDatabase _database;
    private readonly InboxStore _store;
    private readonly InboxSignal _signal;
    private readonly IngestMetrics _metrics;
    private readonly IngestOptions _options;
    private readonly Dictionary<string, List<IEventReader>> _readers = new(StringComparer.Ordinal);
    private bool _requeued;

    public IngestDispatcher(
        IDatabase database, InboxStore store, InboxSignal signal, IEnumerable<IEventReader> readers, IngestMetrics metrics,
        IOptions<IngestOptions> options, WorkerHealth health, TimeProvider time, ILogger<IngestDispatcher> logger)
        : base(health, time, logger)
    {
        (_database, _store, _signal, _metrics, _options) = (database, store, signal, metrics, options.Value);
        foreach (var reader in readers)
        {
            foreach (var kind in reader.Kinds)
            {
                if (!_readers.TryGetValue(kind, out var list)) _readers[kind] = list = [];
                list.Add(reader);
            }
        }
    }

    protected override IReadOnlyList<WorkerLoop> Loops => [new WorkerLoop("ingest-dispatcher", LookAsync, _signal)];

    private async Task<TimeSpan> LookAsync(CancellationToken stoppingToken)
    {
        if (!_requeued) await _store.RequeueUnknownAsync(_readers.Keys, stoppingToken);
        _requeued = true;
        var moved = await DispatchAsync(stoppingToken);
        if (moved == BatchSize) return TimeSpan.Zero;
        var nextAttempt = await _store.NextAttemptAtAsync(stoppingToken);
        if (moved > 0 && nextAttempt <= Now)
        {
            // Under load a moment's wait makes one transaction of many small ones; what comes when idle never waits.
            await Task.Delay(Gather, Time, stoppingToken);
            return TimeSpan.Zero;
        }

        if (nextAttempt is not { } next) return SweepEvery;
        var due = DateTimeOffset.FromUnixTimeMilliseconds(next) - Time.GetUtcNow();
        return due < Retry.First ? Retry.First : due < SweepEvery ? due : SweepEvery;
    }

    /// <summary>One batch; how many events it moved on. Zero when nothing is due.</summary>
    internal async Task<int> DispatchAsync(CancellationToken cancellationToken)
    {
        List<long> taken = [];
        try
        {
            var (done, unknown) = await _database.WriteAsync(
                async uow =>
                {
                    var rows = await InboxStore.TakeAsync(uow, Now, BatchSize);
                    taken = [.. rows.Select(row => row.Id)];
                    return await ReadAsync(uow, rows, cancellationToken);
                },
                cancellationToken);
            Count(done, unknown);
            return done + unknown;
        }
        catch (Exception fault) when (fault is not OperationCanceledException && taken.Count > 0)
        {
            LogBatchFailed(Logger, fault, taken.Count);
        }

        foreach (var id in taken) await DispatchOneAsync(id, cancellationToken);
        return taken.Count;
    }

    private long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task DispatchOneAsync(long id, CancellationToken cancellationToken)
    {
        InboxRow? row = null;
        try
        {
            var (done, unknown) = await _database.WriteAsync(
                async uow =>
                {
                    row = await InboxStore.TakeOneAsync(uow, id);
                    return row is null ? (0, 0) : await ReadAsync(uow, [row], cancellationToken);
                },
                cancellationToken);
            Count(done, unknown);
        }
        catch (Exception fault) when (fault is not OperationCanceledException && row is not null)
        {
            var attempt = row.Attempts + 1;
            var last = attempt >= _options.MaxAttempts;
            await _store.FailAsync(id, $"{fault.GetType().Name}: {fault.Message}", last ? null : Now + (long)Retry.After(attempt).TotalMilliseconds, Now, cancellationToken);
            _metrics.Processed(last ? "failed" : "retried", 1);
            if (last) LogSetAside(Logger, fault, id, row.Kind, attempt);
            else LogRetry(Logger, fault, id, row.Kind, attempt);
        }
    }

    private async Task<(int Done, int Unknown)> ReadAsync(UnitOfWork uow, IReadOnlyList<InboxRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return (0, 0);
        using var span = Spans.StartAlone("inbox.dispatch");
        span?.SetTag("chatops.events", rows.Count).SetTag("chatops.kinds", string.Join(", ", rows.Select(row => row.Kind).Distinct()));
        var unknown = rows.Where(row => !_readers.ContainsKey(row.Kind)).Select(row => row.Id).ToList();
        var byReader = new Dictionary<IEventReader, List<InboxEvent>>();
        foreach (var row in rows)
        {
            foreach (var reader in _readers.GetValueOrDefault(row.Kind) ?? [])
            {
                if (!byReader.TryGetValue(reader, out var events)) byReader[reader] = events = [];
                events.Add(row.ToEvent());
            }
        }

        foreach (var (reader, events) in byReader) await reader.ReadAsync(events, uow, cancellationToken);
        await InboxStore.FinishAsync(uow, [.. rows.Select(row => row.Id).Except(unknown)], "done", Now);
        await InboxStore.FinishAsync(uow, unknown, "unknown", Now);
        return (rows.Count - unknown.Count, unknown.Count);
    }

    private void Count(int done, int unknown)
    {
        _metrics.Processed("done", done);
        _metrics.Processed("unknown", unknown);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Events} events failed; trying them one by one")]
    private static partial void LogBatchFailed(ILogger logger, Exception fault, int events);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Event} ({Kind}) failed at attempt {Attempt}; it will be tried again")]
    private static partial void LogRetry(ILogger logger, Exception fault, long @event, string kind, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Event} ({Kind}) failed {Attempt} times and is set aside")]
    private static partial void LogSetAside(ILogger logger, Exception fault, long @event, string kind, int attempt);
}

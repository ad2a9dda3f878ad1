using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Ingest;

/// <summary>
/// Gives pending events to their readers, in batches, in one transaction with marking them done. Replicas share the work.
/// Looks when woken, and sweeps at start and every few seconds for what was left by a crash or by another replica.
/// </summary>
internal sealed partial class IngestDispatcher : BackgroundService
{
    private const int BatchSize = 250;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly IDatabase _database;
    private readonly InboxStore _store;
    private readonly InboxSignal _signal;
    private readonly IngestMetrics _metrics;
    private readonly IngestOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<IngestDispatcher> _logger;
    private readonly Dictionary<string, List<IEventReader>> _readers = new(StringComparer.Ordinal);

    public IngestDispatcher(
        IDatabase database, InboxStore store, InboxSignal signal, IEnumerable<IEventReader> readers, IngestMetrics metrics,
        IOptions<IngestOptions> options, TimeProvider time, ILogger<IngestDispatcher> logger)
    {
        (_database, _store, _signal, _metrics, _options, _time, _logger) = (database, store, signal, metrics, options.Value, time, logger);
        foreach (var reader in readers)
        {
            foreach (var kind in reader.Kinds)
            {
                if (!_readers.TryGetValue(kind, out var list)) _readers[kind] = list = [];
                list.Add(reader);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var requeued = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = SweepEvery;
            try
            {
                if (!requeued)
                {
                    await _store.RequeueUnknownAsync(_readers.Keys, stoppingToken);
                    requeued = true;
                }

                int moved;
                while ((moved = await DispatchAsync(stoppingToken)) > 0)
                {
                    // Under load a moment's patience makes one transaction of many small ones; what comes when idle never waits.
                    if (moved < BatchSize) await Task.Delay(Gather, _time, stoppingToken);
                }

                if (await _store.NextAttemptAtAsync(stoppingToken) is { } next)
                {
                    var due = DateTimeOffset.FromUnixTimeMilliseconds(next) - _time.GetUtcNow();
                    if (due < wait) wait = due < FirstWait ? FirstWait : due;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // The database is away, most likely; events wait in it, or at their senders. Whatever it was, it must not end the loop.
                LogSweepFailed(_logger, fault);
                wait = FirstWait;
            }

            try
            {
                await _signal.WaitAsync(wait, _time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
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
            LogBatchFailed(_logger, fault, taken.Count);
        }

        foreach (var id in taken) await DispatchOneAsync(id, cancellationToken);
        return taken.Count;
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

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
            await _store.FailAsync(id, $"{fault.GetType().Name}: {fault.Message}", last ? null : Now + WaitAfter(attempt), Now, cancellationToken);
            _metrics.Processed(last ? "failed" : "retried", 1);
            if (last) LogSetAside(_logger, fault, id, row.Kind, attempt);
            else LogRetry(_logger, fault, id, row.Kind, attempt);
        }
    }

    private async Task<(int Done, int Unknown)> ReadAsync(UnitOfWork uow, IReadOnlyList<InboxRow> rows, CancellationToken cancellationToken)
    {
        using var span = rows.Count > 0 ? Spans.StartAlone("inbox.dispatch") : null;
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
        await InboxStore.FinishAsync(uow, rows.Select(row => row.Id).Except(unknown), "done", Now);
        await InboxStore.FinishAsync(uow, unknown, "unknown", Now);
        return (rows.Count - unknown.Count, unknown.Count);
    }

    /// <summary>2 s, 4 s, 8 s … up to five minutes.</summary>
    private static long WaitAfter(int attempt) =>
        (long)Math.Min(FirstWait.TotalMilliseconds * Math.Pow(2, attempt - 1), LongestWait.TotalMilliseconds);

    private void Count(int done, int unknown)
    {
        _metrics.Processed("done", done);
        _metrics.Processed("unknown", unknown);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The inbox cannot be read; trying again shortly")]
    private static partial void LogSweepFailed(ILogger logger, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Events} events failed; trying them one by one")]
    private static partial void LogBatchFailed(ILogger logger, Exception fault, int events);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Event} ({Kind}) failed at attempt {Attempt}; it will be tried again")]
    private static partial void LogRetry(ILogger logger, Exception fault, long @event, string kind, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Event} ({Kind}) failed {Attempt} times and is set aside")]
    private static partial void LogSetAside(ILogger logger, Exception fault, long @event, string kind, int attempt);
}

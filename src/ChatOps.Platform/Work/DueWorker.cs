using System.Collections.Concurrent;
using System.Data.Common;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ChatOps.Platform.Work;

/// <summary>What all due workers of a host share.</summary>
/// <param name="Database">The database.</param>
/// <param name="Clock">What time it is for leases.</param>
/// <param name="Health">Where loops say how they stand.</param>
/// <param name="Metrics">What is counted.</param>
/// <param name="Boxes">Where dead letters go; none in hosts without them.</param>
/// <param name="Time">What time it is for due times and waits.</param>
/// <param name="Loggers">Loggers, by the processor's name.</param>
internal sealed record WorkParts(
    IDatabase Database, DatabaseClock Clock, WorkerHealth Health, WorkMetrics Metrics, IEnumerable<IDeadLetterBox> Boxes, TimeProvider Time,
    ILoggerFactory Loggers);

/// <summary>
/// The one machine of durable due work: finds due rows, takes them under a lease, has <see cref="IWorkProcessor{TItem}"/> do them in
/// batches side by side, has what fails tried again after growing waits, and sets aside what has used up its attempts. Replicas share
/// the work. Looks when woken, when the next row is due, and every <see cref="WorkTable{TItem}.LookEvery"/> for what others left.
/// </summary>
/// <typeparam name="TItem">An item of this work.</typeparam>
internal sealed partial class DueWorker<TItem> : SupervisedService
    where TItem : notnull
{
    /// <summary>A due row that nobody could take this time (it was locked, say) is not looked for again without a pause.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);

    /// <summary>Of the lease, what processing may take: the rest is for writing down how it ended.</summary>
    private const double ShareForProcessing = 0.8;

    private readonly WorkTable<TItem> _table;
    private readonly IWorkProcessor<TItem> _processor;
    private readonly WorkSignal<TItem> _signal;
    private readonly WorkParts _parts;
    private readonly WorkQueue<TItem> _queue;
    private readonly ResiliencePipeline _processing;
    private readonly ResiliencePipeline _writing;

    /// <summary>
    /// Items of a batch that failed as a whole: they are tried alone, so that one bad item does not use up the others' attempts.
    /// </summary>
    private readonly ConcurrentDictionary<string, bool> _alone = new(StringComparer.Ordinal);

    private DateTimeOffset _sweepAt = DateTimeOffset.MinValue;
    private bool _begun;

    public DueWorker(WorkTable<TItem> table, IWorkProcessor<TItem> processor, WorkSignal<TItem> signal, WorkParts parts)
        : base(parts.Health, parts.Time, parts.Loggers.CreateLogger(processor.GetType()))
    {
        (_table, _processor, _signal, _parts) = (table, processor, signal, parts);
        _queue = new WorkQueue<TItem>(table, parts.Clock);
        _processing = new ResiliencePipelineBuilder { TimeProvider = parts.Time }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = table.Lease * ShareForProcessing })
            .Build();
        // What AWS has done is worth a few tries to write it down.
        _writing = new ResiliencePipelineBuilder { TimeProvider = parts.Time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<DbException>(),
                MaxRetryAttempts = 3,
                Delay = TimeSpan.FromMilliseconds(500),
                BackoffType = DelayBackoffType.Exponential,
            })
            .Build();
    }

    protected override IReadOnlyList<WorkerLoop> Loops => [new WorkerLoop(_table.Kind, LookAsync, _signal)];

    /// <summary>
    /// Takes what is due and does it; how many items that were. Cancelled, it stops in the middle and gives its leases back.
    /// </summary>
    internal Task<int> RunOnceAsync(CancellationToken cancellationToken) => RunOnceAsync(cancellationToken, cancellationToken);

    /// <summary>Takes what is due, for tests of what happens when nobody does it.</summary>
    internal async Task<WorkBatch<TItem>?> TakeAsync(CancellationToken cancellationToken) =>
        await TakeLeasesAsync(cancellationToken) is { Count: > 0 } leases ? new WorkBatch<TItem>(_queue, _table.Id, leases) : null;

    /// <summary>When the next item is due that nobody holds; null when none is.</summary>
    internal Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) =>
        _queue.NextDueAsync(_parts.Database, cancellationToken);

    private async Task<TimeSpan> LookAsync(CancellationToken stoppingToken)
    {
        if (!_begun && _parts.Database.Kind == DatabaseKind.Sqlite)
            await _parts.Database.WriteAsync(_queue.ForgetLeasesAsync, stoppingToken);
        _begun = true;
        // What is under way when the host stops is finished, within the time that it has for that.
        if (await RunOnceAsync(stoppingToken, Aborted) > 0) return TimeSpan.Zero;
        if (Time.GetUtcNow() >= _sweepAt)
        {
            _sweepAt = Time.GetUtcNow() + _table.SweepEvery;
            await _processor.SweepAsync(stoppingToken);
        }

        var wait = await NextDueAsync(stoppingToken) is { } due ? due - Time.GetUtcNow() : _table.LookEvery;
        return wait < ShortestWait ? ShortestWait : wait < _table.LookEvery ? wait : _table.LookEvery;
    }

    private async Task<int> RunOnceAsync(CancellationToken take, CancellationToken process)
    {
        var leases = await TakeLeasesAsync(take);
        var alone = leases.Where(lease => _alone.ContainsKey(lease.Lease.Key)).ToList();
        var batches = alone.Select(lease => (List<Leased<TItem>>)[lease]).Concat(
            leases.Except(alone).Chunk(_table.BatchSize).Select(chunk => chunk.ToList()));
        await Parallel.ForEachAsync(
            batches, new ParallelOptions { MaxDegreeOfParallelism = _table.Parallelism },
            async (batch, _) => await DoAsync(batch, process));
        return leases.Count;
    }

    private Task<List<Leased<TItem>>> TakeLeasesAsync(CancellationToken cancellationToken) =>
        _parts.Database.WriteAsync(
            uow => _queue.TakeAsync(uow, Time.GetUtcNow(), _table.BatchSize * _table.Parallelism), cancellationToken);

    private async Task DoAsync(List<Leased<TItem>> leases, CancellationToken cancellationToken)
    {
        var batch = new WorkBatch<TItem>(_queue, _table.Id, leases);
        var stopped = false;
        try
        {
            await _processing.ExecuteAsync(
                static async (state, token) => await state.Processor.ProcessAsync(state.Batch, token),
                (Processor: _processor, Batch: batch), cancellationToken);
            foreach (var lease in leases) _alone.TryRemove(lease.Lease.Key, out _);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping: what is not done is given back for whoever comes next. It may have reached the other side, so the attempt counts.
            stopped = true;
        }
        catch (LeaseLostException fault)
        {
            LogLeaseLost(Logger, fault, _table.Kind);
        }
        catch (Exception fault)
        {
            foreach (var lease in batch.Open)
            {
                if (leases.Count > 1) _alone[lease.Lease.Key] = true;
                batch.Retry(lease.Item, fault);
            }
        }

        await WriteOutcomesAsync(batch, stopped ? 0 : leases.Count - batch.Failed.Count);
    }

    /// <summary>Written down even while the host stops: otherwise the next attempt would wait for the end of the lease.</summary>
    private async Task WriteOutcomesAsync(WorkBatch<TItem> batch, int done)
    {
        var spent = batch.Failed.Where(failure => _table.Retry.IsLast((int)failure.Lease.Lease.Attempts)).ToList();
        var dead = 0;
        foreach (var failure in spent)
        {
            if (await GiveUpAsync(failure)) dead++;
        }

        var again = batch.Failed.Except(spent).ToList();
        if (again is [var first, ..]) LogFailed(Logger, first.Fault, _table.Kind, again.Count, WaitOf(first));
        await RescheduleAsync(again.Select(
            failure => (failure.Lease, (DateTimeOffset?)(Time.GetUtcNow() + WaitOf(failure)), (string?)ErrorOf(failure.Fault))));
        await RescheduleAsync(batch.Open.Select(lease => (lease, (DateTimeOffset?)null, (string?)null)));
        _parts.Metrics.Processed(_table.Kind, done, failed: again.Count, dead);
    }

    private async Task RescheduleAsync(IEnumerable<(Leased<TItem> Lease, DateTimeOffset? Next, string? Error)> items)
    {
        var list = items.ToList();
        if (list.Count == 0) return;
        // Those whose lease is lost are another's by now: nothing is written of them.
        await _writing.ExecuteAsync(
            async _ => await _parts.Database.WriteAsync(uow => _queue.RescheduleAsync(uow, list, demand: false), CancellationToken.None),
            CancellationToken.None);
    }

    private async Task<bool> GiveUpAsync(WorkFailure<TItem> failure)
    {
        var (lease, fault) = (failure.Lease, failure.Fault);
        try
        {
            await _writing.ExecuteAsync(
                async _ => await _parts.Database.WriteAsync(
                    async uow =>
                    {
                        await _queue.CloseAsync(uow, [lease]);
                        await _processor.GiveUpAsync(uow, lease.Item, fault, CancellationToken.None);
                        if (_table.Dead is not null)
                            foreach (var box in _parts.Boxes) await box.AddAsync(uow, [LetterOf(failure)], CancellationToken.None);
                    },
                    CancellationToken.None),
                CancellationToken.None);
            _alone.TryRemove(lease.Lease.Key, out _);
            LogDead(Logger, fault, _table.Kind, lease.Lease.Key, lease.Lease.Attempts);
            return true;
        }
        catch (Exception unforeseen)
        {
            LogNotGivenUp(Logger, unforeseen, _table.Kind, lease.Lease.Key);
            await RescheduleAsync([(lease, Time.GetUtcNow() + _table.Retry.Longest, ErrorOf(fault))]);
            return false;
        }
    }

    private DeadLetter LetterOf(WorkFailure<TItem> failure)
    {
        var now = Time.GetUtcNow();
        return new DeadLetter(
            _table.Kind, failure.Lease.Lease.Key, _table.Kind, ErrorOf(failure.Fault), _table.CreatedAt?.Invoke(failure.Lease.Item) ?? now,
            now, (int)failure.Lease.Lease.Attempts);
    }

    private TimeSpan WaitOf(WorkFailure<TItem> failure) => failure.Wait ?? _table.Retry.After((int)failure.Lease.Lease.Attempts);

    private static string ErrorOf(Exception fault) =>
        (fault is WorkFailedException ? fault.Message : $"{fault.GetType().Name}: {fault.Message}").Replace('\0', '\uFFFD');

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} of {Kind} failed and wait {Wait} before they are tried again")]
    private static partial void LogFailed(ILogger logger, Exception fault, string kind, int count, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Key} of {Kind} failed {Attempts} times and is given up")]
    private static partial void LogDead(ILogger logger, Exception fault, string kind, string key, long attempts);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Key} of {Kind} has used up its attempts, but that could not be written; it is tried again later")]
    private static partial void LogNotGivenUp(ILogger logger, Exception fault, string kind, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A lease on {Kind} was lost; what came of it is not written")]
    private static partial void LogLeaseLost(ILogger logger, Exception fault, string kind);
}

using System.Diagnostics.Metrics;
using System.Globalization;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.Tests.Kit;

/// <summary>
/// A due worker that does a round when the test says so. Its leases go by the test's clock: a process that died is gone when the test
/// has moved the clock past its lease.
/// </summary>
/// <typeparam name="TItem">An item of its work.</typeparam>
public sealed class TestWorker<TItem>
    where TItem : notnull
{
    private readonly DueWorker<TItem> _worker;
    private readonly Witness _witness;
    private readonly bool _rethrows;

    /// <param name="table">Where the work stands.</param>
    /// <param name="processor">What does it.</param>
    /// <param name="database">The database.</param>
    /// <param name="time">The test's clock.</param>
    /// <param name="rethrows">Whether a round throws what the processor threw.</param>
    public TestWorker(WorkTable<TItem> table, IWorkProcessor<TItem> processor, IDatabase database, TimeProvider time, bool rethrows = false)
    {
        _witness = new Witness(processor);
        _rethrows = rethrows;
        _worker = new DueWorker<TItem>(
            table, _witness, new WorkSignal<TItem>(),
            new WorkParts(
                database, new TestClock(time), TestWorkers.Health(time), new WorkMetrics(TestWorkers.Meters), [], time,
                NullLoggerFactory.Instance));
    }

    /// <summary>Does what is due; how many items that were.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken = default)
    {
        _witness.Fault = null;
        var count = await _worker.RunOnceAsync(cancellationToken);
        return _rethrows && _witness.Fault is { } fault ? throw fault : count;
    }

    /// <summary>Does what is due; false when nothing was.</summary>
    public async Task<bool> WorkAsync(CancellationToken cancellationToken = default) => await RunOnceAsync(cancellationToken) > 0;

    /// <summary>Does what is due until nothing is.</summary>
    public async Task RunAsync()
    {
        while (await RunOnceAsync() > 0)
        {
        }
    }

    /// <summary>Takes what is due and does nothing with it, as a process that dies.</summary>
    public Task<WorkBatch<TItem>?> TakeAsync() => _worker.TakeAsync(CancellationToken.None);

    /// <summary>When the next item is due that nobody holds.</summary>
    public Task<DateTimeOffset?> NextDueAsync() => _worker.NextDueAsync(CancellationToken.None);

    private sealed class Witness(IWorkProcessor<TItem> processor) : IWorkProcessor<TItem>
    {
        public Exception? Fault { get; set; }

        public async Task ProcessAsync(WorkBatch<TItem> batch, CancellationToken cancellationToken)
        {
            try
            {
                await processor.ProcessAsync(batch, cancellationToken);
            }
            catch (Exception fault)
            {
                Fault = fault;
                throw;
            }
        }

        public Task GiveUpAsync(UnitOfWork uow, TItem item, Exception fault, CancellationToken cancellationToken) =>
            processor.GiveUpAsync(uow, item, fault, cancellationToken);

        public Task SweepAsync(CancellationToken cancellationToken) => processor.SweepAsync(cancellationToken);
    }
}

/// <summary>What supervised services of tests share.</summary>
public static class TestWorkers
{
    /// <summary>Meters that nobody reads.</summary>
    public static IMeterFactory Meters { get; } = new ServiceCollection().AddMetrics().BuildServiceProvider()
        .GetRequiredService<IMeterFactory>();

    /// <summary>How the loops of a test stand.</summary>
    public static WorkerHealth Health(TimeProvider? time = null) => new(Meters, time ?? TimeProvider.System);
}

/// <summary>Leases by the test's clock.</summary>
internal sealed class TestClock(TimeProvider time) : DatabaseClock
{
    public override string Now(DatabaseKind kind) => time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}

using System.Diagnostics.Metrics;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Ingest;

/// <summary>The inbox on a database of its own, with a clock that the test sets.</summary>
public sealed class InboxHarness : IAsyncDisposable
{
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly TestDatabase _test;
    private readonly IngestOptions _options;
    private readonly IngestMetrics _counts;

    private InboxHarness(TestDatabase test, IEventReader[] readers, IngestOptions options)
    {
        (_test, _options, Counted) = (test, options, new CountingDatabase(test.Database));
        Store = new InboxStore(test.Database, new ReadKinds(
            [.. readers.SelectMany(reader => reader.Kinds), "known"], readers.OfType<ILastReader>().Any()));
        _counts = new IngestMetrics(_metrics.GetRequiredService<IMeterFactory>());
        Inbox = new Inbox(Store, Signal, _counts, TestWorkers.Health(), Time, NullLogger<Inbox>.Instance);
        IngestDispatcher = DispatcherWith(Signal, readers);
        DeadLetters = new InboxDeadLetters(test.Database, Box, Signal, Time);
        Retention = new Retention(Store, DeadLetters, Options.Create(options), TestWorkers.Health(), Time, NullLogger<Retention>.Instance);
        Status = new IngestStatus(Store);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero));

    public IDatabase Database => _test.Database;

    public IngestStatus Status { get; }

    /// <summary>Whose meters these are, to tell them from those of tests beside.</summary>
    public IMeterFactory Meters => _metrics.GetRequiredService<IMeterFactory>();

    internal InboxSignal Signal { get; } = new();

    internal InboxStore Store { get; }

    internal Inbox Inbox { get; }

    internal IngestDispatcher IngestDispatcher { get; }

    internal InboxDeadLetters DeadLetters { get; }

    /// <summary>What became a dead letter.</summary>
    internal RecordingDeadLetterBox Box { get; } = new();

    /// <summary>The dispatcher's transactions.</summary>
    internal CountingDatabase Counted { get; }

    internal Retention Retention { get; }

    public static async Task<InboxHarness> StartAsync(DatabaseKind kind, IngestOptions? options = null, params IEventReader[] readers)
    {
        var harness = new InboxHarness(await Databases.CreateAsync(kind), readers, options ?? new IngestOptions());
        await harness.Inbox.StartAsync(default);
        return harness;
    }

    public Task<int> AcceptAsync(params IncomingEvent[] events) => Inbox.AcceptAsync(events, default);

    public async Task DispatchAllAsync()
    {
        while (await IngestDispatcher.DispatchAsync(default) > 0)
        {
        }
    }

    internal IngestDispatcher ReplicaWith(params IEventReader[] readers) => DispatcherWith(new InboxSignal(), readers);

    private IngestDispatcher DispatcherWith(InboxSignal signal, IEventReader[] readers) =>
        new(
            Counted, Store, signal, readers,
            new FailedEvents(Box, _counts, Options.Create(_options), Time, NullLogger<FailedEvents>.Instance), _counts,
            TestWorkers.Health(), Time, NullLogger<IngestDispatcher>.Instance);

    public async ValueTask DisposeAsync()
    {
        await Inbox.StopAsync(default);
        await _test.DisposeAsync();
        await _metrics.DisposeAsync();
    }

    public static IncomingEvent Event(string key, string kind = "known", string body = "{}") => new(key, "test", kind, body);
}

/// <summary>Records what it reads; throws where the test wants it to.</summary>
public sealed class RecordingReader(string kind = "known") : IEventReader
{
    public List<string> Seen { get; } = [];

    public List<int> Batches { get; } = [];

    public Func<InboxEvent, bool> Poison { get; set; } = _ => false;

    public IReadOnlyCollection<string> Kinds => [kind];

    public Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        Batches.Add(events.Count);
        if (events.FirstOrDefault(Poison) is { } bad) throw new FormatException($"cannot read {bad.Event.DedupKey}");
        uow.AfterCommit(() => Seen.AddRange(events.Select(item => item.Event.DedupKey)));
        return Task.CompletedTask;
    }
}

/// <summary>Remembers what was set aside.</summary>
internal sealed class RecordingDeadLetterBox : IDeadLetterBox
{
    public List<DeadLetter> Letters { get; } = [];

    public Exception? Fault { get; set; }

    public Task AddAsync(UnitOfWork uow, IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        if (Fault is not null) throw Fault;
        uow.AfterCommit(() =>
        {
            Letters.RemoveAll(known => letters.Any(letter => letter.Key == known.Key));
            Letters.AddRange(letters);
        });
        return Task.CompletedTask;
    }

    public Task RemoveAsync(UnitOfWork uow, string source, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        Letters.RemoveAll(letter => keys.Contains(letter.Key));
        return Task.CompletedTask;
    }
}

/// <summary>Counts transactions.</summary>
internal sealed class CountingDatabase(IDatabase database) : IDatabase
{
    private int _writes;

    public int Writes => _writes;

    public DatabaseKind Kind => database.Kind;

    public Task<System.Data.Common.DbConnection> OpenAsync(CancellationToken cancellationToken) => database.OpenAsync(cancellationToken);

    public Task<T> WriteAsync<T>(Func<UnitOfWork, Task<T>> work, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return database.WriteAsync(work, cancellationToken);
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Work;

/// <summary>A job of a test.</summary>
internal sealed record TestJob
{
    public string Id { get; init; } = "";
}

/// <summary>A table of due work on a database of its own, whose clock the test sets apart from its processes' clocks.</summary>
internal sealed class WorkHarness : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    public static readonly WorkTable<TestJob> Table = new WorkTable<TestJob, TestJob>(row => row)
    {
        Kind = "test-job",
        Table = "test_jobs",
        Key = ["id"],
        Id = job => job.Id,
        Columns = "id AS Id",
        Waiting = "w.state = 'pending'",
        Error = "error",
        Dead = "state = 'failed'",
        OnRevive = "state = 'pending'",
        Lease = TimeSpan.FromMinutes(2),
        Retry = new RetrySchedule(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30), MaxAttempts: 4),
        BatchSize = 10,
    };

    private readonly TestDatabase _test;

    private WorkHarness(TestDatabase test) => _test = test;

    public IDatabase Database => _test.Database;

    /// <summary>The clock of the processes.</summary>
    public FakeTimeProvider Time { get; } = new(Start);

    /// <summary>The database's clock.</summary>
    public SetClock Clock { get; } = new();

    public RecordingBox Box { get; } = new();

    public static async Task<WorkHarness> StartAsync(DatabaseKind kind)
    {
        var harness = new WorkHarness(await Databases.CreateAsync(kind));
        await harness.ExecuteAsync(
            """
            CREATE TABLE test_jobs (
              id text PRIMARY KEY, state text NOT NULL DEFAULT 'pending', due_at bigint, attempts bigint NOT NULL DEFAULT 0, error text,
              lease_owner text, lease_until bigint, lease_epoch bigint NOT NULL DEFAULT 0)
            """);
        return harness;
    }

    /// <summary>A process of its own.</summary>
    public DueWorker<TestJob> Worker(
        IWorkProcessor<TestJob> processor, WorkTable<TestJob>? table = null, TimeProvider? time = null, WorkSignal<TestJob>? signal = null,
        WorkerHealth? health = null, DatabaseClock? clock = null,
        ILoggerFactory? loggers = null) =>
        new(
            table ?? Table, processor, signal ?? new WorkSignal<TestJob>(),
            new WorkParts(
                Database, clock ?? Clock, health ?? TestWorkers.Health(Time), new WorkMetrics(TestWorkers.Meters), [Box], time ?? Time,
                loggers ?? NullLoggerFactory.Instance));

    /// <summary>Records a job that is due so long from now.</summary>
    public Task AddAsync(string id, double dueInSeconds = 0, WakeSignal? wakes = null) => Database.WriteAsync(
        async uow =>
        {
            await uow.Connection.ExecuteAsync(
                "INSERT INTO test_jobs (id, due_at) VALUES (@id, @due)",
                new { id, due = Time.GetUtcNow().AddSeconds(dueInSeconds).ToUnixTimeMilliseconds() }, uow.Transaction);
            if (wakes is not null) uow.AfterCommit(wakes.Wake);
        },
        default);

    public Task ExecuteAsync(string sql) =>
        Database.WriteAsync(uow => uow.Connection.ExecuteAsync(sql, transaction: uow.Transaction), default);

    /// <summary>A value of a job's row.</summary>
    public async Task<T?> ReadAsync<T>(string id, string column)
    {
        await using var connection = await Database.OpenAsync(default);
        return await connection.ExecuteScalarAsync<T?>($"SELECT {column} FROM test_jobs WHERE id = @id", new { id });
    }

    /// <summary>How long from now a job is due.</summary>
    public async Task<TimeSpan> DueInAsync(string id) =>
        DateTimeOffset.FromUnixTimeMilliseconds(await ReadAsync<long>(id, "due_at")) - Time.GetUtcNow();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    /// <summary>The database's clock as the test sets it.</summary>
    internal sealed class SetClock : DatabaseClock
    {
        private long _now = Start.ToUnixTimeMilliseconds();

        public void Advance(TimeSpan by) => Interlocked.Add(ref _now, (long)by.TotalMilliseconds);

        public override string Now(DatabaseKind kind) => Interlocked.Read(ref _now).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Keeps dead letters.</summary>
    internal sealed class RecordingBox : IDeadLetterBox
    {
        public ConcurrentQueue<DeadLetter> Letters { get; } = [];

        public Task AddAsync(UnitOfWork uow, IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
        {
            foreach (var letter in letters) uow.AfterCommit(() => Letters.Enqueue(letter));
            return Task.CompletedTask;
        }

        public Task RemoveAsync(UnitOfWork uow, string source, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
            Task.CompletedTask;
    }
}

/// <summary>Does jobs as the test wants it, and writes them down as done under their lease.</summary>
internal sealed class TestProcessor(IDatabase database) : IWorkProcessor<TestJob>
{
    /// <summary>What doing a job does; nothing by default.</summary>
    public Func<TestJob, CancellationToken, Task> Do { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The jobs in the order in which they were begun.</summary>
    public ConcurrentQueue<string> Begun { get; } = [];

    /// <summary>The sizes of batches.</summary>
    public ConcurrentQueue<int> Batches { get; } = [];

    public async Task ProcessAsync(WorkBatch<TestJob> batch, CancellationToken cancellationToken)
    {
        Batches.Enqueue(batch.Items.Count);
        foreach (var job in batch.Items)
        {
            Begun.Enqueue(job.Id);
            await Do(job, cancellationToken);
        }

        await WriteAsync(batch, cancellationToken);
    }

    public Task WriteAsync(WorkBatch<TestJob> batch, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await batch.CloseAsync(uow, batch.Items);
            await uow.Connection.ExecuteAsync(
                $"UPDATE test_jobs SET state = 'done' WHERE id IN (SELECT r.value ->> 'id' FROM {JsonRows.From(uow.Kind, "@ids")} AS r)",
                new { ids = JsonRows.Ids(batch.Items.Select(job => job.Id)) }, uow.Transaction);
        },
        cancellationToken);

    public Task GiveUpAsync(UnitOfWork uow, TestJob item, Exception fault, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync("UPDATE test_jobs SET state = 'failed' WHERE id = @Id", new { item.Id }, uow.Transaction);
}

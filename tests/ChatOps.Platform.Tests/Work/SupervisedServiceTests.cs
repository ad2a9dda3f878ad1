using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Work;

public sealed class SupervisedServiceTests
{
    [Fact]
    public async Task An_unforeseen_exception_is_logged_once_counted_shown_and_the_round_run_again_with_growing_waits()
    {
        var (time, log) = (new FakeTimeProvider(WorkHarness.Start), new RecordingLogger());
        using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = provider.GetRequiredService<IMeterFactory>();
        var restarts = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == "chatops.worker.restarts" && instrument.Meter.Scope == meters)
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            Assert.Equal("rounds", tags[0].Value);
            Interlocked.Add(ref restarts, value);
        });
        listener.Start();
        var health = new WorkerHealth(meters, time);
        var failing = true;
        var rounds = new ConcurrentQueue<DateTimeOffset>();
        using var service = new Rounds(health, time, log, _ =>
        {
            rounds.Enqueue(time.GetUtcNow());
            return failing ? throw new InvalidOperationException("no such\nthing") : Task.FromResult(TimeSpan.FromMinutes(1));
        });
        await service.StartAsync(default);

        await AdvanceUntilAsync(time, () => rounds.Count == 5);
        await Eventually.TrueAsync(() => Task.FromResult(Interlocked.Read(ref restarts) == 5));
        var ill = Assert.Single(health.Read());
        Assert.Equal(("rounds", "InvalidOperationException: no such thing", 5L), (ill.Name, ill.Reason, ill.Restarts));
        Assert.InRange(ill.FailingSince!.Value, WorkHarness.Start, rounds.ElementAt(1));
        var text = await new WorkersStatus(health).DescribeAsync(Locale.For("en", TimeZoneInfo.Utc), default);
        Assert.Contains("1 running", text, StringComparison.Ordinal);
        Assert.Contains("`rounds` has been failing since", text, StringComparison.Ordinal);
        Assert.Contains("(5 restarts): InvalidOperationException: no such thing", text, StringComparison.Ordinal);
        Assert.Single(log.Lines, line => line.Level == LogLevel.Error);

        failing = false;
        await AdvanceUntilAsync(time, () => health.Read()[0].FailingSince is null);
        Assert.Equal(5, health.Read()[0].Restarts);
        await service.StopAsync(default);

        var times = rounds.ToList();
        Assert.All(
            times.Zip(times.Skip(1), (a, b) => b - a).Zip([1, 2, 4, 8, 10]),
            wait => Assert.True(wait.First >= TimeSpan.FromSeconds(wait.Second), $"{wait.First} is less than {wait.Second} s"));
        Assert.DoesNotContain(
            "failing", await new WorkersStatus(health).DescribeAsync(Locale.For("en", TimeZoneInfo.Utc), default),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wake_ends_the_wait_between_rounds_and_a_stop_ends_it_cleanly()
    {
        var (time, signal) = (new FakeTimeProvider(), new WakeSignal());
        var rounds = 0;
        using var service = new Rounds(TestWorkers.Health(time), time, new RecordingLogger(), _ =>
        {
            Interlocked.Increment(ref rounds);
            return Task.FromResult(TimeSpan.FromHours(1));
        }, signal);
        await service.StartAsync(default);
        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref rounds) == 1));

        signal.Wake();
        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref rounds) == 2));
        await service.StopAsync(default);

        Assert.True(service.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task One_loop_that_fails_stops_neither_its_neighbours_nor_the_host()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider());
        builder.Services.AddWork();
        var rounds = 0;
        builder.Services.AddHostedService(provider => new Rounds(
            provider.GetRequiredService<WorkerHealth>(), provider.GetRequiredService<TimeProvider>(), new RecordingLogger(),
            _ => throw new InvalidOperationException("ill")));
        builder.Services.AddHostedService<Unsupervised>();
        builder.Services.AddHostedService(provider => new WellService(
            provider.GetRequiredService<WorkerHealth>(), provider.GetRequiredService<TimeProvider>(),
            () => Interlocked.Increment(ref rounds)));
        using var host = builder.Build();
        await host.StartAsync();

        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref rounds) > 10));
        await Eventually.TrueAsync(
            () => Task.FromResult(host.Services.GetRequiredService<WorkerHealth>().Read().Any(worker => worker.FailingSince is not null)));
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await host.StopAsync();
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(5, 32)]
    [InlineData(6, 60)]
    [InlineData(1_000_000, 60)]
    [InlineData(0, 2)]
    public void A_schedule_doubles_from_the_first_wait_to_the_longest(int attempt, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new RetrySchedule(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1)).After(attempt));

    private static Task AdvanceUntilAsync(FakeTimeProvider time, Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        if (condition()) return Task.FromResult(true);
        time.Advance(TimeSpan.FromMilliseconds(500));
        return Task.FromResult(false);
    });

    private sealed class Rounds(
        WorkerHealth health, TimeProvider time, ILogger logger, Func<CancellationToken, Task<TimeSpan>> round, WakeSignal? signal = null)
        : SupervisedService(health, time, logger)
    {
        protected override IReadOnlyList<WorkerLoop> Loops => [new WorkerLoop("rounds", round, signal)];
    }

    private sealed class WellService(
        WorkerHealth health, TimeProvider time, Action round) : SupervisedService(health, time, new RecordingLogger())
    {
        protected override IReadOnlyList<WorkerLoop> Loops =>
        [
            new WorkerLoop("well", async _ =>
            {
                await Task.Yield();
                round();
                return TimeSpan.Zero;
            }),
        ];
    }

    private sealed class Unsupervised : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => throw new InvalidOperationException("not even supervised");
    }

    private sealed class RecordingLogger : ILogger
    {
        public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue((logLevel, formatter(state, exception)));
    }
}

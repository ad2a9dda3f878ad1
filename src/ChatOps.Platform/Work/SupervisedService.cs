using ChatOps.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace ChatOps.Platform.Work;

/// <summary>A loop of a service: one round after the other until the host stops.</summary>
/// <param name="Name">Its name in metrics and in <c>/chatops status</c>.</param>
/// <param name="RunOnceAsync">One round: does what there is to do, and returns how long to wait for the next; zero for none.</param>
/// <param name="Signal">Ends the wait before its time; null when only time does.</param>
public sealed record WorkerLoop(string Name, Func<CancellationToken, Task<TimeSpan>> RunOnceAsync, WakeSignal? Signal = null);

/// <summary>
/// The base of every background loop. An unforeseen exception is logged once, counted, shown in <c>/chatops status</c>, and the round is
/// run again with growing waits (<see cref="Restarts"/>); it never ends the loop or the host. When the host stops, no new round begins,
/// and the round under way is waited for: <see cref="Aborted"/> is cancelled only when it has had <see cref="DrainWithin"/>.
/// </summary>
public abstract partial class SupervisedService : BackgroundService
{
    /// <summary>The waits before a failed round is run again. Short, for most failures are a database that is away for a moment.</summary>
    public static readonly RetrySchedule Restarts = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    /// <summary>How long the round under way may take after the host was told to stop.</summary>
    protected static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(10);

    private static readonly ResiliencePropertyKey<string> LoopName = new("loop");

    private readonly CancellationTokenSource _aborted = new();
    private readonly ResiliencePipeline _restarts;
    private readonly WorkerHealth _health;

    /// <summary>Every service of the host gets the same <paramref name="health"/>.</summary>
    protected SupervisedService(WorkerHealth health, TimeProvider time, ILogger logger)
    {
        (_health, Time, Logger) = (health, time, logger);
        _restarts = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Exception is not null && !args.Context.CancellationToken.IsCancellationRequested),
                MaxRetryAttempts = int.MaxValue,
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Restarts.After(args.AttemptNumber + 1)),
                OnRetry = args =>
                {
                    OnFailed(args.Context.Properties.GetValue(LoopName, ""), args.Outcome.Exception!, args.RetryDelay);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; }

    /// <summary>The service's log.</summary>
    protected ILogger Logger { get; }

    /// <summary>Cancelled when a stopping host waits no longer for what is under way.</summary>
    protected CancellationToken Aborted => _aborted.Token;

    /// <summary>What runs; asked for once, when the host starts.</summary>
    protected abstract IReadOnlyList<WorkerLoop> Loops { get; }

    /// <summary>Stops and drains.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await using var timer = Time.CreateTimer(
            static source => ((CancellationTokenSource)source!).Cancel(), _aborted, DrainWithin, Timeout.InfiniteTimeSpan);
        await base.StopAsync(cancellationToken);
        // The host waits no longer.
        if (cancellationToken.IsCancellationRequested) await _aborted.CancelAsync();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _aborted.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the loops until the host stops.</summary>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(Loops.Select(loop => RunAsync(loop, stoppingToken)));
        await DrainAsync();
    }

    /// <summary>What is to be waited for when the loops have ended; must not throw.</summary>
    protected virtual Task DrainAsync() => Task.CompletedTask;

    private async Task RunAsync(WorkerLoop loop, CancellationToken stoppingToken)
    {
        // The host's start is not held up by the first round.
        await Task.Yield();
        _health.Begin(loop.Name);
        var signal = loop.Signal ?? new WakeSignal();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var wait = await RunOnceAsync(loop, stoppingToken);
                if (_health.Succeeded(loop.Name)) LogRecovered(Logger, loop.Name);
                await signal.WaitAsync(wait, Time, stoppingToken);
            }
            catch (Exception fault) when (stoppingToken.IsCancellationRequested)
            {
                if (fault is not OperationCanceledException) LogFailedAtStop(Logger, fault, loop.Name);
            }
        }
    }

    private async Task<TimeSpan> RunOnceAsync(WorkerLoop loop, CancellationToken stoppingToken)
    {
        var context = ResilienceContextPool.Shared.Get(stoppingToken);
        context.Properties.Set(LoopName, loop.Name);
        try
        {
            return await _restarts.ExecuteAsync(
                static async (context, loop) => await loop.RunOnceAsync(context.CancellationToken), context, loop);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private void OnFailed(string loop, Exception fault, TimeSpan wait)
    {
        if (_health.Failed(loop, fault)) LogFailed(Logger, fault, loop, wait);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Worker} failed; it is restarted after {Wait}, and again until it succeeds")]
    private static partial void LogFailed(ILogger logger, Exception fault, string worker, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Worker} works again")]
    private static partial void LogRecovered(ILogger logger, string worker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Worker} failed while the host was stopping")]
    private static partial void LogFailedAtStop(ILogger logger, Exception fault, string worker);
}

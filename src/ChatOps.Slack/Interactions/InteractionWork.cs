using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Slack.Interactions;

/// <summary>Handlers under way outside their request: bounded in number, and waited for when the host stops.</summary>
internal sealed partial class InteractionWork(
    IOptions<SlackOptions> options, TimeProvider time, ILogger<InteractionWork> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _active;
    private volatile bool _stopping;

    /// <summary>Ends when the host has waited long enough. Handlers get this token, never the request's.</summary>
    public CancellationToken Aborted => _abort.Token;

    /// <summary>How many are under way.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Starts work on the pool; null when there is too much already.</summary>
    public Task<T>? TryStart<T>(Func<CancellationToken, Task<T>> work)
    {
        if (Interlocked.Increment(ref _active) > options.Value.MaxConcurrentInteractions)
        {
            Done();
            return null;
        }

        return Task.Run(async () =>
        {
            try
            {
                return await work(Aborted);
            }
            finally
            {
                Done();
            }
        });
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        if (Active == 0)
        {
            return;
        }

        Draining(logger, Active);
        try
        {
            await _drained.Task.WaitAsync(options.Value.DrainWithin, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            Abandoned(logger, Active);
            await _abort.CancelAsync();
        }
    }

    public void Dispose() => _abort.Dispose();

    private void Done()
    {
        if (Interlocked.Decrement(ref _active) == 0 && _stopping)
        {
            _drained.TrySetResult();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for {Count} Slack interactions")]
    private static partial void Draining(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} Slack interactions did not end in time and are cancelled")]
    private static partial void Abandoned(ILogger logger, int count);
}

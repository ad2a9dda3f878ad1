using System.Collections.Concurrent;

namespace ChatOps.Sandbox.Aws;

/// <summary>What goes on after a request was answered: automations, evaluations. A reset stops all of it at once.</summary>
internal sealed partial class AwsBackground(ILogger<AwsBackground> log) : IDisposable
{
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private CancellationTokenSource _epoch = new();

    /// <summary>Raised after something the page shows has changed; outside the state's lock.</summary>
    public event Action? OnChanged;

    public void Changed() => OnChanged?.Invoke();

    public void Run(Func<CancellationToken, Task> work)
    {
        var stopping = _epoch.Token;
        var task = Task.Run(() => GuardedAsync(work, stopping), CancellationToken.None);
        _running[task] = 0;
        _ = task.ContinueWith(t => _running.TryRemove(t, out _), TaskScheduler.Default);
    }

    /// <summary>Stops everything under way and waits until it has stopped.</summary>
    public async Task StopAsync()
    {
        var ended = Interlocked.Exchange(ref _epoch, new CancellationTokenSource());
        await ended.CancelAsync();
        await Task.WhenAll(_running.Keys);
        ended.Dispose();
    }

    public void Dispose() => _epoch.Dispose();

    private async Task GuardedAsync(Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        try
        {
            await work(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogStopped();
        }
        catch (Exception failure)
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Background work of the local AWS was stopped.")]
    private partial void LogStopped();

    [LoggerMessage(Level = LogLevel.Error, Message = "Background work of the local AWS failed.")]
    private partial void LogFailed(Exception failure);
}

using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Dependencies;

/// <summary>Asks every dependency at its pace. A line in the log when one becomes ill, and one when it is well again.</summary>
internal sealed partial class DependencyProber(
    UsedDependencies used, DependencyHealth dependencies, WorkerHealth health, TimeProvider time, ILogger<DependencyProber> logger)
    : SupervisedService(health, time, logger)
{
    /// <summary>What does not answer within this is ill.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>One loop for all: an ill one delays the others by its patience at most, for all that are due are asked at once.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, DateTimeOffset> _due = new(StringComparer.Ordinal);

    protected override IReadOnlyList<WorkerLoop> Loops => [new WorkerLoop("dependencies", AskDueAsync)];

    private async Task<TimeSpan> AskDueAsync(CancellationToken stoppingToken)
    {
        var now = Time.GetUtcNow();
        var due = used.Probes.Where(probe => _due.GetValueOrDefault(probe.Name) <= now).ToList();
        await Task.WhenAll(due.Select(probe => AskAsync(probe, stoppingToken)));
        foreach (var probe in due) _due[probe.Name] = now + probe.Every;
        return Beat;
    }

    private async Task AskAsync(IDependencyProbe probe, CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(Patience, Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, patience.Token);
        try
        {
            await probe.ProbeAsync(both.Token).WaitAsync(both.Token);
            if (dependencies.Up(probe.Name)) LogUp(Logger, probe.Name);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            if (dependencies.Down(probe.Name, fault)) LogDown(Logger, probe.Name, DependencyHealth.ReasonOf(fault));
        }
    }

    [LoggerMessage(LogLevel.Information, "{Dependency} is well")]
    private static partial void LogUp(ILogger logger, string dependency);

    [LoggerMessage(LogLevel.Warning, "{Dependency} is ill: {Reason}")]
    private static partial void LogDown(ILogger logger, string dependency, string reason);
}

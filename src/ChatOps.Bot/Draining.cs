using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace ChatOps.Bot;

/// <summary>How the process ends. Section <c>ChatOps:Shutdown</c>.</summary>
internal sealed class ShutdownOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Shutdown";

    /// <summary>
    /// How long requests are still taken after SIGTERM, 0 to 60 s: a load balancer sends some until it has seen <c>/health/ready</c> fail.
    /// </summary>
    public TimeSpan ServeFor { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// The process's life as signals steer it. SIGTERM: not ready at once, still serving for <see cref="ShutdownOptions.ServeFor"/>, then the
/// end. A second one, Ctrl+C and SIGQUIT: the end at once.
/// </summary>
internal sealed partial class DrainingLifetime(
    IHostApplicationLifetime lifetime, IOptions<ShutdownOptions> options, TimeProvider time, ILogger<DrainingLifetime> logger)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private ITimer? _end;

    /// <summary>The process is about to end; others should no longer be sent here.</summary>
    public bool IsDraining { get; private set; }

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        lifetime.ApplicationStopping.Register(() => IsDraining = true);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _end?.Dispose();
    }

    /// <summary>Whether a signal asked for the end; otherwise something in the process did.</summary>
    public bool WasAsked { get; private set; }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        WasAsked = true;
        var isFirst = !IsDraining;
        IsDraining = true;
        if (context.Signal == PosixSignal.SIGTERM && isFirst && options.Value.ServeFor > TimeSpan.Zero)
        {
            LogDraining(logger, options.Value.ServeFor.TotalSeconds);
            _end = time.CreateTimer(_ => lifetime.StopApplication(), null, options.Value.ServeFor, Timeout.InfiniteTimeSpan);
            return;
        }

        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Told to end: no longer ready, still serving for {Seconds} s")]
    private static partial void LogDraining(ILogger logger, double seconds);
}

using ChatOps.Policy;
using ChatOps.Remediation;
using Hangfire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatOps.Jobs;

/// <summary>Runs Hangfire within the host: sets the timetable, picks up what was left, works, and on stopping lets jobs finish.</summary>
internal sealed partial class JobServer(
    JobStorage storage,
    JobActivator activator,
    IRecurringJobManager recurring,
    IPolicy<IReadOnlyList<Timetable.Entry>> timetable,
    IRemediations remediations,
    IRemediationWatch watch,
    ILoggerFactory loggers) : IHostedService, IDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<JobServer>();
    private BackgroundJobServer? _server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        GlobalConfiguration.Configuration.UseLogProvider(new JobLog(loggers));
        foreach (var entry in timetable.Value) Set(entry);
        var left = await remediations.RecoverAtStartAsync(cancellationToken);
        _server = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                Activator = activator,
                Queues = [Queues.Watch, Queues.Timetable],
                WorkerCount = 8,
                // Scheduled looks are seconds apart; events bring the next one at once anyway.
                SchedulePollingInterval = TimeSpan.FromSeconds(1),
                HeartbeatInterval = TimeSpan.FromSeconds(15),
                ShutdownTimeout = TimeSpan.FromSeconds(10),
            },
            storage);

        foreach (var id in left) watch.Wake(id);
        if (left.Count > 0) LogLeft(left.Count);
        // What waits for its time (an approval's end) has a schedule of its own in PostgreSQL, and is found by the sweep otherwise.
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is null) return;
        _server.SendStop();
        await _server.WaitForShutdownAsync(cancellationToken);
    }

    public void Dispose() => _server?.Dispose();

    private void Set(Timetable.Entry entry)
    {
        if (!entry.Enabled)
        {
            recurring.RemoveIfExists(entry.Id);
            return;
        }

        try
        {
            entry.Put(recurring, entry);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new PolicyException([$"schedules.yaml: {entry.Id}: '{entry.Cron}' is not a cron expression: {e.Message}"]);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Picked up {Count} remediations that a stop had interrupted")]
    private partial void LogLeft(int count);
}

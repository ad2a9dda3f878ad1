using ChatOps.Platform.Policy;
using ChatOps.Platform.Work;
using Hangfire;
using Microsoft.Extensions.Logging;

namespace ChatOps.Jobs;

/// <summary>
/// Runs Hangfire within the host: sets the timetable, works, and on stopping lets jobs finish.
/// A fault of the timetable stops the start, when policies are read. Hangfire's store does not: a process that was killed may have left a
/// lock in it that takes a minute to lapse, and events and clicks are to be taken meanwhile.
/// </summary>
internal sealed class JobServer(
    JobStorage storage,
    JobActivator activator,
    IRecurringJobManager recurring,
    IPolicy<IReadOnlyList<Timetable.Entry>> timetable,
    MissedDigests digests,
    WorkerHealth health,
    TimeProvider time,
    ILoggerFactory loggers) : SupervisedService(health, time, loggers.CreateLogger<JobServer>())
{

    /// <summary>The host answers first: on two cores the jobs' own start would hold up the first request by a second.</summary>
    private static readonly TimeSpan BeginAfter = TimeSpan.FromSeconds(1);

    private readonly JobLog _log = new(loggers);
    private BackgroundJobServer? _server;
    private bool _begun;

    protected override IReadOnlyList<WorkerLoop> Loops => [new WorkerLoop("jobs", BeginAsync)];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        GlobalConfiguration.Configuration.UseLogProvider(_log);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_server is null) return;
        _server.SendStop();
        await _server.WaitForShutdownAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _server?.Dispose();
        base.Dispose();
    }

    /// <summary>Begins once; Hangfire works by itself from then on.</summary>
    private async Task<TimeSpan> BeginAsync(CancellationToken cancellationToken)
    {
        if (_begun) return TimeSpan.FromDays(1);
        // Hangfire's calls are synchronous; they must not hold up the start of the host.
        await Task.Delay(BeginAfter, Time, cancellationToken);
        _server ??= new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                Activator = activator,
                Queues = [Queues.Timetable, Queues.Sync],
                WorkerCount = 8,
                SchedulePollingInterval = TimeSpan.FromSeconds(15),
                HeartbeatInterval = TimeSpan.FromSeconds(15),
                ShutdownTimeout = TimeSpan.FromSeconds(10),
            },
            storage);

        foreach (var id in Timetable.Retired) recurring.RemoveIfExists(id);
        foreach (var entry in timetable.Value) Put(entry, recurring);
        foreach (var entry in timetable.Value.Where(entry => entry is { Enabled: true, AtStart: true })) recurring.Trigger(entry.Id);
        await digests.MakeUpAsync(cancellationToken);
        _begun = true;
        return TimeSpan.FromDays(1);
    }

    private static void Put(Timetable.Entry entry, IRecurringJobManager manager)
    {
        if (entry.Enabled) entry.Put(manager, entry);
        else manager.RemoveIfExists(entry.Id);
    }
}

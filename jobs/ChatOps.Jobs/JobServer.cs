using ChatOps.Platform.Policy;
using ChatOps.Remediation;
using Hangfire;
using Hangfire.InMemory;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatOps.Jobs;

/// <summary>
/// Runs Hangfire within the host: sets the timetable, picks up what was left, works, and on stopping lets jobs finish.
/// A fault of the timetable stops the start. Hangfire's store does not: a process that was killed may have left a lock in it that
/// takes a minute to lapse, and events and clicks are to be taken meanwhile.
/// </summary>
internal sealed partial class JobServer(
    JobStorage storage,
    JobActivator activator,
    IRecurringJobManager recurring,
    IPolicy<IReadOnlyList<Timetable.Entry>> timetable,
    IRemediations remediations,
    IRemediationWatch watch,
    MissedDigests digests,
    TimeProvider time,
    ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>The host answers first: on two cores the jobs' own start would hold up the first request by a second.</summary>
    private static readonly TimeSpan BeginAfter = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggers.CreateLogger<JobServer>();
    private BackgroundJobServer? _server;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        GlobalConfiguration.Configuration.UseLogProvider(new JobLog(loggers));
        Check(timetable.Value);
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Hangfire's calls are synchronous; they must not hold up the start of the host.
        await Task.Delay(BeginAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await BeginAsync(stoppingToken);
                return;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogNotYet(fault, TryAgainAfter);
            }

            await Task.Delay(TryAgainAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        _server ??= new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                Activator = activator,
                Queues = [Queues.Watch, Queues.Timetable, Queues.Sync],
                WorkerCount = 8,
                // Scheduled looks are seconds apart; events bring the next one at once anyway.
                SchedulePollingInterval = TimeSpan.FromSeconds(1),
                HeartbeatInterval = TimeSpan.FromSeconds(15),
                ShutdownTimeout = TimeSpan.FromSeconds(10),
            },
            storage);

        var left = await remediations.RecoverAtStartAsync(cancellationToken);
        foreach (var id in left) watch.Wake(id);
        if (left.Count > 0) LogLeft(left.Count);
        // What waits for its time (an approval's end) has a schedule of its own in PostgreSQL, and is found by the sweep otherwise.
        foreach (var entry in timetable.Value) Put(entry, recurring);
        foreach (var entry in timetable.Value.Where(entry => entry is { Enabled: true, AtStart: true })) recurring.Trigger(entry.Id);
        await digests.MakeUpAsync(cancellationToken);
    }

    /// <summary>Tries the timetable on a store of its own, for Hangfire reads cron expressions only when it stores them.</summary>
    private static void Check(IReadOnlyList<Timetable.Entry> entries)
    {
        using var nowhere = new InMemoryStorage();
        var manager = new RecurringJobManager(nowhere);
        foreach (var entry in entries)
        {
            try
            {
                Put(entry, manager);
            }
            catch (Exception e) when (e is ArgumentException or FormatException)
            {
                throw new PolicyException([$"schedules.yaml: {entry.Id}: '{entry.Cron}' is not a cron expression: {e.Message}"]);
            }
        }
    }

    private static void Put(Timetable.Entry entry, IRecurringJobManager manager)
    {
        if (entry.Enabled) entry.Put(manager, entry);
        else manager.RemoveIfExists(entry.Id);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The jobs cannot begin yet; trying again in {After}")]
    private partial void LogNotYet(Exception fault, TimeSpan after);

    [LoggerMessage(Level = LogLevel.Information, Message = "Picked up {Count} remediations that a stop had interrupted")]
    private partial void LogLeft(int count);
}

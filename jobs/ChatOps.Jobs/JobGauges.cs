using ChatOps.Platform.Telemetry;
using Hangfire;
using Hangfire.Storage;

namespace ChatOps.Jobs;

/// <summary>How the jobs go, as Hangfire tells it.</summary>
internal sealed class JobGauges(JobStorage storage, TimeProvider time) : IGaugeSource
{
    private static readonly Gauge Failed = new("chatops.jobs.failed", "{job}", "Jobs that failed for good and wait for somebody to look.");
    private static readonly Gauge Enqueued = new("chatops.jobs.enqueued", "{job}", "Jobs that are due and not begun.");
    private static readonly Gauge Overdue = new(
        "chatops.jobs.overdue", "s", "How long past its time a job of the timetable is and was not begun; 0 in time.");
    private static readonly Gauge LastFailed = new(
        "chatops.jobs.last_failed", "{job}", "1 when the last run of a job of the timetable failed.");

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(15);

    public IReadOnlyList<Gauge> Gauges { get; } = [Failed, Enqueued, Overdue, LastFailed];

    public Task<IReadOnlyList<GaugeReading>> ReadAsync(CancellationToken cancellationToken)
    {
        var counts = storage.GetMonitoringApi().GetStatistics();
        using var connection = storage.GetReadOnlyConnection();
        var now = time.GetUtcNow().UtcDateTime;
        List<GaugeReading> readings = [Failed.At(counts.Failed), Enqueued.At(counts.Enqueued)];
        foreach (var job in connection.GetRecurringJobs())
        {
            var tag = new KeyValuePair<string, object?>("schedule", job.Id);
            var late = job.NextExecution is { } next && next < now ? (now - next).TotalSeconds : 0;
            readings.Add(Overdue.At(late, tag));
            readings.Add(LastFailed.At(job.LastJobState == "Failed" ? 1 : 0, tag));
        }

        return Task.FromResult<IReadOnlyList<GaugeReading>>(readings);
    }
}

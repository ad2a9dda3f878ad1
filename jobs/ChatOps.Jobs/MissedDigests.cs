using ChatOps.Costs;
using Hangfire;
using Hangfire.Storage;
using Microsoft.Extensions.Logging;

namespace ChatOps.Jobs;

/// <summary>
/// Makes up, once, for digests whose time came while nobody ran. Hangfire does so by itself where its store outlives the process; in
/// memory nothing remembers, but the digests' own table does.
/// </summary>
internal sealed partial class MissedDigests(
    JobStorage storage, IRecurringJobManager recurring, ICostDigests digests, ILogger<MissedDigests> logger)
{
    private static readonly (string Id, DigestFrequency Frequency)[] Jobs =
        [
            (CostDigestJob.Daily, DigestFrequency.Daily), (CostDigestJob.Weekly, DigestFrequency.Weekly),
            (CostDigestJob.Monthly, DigestFrequency.Monthly), (CostDigestJob.Closed, DigestFrequency.MonthlyClosed)
        ];

    /// <summary>Runs what was missed; called when the timetable is set.</summary>
    public async Task MakeUpAsync(CancellationToken cancellationToken)
    {
        List<RecurringJobDto> known;
        using (var connection = storage.GetConnection())
        {
            known = connection.GetRecurringJobs([.. Jobs.Select(job => job.Id)]);
        }

        foreach (var (id, frequency) in Jobs)
        {
            if (known.Find(job => job.Id == id) is not { NextExecution: { } next } job
                || !TimeZoneInfo.TryFindSystemTimeZoneById(job.TimeZoneId, out var zone))
                continue;
            if (!await digests.MissedAsync(
                frequency, new DateTimeOffset(DateTime.SpecifyKind(next, DateTimeKind.Utc)), zone, cancellationToken))
                continue;
            LogMakingUp(id);
            recurring.Trigger(id);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Job} was missed; making up for it")]
    private partial void LogMakingUp(string job);
}

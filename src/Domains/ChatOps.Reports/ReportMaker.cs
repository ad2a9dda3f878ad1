using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;

namespace ChatOps.Reports;

/// <summary>
/// Makes a report: claims it in its row, reads, draws, and in one transaction keeps what it says and hands it to delivery and to the e-mail
/// outbox, both of which send a thing once. A making that fails or is killed leaves nothing behind and is made again.
/// </summary>
internal sealed partial class ReportMaker(
    IDatabase database,
    ReportStore store,
    ReportReader reader,
    ReportPublisher publisher,
    ReportDistribution distribution,
    IAudit audit,
    TimeProvider time,
    ILogger<ReportMaker> logger)
{
    /// <summary>Makes a report; false when it is made already, or somebody else makes it.</summary>
    /// <param name="report">The report.</param>
    /// <param name="act">What somebody did to have it, checked already; null for the timetable.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    public async Task<bool> MakeAsync(Report report, UserAction? act, CancellationToken cancellationToken)
    {
        var (started, claimedAt) = (time.GetTimestamp(), time.GetUtcNow());
        if (!await ClaimAsync(report, act, claimedAt, cancellationToken)) return false;
        try
        {
            var readings = await reader.ReadAsync(report.Period, cancellationToken);
            var channels = distribution.Channels;
            var editions = new Dictionary<string, PublishedReport>(StringComparer.Ordinal);
            foreach (var locale in distribution.LocalesFor(channels))
                editions[locale.Language] = await publisher.PrintAsync(report, readings, locale, cancellationToken);
            var mine = await database.WriteAsync(
                async uow =>
                {
                    var kept = editions.Values.Select(printed => printed.Edition);
                    if (!await ReportStore.FinishAsync(uow, report, claimedAt, kept, time.GetUtcNow(), cancellationToken)) return false;
                    await distribution.SendAsync(uow, report, editions, channels, cancellationToken);
                    return true;
                },
                cancellationToken);
            if (!mine)
            {
                LogTakenOver(logger, report.Id);
                return false;
            }

            var (took, faults) = (time.GetElapsedTime(started), readings.Count(reading => reading.Fault is not null));
            LogMade(logger, report.Id, took, faults);
            return true;
        }
        catch
        {
            await store.ReleaseAsync(report.Id, claimedAt);
            throw;
        }
    }

    private Task<bool> ClaimAsync(
        Report report, UserAction? act, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            if (!await ReportStore.ClaimAsync(uow, report, act?.UserId, now, cancellationToken)) return false;
            if (act is not null) await audit.AppendAsync(uow, act, "done", "{}", cancellationToken);
            return true;
        },
        cancellationToken);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Making the report {Report} took so long that it was taken over; what this one read is dropped")]
    private static partial void LogTakenOver(ILogger logger, string report);

    [LoggerMessage(Level = LogLevel.Information, Message = "Made the report {Report} in {Took}; {Faults} sections could not be read")]
    private static partial void LogMade(ILogger logger, string report, TimeSpan took, int faults);
}

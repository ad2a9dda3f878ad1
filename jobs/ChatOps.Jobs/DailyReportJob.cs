using ChatOps.Reports;
using Hangfire;

namespace ChatOps.Jobs;

/// <summary>The morning's report.</summary>
internal sealed class DailyReportJob(IReports reports)
{
    // A report is made once whoever asks, so retries are harmless; what they do not mend, the make-up does.
    [Queue(Queues.Timetable), AutomaticRetry(
        Attempts = 3, DelaysInSeconds = [30, 120, 300], OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public Task RunAsync(CancellationToken cancellationToken) => reports.RunDailyAsync(makeUp: false, cancellationToken);
}

/// <summary>Makes the morning's report if nobody did: the bot was down at its hour.</summary>
internal sealed class DailyReportMakeUpJob(IReports reports)
{
    // The next look is the retry.
    [Queue(Queues.Timetable), AutomaticRetry(Attempts = 0), DisableConcurrentExecution(0)]
    public Task RunAsync(CancellationToken cancellationToken) => reports.RunDailyAsync(makeUp: true, cancellationToken);
}

using ChatOps.Findings;
using Hangfire;

namespace ChatOps.Jobs;

/// <summary>Brings findings back whose accepted risk has ended.</summary>
internal sealed class SuppressionExpiryJob(ISuppressions suppressions)
{
    // The next run is the retry.
    [Queue(Queues.Timetable), AutomaticRetry(Attempts = 0), DisableConcurrentExecution(0)]
    public Task RunAsync(CancellationToken cancellationToken) => suppressions.ExpireSuppressionsAsync(cancellationToken);
}

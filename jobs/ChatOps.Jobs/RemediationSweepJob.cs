using ChatOps.Remediation;
using Hangfire;

namespace ChatOps.Jobs;

/// <summary>Finds remediations whose next look was lost, in a crash or while the database was away.</summary>
internal sealed class RemediationSweepJob(IRemediations remediations, IRemediationWatch watch)
{
    /// <summary>A look that is so late was lost.</summary>
    private static readonly TimeSpan Lost = TimeSpan.FromSeconds(30);

    // The next minute is the retry.
    [Queue(Queues.Timetable), AutomaticRetry(Attempts = 0), DisableConcurrentExecution(0)]
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await remediations.RecoverAsync(Lost, cancellationToken)) watch.Wake(id);
    }
}

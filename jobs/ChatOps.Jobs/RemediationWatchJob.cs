using ChatOps.Remediation;
using Hangfire;

namespace ChatOps.Jobs;

/// <summary>
/// One look at one remediation; then the next is scheduled. A short job for each look, rather than one that waits, holds no worker.
/// Its signature is kept with the jobs: do not change it.
/// </summary>
internal sealed class RemediationWatchJob(IRemediations remediations, IRemediationWatch watch, TimeProvider time)
{
    /// <summary>Looks.</summary>
    /// <param name="id">The remediation.</param>
    /// <param name="dueAt">The time this look was scheduled for, in Unix milliseconds; null when something woke it.</param>
    /// <param name="cancellationToken">Given by Hangfire.</param>
    // A failed look is found by the sweep: two retries bridge a short fault of the database.
    [Queue(Queues.Watch), AutomaticRetry(Attempts = 2, DelaysInSeconds = [2, 10], OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task RunAsync(string id, long? dueAt, CancellationToken cancellationToken)
    {
        var due = dueAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : (DateTimeOffset?)null;
        if (await remediations.AdvanceAsync(id, due, cancellationToken) is not { } next) return;
        if (next <= time.GetUtcNow()) watch.Wake(id);
        else watch.Follow(id, next);
    }
}

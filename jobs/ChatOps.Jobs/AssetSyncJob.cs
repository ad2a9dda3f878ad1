using ChatOps.Assets;
using Hangfire;

namespace ChatOps.Jobs;

/// <summary>
/// Starts the inventory's syncs that are due, a job for each account and Region, so that one slow account holds up no other.
/// </summary>
internal sealed class AssetSyncJob(IAssetSync sync, IBackgroundJobClient jobs)
{
    // The next minute is the retry. What is queued twice is done once: by then it is not due.
    [Queue(Queues.Timetable), AutomaticRetry(Attempts = 0), DisableConcurrentExecution(0)]
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var scope in await sync.DueAsync(cancellationToken))
            jobs.Enqueue<AssetSyncJob>(Queues.Sync, job => job.SyncAsync(scope.Account, scope.Region, CancellationToken.None));
    }

    /// <summary>
    /// One account and Region, if it is still due: while all workers are busy every minute queues it once more, and each would read the
    /// whole account again. Its signature is kept with the jobs: do not change it.
    /// </summary>
    [AutomaticRetry(Attempts = 0)]
    public async Task SyncAsync(string account, string region, CancellationToken cancellationToken)
    {
        var scope = new AssetScope(account, region);
        if ((await sync.DueAsync(cancellationToken)).Contains(scope)) await sync.RunAsync(scope, cancellationToken);
    }
}

using ChatOps.Costs;
using Hangfire;

namespace ChatOps.Jobs;

/// <summary>Makes the digest of the last whole day, week or month.</summary>
internal sealed class CostDigestJob(ICostDigests digests)
{
    public const string Daily = "cost-digest-daily";
    public const string Weekly = "cost-digest-weekly";
    public const string Monthly = "cost-digest-monthly";
    public const string Closed = "cost-digest-closed";

    // Cost Explorer may be away for an hour; the digest is worth a few tries, an hour apart at last.
    [Queue(Queues.Timetable), AutomaticRetry(
        Attempts = 5, DelaysInSeconds = [60, 300, 900, 3600, 3600]), DisableConcurrentExecution("cost-digest-{0}", 0)]
    public Task RunAsync(string frequency, CancellationToken cancellationToken) =>
        digests.MakeAsync(Enum.Parse<DigestFrequency>(frequency, ignoreCase: true), cancellationToken);
}

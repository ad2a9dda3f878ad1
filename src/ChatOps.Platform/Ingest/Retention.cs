using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Ingest;

/// <summary>
/// Deletes finished events after their time, once an hour, in small batches that hold no lock for long. Dead letters stay until somebody
/// decides about them, and whatever is one but not listed (it became one in an older version) is listed here.
/// </summary>
internal sealed partial class Retention(
    InboxStore store, InboxDeadLetters deadLetters, IOptions<IngestOptions> options, WorkerHealth health, TimeProvider time,
    ILogger<Retention> logger)
    : SupervisedService(health, time, logger)
{
    private const int BatchSize = 1_000;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override IReadOnlyList<WorkerLoop> Loops =>
    [
        new WorkerLoop("retention", async stoppingToken =>
        {
            await deadLetters.ListAllAsync(stoppingToken);
            await PurgeAsync(stoppingToken);
            return Every;
        }),
    ];

    internal async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var before = Time.GetUtcNow().AddDays(-options.Value.RetentionDays).ToUnixTimeMilliseconds();
        var total = 0;
        int deleted;
        do
        {
            deleted = await store.PurgeAsync(before, BatchSize, cancellationToken);
            total += deleted;
        }
        while (deleted == BatchSize);
        if (total > 0) LogPurged(Logger, total);
        return total;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted {Events} finished events past their retention")]
    private static partial void LogPurged(ILogger logger, int events);
}

using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Ingest;

/// <summary>Deletes finished events after their time, an hour at a time, in small bites that hold no lock for long.</summary>
internal sealed partial class Retention(InboxStore store, IOptions<IngestOptions> options, TimeProvider time, ILogger<Retention> logger) : BackgroundService
{
    private const int BatchSize = 1_000;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, time, stoppingToken);
                try
                {
                    await PurgeAsync(stoppingToken);
                }
                catch (DbException fault)
                {
                    LogFailed(logger, fault);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    internal async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddDays(-options.Value.RetentionDays).ToUnixTimeMilliseconds();
        var total = 0;
        int deleted;
        do
        {
            deleted = await store.PurgeAsync(before, BatchSize, cancellationToken);
            total += deleted;
        }
        while (deleted == BatchSize);
        if (total > 0) LogPurged(logger, total);
        return total;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted {Events} finished events past their retention")]
    private static partial void LogPurged(ILogger logger, int events);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Finished events could not be deleted; trying again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception fault);
}

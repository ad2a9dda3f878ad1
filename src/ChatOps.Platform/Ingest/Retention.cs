using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Ingest;

/// <summary>
/// Deletes finished events after their time, once an hour, in small batches that hold no lock for long. Dead letters stay until somebody
/// decides about them, and whatever is one but not listed (it became one in an older version) is listed here.
/// </summary>
internal sealed partial class Retention(
    InboxStore store, InboxDeadLetters deadLetters, IOptions<IngestOptions> options, TimeProvider time, ILogger<Retention> logger) : BackgroundService
{
    private const int BatchSize = 1_000;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await TryAsync(() => deadLetters.ListAllAsync(stoppingToken));
                await Task.Delay(Every, time, stoppingToken);
                await TryAsync(() => PurgeAsync(stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (DbException fault)
        {
            LogFailed(logger, fault);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Finished events could not be deleted or dead letters listed; trying again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception fault);
}

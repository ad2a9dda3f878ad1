using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;

namespace ChatOps.Costs;

/// <summary>
/// Makes a period's digest once: reads and draws it, then records it with its messages and e-mails in one transaction. Without the costs
/// themselves there is no digest, and the job tries again.
/// </summary>
internal sealed partial class CostDigests(
    CostExplorer costs, DigestReader reader, DigestDistribution distribution, IDatabase database, TimeProvider time,
    ILogger<CostDigests> logger) : ICostDigests
{
    public async Task MakeAsync(DigestFrequency frequency, CancellationToken cancellationToken)
    {
        var period = DigestPeriod.LastWhole(frequency, costs.LastSettled);
        var id = IdOf(frequency, period.From);
        if (await ExistsAsync(id, cancellationToken))
        {
            LogAlready(id);
            return;
        }

        var (digest, table) = await reader.ReadAsync(id, frequency, period, cancellationToken);
        var channels = distribution.Channels;
        digest = digest with { Pictures = await distribution.DrawAsync(digest, table, channels, cancellationToken) };
        var mail = distribution.Mail(digest, table);
        await database.WriteAsync(
            async uow =>
            {
                // Another replica may have been quicker: what is recorded is shown, once.
                if (!await DigestStore.AddAsync(uow, digest, time.GetUtcNow(), cancellationToken)) return;
                await distribution.SendAsync(uow, digest, channels, mail, cancellationToken);
            },
            cancellationToken);
    }

    public async Task<bool> MissedAsync(
        DigestFrequency frequency, DateTimeOffset nextRun, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var local = TimeZoneInfo.ConvertTime(nextRun, zone).DateTime;
        var previous = frequency switch
        {
            DigestFrequency.Daily => local.AddDays(-1),
            DigestFrequency.Weekly => local.AddDays(-7),
            _ => local.AddMonths(-1),
        };
        var lastRun = new DateTimeOffset(previous, zone.GetUtcOffset(previous));
        var period = DigestPeriod.LastWhole(frequency, costs.LastSettled);
        // The run that belongs to the last whole period is still to come: when the last one was due, the period was not settled.
        if (lastRun > time.GetUtcNow() || lastRun < costs.SettledAt(period.To.AddDays(-1))) return false;
        await using var connection = await database.OpenAsync(cancellationToken);
        return await DigestStore.AnyAsync(connection, frequency, cancellationToken)
            && await DigestStore.FindAsync(connection, IdOf(frequency, period.From), cancellationToken) is null;
    }

    private async Task<bool> ExistsAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await DigestStore.FindAsync(connection, id, cancellationToken) is not null;
    }

    private static string IdOf(DigestFrequency frequency, DateOnly from) =>
        FormattableString.Invariant($"{frequency.ToString().ToLowerInvariant()}-{from:yyyy-MM-dd}");

    [LoggerMessage(Level = LogLevel.Information, Message = "The digest {Id} is already made")]
    private partial void LogAlready(string id);
}

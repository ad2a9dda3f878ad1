using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>
/// Makes a period's digest once: reads and draws it, then records it with its messages and e-mails in one transaction. Without the costs
/// themselves there is no digest: the channel is told so, and the job tries again.
/// </summary>
internal sealed partial class CostDigests(
    CostExplorer costs, DigestReader reader, DigestDistribution distribution, IDatabase database, IOptions<CostOptions> options,
    TimeProvider time, ILogger<CostDigests> logger) : ICostDigests
{
    /// <summary>AWS closes a bill by the fifth as a rule; later than this the month's digest comes with what there is.</summary>
    internal const int ClosedAtLatest = 15;

    public async Task MakeAsync(DigestFrequency frequency, CancellationToken cancellationToken)
    {
        if (frequency == DigestFrequency.MonthlyClosed && !IsTimeToClose(costs.Today)) return;
        var period = PeriodOf(frequency);
        var id = IdOf(frequency, period.From);
        var known = await FindAsync(id, cancellationToken);
        if (known is { Failure: null })
        {
            LogAlready(id);
            return;
        }

        try
        {
            var (digest, table) = await reader.ReadAsync(id, frequency, period, cancellationToken);
            if (frequency == DigestFrequency.MonthlyClosed && digest.Estimated && costs.Today.Day < ClosedAtLatest)
            {
                LogNotClosed(id);
                return;
            }

            await RecordAsync(known, digest, table, cancellationToken);
        }
        catch (Exception fault) when (
            !cancellationToken.IsCancellationRequested && known is null && CostFault.CodeOf(fault) is not null)
        {
            await FailAsync(id, frequency, period, CostFault.CodeOf(fault)!, cancellationToken);
            throw;
        }
    }

    public async Task<bool> MissedAsync(
        DigestFrequency frequency, DateTimeOffset nextRun, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var local = TimeZoneInfo.ConvertTime(nextRun, zone).DateTime;
        var previous = frequency switch
        {
            DigestFrequency.Daily or DigestFrequency.MonthlyClosed => local.AddDays(-1),
            DigestFrequency.Weekly => local.AddDays(-7),
            _ => local.AddMonths(-1),
        };
        var lastRun = new DateTimeOffset(previous, zone.GetUtcOffset(previous));
        var period = PeriodOf(frequency);
        // The run that belongs to the last whole period is still to come: when the last one was due, the period was not settled.
        var settled = frequency == DigestFrequency.Monthly
            ? new DateTimeOffset(period.To, TimeOnly.MinValue, TimeSpan.Zero)
            : costs.SettledAt(period.To.AddDays(-1));
        if (lastRun > time.GetUtcNow() || lastRun < settled) return false;
        if (frequency == DigestFrequency.MonthlyClosed && !IsTimeToClose(DateOnly.FromDateTime(lastRun.UtcDateTime))) return false;
        await using var connection = await database.OpenAsync(cancellationToken);
        return await DigestStore.AnyAsync(connection, frequency, cancellationToken)
            && await DigestStore.FindAsync(connection, IdOf(frequency, period.From), cancellationToken) is not { Failure: null };
    }

    internal static string IdOf(DigestFrequency frequency, DateOnly from) =>
        FormattableString.Invariant($"{frequency.ToString().ToLowerInvariant()}-{from:yyyy-MM-dd}");

    private DigestPeriod PeriodOf(DigestFrequency frequency) => frequency is DigestFrequency.Monthly or DigestFrequency.MonthlyClosed
        ? DigestPeriod.LastMonth(costs.Today)
        : DigestPeriod.LastWhole(frequency, costs.LastSettled);

    /// <summary>A bot that is installed late in a month has missed nothing.</summary>
    private bool IsTimeToClose(DateOnly day) =>
        day.Day >= options.Value.Digest.ClosedOn && day.Day <= Math.Max(ClosedAtLatest, options.Value.Digest.ClosedOn + 9);

    private async Task RecordAsync(CostDigest? failed, CostDigest digest, CostTable table, CancellationToken cancellationToken)
    {
        var channels = distribution.Channels;
        digest = digest with { Pictures = await distribution.DrawAsync(digest, table, channels, cancellationToken) };
        // What is preliminary is mended in the channel; a mail cannot be.
        var mail = digest.IsPreliminary ? null : distribution.Mail(digest, table);
        var now = time.GetUtcNow();
        var next = DigestRefresher.NextAfter(digest, now, now, options.Value.Digest.ClosedOn);
        await database.WriteAsync(
            async uow =>
            {
                // Another replica may have been quicker: what is recorded is shown, once.
                var isNew = failed is null
                    ? await DigestStore.AddAsync(uow, digest, now, next, cancellationToken)
                    : await DigestStore.ReplaceAsync(uow, failed, digest, next, cancellationToken);
                if (!isNew) return;
                await distribution.SendAsync(uow, digest, channels, mail, cancellationToken);
                // The preliminary one has figures that are over.
                if (digest.Frequency == DigestFrequency.MonthlyClosed)
                    await DigestStore.WakeAsync(uow, IdOf(DigestFrequency.Monthly, digest.From), now, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Says in the channel that the digest could not be made. The job tries again, and the message becomes the digest.</summary>
    private Task FailAsync(
        string id, DigestFrequency frequency, DigestPeriod period, string code, CancellationToken cancellationToken)
    {
        var digest = new CostDigest { Id = id, Frequency = frequency, From = period.From, To = period.To, Failure = code };
        return database.WriteAsync(
            async uow =>
            {
                if (await DigestStore.AddAsync(uow, digest, time.GetUtcNow(), null, cancellationToken))
                    await distribution.SendAsync(uow, digest, distribution.Channels, null, cancellationToken);
            },
            cancellationToken);
    }

    private async Task<CostDigest?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await DigestStore.FindAsync(connection, id, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The digest {Id} is already made")]
    private partial void LogAlready(string id);

    [LoggerMessage(Level = LogLevel.Information, Message = "AWS has not closed the month of digest {Id} yet; it is tried again tomorrow")]
    private partial void LogNotClosed(string id);
}

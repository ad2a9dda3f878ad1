using Amazon.Runtime;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Email;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>
/// Makes a period's digest: reads, draws, then records it with its messages and e-mails in one transaction. A part that cannot be read
/// is named as missing; without the costs themselves there is no digest, and the job tries again.
/// </summary>
internal sealed partial class CostDigests(
    CostExplorer costs, BudgetList budgets, CostPictures pictures, CostRoutes routes, IDatabase database, IOutbox outbox, IEmailOutbox email, ILocales locales,
    IOptions<CostOptions> options, TimeProvider time, ILogger<CostDigests> logger) : ICostDigests
{
    private const int Listed = 5;
    private const int DaysDrawn = 14;

    public async Task MakeAsync(DigestFrequency frequency, CancellationToken cancellationToken)
    {
        var (from, to, before) = CostDigest.LastWhole(frequency, costs.Today);
        var id = IdOf(frequency, from);
        if (await ExistsAsync(id, cancellationToken))
        {
            LogAlready(id);
            return;
        }

        // Two days beside each other are no picture: it shows two weeks, which the same request brings.
        var drawn = to.AddDays(-DaysDrawn) < before ? to.AddDays(-DaysDrawn) : before;
        var service = await costs.DailyAsync(new CostScope(costs.Payer, CostGrouping.Service), drawn, to, cancellationToken);
        var digest = await ReadAsync(id, frequency, (before, from, to), service, cancellationToken);
        var destinations = routes.Destinations(null);
        digest = digest with { Pictures = await DrawAsync(digest, service, [.. destinations.Select(to => to.Language).Distinct()], cancellationToken) };
        var mail = Mail(digest, service);
        await database.WriteAsync(
            async uow =>
            {
                // Another replica may have been quicker: what is recorded is shown, once.
                if (!await DigestStore.AddAsync(uow, digest, time.GetUtcNow(), cancellationToken)) return;
                await outbox.RequestAsync(
                    uow, [.. destinations.Select(to => new MessageRequest(new SubjectId(CostDigest.Kind, id), to.Channel, to.Language, Severity.Informational, Open: false, null))], cancellationToken);
                if (mail is not null) await email.SendAsync(uow, mail, cancellationToken);
            },
            cancellationToken);
    }

    public async Task<bool> MissedAsync(DigestFrequency frequency, DateTimeOffset nextRun, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).DateTime);
        var (from, _, _) = CostDigest.LastWhole(frequency, costs.Today);
        // The run that belongs to the last whole period is still to come.
        if (DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(nextRun, zone).DateTime) < CostDigest.EndOfPresent(frequency, today)) return false;
        await using var connection = await database.OpenAsync(cancellationToken);
        return await DigestStore.AnyAsync(connection, frequency, cancellationToken) && await DigestStore.FindAsync(connection, IdOf(frequency, from), cancellationToken) is null;
    }

    private async Task<CostDigest> ReadAsync(string id, DigestFrequency frequency, (DateOnly Before, DateOnly From, DateOnly To) period, CostTable table, CancellationToken cancellationToken)
    {
        var (_, from, to) = period;
        var missing = new List<string>();
        var now = table.Between(from, to);
        var before = table.Between(period.Before, from);
        var month = new DateOnly(costs.Today.Year, costs.Today.Month, 1);
        var untagged = await TryAsync(
            "untagged", missing, async () => (await costs.DailyAsync(new CostScope(costs.Payer, CostGrouping.Tag(options.Value.UntaggedKey)), from, to, cancellationToken)).Groups, cancellationToken) ?? [];
        var expected = await TryAsync("forecast", missing, () => costs.ForecastAsync(costs.Payer, null, month.AddMonths(1), cancellationToken), cancellationToken);
        var spent = expected is null ? null : await TryAsync(
            "forecast", missing, () => costs.DailyAsync(new CostScope(costs.Payer, CostGrouping.Service), month, costs.Today, cancellationToken), cancellationToken);
        var lines = await TryAsync("budgets", missing, () => budgets.ReadAsync(cancellationToken), cancellationToken);
        if (lines is { Faults.Count: > 0 }) missing.Add("budgets");
        var anomalies = await TryAsync("anomalies", missing, () => costs.AnomaliesAsync(from, to.AddDays(-1), cancellationToken), cancellationToken) ?? [];
        return new CostDigest
        {
            Id = id,
            Frequency = frequency,
            From = from,
            To = to,
            Totals = now.Totals,
            Before = before.Totals,
            Movers = now.Movers(before, Listed),
            Largest = [.. now.Against(before).Take(Listed)],
            Untagged = [.. untagged.Where(group => group.Key.Length == 0).Select(group => group.Money)],
            UntaggedKey = options.Value.UntaggedKey,
            MonthForecast = expected is null || spent is null ? null : new Money(spent.Total(expected.Currency).Amount + expected.Days.Sum(day => day.Mean), expected.Currency),
            Budgets = [.. (lines?.Budgets ?? []).Take(Listed)],
            Anomalies = [.. anomalies.Take(Listed)],
            Missing = [.. missing.Distinct()],
            Estimated = now.EstimatedDays.Count > 0,
        };
    }

    private async Task<IReadOnlyDictionary<string, BudgetPicture>> DrawAsync(CostDigest digest, CostTable table, IReadOnlyList<string?> languages, CancellationToken cancellationToken)
    {
        var drawn = new Dictionary<string, BudgetPicture>(StringComparer.Ordinal);
        foreach (var locale in languages.Select(locales.For).DistinctBy(locale => locale.Language))
        {
            if (DigestViews.Chart(digest, table, locale) is not { } chart) continue;
            var picture = pictures.Draw(painter => painter.Draw(chart, locale));
            if (await pictures.UploadAsync(picture, $"{digest.Id}-{locale.Language}.png", cancellationToken) is { } there) drawn[locale.Language] = there;
        }

        return drawn;
    }

    private EmailMessage? Mail(CostDigest digest, CostTable table)
    {
        if (options.Value.Digest.Recipients is not { Count: > 0 } recipients) return null;
        var locale = locales.For(options.Value.Digest.Language);
        var picture = DigestViews.Chart(digest, table, locale) is { } chart ? pictures.Draw(painter => painter.Draw(chart, locale)) : null;
        return DigestMail.Render(digest, picture, [.. recipients], locale);
    }

    private async Task<T?> TryAsync<T>(string part, List<string> missing, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read();
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && fault is AmazonServiceException or TimeoutException or UserFacingException)
        {
            LogMissing(fault, part);
            missing.Add(part);
            return default;
        }
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The digest goes without {Part}")]
    private partial void LogMissing(Exception fault, string part);
}

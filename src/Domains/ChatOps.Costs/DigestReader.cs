using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>Reads what a digest says. A part that cannot be read is named as missing; only the costs themselves must be there.</summary>
internal sealed partial class DigestReader(
    CostExplorer costs, BudgetList budgets, IOptions<CostOptions> options, ILogger<DigestReader> logger)
{
    private const int Listed = 5;
    private const int DaysDrawn = 14;

    /// <summary>What a digest says, and its costs by day and service, which its picture is drawn from.</summary>
    /// <param name="id">The digest's id.</param>
    /// <param name="frequency">How often there is one.</param>
    /// <param name="period">Its period.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="AmazonServiceException">The costs themselves cannot be read.</exception>
    public async Task<(CostDigest Digest, CostTable Table)> ReadAsync(
        string id, DigestFrequency frequency, DigestPeriod period, CancellationToken cancellationToken)
    {
        var (from, to, _) = period;
        // Two days beside each other are no picture: it shows two weeks, which the same request brings.
        var drawn = to.AddDays(-DaysDrawn) < period.Before ? to.AddDays(-DaysDrawn) : period.Before;
        var table = await costs.DailyAsync(new CostScope(costs.Payer, CostGrouping.Service), drawn, to, cancellationToken);
        var missing = new List<string>();
        var month = new DateOnly(costs.Today.Year, costs.Today.Month, 1);
        var untaggedBy = await TryAsync(
            "untagged", missing,
            () => costs.AsBilledAsync(CostGrouping.Tag(options.Value.UntaggedKey), cancellationToken), cancellationToken)
            ?? CostGrouping.Tag(options.Value.UntaggedKey);
        var untagged = await TryAsync(
            "untagged", missing,
            async () => (await costs.DailyAsync(new CostScope(costs.Payer, untaggedBy), from, to, cancellationToken)).Groups,
            cancellationToken) ?? [];
        var expected = await TryAsync(
            "forecast", missing, () => costs.ForecastAsync(costs.Payer, null, month.AddMonths(1), cancellationToken), cancellationToken);
        var spent = expected is null ? null : await TryAsync(
            "forecast", missing,
            () => costs.DailyAsync(new CostScope(costs.Payer, CostGrouping.Service), month, costs.Today, cancellationToken),
            cancellationToken);
        var lines = await TryAsync("budgets", missing, () => budgets.ReadAsync(cancellationToken), cancellationToken);
        if (lines is { Faults.Count: > 0 }) missing.Add("budgets");
        var anomalies = await TryAsync(
            "anomalies", missing, () => costs.AnomaliesAsync(from, to.AddDays(-1), cancellationToken), cancellationToken) ?? [];
        var digest = Figures(id, frequency, period, table) with
        {
            Untagged = [.. untagged.Where(group => group.Key.Length == 0).Select(group => group.Money)],
            UntaggedKey = untaggedBy.Key,
            MonthForecast = expected is null || spent is null
                ? null
                : new Money(spent.Total(expected.Currency).Amount + expected.Days.Sum(day => day.Mean), expected.Currency),
            Budgets = [.. (lines?.Budgets ?? []).Take(Listed)],
            Anomalies = [.. anomalies.Take(Listed)],
            Missing = [.. missing.Distinct()],
        };
        return (digest, table);
    }

    /// <summary>What a digest says of the costs themselves. Pure.</summary>
    internal static CostDigest Figures(string id, DigestFrequency frequency, DigestPeriod period, CostTable table)
    {
        var now = table.Between(period.From, period.To);
        var before = table.Between(period.Before, period.Before.AddDays(period.Compared));
        var compared = period.From.AddDays(period.Compared) < period.To
            ? table.Between(period.From, period.From.AddDays(period.Compared))
            : null;
        return new CostDigest
        {
            Id = id,
            Frequency = frequency,
            From = period.From,
            To = period.To,
            Totals = now.Totals,
            Compared = compared?.Totals,
            ComparedDays = compared is null ? null : period.Compared,
            Before = before.Totals,
            WeekMean = frequency == DigestFrequency.Daily ? table.Between(period.From.AddDays(-7), period.From).DailyMeans : [],
            Movers = now.Movers(before, Listed, compared: compared),
            Largest = [.. now.Against(before, compared).Take(Listed)],
            Estimated = now.EstimatedDays.Count > 0,
        };
    }

    private async Task<T?> TryAsync<T>(string part, List<string> missing, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read();
        }
        catch (Exception fault)
            when (!cancellationToken.IsCancellationRequested && (fault is UserFacingException || CostFault.CodeOf(fault) is not null))
        {
            LogMissing(fault, part);
            missing.Add(part);
            return default;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The digest goes without {Part}")]
    private partial void LogMissing(Exception fault, string part);
}

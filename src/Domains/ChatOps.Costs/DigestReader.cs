using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>Reads what a digest says. A part that cannot be read is named as missing; only the costs themselves must be there.</summary>
internal sealed partial class DigestReader(
    CostExplorer costs, BudgetList budgets, IOptions<CostOptions> options, TimeProvider time, ILogger<DigestReader> logger)
{
    private const int Listed = 5;
    private const int DaysDrawn = 14;

    /// <summary>Two looks within this time are one: many digests of a month are brought up to date together.</summary>
    private static readonly TimeSpan SameLook = TimeSpan.FromHours(1);

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
        var isMonth = frequency is DigestFrequency.Monthly or DigestFrequency.MonthlyClosed;
        var demand = isMonth ? CostDemand.Digest with { NotBefore = time.GetUtcNow() - SameLook } : CostDemand.Digest;
        var table = await TableAsync(period, demand, cancellationToken);
        var missing = new List<string>();
        var month = new DateOnly(costs.Today.Year, costs.Today.Month, 1);
        var untaggedBy = await TryAsync(
            "untagged", missing,
            () => costs.AsBilledAsync(CostGrouping.Tag(options.Value.UntaggedKey), cancellationToken), cancellationToken)
            ?? CostGrouping.Tag(options.Value.UntaggedKey);
        var untagged = await TryAsync(
            "untagged", missing, () => UntaggedAsync(untaggedBy, from, to, demand, cancellationToken), cancellationToken) ?? [];
        var forecast = isMonth ? null : await TryAsync(
            "forecast", missing, () => MonthForecastAsync(month, table, cancellationToken), cancellationToken);
        var lines = await TryAsync(
            "budgets", missing, () => isMonth ? budgets.EndedAsync(period.From, period.To, cancellationToken) : budgets.ReadAsync(
                cancellationToken),
            cancellationToken);
        if (lines is { Faults.Count: > 0 }) missing.Add("budgets");
        var anomalies = await TryAsync(
            "anomalies", missing, () => costs.AnomaliesAsync(from, to.AddDays(-1), cancellationToken, CostDemand.Digest),
            cancellationToken) ?? [];
        var digest = Figures(id, frequency, period, table, costs.LastSettled) with
        {
            Untagged = untagged,
            UntaggedKey = untaggedBy.Key,
            MonthForecast = forecast?.Money,
            Budgets = [.. (lines?.Budgets ?? []).Take(Listed)],
            BudgetCount = lines?.Budgets.Count ?? 0,
            OverCount = lines?.Budgets.Count(line => line.IsOver) ?? 0,
            BudgetsEnded = isMonth,
            Anomalies = [.. anomalies.Take(Listed)],
            AnomalyCount = anomalies.Count,
            Missing = [.. missing.Distinct()],
            IsPreliminary = frequency == DigestFrequency.Monthly,
            ClosedOn = options.Value.Digest.ClosedOn,
            RequestsUsed = await UsedAsync(cancellationToken),
        };
        return (digest, table.Usage);
    }

    /// <summary>The digest with its costs as AWS knows them now; what else it says is of the moment when it was made.</summary>
    /// <exception cref="AmazonServiceException">The costs cannot be read.</exception>
    public async Task<(CostDigest Digest, CostTable Table)> RefreshAsync(CostDigest digest, CancellationToken cancellationToken)
    {
        var period = digest.Frequency switch
        {
            DigestFrequency.Daily => new DigestPeriod(digest.From, digest.To, digest.From.AddDays(-7)),
            DigestFrequency.Weekly => new DigestPeriod(digest.From, digest.To, digest.From.AddDays(-7)),
            _ => new DigestPeriod(digest.From, digest.To, digest.From.AddMonths(-1)),
        };
        var demand = new CostDemand(CostPurpose.Digest) { NotBefore = time.GetUtcNow() - SameLook };
        // One question for the whole month serves all of its digests.
        var month = new DateOnly(digest.From.Year, digest.From.Month, 1);
        if (costs.Today >= month.AddMonths(1).AddDays(options.Value.Digest.ClosedOn - 1) && month.AddMonths(-1) >= costs.Oldest)
            await costs.DailyAsync(
                new CostScope(costs.Payer, CostGrouping.Service), month.AddMonths(-1), month.AddMonths(1), demand, cancellationToken);
        var table = await TableAsync(period, demand, cancellationToken);
        var fresh = Figures(digest.Id, digest.Frequency, period, table, costs.LastSettled);
        var untagged = digest.Missing.Contains("untagged") || digest.UntaggedKey.Length == 0
            ? null
            : await TryAsync(
                "untagged", [],
                () => UntaggedAsync(CostGrouping.Tag(digest.UntaggedKey), digest.From, digest.To, demand, cancellationToken),
                cancellationToken);
        return (digest with
        {
            Totals = fresh.Totals,
            Compared = fresh.Compared,
            ComparedDays = fresh.ComparedDays,
            Before = fresh.Before,
            WeekMean = fresh.WeekMean,
            Movers = fresh.Movers,
            Largest = fresh.Largest,
            Charges = fresh.Charges,
            ChargesBefore = fresh.ChargesBefore,
            NetTotals = fresh.NetTotals,
            Estimated = fresh.Estimated,
            Untagged = untagged ?? digest.Untagged,
        }, table.Usage);
    }

    /// <summary>Whether two states of a digest have the same figures.</summary>
    internal static bool SayTheSame(CostDigest left, CostDigest right) =>
        left.Totals.SequenceEqual(right.Totals) && left.NetTotals.SequenceEqual(right.NetTotals) && left.Before.SequenceEqual(right.Before)
        && left.WeekMean.SequenceEqual(right.WeekMean) && left.Movers.SequenceEqual(right.Movers)
        && left.Largest.SequenceEqual(right.Largest) && left.Charges.SequenceEqual(right.Charges)
        && left.Untagged.SequenceEqual(right.Untagged) && left.Estimated == right.Estimated && left.ComparedDays == right.ComparedDays
        && (left.Compared ?? []).SequenceEqual(right.Compared ?? []);

    /// <summary>What a digest says of the costs themselves. Pure.</summary>
    /// <param name="id">The digest's id.</param>
    /// <param name="frequency">How often there is one.</param>
    /// <param name="period">Its period.</param>
    /// <param name="all">The costs, with all charges.</param>
    /// <param name="settled">The last day that is settled; later ones are not compared. Null when all of the period are.</param>
    internal static CostDigest Figures(
        string id, DigestFrequency frequency, DigestPeriod period, CostTable all, DateOnly? settled = null)
    {
        var table = all.Usage;
        var now = table.Between(period.From, period.To);
        var days = settled is { } last
            ? Math.Clamp(last.DayNumber + 1 - period.From.DayNumber, 0, period.Compared)
            : period.Compared;
        var before = table.Between(period.Before, period.Before.AddDays(days));
        var compared = period.From.AddDays(days) < period.To ? table.Between(period.From, period.From.AddDays(days)) : null;
        var (charges, chargesBefore) = (all.Between(period.From, period.To), all.Between(period.Before, period.From));
        return new CostDigest
        {
            Id = id,
            Frequency = frequency,
            From = period.From,
            To = period.To,
            Totals = now.Totals,
            Compared = compared?.Totals,
            ComparedDays = compared is null ? null : days,
            Before = before.Totals,
            WeekMean = frequency == DigestFrequency.Daily ? table.Between(period.From.AddDays(-7), period.From).DailyMeans : [],
            Movers = now.Movers(before, Listed, compared: compared),
            Largest = [.. now.Against(before, compared).Take(Listed)],
            Charges = [.. charges.Charges.Select(sum => new ChargeSum(sum.Charge, sum.Money))],
            ChargesBefore = frequency is DigestFrequency.Monthly or DigestFrequency.MonthlyClosed
                ? [.. chargesBefore.Charges.Select(sum => new ChargeSum(sum.Charge, sum.Money))]
                : [],
            NetTotals = charges.Totals,
            Estimated = now.EstimatedDays.Count > 0,
        };
    }

    private async Task<decimal?> UsedAsync(CancellationToken cancellationToken)
    {
        var limit = options.Value.MonthlyRequests;
        var used = limit == 0 ? 0m : (decimal)await costs.RequestsThisMonthAsync(cancellationToken) / limit;
        return used >= CostRequests.WarnFrom ? used : null;
    }

    private Task<CostTable> TableAsync(DigestPeriod period, CostDemand demand, CancellationToken cancellationToken)
    {
        // Two days beside each other are no picture: it shows two weeks, which the same request brings.
        var drawn = period.To.AddDays(-DaysDrawn) < period.Before ? period.To.AddDays(-DaysDrawn) : period.Before;
        return costs.DailyAsync(new CostScope(costs.Payer, CostGrouping.Service), drawn, period.To, demand, cancellationToken);
    }

    private async Task<IReadOnlyList<Money>> UntaggedAsync(
        CostGrouping by, DateOnly from, DateOnly to, CostDemand demand, CancellationToken cancellationToken) =>
        [.. (await costs.DailyAsync(new CostScope(costs.Payer, by), from, to, demand, cancellationToken)).Usage.Groups
            .Where(group => group.Key.Length == 0).Select(group => group.Money)];

    private async Task<Forecast?> MonthForecastAsync(DateOnly month, CostTable table, CancellationToken cancellationToken)
    {
        var scope = new CostScope(costs.Payer, CostGrouping.Service);
        var reduced = table.Charges.Any(sum => sum.Charge is CostCharge.Credit or CostCharge.Refund);
        var expected = await costs.ForecastAsync(
            costs.Payer, reduced ? CostFilters.WithoutReductions(null) : null, month.AddMonths(1), cancellationToken, CostDemand.Digest);
        if (expected is null) return null;
        var spent = await costs.DailyAsync(scope, month, costs.Today, CostDemand.Digest, cancellationToken);
        return new Forecast(new Money(
            spent.Billable.Total(expected.Currency).Amount + expected.Days.Sum(day => day.Mean), expected.Currency));
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

    private sealed record Forecast(Money Money);
}

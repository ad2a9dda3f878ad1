using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;

namespace ChatOps.Costs;

/// <summary>Budgets as AWS told of them last. Each is a series of its own: currencies are never summed.</summary>
internal sealed class BudgetGauges(IDatabase database, TimeProvider time) : IGaugeSource
{
    private static readonly Gauge Limit = new(
        "chatops.costs.budget_limit", "{money}", "What may be spent in the budget's period, by budget, account and currency.");
    private static readonly Gauge Actual = new("chatops.costs.budget_actual", "{money}", "What is spent of it.");
    private static readonly Gauge Forecast = new("chatops.costs.budget_forecast", "{money}", "What AWS expects by the period's end.");

    /// <summary>A budget that was not told of for so long has no present period.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(35);

    // Budgets are updated some times a day.
    public TimeSpan Every { get; } = TimeSpan.FromMinutes(5);

    public IReadOnlyList<Gauge> Gauges { get; } = [Limit, Actual, Forecast];

    public async Task<IReadOnlyList<GaugeReading>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var budgets = await CostSubjectStore.BudgetsSinceAsync(connection, time.GetUtcNow() - Recent, cancellationToken);
        // Newest period first: the older ones of a budget are over.
        return [.. budgets.DistinctBy(budget => (budget.Account, budget.Name)).SelectMany(ReadingsOf)];
    }

    private static IEnumerable<GaugeReading> ReadingsOf(Budget budget)
    {
        foreach (var (gauge, money) in new[] { (Limit, budget.Limit), (Actual, budget.Actual), (Forecast, budget.Forecast) })
        {
            if (money is { } known)
                yield return gauge.At(
                    (double)known.Amount, new("budget", budget.Name), new("account", budget.Account), new("currency", known.Currency));
        }
    }
}

using System.Diagnostics.Metrics;

namespace ChatOps.Costs;

/// <summary>The budgets as they were read last, on the meter <c>ChatOps</c>: limit, actual and forecast by budget, account and currency.</summary>
internal sealed class BudgetGauges
{
    private volatile IReadOnlyList<BudgetLine> _last = [];

    public BudgetGauges(IMeterFactory meters)
    {
        var meter = meters.Create("ChatOps");
        meter.CreateObservableGauge("chatops.costs.budget.limit", () => Values(line => line.Limit), description: "What a budget allows in its present period.");
        meter.CreateObservableGauge("chatops.costs.budget.actual", () => Values(line => line.Actual), description: "What is spent of a budget.");
        meter.CreateObservableGauge("chatops.costs.budget.forecast", () => Values(line => line.Forecast), description: "What AWS expects a budget to come to.");
    }

    /// <summary>Keeps what was read.</summary>
    public void Keep(IReadOnlyList<BudgetLine> lines) => _last = lines;

    private IEnumerable<Measurement<double>> Values(Func<BudgetLine, Money?> figure) => _last
        .Select(line => (Line: line, Figure: figure(line))).Where(one => one.Figure is not null)
        .Select(one => new Measurement<double>((double)one.Figure!.Value.Amount, new("budget", one.Line.Name), new("account", one.Line.Account), new("currency", one.Figure.Value.Currency)));
}

using ChatOps.Aws;
using Microsoft.Extensions.Logging;

namespace ChatOps.Costs;

/// <summary>A budget in a list.</summary>
internal sealed record BudgetLine(
    string Account, string AccountName, string Name, string TimeUnit, Money? Limit, Money? Actual, Money? Forecast)
{
    /// <summary>What is expected, or spent where nothing is expected, as a part of the limit.</summary>
    public decimal? Worst => Limit is { } limit && (Forecast ?? Actual) is { } figure && figure.Currency == limit.Currency
        ? Share.Of(Math.Max(figure.Amount, Actual?.Amount ?? figure.Amount), limit.Amount)
        : null;

    /// <summary>How it stands, as a sign.</summary>
    public string Sign => Limit is { } limit && Actual is { } actual && actual.Currency == limit.Currency && actual.Amount > limit.Amount
        ? "🔴"
        : Worst > 1m ? "🟠" : Worst > 0.8m ? "🟡" : "✅";
}

/// <summary>The budgets of all accounts, the worst first, and the accounts that did not answer.</summary>
internal sealed record BudgetLines(IReadOnlyList<BudgetLine> Budgets, IReadOnlyList<(string Account, string Code)> Faults)
{
    /// <summary>No account answered: nothing is known of any budget.</summary>
    public bool AllFailed { get; init; }
}

/// <summary>Reads the budgets of all configured accounts. Asking Budgets is free.</summary>
internal sealed partial class BudgetList(IAwsClients aws, IAwsAccounts accounts, ILogger<BudgetList> logger)
{
    /// <summary>All cost budgets; an account that does not answer costs itself alone.</summary>
    public async Task<BudgetLines> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<BudgetLine>();
        var faults = new List<(string, string)>();
        foreach (var account in accounts.All)
        {
            try
            {
                await foreach (var budget in aws.Budgets(account.Id).DescribeBudgets(cancellationToken))
                {
                    if (budget.BudgetType != "COST") continue;
                    lines.Add(new BudgetLine(
                        account.Id, account.Name, budget.BudgetName, budget.TimeUnit, Of(budget.BudgetLimit),
                        Of(budget.CalculatedSpend?.ActualSpend), Of(budget.CalculatedSpend?.ForecastedSpend)));
                }
            }
            catch (Exception fault) when (CostFault.CodeOf(fault) is { } code)
            {
                LogNoBudgets(fault, account.Id);
                faults.Add((account.Id, code));
            }
        }

        return new BudgetLines(
            [.. lines.OrderByDescending(line => line.Worst ?? 0m).ThenBy(line => line.Name, StringComparer.Ordinal)], faults)
        {
            AllFailed = accounts.All.Count > 0 && faults.Count == accounts.All.Count,
        };
    }

    private static Money? Of(Spend? spend) => spend is null ? null : new Money(spend.Amount, spend.Unit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The budgets of account {Account} cannot be read")]
    private partial void LogNoBudgets(Exception fault, string account);
}

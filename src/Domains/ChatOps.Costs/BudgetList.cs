using System.Text.Json.Serialization;
using ChatOps.Aws;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;

namespace ChatOps.Costs;

/// <summary>A budget in a list.</summary>
internal sealed record BudgetLine(
    string Account, string AccountName, string Name, string TimeUnit, Money? Limit, Money? Actual, Money? Forecast)
{
    /// <summary><c>COST</c>, <c>USAGE</c> and others.</summary>
    public string Type { get; init; } = "COST";

    /// <summary>As Budgets has it; null where it was not just read.</summary>
    [JsonIgnore]
    public AwsBudget? Known { get; init; }

    /// <summary>Its figure is a part that shall be large.</summary>
    [JsonIgnore]
    public bool IsTarget => BudgetTypes.IsTarget(Type, Limit?.Currency);

    /// <summary>What is expected, or spent where nothing is expected, as a part of the limit; null for a target.</summary>
    public decimal? Worst => !IsTarget && Limit is { } limit && (Forecast ?? Actual) is { } figure && figure.Currency == limit.Currency
        ? Share.Of(Math.Max(figure.Amount, Actual?.Amount ?? figure.Amount), limit.Amount)
        : null;

    /// <summary>It is exceeded, or about to be.</summary>
    [JsonIgnore]
    public bool IsOver => Worst > 1m;

    /// <summary>How it stands, as a sign.</summary>
    public string Sign => IsTarget ? Actual is { } reached && Limit is { } target && reached.Amount < target.Amount ? "🟡" : "✅"
        : Limit is { } limit && Actual is { } actual && actual.Currency == limit.Currency && actual.Amount > limit.Amount
        ? "🔴"
        : IsOver ? "🟠" : Worst > 0.8m ? "🟡" : "✅";
}

/// <summary>The budgets of all accounts, the worst first, and the accounts that did not answer.</summary>
internal sealed record BudgetLines(IReadOnlyList<BudgetLine> Budgets, IReadOnlyList<(string Account, string Code)> Faults)
{
    /// <summary>No account answered: nothing is known of any budget.</summary>
    public bool AllFailed { get; init; }

    /// <summary>How many there are, where only the worst are listed; null when all are.</summary>
    public int? Count { get; init; }
}

/// <summary>Reads the budgets of all configured accounts. Asking Budgets is free.</summary>
internal sealed partial class BudgetList(IAwsClients aws, IAwsAccounts accounts, IDatabase database, ILogger<BudgetList> logger)
{
    /// <summary>All budgets of every type; an account that does not answer costs itself alone.</summary>
    public async Task<BudgetLines> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<BudgetLine>();
        var faults = await EachAsync(
            (account, budget) =>
            {
                lines.Add(LineOf(account, budget, LimitOf(budget)) with
                {
                    Actual = Of(budget.CalculatedSpend?.ActualSpend),
                    Forecast = Of(budget.CalculatedSpend?.ForecastedSpend),
                });
                return Task.CompletedTask;
            },
            cancellationToken);
        return Sorted(lines, faults);
    }

    /// <summary>
    /// How the budgets ended whose period ended with a month: as Budgets' history has it, else as it was known last. One of which neither
    /// is known makes its account one that did not answer.
    /// </summary>
    public async Task<BudgetLines> EndedAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var lines = new List<BudgetLine>();
        var open = new List<(string, string)>();
        var faults = await EachAsync(
            async (account, budget) =>
            {
                var period = BudgetPeriod.OfBudget(budget, to.AddDays(-1));
                // Days are too many, and a quarter that goes on has not ended.
                if (period.To != to || period.From > from) return;
                var (history, fault) = await CostFault.TryAsync(
                    () => aws.Budgets(account.Id).DescribeBudgetPerformanceHistory(budget.BudgetName, cancellationToken),
                    cancellationToken);
                var ended = history?.LastOrDefault(past => DateOnly.FromDateTime(past.Start.UtcDateTime) == period.From);
                var known = ended is null ? await KnownAsync(account.Id, budget, period, cancellationToken) : null;
                if ((Of(ended?.Actual) ?? known?.Actual) is { } actual)
                    lines.Add(LineOf(account, budget, Of(ended?.Budgeted) ?? known?.Limit ?? LimitOf(budget)) with { Actual = actual });
                else open.Add((account.Id, fault ?? "NoHistory"));
            },
            cancellationToken);
        return Sorted(lines, [.. faults, .. open.Distinct()]);
    }

    /// <summary>Every budget of every account; the accounts that did not answer.</summary>
    public async Task<IReadOnlyList<(string Account, string Code)>> EachAsync(
        Func<AwsAccount, AwsBudget, Task> take, CancellationToken cancellationToken)
    {
        var faults = new List<(string, string)>();
        foreach (var account in accounts.All)
        {
            try
            {
                await foreach (var budget in aws.Budgets(account.Id).DescribeBudgets(cancellationToken)) await take(account, budget);
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested && CostFault.CodeOf(fault) is not null)
            {
                LogNoBudgets(fault, account.Id);
                faults.Add((account.Id, CostFault.CodeOf(fault)!));
            }
        }

        return faults;
    }

    private BudgetLines Sorted(List<BudgetLine> lines, IReadOnlyList<(string Account, string Code)> faults) => new(
        [.. lines.OrderByDescending(line => line.Worst ?? 0m).ThenBy(line => line.Name, StringComparer.Ordinal)], faults)
    {
        AllFailed = accounts.All.Count > 0 && lines.Count == 0
            && faults.Select(fault => fault.Account).Distinct().Count() == accounts.All.Count,
    };

    private async Task<Budget?> KnownAsync(string account, AwsBudget budget, BudgetPeriod period, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await CostSubjectStore.BudgetAsync(
            connection, null, Budget.IdOf(account, budget.BudgetName, period.Key), cancellationToken);
    }

    private static BudgetLine LineOf(AwsAccount account, AwsBudget budget, Money? limit) =>
        new(account.Id, account.Name, budget.BudgetName, budget.TimeUnit, limit, null, null) { Type = budget.BudgetType, Known = budget };

    private static Money? LimitOf(AwsBudget budget) => Of(budget.BudgetLimit);

    private static Money? Of(Spend? spend) => spend is null ? null : new Money(spend.Amount, spend.Unit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The budgets of account {Account} cannot be read")]
    private partial void LogNoBudgets(Exception fault, string account);
}

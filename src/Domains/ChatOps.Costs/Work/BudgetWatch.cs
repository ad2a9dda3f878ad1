using ChatOps.Aws;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;

namespace ChatOps.Costs;

/// <summary>
/// Looks at all budgets through the API, for not every budget notifies by SNS: one that is overrun, or will be, or misses its target, is
/// reported as if it had. Asking Budgets is free.
/// </summary>
internal sealed partial class BudgetWatch(
    BudgetList budgets, IAwsClients aws, CostService recorder, IDatabase database, TimeProvider time, ILogger<BudgetWatch> logger)
    : IBudgetWatch
{
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var seen = new List<(string Account, AwsBudget Budget, BudgetThreshold Passed)>();
        await budgets.EachAsync(
            async (account, budget) =>
            {
                if (await PassedAsync(account.Id, budget, cancellationToken) is { } passed) seen.Add((account.Id, budget, passed));
            },
            cancellationToken);
        var found = 0;
        foreach (var (account, budget, passed) in seen)
        {
            if (await database.WriteAsync(
                uow => recorder.WatchedAsync(uow, account, budget, passed, now, cancellationToken), cancellationToken)) found++;
        }

        if (found > 0) LogFound(found);
    }

    private async Task<BudgetThreshold?> PassedAsync(string account, AwsBudget budget, CancellationToken cancellationToken)
    {
        var period = BudgetPeriod.OfBudget(budget, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        if (budget.CalculatedSpend is not { ActualSpend: { } actual } spend || BudgetDetails.LimitOf(budget, period) is not { } limit)
            return null;
        if (!BudgetTypes.IsTarget(budget.BudgetType, limit.Currency))
        {
            return actual.Unit == limit.Currency && actual.Amount > limit.Amount ? new BudgetThreshold(BudgetFigure.Actual, null, 100m)
                : spend.ForecastedSpend is { } forecast && forecast.Unit == limit.Currency && forecast.Amount > limit.Amount
                ? new BudgetThreshold(BudgetFigure.Forecasted, null, 100m)
                : null;
        }

        // How little is too little only the budget's own rules say.
        var (rules, _) = await CostFault.TryAsync(
            () => aws.Budgets(account).DescribeNotificationsForBudget(budget.BudgetName, cancellationToken), cancellationToken);
        return BudgetDetails.ThresholdsOf(rules ?? []).FirstOrDefault(
            rule => rule.IsLess && rule.ShareOf(limit.Amount) is { } share && actual.Amount < share * limit.Amount);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Budgets} budgets are overrun of which no notification came")]
    private partial void LogFound(int budgets);
}

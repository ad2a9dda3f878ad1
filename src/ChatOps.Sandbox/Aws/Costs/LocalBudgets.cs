using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Costs;

/// <summary>A budget of the local accounts.</summary>
/// <param name="Account">The account that has it.</param>
/// <param name="Name">Its name.</param>
/// <param name="LinkedAccount">The account it looks at; null for all that its account sees.</param>
internal sealed record LocalBudget(string Account, string Name, string? LinkedAccount)
{
    /// <summary>A tenth above a usual month, in round figures: the usual month keeps within it.</summary>
    public static decimal LimitOf(decimal usual) => Math.Ceiling(usual * 1.1m / 100m) * 100m;
}

/// <summary>How a budget stands.</summary>
internal sealed record BudgetStanding(LocalBudget Budget, DateOnly From, DateOnly To, decimal Limit, decimal Actual, decimal Forecast);

/// <summary>The budgets: one for each account in itself, and one of the payer for everything.</summary>
internal static class LocalBudgets
{
    public static IReadOnlyList<LocalBudget> All { get; } =
    [
        new(AwsSandboxOptions.ProdAccount, "prod", AwsSandboxOptions.ProdAccount),
        new(AwsSandboxOptions.ProdAccount, "company", null),
        new(AwsSandboxOptions.StageAccount, "stage", AwsSandboxOptions.StageAccount),
    ];

    public static LocalBudget Find(string account, string name) =>
        All.FirstOrDefault(budget => budget.Account == account && budget.Name == name)
        ?? throw new AwsFault("NotFoundException", $"Unable to get budget: {name} - the budget doesn't exist.");

    /// <summary>How a budget stands in the month that holds a day.</summary>
    public static BudgetStanding Stand(LocalBudget budget, CostLedger ledger, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var from = new DateOnly(today.Year, today.Month, 1);
        var to = from.AddMonths(1);
        var limit = LocalBudget.LimitOf(Sum(budget, new CostLedger().Expected(budget.Account, from, to)));
        var actual = Sum(budget, ledger.Entries(budget.Account, from, to, now));
        // What remains of today is expected, too.
        var whole = Sum(budget, ledger.Entries(budget.Account, from, today, now));
        var forecast = whole + Sum(budget, ledger.Expected(budget.Account, today, to));
        return new BudgetStanding(budget, from, to, limit, Math.Round(actual, 2), Math.Round(forecast, 2));
    }

    /// <summary>What a budget came to in a month gone by, against the limit of then.</summary>
    public static (decimal Limit, decimal Actual) Ended(LocalBudget budget, CostLedger ledger, DateOnly month, DateTimeOffset now) => (
        LocalBudget.LimitOf(Sum(budget, new CostLedger().Expected(budget.Account, month, month.AddMonths(1)))),
        Math.Round(Sum(budget, ledger.Entries(budget.Account, month, month.AddMonths(1), now)), 2));

    private static decimal Sum(LocalBudget budget, IEnumerable<CostEntry> entries) =>
        entries.Where(entry => budget.LinkedAccount is null || entry.Line.Account == budget.LinkedAccount).Sum(entry => entry.Amount);
}

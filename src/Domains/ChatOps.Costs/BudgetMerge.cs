using ChatOps.Aws;

namespace ChatOps.Costs;

/// <summary>Brings what Budgets says together with what is known. Pure: in whatever order notifications come, the same remains.</summary>
internal static class BudgetMerge
{
    /// <summary>The budget after a notification.</summary>
    public static Budget Merge(Budget? known, BudgetNotice notice, DateTimeOffset at)
    {
        var period = BudgetPeriod.OfNotice(notice.TimeUnit, notice.Day);
        var budget = known ?? new Budget
        {
            Id = Budget.IdOf(notice.Account, notice.Name, period.Key),
            Account = notice.Account,
            Name = notice.Name,
            TimeUnit = notice.TimeUnit,
            Period = period,
            Type = notice.Type,
        };
        if (budget.IsUnitGuessed) budget = budget with { TimeUnit = notice.TimeUnit, Period = period, IsUnitGuessed = false };
        if (budget.ReadAt is null) budget = budget with { Type = notice.Type };
        var limit = notice.Limit ?? budget.Limit;
        budget = budget with
        {
            Limit = limit,
            Actual = notice.Threshold.Figure != BudgetFigure.Actual ? budget.Actual
                : budget.IsTarget ? notice.Amount : Larger(budget.Actual, notice.Amount),
            Forecast = notice.Threshold.Figure == BudgetFigure.Forecasted ? notice.Amount : budget.Forecast,
            Passed = Higher(budget.Passed, notice.Threshold, limit?.Amount),
            NoticedAt = at > budget.NoticedAt ? at : budget.NoticedAt,
            // Until AWS is asked the notification's own day is the last that is known.
            KnownUntil = budget.KnownUntil ?? (notice.TimeUnit == "DAILY" ? period.From : notice.Day),
        };
        return Normalize(budget).Awake();
    }

    /// <summary>A text that could not be read, kept whole.</summary>
    public static Budget Unread(string id, string text, DateTimeOffset at) =>
        new() { Id = id, Unread = StorableText.Clean(text), NoticedAt = at };

    /// <summary>The budget after an action of its own became known.</summary>
    /// <param name="known">The budget as it is known; null when it is not.</param>
    /// <param name="account">The account that has it.</param>
    /// <param name="action">The action.</param>
    /// <param name="unit">By what it counted before; null when that is not known.</param>
    /// <param name="at">When the action was reported.</param>
    public static Budget Merge(Budget? known, string account, BudgetAction action, string? unit, DateTimeOffset at)
    {
        var period = BudgetPeriod.Of(unit ?? "MONTHLY", DateOnly.FromDateTime(at.UtcDateTime));
        var budget = known ?? new Budget
        {
            Id = Budget.IdOf(account, action.BudgetName, period.Key),
            Account = account,
            Name = action.BudgetName,
            TimeUnit = unit ?? "MONTHLY",
            IsUnitGuessed = unit is null,
            Period = period,
        };
        return budget with
        {
            Actions = [.. budget.Actions.Where(budgetAction => budgetAction.ActionId != action.ActionId), action],
            NoticedAt = at > budget.NoticedAt ? at : budget.NoticedAt,
        };
    }

    /// <summary>The budget after it was found beyond a threshold.</summary>
    public static Budget Merge(
        Budget? known, string account, AwsBudget found, BudgetPeriod period, BudgetThreshold passed, DateTimeOffset at)
    {
        var budget = known ?? new Budget
        {
            Id = Budget.IdOf(account, found.BudgetName, period.Key),
            Account = account,
            Name = found.BudgetName,
            NoticedAt = at,
        };
        static Money? Of(Spend? spend) => spend is null ? null : new Money(spend.Amount, spend.Unit);
        var limit = BudgetDetails.LimitOf(found, period) ?? budget.Limit;
        return (budget with
        {
            TimeUnit = found.TimeUnit,
            IsUnitGuessed = false,
            Type = found.BudgetType,
            Period = period,
            Limit = limit,
            Actual = Of(found.CalculatedSpend?.ActualSpend) ?? budget.Actual,
            Forecast = Of(found.CalculatedSpend?.ForecastedSpend) ?? budget.Forecast,
            Passed = Higher(budget.Passed, passed, limit?.Amount),
            KnownUntil = budget.KnownUntil ?? DateOnly.FromDateTime(at.UtcDateTime),
            IsWatched = known is null || known.IsWatched,
        }).Awake();
    }

    /// <summary>Works out the day of crossing when only the whole forecast is known.</summary>
    private static Budget Normalize(Budget budget) =>
        budget is { ReadAt: null, Limit: { } limit, Forecast: { } forecast, Period: { } period, KnownUntil: { } today }
            && forecast.Currency == limit.Currency
            ? budget with
            {
                CrossedOn = CrossingDay.Even(
                limit.Amount, budget.Actual?.Amount ?? Elapsed(forecast.Amount, period, today), forecast.Amount, today, period.To)
            }
            : budget;

    /// <summary>When a forecast came without what is spent, spending is taken to be even.</summary>
    private static decimal Elapsed(decimal forecast, BudgetPeriod period, DateOnly today) =>
        forecast * (today.DayNumber - period.From.DayNumber + 1) / period.Days;

    private static Money Larger(Money? known, Money incoming) =>
        known is { } money && money.Currency == incoming.Currency && money.Amount > incoming.Amount ? money : incoming;

    private static BudgetThreshold Higher(BudgetThreshold? known, BudgetThreshold incoming, decimal? limit) =>
        known is not null && !incoming.IsLess && (known.ShareOf(limit) ?? 0m) > (incoming.ShareOf(limit) ?? 0m) ? known : incoming;
}

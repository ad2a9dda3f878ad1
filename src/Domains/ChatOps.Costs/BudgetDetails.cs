using ChatOps.Aws;

namespace ChatOps.Costs;

/// <summary>What AWS knows of a budget beyond its notifications.</summary>
/// <param name="Known">The budget as Budgets has it; null when it is gone.</param>
/// <param name="Thresholds">When it tells somebody.</param>
/// <param name="Actions">What it does by itself.</param>
/// <param name="Ended">What it came to, when its period is over.</param>
/// <param name="Now">The period's costs by service and day; null when its filter cannot be asked of Cost Explorer.</param>
/// <param name="Before">The period before's.</param>
/// <param name="Expected">What is to come; null when AWS does not say.</param>
internal sealed record BudgetReading(
    AwsBudget? Known, IReadOnlyList<BudgetThreshold> Thresholds, IReadOnlyList<BudgetAction> Actions, BudgetedPeriod? Ended, CostTable? Now,
    CostTable? Before, ExpectedCost? Expected)
{
    /// <summary>The last day whose costs are settled; null when every day before today counts.</summary>
    public DateOnly? Settled { get; init; }

    /// <summary>Why Cost Explorer said nothing, although Budgets did; null when it was not asked or answered.</summary>
    public string? Fault { get; init; }
}

/// <summary>Asks Budgets and Cost Explorer about a budget, and works out what its message shows.</summary>
internal sealed class BudgetDetails(IAwsClients aws, CostExplorer costs)
{
    private const int DriversKept = 5;

    /// <summary>Reads all of it. What is asked of Budgets is free, what is asked of Cost Explorer is cached.</summary>
    public async Task<BudgetReading> ReadAsync(Budget budget, CancellationToken cancellationToken)
    {
        var client = aws.Budgets(budget.Account);
        var known = await client.DescribeBudget(budget.Name, cancellationToken);
        if (known is null) return new BudgetReading(null, [], [], null, null, null, null);
        // Figures and costs are worth showing without thresholds, actions or a forecast.
        var (rules, rulesFault) = await CostFault.TryAsync(
            () => client.DescribeNotificationsForBudget(budget.Name, cancellationToken), cancellationToken);
        var (ofAccount, _) = await CostFault.TryAsync(() => client.DescribeBudgetActionsForAccount(cancellationToken), cancellationToken);
        var actions = (ofAccount ?? []).Where(action => action.BudgetName == budget.Name).ToList();
        var period = budget.Period ?? BudgetPeriod.Of(known.TimeUnit, costs.Today);
        var ended = period.To <= costs.Today
            ? (await client.DescribeBudgetPerformanceHistory(budget.Name, cancellationToken)).LastOrDefault(
                budgetedPeriod => DateOnly.FromDateTime(budgetedPeriod.Start.UtcDateTime) == period.From)
            : null;
        var thresholds = rulesFault is null
            ? (rules ?? []).Where(rule => rule.ComparisonOperator == "GREATER_THAN").Select(ThresholdOf).ToList()
            : budget.Thresholds;
        if (known.BudgetType != "COST" || !BudgetFilter.TryOf(known, out var filter))
            return new BudgetReading(known, thresholds, actions, ended, null, null, null);

        var scope = new CostScope(budget.Account, CostGrouping.Service, filter);
        var before = BudgetPeriod.Of(budget.TimeUnit, period.From.AddDays(-1));
        // Of a year's budget the year before reaches back further than Cost Explorer does: then there is nothing to compare with.
        var compared = before.From >= costs.Oldest;
        var (table, fault) = await CostFault.TryAsync(
            () => costs.DailyAsync(scope, compared ? before.From : period.From, period.To, cancellationToken), cancellationToken);
        if (table is null) return new BudgetReading(known, thresholds, actions, ended, null, null, null) { Fault = fault };
        var (expected, _) = period.To > costs.Today
            ? await CostFault.TryAsync(() => costs.ForecastAsync(budget.Account, filter, period.To, cancellationToken), cancellationToken)
            : (null, null);
        return new BudgetReading(
            known, thresholds, actions, ended, table.Between(period.From, period.To),
            compared ? table.Between(before.From, before.To) : null, expected)
        {
            Settled = costs.LastSettled,
        };
    }

    /// <summary>What a budget looks at, in Cost Explorer's words; null for everything.</summary>
    /// <exception cref="UserFacingException">The budget is gone, or looks at what Cost Explorer cannot be asked for.</exception>
    public async Task<CostExpression?> FilterAsync(Budget budget, CancellationToken cancellationToken)
    {
        var known = await aws.Budgets(budget.Account).DescribeBudget(budget.Name, cancellationToken)
            ?? throw new UserFacingException("cost.gone");
        return BudgetFilter.TryOf(known, out var filter) ? filter : throw new UserFacingException("cost.filter");
    }

    /// <summary>The budget with what was read. Pure.</summary>
    public static Budget Apply(Budget budget, BudgetReading reading, DateOnly today, DateTimeOffset now)
    {
        if (reading.Known is not { } known) return budget with { ReadAt = now, Fault = "NotFoundException" };
        var period = budget.Period ?? BudgetPeriod.Of(known.TimeUnit, today);
        var limit = known.BudgetLimit is { } allowed ? new Money(allowed.Amount, allowed.Unit) : budget.Limit;
        var present = period.From <= today && today < period.To;
        var spend = present ? known.CalculatedSpend : null;
        var after = budget with
        {
            Period = period,
            TimeUnit = known.TimeUnit,
            Limit = limit,
            Actual = spend is not null ? Of(spend.ActualSpend) : reading.Ended?.Actual is { } was ? Of(was) : budget.Actual,
            Forecast = present ? spend?.ForecastedSpend is { } expected ? Of(expected) : budget.Forecast : null,
            Thresholds = reading.Thresholds,
            Actions = reading.Actions.Count > 0 ? reading.Actions : budget.Actions,
            ReadAt = now,
            Fault = reading.Fault,
        };
        after = after with
        {
            KnownUntil = present ? today : period.To.AddDays(-1),
            CrossedOn = limit is { } whole ? CrossedOn(after, period, whole, reading, today) : null,
            Drivers = reading is { Now: { } costsNow, Before: { } costsBefore }
                ? DriversOf(costsNow, costsBefore, period, reading.Settled?.AddDays(1) ?? today)
                : budget.Drivers,
        };
        return after.Awake();
    }

    private static DateOnly? CrossedOn(Budget budget, BudgetPeriod period, Money limit, BudgetReading reading, DateOnly today)
    {
        if (!budget.IsExceeded && !budget.WillBeExceeded) return null;
        var spent = reading.Now?.Daily(limit.Currency).Where(day => day.Day < today).ToList() ?? [];
        // Today has only begun: of it, as of the days to come, counts what is expected.
        var expected = reading.Expected?.Currency == limit.Currency ? reading.Expected.Days.Select(day => (day.Day, day.Mean)) : [];
        if (CrossingDay.Of(limit.Amount, spent, expected) is { } day && (budget.IsExceeded ? day <= today : day >= today)) return day;
        return budget is { IsExceeded: false, Actual: { } actual, Forecast: { } forecast }
            ? CrossingDay.Even(limit.Amount, actual.Amount, forecast.Amount, today, period.To)
            : null;
    }

    /// <summary>Against as many days of the period before: a month of twenty days against a whole one says nothing.</summary>
    private static IReadOnlyList<CostChange> DriversOf(CostTable now, CostTable before, BudgetPeriod period, DateOnly end)
    {
        var whole = now.Between(period.From, end < period.To ? end : period.To);
        if (before.Days is not [var first, ..]) return [];
        // A March has days that no February had: they are not compared.
        var days = Math.Min(whole.Days.Count, before.Days.Count);
        return days == 0
            ? []
            : now.Between(period.From, period.From.AddDays(days)).Movers(before.Between(first.Day, first.Day.AddDays(days)), DriversKept);
    }

    private static Money Of(Spend spend) => new(spend.Amount, spend.Unit);

    private static BudgetThreshold ThresholdOf(BudgetNotificationRule rule)
    {
        var figure = rule.NotificationType == "FORECASTED" ? BudgetFigure.Forecasted : BudgetFigure.Actual;
        return rule.ThresholdType == "ABSOLUTE_VALUE"
            ? new BudgetThreshold(figure, rule.Threshold, null)
            : new BudgetThreshold(figure, null, rule.Threshold);
    }
}

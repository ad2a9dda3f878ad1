using System.Globalization;
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

    /// <summary>Reads all of it. What is asked of Budgets is free; of Cost Explorer, answers are shared by all budgets that can.</summary>
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
        var period = PeriodOf(budget, known, costs.Today);
        var ended = period.To <= costs.Today
            ? (await client.DescribeBudgetPerformanceHistory(budget.Name, cancellationToken)).LastOrDefault(
                budgetedPeriod => DateOnly.FromDateTime(budgetedPeriod.Start.UtcDateTime) == period.From)
            : null;
        var thresholds = rulesFault is null ? ThresholdsOf(rules ?? []) : budget.Thresholds;
        var reading = new BudgetReading(known, thresholds, actions, ended, null, null, null);
        if (known.BudgetType != "COST" || !BudgetFilter.TryOf(known, out var filter)) return reading;

        var before = BeforeOf(known.TimeUnit, period);
        // Of a year's budget the year before reaches back further than Cost Explorer does: then there is nothing to compare with.
        var compared = before.From >= costs.Oldest;
        var (table, fault) = await CostFault.TryAsync(
            () => CostsAsync(budget.Account, filter, compared ? before.From : period.From, period.To, cancellationToken),
            cancellationToken);
        if (table is null) return reading with { Fault = fault };
        return reading with
        {
            Now = table.Between(period.From, period.To),
            Before = compared ? table.Between(before.From, before.To) : null,
            Expected = await ExpectedAsync(budget.Account, known, filter, period, cancellationToken),
            Settled = table.AsOf is { } at ? costs.LastSettledAt(at) : costs.LastSettled,
        };
    }

    /// <summary>What a budget looks at, in Cost Explorer's words.</summary>
    /// <exception cref="UserFacingException">The budget is gone, or looks at what Cost Explorer cannot be asked for.</exception>
    public async Task<BudgetFilter> FilterAsync(Budget budget, CancellationToken cancellationToken)
    {
        var known = await aws.Budgets(budget.Account).DescribeBudget(budget.Name, cancellationToken)
            ?? throw new UserFacingException("cost.gone");
        return BudgetFilter.TryOf(known, out var filter) ? filter : throw new UserFacingException("cost.filter");
    }

    /// <summary>The budget's period: its own, unless AWS counts by another unit than was thought.</summary>
    internal static BudgetPeriod PeriodOf(Budget budget, AwsBudget known, DateOnly today) =>
        budget.Period is { } period && !budget.IsUnitGuessed && known.TimeUnit == budget.TimeUnit
            ? period
            : BudgetPeriod.OfBudget(known, budget.Period is { } guessed && !guessed.Holds(today) ? guessed.To.AddDays(-1) : today);

    /// <summary>The limit of a period: the budget's own, or the planned limit of the period.</summary>
    internal static Money? LimitOf(AwsBudget known, BudgetPeriod period)
    {
        if (known.BudgetLimit is { } limit) return Of(limit);
        var start = new DateTimeOffset(period.From, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();
        return known.PlannedBudgetLimits?.GetValueOrDefault(start.ToString(CultureInfo.InvariantCulture)) is { } planned
            ? Of(planned)
            : null;
    }

    /// <summary>When a budget notifies, as far as it is compared with more or less than an amount.</summary>
    internal static IReadOnlyList<BudgetThreshold> ThresholdsOf(IReadOnlyList<BudgetNotificationRule> rules) =>
        [.. rules.Where(rule => rule.ComparisonOperator is "GREATER_THAN" or "LESS_THAN").Select(ThresholdOf)];

    private static BudgetPeriod BeforeOf(string timeUnit, BudgetPeriod period) => timeUnit == "CUSTOM"
        ? new BudgetPeriod("", period.From.AddDays(-period.Days), period.From)
        : BudgetPeriod.Of(timeUnit, period.From.AddDays(-1));

    /// <summary>Its costs by service. All budgets that tell apart nothing but accounts and services are served by one question.</summary>
    private async Task<CostTable> CostsAsync(
        string account, BudgetFilter filter, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        if (!filter.IsShared)
        {
            return await costs.DailyAsync(
                new CostScope(account, CostGrouping.Service, filter.Expression) { Metric = filter.Metric }, from, to, CostDemand.Background,
                cancellationToken);
        }

        var payer = costs.Payer;
        var shared = new CostScope(payer, CostGrouping.Service, filter.Shared) { Metric = filter.Metric, ByAccount = true };
        var (table, fault) = await CostFault.TryAsync(
            () => costs.DailyAsync(shared, from, to, CostDemand.Background, cancellationToken), cancellationToken);
        // A member's budget looks at its own costs. Where the payer does not see them, the member itself is asked.
        if (account != payer)
        {
            table = table?.Where(amount => amount.Account == account);
            if (table is null || table.Days.All(day => day.Amounts.Count == 0))
                table = await costs.DailyAsync(shared with { Account = account }, from, to, CostDemand.Background, cancellationToken);
        }

        table ??= fault == CostFault.RequestLimit
            ? throw new UserFacingException("cost.limit")
            : await costs.DailyAsync(shared, from, to, CostDemand.Background, cancellationToken);
        return table.Where(amount =>
            (filter.Accounts.Count == 0 || filter.Accounts.Contains(amount.Account))
            && (filter.Services.Count == 0 || filter.Services.Contains(amount.Key)));
    }

    /// <summary>
    /// What is to come: of a budget that looks at everything as Cost Explorer says, once a day; of another what Budgets itself expects,
    /// spread evenly, for that costs nothing.
    /// </summary>
    private async Task<ExpectedCost?> ExpectedAsync(
        string account, AwsBudget known, BudgetFilter filter, BudgetPeriod period, CancellationToken cancellationToken)
    {
        if (period.To <= costs.Today) return null;
        if (filter.IsAll)
        {
            var (expected, fault) = await CostFault.TryAsync(
                () => costs.ForecastAsync(
                    account, null, period.To, cancellationToken, CostDemand.Background with { MaxAge = TimeSpan.FromDays(1) },
                    filter.Metric),
                cancellationToken);
            if (fault is null) return expected;
        }

        if (known.CalculatedSpend is not { ForecastedSpend: { } forecast, ActualSpend: { } actual } || forecast.Amount <= actual.Amount)
            return null;
        var days = CrossingDay.Spread(forecast.Amount - actual.Amount, costs.Today, period.To);
        return new ExpectedCost(
            forecast.Unit, forecast.Amount - actual.Amount,
            [.. days.Select(day => new ExpectedDay(day.Day, day.Amount, day.Amount, day.Amount))]);
    }

    /// <summary>The budget with what was read. Pure.</summary>
    public static Budget Apply(Budget budget, BudgetReading reading, DateOnly today, DateTimeOffset now)
    {
        if (reading.Known is not { } known) return budget with { ReadAt = now, Fault = "NotFoundException" };
        var period = PeriodOf(budget, known, today);
        var present = period.Holds(today);
        // A period that is over keeps its own limit: that of the budget is of the present one.
        var limit = present ? LimitOf(known, period) ?? budget.Limit : reading.Ended?.Budgeted is { } allowed ? Of(allowed) : budget.Limit;
        var spend = present ? known.CalculatedSpend : null;
        var after = budget with
        {
            Period = period,
            TimeUnit = known.TimeUnit,
            IsUnitGuessed = false,
            Type = known.BudgetType,
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
        return (rule.ThresholdType == "ABSOLUTE_VALUE"
            ? new BudgetThreshold(figure, rule.Threshold, null)
            : new BudgetThreshold(figure, null, rule.Threshold)) with
        { IsLess = rule.ComparisonOperator == "LESS_THAN" };
    }
}

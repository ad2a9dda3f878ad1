using ChatOps.Aws;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Logging;

namespace ChatOps.Costs;

/// <summary>Answers what people ask about costs, as messages.</summary>
internal sealed partial class CostAnswers(
    CostExplorer costs, CostPictures pictures, BudgetList budgets, IAwsAccounts accounts, IDatabase database, CostFilters filters,
    TimeProvider time, ILogger<CostAnswers> logger)
{
    private const int ChartDays = 14;

    /// <summary>How many days back anomalies are listed.</summary>
    internal const int AnomalyDays = 30;

    /// <summary>What costs are filtered by.</summary>
    public FilterGrammar Grammar => filters.Costs;

    /// <summary>The last settled day against the same weekday and the week, and the days since as far as AWS knows them.</summary>
    public async Task<Message> TodayAsync(string typed, Locale locale, CancellationToken cancellationToken)
    {
        var filter = filters.Read(filters.Costs, typed);
        var today = costs.Today;
        var all = await costs.DailyAsync(
            Scope(CostGrouping.Service, filter, CostView.Gross), today.AddDays(-ChartDays), today.AddDays(1), cancellationToken);
        var settled = SettledIn(all);
        var chart = await pictures.BlockAsync(
            painter => CostCharts.Daily(
                locale.Text("cost.chart.by-day"), all.Usage.Between(today.AddDays(-ChartDays), settled.AddDays(1)), CostGrouping.Service,
                CostText.Service, locale) is { } drawn ? painter.Draw(drawn, locale) : null,
            "cost-today.png", cancellationToken);
        return Scoped(CostMessages.Today(all, settled, today, chart, locale), filter, all, locale);
    }

    /// <summary>The month so far against the same days of the last, with the forecast.</summary>
    public async Task<Message> MonthAsync(string typed, CostView view, Locale locale, CancellationToken cancellationToken)
    {
        var filter = filters.Read(filters.Costs, typed);
        var (month, expected, fault) = await ExpectedMonthAsync(filter, view, cancellationToken);
        var chart = await pictures.BlockAsync(
            painter => CostCharts.Groups(
                locale.Text("cost.chart.by-service", ("month", CostText.Month(month.From, locale))), month.Changes,
                CostText.Service) is { } drawn ? painter.Draw(drawn, locale) : null,
            "cost-month.png", cancellationToken);
        return Scoped(
            CostMessages.Month(month, expected, costs.Today, chart, locale, fault, filter.Typed), filter, month.All, locale);
    }

    /// <summary>What is expected of the month, with its bounds, and of the budgets.</summary>
    public async Task<Message> ForecastAsync(string typed, Locale locale, CancellationToken cancellationToken)
    {
        var filter = filters.Read(filters.Costs, typed);
        var reading = budgets.ReadAsync(cancellationToken);
        var (month, expected, fault) = await ExpectedMonthAsync(filter, CostView.Gross, cancellationToken);
        var lines = await reading;
        // A Region's or a tag's costs have no budgets to stand beside; an account's have.
        lines = lines with { Budgets = [.. lines.Budgets.Where(line => IsOfAccount(filter, line.Account))] };
        var chart = await pictures.BlockAsync(
            painter => CostCharts.Forecast(CostText.Month(month.From, locale), month.Spent, expected, costs.Today, locale) is { } drawn
                ? painter.Draw(drawn, locale)
                : null,
            "cost-forecast.png", cancellationToken);
        return Scoped(CostMessages.Forecast(month, expected, costs.Today, lines, chart, locale, fault), filter, month.All, locale);
    }

    /// <summary>Has everything asked for anew when it is needed next.</summary>
    public async Task<Message> RefreshAsync(Locale locale, CancellationToken cancellationToken)
    {
        await costs.RefreshAsync(cancellationToken);
        return CostMessages.Plain(locale.Text("cost.refreshed"));
    }

    /// <summary>All budgets, those that match, or one of a name in its present period, with its buttons.</summary>
    public async Task<Message> BudgetsAsync(string typed, Locale locale, CancellationToken cancellationToken)
    {
        var lines = await budgets.ReadAsync(cancellationToken);
        if (typed.Length == 0) return CostMessages.Budgets(lines, typed, locale);
        // A name may have spaces and colons: who writes the whole of it means that budget.
        IReadOnlyList<Budget> stored;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            stored = [.. (await CostSubjectStore.BudgetsNamedAsync(connection, typed, 20, cancellationToken)).Where(
                budget => budget.Period?.Holds(costs.Today) == true)];
        }

        var named = lines.Budgets.Where(line => string.Equals(line.Name, typed, StringComparison.OrdinalIgnoreCase)).ToList();
        if (named is [{ Known: { } known } only])
            return Shown(Present(stored.FirstOrDefault(budget => budget.Account == only.Account), only.Account, known), locale);
        // An account that did not answer may have it all the same: what is known of its present period is shown.
        if (named.Count == 0 && stored is [var last, ..]) return Shown(last, locale);
        var filter = named.Count > 1 ? Filter.All : filters.Read(filters.Budgets, typed);
        lines = lines with
        {
            Budgets = named.Count > 1
                ? named
                : [.. lines.Budgets.Where(line => CostFilters.Matches(filter, line.Account, line.Name))],
        };
        return lines.Budgets.Count == 0 && filter.Doubts is [var doubt, ..]
            ? FilterFaultText.Render(doubt, locale)
            : CostMessages.Budgets(lines, typed, locale);
    }

    /// <summary>A budget as AWS has it now, with what is known of its period.</summary>
    private Budget Present(Budget? stored, string account, AwsBudget known)
    {
        var period = BudgetPeriod.OfBudget(known, costs.Today);
        var budget = stored ?? new Budget
        {
            Id = Budget.IdOf(account, known.BudgetName, period.Key),
            Account = account,
            Name = known.BudgetName,
            TimeUnit = known.TimeUnit,
            Period = period,
        };
        var present = BudgetDetails.Apply(
            budget, new BudgetReading(known, budget.Thresholds, [], null, null, null, null), costs.Today, time.GetUtcNow());
        return present with { CrossedOn = present.IsExceeded || present.WillBeExceeded ? budget.CrossedOn : null };
    }

    private Message Shown(Budget budget, Locale locale) =>
        BudgetMessage.Render(budget, accounts.Find(budget.Account)?.Name, locale, accounts.HomeRegion);

    /// <summary>The month so far by service, account, region or tag.</summary>
    public async Task<Message> ByAsync(
        CostGrouping grouping, int skip, string typed, CostView view, Locale locale, CancellationToken cancellationToken)
    {
        grouping = await costs.AsBilledAsync(grouping, cancellationToken);
        var filter = filters.Read(filters.Costs, typed);
        var month = await MonthToDateAsync(grouping, filter, view, cancellationToken);
        if (grouping.Type == "TAG" && month.Changes.All(change => change.Key.Length == 0))
        {
            // A key that nothing carries, or that is not activated for cost allocation: say which ones there are.
            var (known, _) = await CostFault.TryAsync(() => costs.TagKeysAsync(cancellationToken), cancellationToken);
            if (known is not null && !known.Contains(grouping.Key, StringComparer.Ordinal))
                return CostMessages.NoTag(grouping.Key, known, locale);
        }

        month = month with { Names = await costs.NamesAsync(cancellationToken) };
        string Name(string key) => CostText.Group(grouping, key, accounts, locale, month.Names);
        var chart = skip > 0 ? null : await pictures.BlockAsync(
            painter => CostCharts.Groups(
                $"{CostText.Grouping(grouping, locale)} · {CostText.Month(month.From, locale)}", month.Changes,
                Name) is { } drawn ? painter.Draw(drawn, locale) : null,
            "cost-by.png", cancellationToken);
        return Scoped(CostMessages.By(month, grouping, skip, filter.Typed, accounts, chart, locale), filter, month.All, locale);
    }

    /// <summary>The anomalies of the last month: Cost Explorer's list; when it cannot be asked, what was reported.</summary>
    public async Task<Message> AnomaliesAsync(string typed, Locale locale, CancellationToken cancellationToken)
    {
        var filter = filters.Read(filters.Anomalies, typed);
        var (reported, found, fault) = await FindAnomaliesAsync(cancellationToken);
        var all = found.Where(anomaly => IsOfAccount(filter, anomaly.Account)).ToList();
        if (all.Count == 0 && filter.Doubts is [var doubt, ..]) return FilterFaultText.Render(doubt, locale);
        return CostMessages.Scoped(CostMessages.Anomalies(all, reported, AnomalyDays, fault, locale), filter.Typed, locale);
    }

    /// <summary>All anomalies of the last month, and why there may be more.</summary>
    public async Task<(IReadOnlyList<Anomaly> Anomalies, string? Fault)> AllAnomaliesAsync(CancellationToken cancellationToken)
    {
        var (_, found, fault) = await FindAnomaliesAsync(cancellationToken);
        return (found, fault);
    }

    private async Task<(IReadOnlySet<string> Reported, IReadOnlyList<Anomaly> All, string? Fault)> FindAnomaliesAsync(
        CancellationToken cancellationToken)
    {
        var since = costs.Today.AddDays(-AnomalyDays);
        IReadOnlyList<Anomaly> incoming;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            incoming = await CostSubjectStore.AnomaliesSinceAsync(
                connection, new DateTimeOffset(since.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), 100, cancellationToken);
        }

        var (found, fault) = await CostFault.TryAsync(() => costs.AnomaliesAsync(since, costs.Today, cancellationToken), cancellationToken);
        if (fault is not null) LogNoAnomalies(fault);
        var known = incoming.Select(anomaly => anomaly.Id).ToHashSet();
        return (
            known,
            [.. incoming.Concat((found ?? []).Where(anomaly => !known.Contains(anomaly.Id))).OrderByDescending(anomaly => anomaly.Impact)],
            fault);
    }

    /// <summary>The present month's days; those that are settled against as many of the last month.</summary>
    /// <exception cref="UserFacingException">AWS gives no answer, and nothing of the month is known.</exception>
    internal async Task<MonthToDate> MonthToDateAsync(
        CostGrouping grouping, Filter filter, CostView view, CancellationToken cancellationToken)
    {
        var today = costs.Today;
        var from = new DateOnly(today.Year, today.Month, 1);
        var to = today > from ? today : today.AddDays(1);
        var before = from.AddMonths(-1);
        var table = await costs.DailyAsync(Scope(grouping, filter, view), before, to, cancellationToken);
        if (table is { Fault: { } fault, KnownTo: { } known })
        {
            if (known <= from) throw new UserFacingException("cost.away", ("code", fault));
            to = known;
        }

        // A day that AWS still learns of has no like, nor has the 29th after a February.
        var days = Math.Clamp(
            SettledIn(table).DayNumber + 1 - from.DayNumber, 0, Math.Min(from.DayNumber - before.DayNumber, to.DayNumber - from.DayNumber));
        var (now, then) = (table.Between(from, to), table.Between(before, before.AddDays(days)));
        return new MonthToDate(from, to, from.AddMonths(1), now.Of(view), then.Of(view))
        {
            ComparedTo = from.AddDays(days),
            View = view,
            All = now,
            AllBefore = table.Between(before, from),
        };
    }

    /// <summary>The last day that was settled when the costs were answered.</summary>
    private DateOnly SettledIn(CostTable table) => table.AsOf is { } at ? costs.LastSettledAt(at) : costs.LastSettled;

    /// <summary>The month and what is expected of it, asked side by side.</summary>
    private async Task<(MonthToDate Month, ExpectedCost? Expected, string? Fault)> ExpectedMonthAsync(
        Filter filter, CostView view, CancellationToken cancellationToken)
    {
        var end = new DateOnly(costs.Today.Year, costs.Today.Month, 1).AddMonths(1);
        var scope = Scope(CostGrouping.Service, filter, view);
        var reduced = view != CostView.Net && await costs.HasReductionsAsync(scope, cancellationToken);
        var asked = ExpectedAsync(scope, end, reduced, cancellationToken);
        MonthToDate month;
        try
        {
            month = await MonthToDateAsync(CostGrouping.Service, filter, view, cancellationToken);
        }
        finally
        {
            await ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Credits became known with the answer: what is expected without them is another question.
        if (view != CostView.Net && !reduced && month.All.Charges.Any(sum => sum.Charge is CostCharge.Credit or CostCharge.Refund))
            asked = ExpectedAsync(scope, end, reduced: true, cancellationToken);
        var (expected, fault) = await asked;
        if (fault is not null) LogNoForecast(fault);
        // The days between what is known and what is expected are missing from the sum.
        return month.To < costs.Today && month.All.Fault is { } old ? (month, null, old) : (month, expected, fault);
    }

    private Task<(ExpectedCost? Expected, string? Fault)> ExpectedAsync(
        CostScope scope, DateOnly to, bool reduced, CancellationToken cancellationToken) => CostFault.TryAsync(
        () => costs.ForecastAsync(
            scope.Account, reduced ? CostFilters.WithoutReductions(scope.Filter) : scope.Filter, to, cancellationToken,
            metric: scope.Metric),
        cancellationToken);

    private CostScope Scope(CostGrouping grouping, Filter filter, CostView view) =>
        new(costs.Payer, grouping, CostFilters.ToExpression(filter)) { Metric = costs.MetricOf(view) };

    /// <summary>The figures with what they are of; or why there are none, when a value is not known.</summary>
    private static Message Scoped(Message message, Filter filter, CostTable table, Locale locale) =>
        table.Currency is null && filter.Doubts is [var doubt, ..]
            ? FilterFaultText.Render(doubt, locale)
            : CostMessages.Scoped(message, filter.Typed, locale);

    private static bool IsOfAccount(Filter filter, string account) => filter.Matches(term =>
        term is FilterValues { Key: AwsFilterKeys.AccountName } values
            ? values.Values.Any(value => value.Matches(account))
            : !term.Negated);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Cost Explorer does not list anomalies ({Code}); only those that were told are shown")]
    private partial void LogNoAnomalies(string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cost Explorer gives no forecast: {Code}")]
    private partial void LogNoForecast(string code);
}

/// <summary>A month so far, and its settled days against as many of the month before.</summary>
/// <param name="From">Its first day.</param>
/// <param name="To">The day after the last that is counted.</param>
/// <param name="End">The day after its last.</param>
/// <param name="Now">Its days, as far as the view adds them up.</param>
/// <param name="Before">Those of the month before that are compared, likewise.</param>
internal sealed record MonthToDate(DateOnly From, DateOnly To, DateOnly End, CostTable Now, CostTable Before)
{
    /// <summary>The day after the last that is compared; the first day when none is.</summary>
    public DateOnly ComparedTo { get; init; } = To;

    /// <summary>What is added up.</summary>
    public CostView View { get; init; }

    /// <summary>Its days with all charges.</summary>
    public CostTable All { get; init; } = Now;

    /// <summary>The whole month before with all charges.</summary>
    public CostTable AllBefore { get; init; } = Before;

    /// <summary>What accounts are called that are not configured.</summary>
    public IReadOnlyDictionary<string, string>? Names { get; init; }

    /// <summary>What a forecast is added to: without credits but in the net view.</summary>
    public CostTable Spent => View == CostView.Net ? All : All.Billable;

    /// <summary>Whether there is a like day to compare with.</summary>
    public bool IsCompared => ComparedTo > From;

    /// <summary>The days that are compared.</summary>
    public CostTable Compared => Now.Between(From, ComparedTo);

    /// <summary>Every group with what it cost before.</summary>
    public IReadOnlyList<CostChange> Changes => Now.Against(Before, Compared);
}

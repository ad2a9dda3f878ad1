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
    ILogger<CostAnswers> logger)
{
    private const int ChartDays = 14;
    private const int AnomalyDays = 30;

    /// <summary>What costs are filtered by.</summary>
    public FilterGrammar Grammar => filters.Costs;

    /// <summary>The last settled day against the same weekday and the week, and the days since as far as AWS knows them.</summary>
    public async Task<Message> TodayAsync(string typed, Locale locale, CancellationToken cancellationToken)
    {
        var filter = filters.Read(filters.Costs, typed);
        var (today, settled) = (costs.Today, costs.LastSettled);
        var table = await costs.DailyAsync(
            Scope(CostGrouping.Service, filter), today.AddDays(-ChartDays), today.AddDays(1), cancellationToken);
        var chart = await pictures.BlockAsync(
            painter => CostCharts.Daily(
                locale.Text("cost.chart.by-day"), table.Between(today.AddDays(-ChartDays), settled.AddDays(1)), CostGrouping.Service,
                CostText.Service, locale) is { } drawn ? painter.Draw(drawn, locale) : null,
            "cost-today.png", cancellationToken);
        return Scoped(CostMessages.Today(table, settled, today, chart, locale), filter, table, locale);
    }

    /// <summary>The month so far against the same days of the last, with the forecast.</summary>
    public async Task<Message> MonthAsync(string typed, Locale locale, CancellationToken cancellationToken)
    {
        var filter = filters.Read(filters.Costs, typed);
        var month = await MonthToDateAsync(CostGrouping.Service, filter, cancellationToken);
        var (expected, fault) = await ExpectedAsync(filter, month.End, cancellationToken);
        var chart = await pictures.BlockAsync(
            painter => CostCharts.Groups(
                locale.Text("cost.chart.by-service", ("month", CostText.Month(month.From, locale))), month.Changes,
                CostText.Service) is { } drawn ? painter.Draw(drawn, locale) : null,
            "cost-month.png", cancellationToken);
        return Scoped(CostMessages.Month(month, expected, costs.Today, chart, locale, fault), filter, month.Now, locale);
    }

    /// <summary>What is expected of the month, with its bounds, and of the budgets.</summary>
    public async Task<Message> ForecastAsync(string typed, Locale locale, CancellationToken cancellationToken)
    {
        var filter = filters.Read(filters.Costs, typed);
        var month = await MonthToDateAsync(CostGrouping.Service, filter, cancellationToken);
        var (expected, fault) = await ExpectedAsync(filter, month.End, cancellationToken);
        var lines = await budgets.ReadAsync(cancellationToken);
        // A Region's or a tag's costs have no budgets to stand beside; an account's have.
        lines = lines with { Budgets = [.. lines.Budgets.Where(line => IsOfAccount(filter, line.Account))] };
        var chart = await pictures.BlockAsync(
            painter => CostCharts.Forecast(CostText.Month(month.From, locale), month.Now, expected, costs.Today, locale) is { } drawn
                ? painter.Draw(drawn, locale)
                : null,
            "cost-forecast.png", cancellationToken);
        return Scoped(CostMessages.Forecast(month, expected, costs.Today, lines, chart, locale, fault), filter, month.Now, locale);
    }

    /// <summary>All budgets, those that match, or one of a name with its buttons.</summary>
    public async Task<Message> BudgetsAsync(string typed, Locale locale, CancellationToken cancellationToken)
    {
        var filter = Filter.All;
        if (typed.Length > 0)
        {
            // A name may have spaces and colons: who writes the whole of it means that budget.
            await using var connection = await database.OpenAsync(cancellationToken);
            if (await CostSubjectStore.BudgetsNamedAsync(connection, typed, 1, cancellationToken) is [var known])
                return BudgetMessage.Render(known, accounts.Find(known.Account)?.Name, locale, accounts.HomeRegion);
            filter = filters.Read(filters.Budgets, typed);
        }

        var lines = await budgets.ReadAsync(cancellationToken);
        lines = lines with { Budgets = [.. lines.Budgets.Where(line => CostFilters.Matches(filter, line.Account, line.Name))] };
        return lines.Budgets.Count == 0 && filter.Doubts is [var doubt, ..]
            ? FilterFaultText.Render(doubt, locale)
            : CostMessages.Budgets(lines, typed, locale);
    }

    /// <summary>The month so far by service, account, region or tag.</summary>
    public async Task<Message> ByAsync(CostGrouping grouping, int skip, string typed, Locale locale, CancellationToken cancellationToken)
    {
        grouping = await costs.AsBilledAsync(grouping, cancellationToken);
        var filter = filters.Read(filters.Costs, typed);
        var month = await MonthToDateAsync(grouping, filter, cancellationToken);
        if (grouping.Type == "TAG" && month.Changes.All(change => change.Key.Length == 0))
        {
            // A key that nothing carries, or that is not activated for cost allocation: say which ones there are.
            var (known, _) = await CostFault.TryAsync(() => costs.TagKeysAsync(cancellationToken), cancellationToken);
            if (known is not null && !known.Contains(grouping.Key, StringComparer.Ordinal))
                return CostMessages.NoTag(grouping.Key, known, locale);
        }

        string Name(string key) => CostText.Group(grouping, key, accounts, locale);
        var chart = skip > 0 ? null : await pictures.BlockAsync(
            painter => CostCharts.Groups(
                $"{CostText.Grouping(grouping, locale)} · {CostText.Month(month.From, locale)}", month.Changes,
                Name) is { } drawn ? painter.Draw(drawn, locale) : null,
            "cost-by.png", cancellationToken);
        return Scoped(CostMessages.By(month, grouping, skip, filter.Typed, accounts, chart, locale), filter, month.Now, locale);
    }

    /// <summary>The anomalies of the last month: Cost Explorer's list; when it cannot be asked, what was told.</summary>
    public async Task<Message> AnomaliesAsync(string typed, Locale locale, CancellationToken cancellationToken)
    {
        var filter = filters.Read(filters.Anomalies, typed);
        var since = costs.Today.AddDays(-AnomalyDays);
        IReadOnlyList<Anomaly> incoming;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            incoming = await CostSubjectStore.AnomaliesSinceAsync(
                connection, new DateTimeOffset(since.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), 100, cancellationToken);
        }

        var (found, fault) = await CostFault.TryAsync(() => costs.AnomaliesAsync(since, costs.Today, cancellationToken), cancellationToken);
        var listed = found ?? [];
        if (fault is not null) LogNoAnomalies(fault);
        var known = incoming.ToDictionary(anomaly => anomaly.Id);
        var all = incoming.Concat(listed.Where(anomaly => !known.ContainsKey(anomaly.Id)))
            .Where(anomaly => IsOfAccount(filter, anomaly.Account)).OrderByDescending(anomaly => anomaly.Impact).ToList();
        if (all.Count == 0 && filter.Doubts is [var doubt, ..]) return FilterFaultText.Render(doubt, locale);
        return CostMessages.Scoped(CostMessages.Anomalies(all, known.Keys.ToHashSet(), AnomalyDays, fault, locale), filter.Typed, locale);
    }

    /// <summary>The present month's days; those that are settled against as many of the last month.</summary>
    internal async Task<MonthToDate> MonthToDateAsync(CostGrouping grouping, Filter filter, CancellationToken cancellationToken)
    {
        var today = costs.Today;
        var from = new DateOnly(today.Year, today.Month, 1);
        var to = today > from ? today : today.AddDays(1);
        var before = from.AddMonths(-1);
        var table = await costs.DailyAsync(Scope(grouping, filter), before, to, cancellationToken);
        // A day that AWS still learns of has no like, nor has the 29th after a February.
        var days = Math.Clamp(costs.LastSettled.DayNumber + 1 - from.DayNumber, 0, from.DayNumber - before.DayNumber);
        return new MonthToDate(from, to, from.AddMonths(1), table.Between(from, to), table.Between(before, before.AddDays(days)))
        {
            ComparedTo = from.AddDays(days),
        };
    }

    private async Task<(ExpectedCost? Expected, string? Fault)> ExpectedAsync(
        Filter filter, DateOnly to, CancellationToken cancellationToken)
    {
        var (expected, fault) = await CostFault.TryAsync(
            () => costs.ForecastAsync(costs.Payer, CostFilters.ToExpression(filter), to, cancellationToken), cancellationToken);
        if (fault is not null) LogNoForecast(fault);
        return (expected, fault);
    }

    private CostScope Scope(CostGrouping grouping, Filter filter) => new(costs.Payer, grouping, CostFilters.ToExpression(filter));

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
/// <param name="Now">Its days.</param>
/// <param name="Before">Those of the month before that are compared.</param>
internal sealed record MonthToDate(DateOnly From, DateOnly To, DateOnly End, CostTable Now, CostTable Before)
{
    /// <summary>The day after the last that is compared; the first day when none is.</summary>
    public DateOnly ComparedTo { get; init; } = To;

    /// <summary>Whether there is a like day to compare with.</summary>
    public bool IsCompared => ComparedTo > From;

    /// <summary>The days that are compared.</summary>
    public CostTable Compared => Now.Between(From, ComparedTo);

    /// <summary>Every group with what it cost before.</summary>
    public IReadOnlyList<CostChange> Changes => Now.Against(Before, Compared);
}

using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Logging;

namespace ChatOps.Costs;

/// <summary>Answers what people ask about costs, as messages.</summary>
internal sealed partial class CostAnswers(
    CostExplorer costs, CostPictures pictures, BudgetList budgets, IAwsAccounts accounts, IDatabase database, ILogger<CostAnswers> logger)
{
    private const int ChartDays = 14;
    private const int AnomalyDays = 30;

    /// <summary>Yesterday against the day before and the week, and today as far as AWS knows it.</summary>
    public async Task<Message> TodayAsync(Locale locale, CancellationToken cancellationToken)
    {
        var today = costs.Today;
        var table = await costs.DailyAsync(Scope(CostGrouping.Service), today.AddDays(-ChartDays), today.AddDays(1), cancellationToken);
        var chart = await pictures.BlockAsync(
            painter => CostCharts.Daily(locale.Text("cost.chart.by-day"), table.Between(today.AddDays(-ChartDays), today), CostGrouping.Service, CostText.Service, locale) is { } drawn ? painter.Draw(drawn, locale) : null,
            "cost-today.png", cancellationToken);
        return CostMessages.Today(table, today, chart, locale);
    }

    /// <summary>The month so far against the same days of the last, with the forecast.</summary>
    public async Task<Message> MonthAsync(Locale locale, CancellationToken cancellationToken)
    {
        var month = await MonthToDateAsync(CostGrouping.Service, cancellationToken);
        var expected = await costs.ForecastAsync(costs.Payer, null, month.End, cancellationToken);
        var chart = await pictures.BlockAsync(
            painter => CostCharts.Groups(locale.Text("cost.chart.by-service", ("month", CostText.Month(month.From, locale))), month.Changes, CostText.Service) is { } drawn ? painter.Draw(drawn, locale) : null,
            "cost-month.png", cancellationToken);
        return CostMessages.Month(month, expected, costs.Today, chart, locale);
    }

    /// <summary>What is expected of the month, with its bounds, and of the budgets.</summary>
    public async Task<Message> ForecastAsync(Locale locale, CancellationToken cancellationToken)
    {
        var month = await MonthToDateAsync(CostGrouping.Service, cancellationToken);
        var expected = await costs.ForecastAsync(costs.Payer, null, month.End, cancellationToken);
        var lines = await budgets.ReadAsync(cancellationToken);
        var chart = await pictures.BlockAsync(
            painter => CostCharts.Forecast(CostText.Month(month.From, locale), month.Now, expected, costs.Today, locale) is { } drawn ? painter.Draw(drawn, locale) : null,
            "cost-forecast.png", cancellationToken);
        return CostMessages.Forecast(month, expected, costs.Today, lines, chart, locale);
    }

    /// <summary>All budgets, or one of a name with its buttons.</summary>
    public async Task<Message> BudgetsAsync(string name, Locale locale, CancellationToken cancellationToken)
    {
        if (name.Length > 0)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            if (await CostSubjectStore.BudgetsNamedAsync(connection, name, 1, cancellationToken) is [var known])
                return BudgetMessage.Render(known, accounts.Find(known.Account)?.Name, locale);
        }

        var lines = await budgets.ReadAsync(cancellationToken);
        var named = name.Length == 0 ? lines.Budgets : [.. lines.Budgets.Where(line => line.Name.Contains(name, StringComparison.OrdinalIgnoreCase))];
        return CostMessages.Budgets(lines with { Budgets = named }, name, locale);
    }

    /// <summary>The month so far by service, account, region or tag.</summary>
    public async Task<Message> ByAsync(CostGrouping grouping, int skip, Locale locale, CancellationToken cancellationToken)
    {
        var month = await MonthToDateAsync(grouping, cancellationToken);
        if (grouping.Type == "TAG" && month.Changes.All(change => change.Key.Length == 0))
        {
            // A key that nothing carries, or that is not activated for cost allocation: say which ones there are.
            var known = await costs.TagKeysAsync(cancellationToken);
            if (!known.Contains(grouping.Key, StringComparer.Ordinal)) return CostMessages.NoTag(grouping.Key, known, locale);
        }

        string Name(string key) => CostText.Group(grouping, key, accounts, locale);
        var chart = skip > 0 ? null : await pictures.BlockAsync(
            painter => CostCharts.Groups($"{CostText.Grouping(grouping, locale)} · {CostText.Month(month.From, locale)}", month.Changes, Name) is { } drawn ? painter.Draw(drawn, locale) : null,
            "cost-by.png", cancellationToken);
        return CostMessages.By(month, grouping, skip, accounts, chart, locale);
    }

    /// <summary>The anomalies of the last month: Cost Explorer's list; when it cannot be asked, what was told.</summary>
    public async Task<Message> AnomaliesAsync(Locale locale, CancellationToken cancellationToken)
    {
        var since = costs.Today.AddDays(-AnomalyDays);
        IReadOnlyList<Anomaly> told;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            told = await CostSubjectStore.AnomaliesSinceAsync(connection, new DateTimeOffset(since.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), 100, cancellationToken);
        }

        IReadOnlyList<Anomaly> listed = [];
        string? fault = null;
        try
        {
            listed = await costs.AnomaliesAsync(since, costs.Today, cancellationToken);
        }
        catch (Exception refused) when (refused is AwsServiceException or TimeoutException)
        {
            LogNoAnomalies(refused);
            fault = (refused as AwsServiceException)?.ErrorCode ?? nameof(TimeoutException);
        }

        var known = told.ToDictionary(one => one.Id);
        var all = told.Concat(listed.Where(one => !known.ContainsKey(one.Id))).OrderByDescending(one => one.Impact).ToList();
        return CostMessages.Anomalies(all, known.Keys.ToHashSet(), AnomalyDays, fault, locale);
    }

    /// <summary>The present month's whole days against as many of the last month; on the first day, the last month's.</summary>
    internal async Task<MonthToDate> MonthToDateAsync(CostGrouping grouping, CancellationToken cancellationToken)
    {
        var today = costs.Today;
        var from = new DateOnly(today.Year, today.Month, 1);
        var to = today > from ? today : today.AddDays(1);
        var before = from.AddMonths(-1);
        var beforeTo = before.AddDays(to.DayNumber - from.DayNumber) is var same && same > from ? from : same;
        var table = await costs.DailyAsync(Scope(grouping), before, to, cancellationToken);
        return new MonthToDate(from, to, from.AddMonths(1), table.Between(from, to), table.Between(before, beforeTo));
    }

    private CostScope Scope(CostGrouping grouping) => new(costs.Payer, grouping);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cost Explorer does not list anomalies; only those that were told are shown")]
    private partial void LogNoAnomalies(Exception fault);
}

/// <summary>A month so far, against as many days of the month before.</summary>
/// <param name="From">Its first day.</param>
/// <param name="To">The day after the last that is counted.</param>
/// <param name="End">The day after its last.</param>
/// <param name="Now">Its days.</param>
/// <param name="Before">Those of the month before.</param>
internal sealed record MonthToDate(DateOnly From, DateOnly To, DateOnly End, CostTable Now, CostTable Before)
{
    /// <summary>Every group with what it cost before.</summary>
    public IReadOnlyList<CostChange> Changes { get; } = Now.Against(Before);
}

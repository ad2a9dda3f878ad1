using ChatOps.Platform.Charts;
using ChatOps.Platform.Localization;

namespace ChatOps.Costs;

/// <summary>
/// The charts of costs, as descriptions: what is drawn, not how. Pure. Only here does money become a double: pixels need no cents.
/// </summary>
internal static class CostCharts
{
    private const int LayersShown = 6;
    private const int BarsShown = 10;

    /// <summary>
    /// A budget: what is spent so far adding up, the limit, and the forecast with its bounds. Null when there is nothing to draw.
    /// </summary>
    public static LineChart? OfBudget(Budget budget, BudgetReading reading, DateOnly today, Locale locale)
    {
        if (budget is not { Limit: { } limit, Period: { } period } || reading.Now is not { } table) return null;
        var days = table.Daily(limit.Currency).Where(day => day.Day < today).ToList();
        if (days.Count == 0) return null;
        var spent = Cumulative(days, 0m);
        var series = new List<Series> { new(locale.Text("cost.chart.spent"), Points(spent, locale)) };
        (Series Low, Series High)? band = null;
        if (reading.Expected is { } expected && expected.Currency == limit.Currency && expected.Days.Count > 0)
        {
            var last = spent[^1];
            series.Add(new Series(
                locale.Text("cost.chart.forecast"),
                Points([last, .. Cumulative(expected.Days.Select(day => (day.Day, day.Mean)), last.Amount)], locale))
            { Dashed = true });
            band = (
                new Series(
                    locale.Text("cost.chart.low"),
                    Points([last, .. Cumulative(expected.Days.Select(day => (day.Day, day.Low)), last.Amount)], locale)),
                new Series(
                    locale.Text("cost.chart.high"),
                    Points([last, .. Cumulative(expected.Days.Select(day => (day.Day, day.High)), last.Amount)], locale)));
        }

        return new LineChart($"{budget.Name} · {period.Key}", series)
        {
            Unit = limit.Currency,
            Threshold = ((double)limit.Amount, locale.Text("cost.chart.limit")),
            Band = band,
            Filled = false,
        };
    }

    /// <summary>Days as columns, by group; the smaller groups as one. Null when there is nothing to draw.</summary>
    public static StackedChart? Daily(string title, CostTable table, CostGrouping grouping, Func<string, string> name, Locale locale)
    {
        if (table.Currency is not { } currency) return null;
        var largest = table.Groups.Where(group => group.Money.Currency == currency && group.Money.Amount > 0).Take(LayersShown)
            .Select(group => group.Key).ToList();
        var layers = largest.Select(
            key => new Series(name(key), DailyOf(table, locale, amount => amount.Key == key && amount.Currency == currency))).ToList();
        var rest = DailyOf(table, locale, amount => amount.Currency == currency && !largest.Contains(amount.Key));
        if (rest.Any(point => point.Value > 0.005)) layers.Add(new Series(locale.Text("cost.chart.others"), rest));
        return layers.Count == 0 ? null : new StackedChart(title, layers) { Unit = currency };
    }

    /// <summary>Groups as bars, each with what it cost before. Null when there is nothing to draw.</summary>
    public static BarChart? Groups(string title, IReadOnlyList<CostChange> changes, Func<string, string> name)
    {
        if (changes is not [var first, ..]) return null;
        var bars = changes.Where(change => change.Now.Currency == first.Now.Currency && (change.Now.Amount > 0 || change.Before.Amount > 0))
            .Take(BarsShown)
            .Select(change => (name(change.Key), (double)change.Now.Amount, (double?)(double)change.Before.Amount)).ToList();
        return bars.Count == 0 ? null : new BarChart(title, bars) { Unit = first.Now.Currency };
    }

    /// <summary>A month's costs by day with what is expected of the days to come. Null when there is nothing to draw.</summary>
    public static LineChart? Forecast(string title, CostTable table, ExpectedCost? expected, DateOnly today, Locale locale)
    {
        if ((expected?.Currency ?? table.Currency) is not { } currency) return null;
        var spent = Cumulative(table.Daily(currency).Where(day => day.Day < today), 0m);
        if (spent.Count == 0) return null;
        var last = spent[^1];
        var series = new List<Series> { new(locale.Text("cost.chart.spent"), Points(spent, locale)) };
        if (expected is null) return new LineChart(title, series) { Unit = currency };
        series.Add(new Series(
            locale.Text("cost.chart.forecast"),
            Points([last, .. Cumulative(expected.Days.Select(day => (day.Day, day.Mean)), last.Amount)], locale))
        { Dashed = true });
        return new LineChart(title, series)
        {
            Unit = currency,
            Band = (
                new Series(
                    locale.Text("cost.chart.low"),
                    Points([last, .. Cumulative(expected.Days.Select(day => (day.Day, day.Low)), last.Amount)], locale)),
                new Series(
                    locale.Text("cost.chart.high"),
                    Points([last, .. Cumulative(expected.Days.Select(day => (day.Day, day.High)), last.Amount)], locale))),
        };
    }

    private static List<(DateOnly Day, decimal Amount)> Cumulative(IEnumerable<(DateOnly Day, decimal Amount)> days, decimal from)
    {
        var sum = from;
        return [.. days.Select(day => (day.Day, sum += day.Amount))];
    }

    private static IReadOnlyList<(DateTimeOffset At, double Value)> DailyOf(
        CostTable table, Locale locale, Func<CostAmount, bool> which) =>
        [.. table.Days.OrderBy(day => day.Day).Select(day => (
            At(day.Day, locale), (double)day.Amounts.Where(which).Sum(amount => amount.Amount)))];

    private static IReadOnlyList<(DateTimeOffset At, double Value)> Points(
        IEnumerable<(DateOnly Day, decimal Amount)> days, Locale locale) =>
        [.. days.Select(day => (At(day.Day, locale), (double)day.Amount))];

    /// <summary>A day begins where the reader is: a UTC day's own midnight is still the day before west of Greenwich.</summary>
    private static DateTimeOffset At(DateOnly day, Locale locale)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        // Where summer time begins at midnight, the day begins at one.
        if (locale.Zone.IsInvalidTime(midnight)) midnight = midnight.AddHours(1);
        return new DateTimeOffset(midnight, locale.Zone.GetUtcOffset(midnight));
    }
}

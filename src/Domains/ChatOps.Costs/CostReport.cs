using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Reports;

namespace ChatOps.Costs;

/// <summary>
/// Costs in the daily report: the last settled day against the same weekday and the week, the month so far and its forecast against
/// budgets, movers. The digest of the same morning names the same day.
/// </summary>
internal sealed class CostReport(CostExplorer costs, BudgetList budgets, IAwsAccounts accounts) : IReportSource
{
    private const int Shown = 5;

    public string Id => "costs";

    public int Order => 50;

    public async Task<IReportContent> ReadAsync(ReportPeriod period, CancellationToken cancellationToken)
    {
        // AWS bills by UTC days: the last one that was settled at the period's end is the report's day.
        var last = DateOnly.FromDateTime(period.To.UtcDateTime);
        var end = last > costs.Today ? costs.Today : last;
        var (settled, present) = (costs.LastSettledAt(period.To), costs.LastSettled);
        var day = settled < present ? settled : present;
        var month = new DateOnly(day.Year, day.Month, 1);
        var scope = new CostScope(costs.Payer, CostGrouping.Service);
        var from = day.AddDays(-13) < month ? day.AddDays(-13) : month;
        var all = await costs.DailyAsync(scope, from, end, CostDemand.Digest, cancellationToken);
        var table = all.Billable;
        var (expected, fault) = end == costs.Today && month.AddMonths(1) > costs.Today
            ? await CostFault.TryAsync(
                () => costs.ForecastAsync(
                    costs.Payer, table.Charges.Count < all.Charges.Count ? CostFilters.WithoutReductions(null) : null, month.AddMonths(1),
                    cancellationToken, CostDemand.Digest),
                cancellationToken)
            : (null, null);
        return new Content(
            table, day, month, end, expected, await budgets.ReadAsync(cancellationToken), ConsoleLinks.Budgets(accounts.HomeRegion))
        {
            ForecastFault = fault,
        };
    }

    /// <summary>What was read.</summary>
    internal sealed record Content(
        CostTable Table, DateOnly Day, DateOnly Month, DateOnly End, ExpectedCost? Expected, BudgetLines Budgets, string? Console)
        : IReportContent
    {
        /// <summary>Why there is no forecast; null when AWS was not asked or answered.</summary>
        public string? ForecastFault { get; init; }

        public ReportSection Render(Locale locale)
        {
            var title = locale.Text("cost.report.title");
            var usage = Table.Usage;
            if (usage.Currency is not { } currency)
                return new ReportSection(title, new ReportVerdict(ReportVerdictLevel.Quiet, locale.Text("cost.report.nothing")));
            var now = usage.Between(Day, Day.AddDays(1));
            var before = usage.Between(Day.AddDays(-7), Day.AddDays(-6));
            var week = usage.Between(Day.AddDays(-7), Day);
            var spent = now.Total(currency);
            var previous = before.Total(currency);
            var average = week.DailyMeans.Of(currency);
            var settled = usage.Between(Month, Day.AddDays(1));
            var soFar = Table.Between(Month, End < Month.AddMonths(1) ? End : Month.AddMonths(1));
            var figures = new List<ReportFigure>
            {
                new(
                    locale.Text("cost.report.yesterday", ("day", CostText.Day(Day, locale))), CostText.Sums(now.Totals, locale),
                    CostMessages.Against(spent, previous, locale), spent.Amount == previous.Amount ? null : spent.Amount < previous.Amount),
                new(locale.Text("cost.report.week"), average.Text(locale), CostMessages.Against(spent, average, locale)),
                new(
                    locale.Text("cost.report.month", ("days", CostText.Days(Month, Day.AddDays(1), locale))),
                    CostText.Sums(settled.Totals, locale)),
            };
            var over = Budgets.Budgets.Where(line => line.Worst > 1m).ToList();
            if (Expected is { } expected && expected.Currency == currency)
                figures.Add(new ReportFigure(
                    locale.Text("cost.report.forecast"),
                    new Money(soFar.Total(currency).Amount + expected.Days.Sum(day => day.Mean), currency).Text(locale)));
            return new ReportSection(title, Verdict(over, spent, average, week.Days.Count > 0, locale))
            {
                Figures = figures,
                Lines = [.. Lines(now, over, locale)],
                Tables = Movers(now, before, locale) is { Rows.Count: > 0 } movers ? [movers] : [],
                Charts = CostCharts.Daily(
                    locale.Text("cost.chart.by-day"), usage.Between(Day.AddDays(-13), Day.AddDays(1)), CostGrouping.Service,
                    CostText.Service, locale) is { } chart ? [painter => painter.Draw(chart, locale)] : [],
            };
        }

        private ReportVerdict Verdict(List<BudgetLine> over, Money spent, Money average, bool isCompared, Locale locale)
        {
            if (over.Count > 0)
            {
                var mood = over.Any(line => line.Sign == "🔴") ? ReportVerdictLevel.Bad : ReportVerdictLevel.Watch;
                return new ReportVerdict(mood, over.Count == 1
                    ? locale.Text("cost.report.over-one", ("name", over[0].Name))
                    : locale.Text("cost.report.over", ("count", (long)over.Count)));
            }

            // Half as much again as a usual day, and not for pennies.
            return average.Amount > 0 && spent.Amount > average.Amount * 1.5m && spent.Amount - average.Amount > 10m
                ? new ReportVerdict(
                    ReportVerdictLevel.Watch,
                    locale.Text(
                        "cost.report.much", ("day", CostText.Day(Day, locale)), ("amount", CostMessages.Against(spent, average, locale))))
                : new ReportVerdict(
                    ReportVerdictLevel.Quiet,
                    isCompared ? locale.Text("cost.report.usual") : locale.Text("cost.report.alone", ("day", CostText.Day(Day, locale))));
        }

        private IEnumerable<ReportLine> Lines(CostTable now, IReadOnlyList<BudgetLine> over, Locale locale)
        {
            foreach (var line in over.Take(Shown))
            {
                yield return new ReportLine(
                    locale.Text(
                        "cost.report.budget", ("name", line.Name),
                        ("forecast", (line.Forecast ?? line.Actual) is { } figure ? figure.Text(locale) : "–"),
                        ("limit", line.Limit is { } limit ? limit.Text(locale) : "–"), ("share", Share.Text(line.Worst ?? 0, locale))),
                    Console is null ? null : new Uri(Console));
            }

            if (CostText.Estimated(now, locale) is { Length: > 0 } estimated) yield return new ReportLine(estimated);
            if (ForecastFault is { } fault) yield return new ReportLine(locale.Text("cost.forecast.fault", ("code", fault)));
            foreach (var (account, code) in Budgets.Faults)
                yield return new ReportLine(locale.Text("cost.budgets.fault", ("account", AccountText.Mask(account)), ("code", code)));
        }

        private static ReportTable Movers(CostTable now, CostTable before, Locale locale) => new(
            [locale.Text("cost.by.service"), locale.Text("digest.column.now"), locale.Text("digest.column.change")],
            [.. now.Movers(before, Shown).Select(change => (IReadOnlyList<string>)[
                CostText.Service(change.Key), change.Now.Text(locale),
                $"{change.Delta.Change(locale)}{(change.Ratio is { } ratio ? $" ({Share.Change(ratio, locale)})" : "")}"
            ])]);
    }
}

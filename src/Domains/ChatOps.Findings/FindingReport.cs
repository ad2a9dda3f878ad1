using ChatOps.Platform.Charts;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Reports;

namespace ChatOps.Findings;

/// <summary>Findings in the daily report: opened, resolved, what we fixed and who, open by severity against the day before.</summary>
internal sealed class FindingReport(IDatabase database, ISlackPeople people) : IReportSource
{
    private const int DaysDrawn = 14;
    private const int FixesShown = 5;

    public string Id => "findings";

    public int Order => 10;

    public async Task<IReportContent> ReadAsync(ReportPeriod period, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var times = Enumerable.Range(0, DaysDrawn).Select(i => period.To.AddDays(i - DaysDrawn + 1)).ToList();
        var open = await FindingCounts.OpenAtAsync(connection, times, cancellationToken);
        var before = await FindingCounts.OpenAtAsync(connection, [period.From], cancellationToken);
        var moved = await FindingCounts.MovedAsync(connection, period.From, period.To, cancellationToken);
        var previous = await FindingCounts.MovedAsync(connection, period.PreviousFrom, period.From, cancellationToken);
        var fixes = await FindingCounts.FixedAsync(connection, period.From, period.To, cancellationToken);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in fixes.Select(fix => fix.ByUserId).Distinct())
            names[id] = await people.FindAsync(id, cancellationToken) is { } user ? user.RealName ?? user.Name : id;
        return new Content(
            times, open, before[0], moved, previous, [.. fixes.Select(fix => (names[fix.ByUserId], fix.Count))],
            await FindingCounts.FixedTitlesAsync(connection, period.From, period.To, FixesShown, cancellationToken));
    }

    /// <summary>Pure.</summary>
    /// <param name="Times">When it was counted, oldest first; the last is the period's end.</param>
    /// <param name="Open">Open findings by rank at those times.</param>
    /// <param name="Before">Open findings by rank when the period began.</param>
    /// <param name="Moved">What came and went in the period, by rank.</param>
    /// <param name="Previous">The same in the period before.</param>
    /// <param name="Fixes">Who had remediated what was resolved, and how much.</param>
    /// <param name="Titles">What that was, worst first.</param>
    internal sealed record Content(
        IReadOnlyList<DateTimeOffset> Times, IReadOnlyList<long[]> Open, long[] Before, FindingMovement Moved, FindingMovement Previous,
        IReadOnlyList<(string Who, long Count)> Fixes, IReadOnlyList<FixedFinding> Titles) : IReportContent
    {
        /// <summary>Every severity that a headline figure counts: the rows add up to it.</summary>
        private List<Severity> Shown => [.. Enum.GetValues<Severity>().Where(rank => rank != Severity.Informational
            || new[] { Open[^1], Before, Moved.Opened, Moved.Closed }.Concat(Open).Any(counts => counts[(int)rank] > 0))];

        public ReportSection Render(Locale locale)
        {
            var shown = Shown;
            var now = Open[^1];
            var (total, was) = (now.Sum(), Before.Sum());
            var newCritical = Moved.Opened[(int)Severity.Critical];
            var stillCritical = Moved.StillOpen[(int)Severity.Critical];
            var newHigh = Moved.StillOpen[(int)Severity.High];
            var mood = stillCritical > 0
                ? ReportVerdictLevel.Bad
                : newHigh > 0 || now[(int)Severity.Critical] > 0 ? ReportVerdictLevel.Watch : ReportVerdictLevel.Quiet;
            var clause = newCritical > 0
                ? locale.Text(
                    stillCritical == 0 ? "finding.report.clause.fixed" : "finding.report.clause.critical", ("count", newCritical),
                    ("open", stillCritical))
                : now[(int)Severity.Critical] > 0 ? locale.Text("finding.report.clause.standing", ("count", now[(int)Severity.Critical]))
                : newHigh > 0 ? locale.Text("finding.report.clause.high", ("count", newHigh))
                : locale.Text("finding.report.clause.none");
            return new ReportSection(locale.Text("report.section.findings"), new ReportVerdict(mood, clause))
            {
                Figures =
                [
                    Figure(locale.Text("finding.report.open"), total, was, locale, lessIsBetter: true),
                    Figure(locale.Text("finding.report.opened"), Moved.Opened.Sum(), Previous.Opened.Sum(), locale, lessIsBetter: true),
                    Figure(locale.Text("finding.report.resolved"), Moved.Closed.Sum(), Previous.Closed.Sum(), locale, lessIsBetter: false),
                    new ReportFigure(locale.Text("finding.report.fixed"), locale.Number(Fixes.Sum(fix => fix.Count))),
                ],
                Lines =
                [
                    .. Fixes.Take(5).Select(
                        fix => new ReportLine(locale.Text("finding.report.who", ("who", fix.Who), ("count", fix.Count)))),
                    .. Titles.Select(title => new ReportLine(locale.Text(
                        "finding.report.what", ("severity", locale.Severity(title.Severity)), ("what", title.What),
                        ("resource", title.Resource)))),
                ],
                Tables =
                [
                    new ReportTable(
                        [
                            locale.Text("finding.report.severity"), locale.Text("finding.report.open"),
                            locale.Text("finding.report.before"), locale.Text("finding.report.opened"),
                            locale.Text("finding.report.resolved")
                        ],
                        [.. shown.Select(IReadOnlyList<string> (rank) =>
                            [
                                locale.Severity(rank), locale.Number(now[(int)rank]), locale.Number(Before[(int)rank]),
                                locale.Number(Moved.Opened[(int)rank]), locale.Number(Moved.Closed[(int)rank])
                            ])]),
                ],
                Charts =
                [
                    painter => painter.Draw(
                        new StackedChart(
                            locale.Text("finding.report.chart"),
                            [.. shown.Select(rank => new Series(
                                locale.Severity(rank), [.. Times.Select((at, i) => (at, (double)Open[i][(int)rank]))]))]),
                        locale),
                ],
            };
        }

        private static ReportFigure Figure(string name, long now, long before, Locale locale, bool lessIsBetter)
        {
            var change = now - before;
            return new ReportFigure(
                name, locale.Number(now), change == 0 ? null : $"{(change > 0 ? "+" : "−")}{locale.Number(Math.Abs(change))}",
                change == 0 ? null : change < 0 == lessIsBetter);
        }
    }
}

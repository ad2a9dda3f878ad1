using ChatOps.Platform.Charts;
using ChatOps.Platform.Localization;
using ChatOps.Reports;

namespace ChatOps.Tagging;

/// <summary>
/// Assets in the daily report: what is new, and how well the estate is tagged against the day before. Reads two censuses and a count, so
/// that a million assets cost it what a thousand do.
/// </summary>
internal sealed class TagReport(TagGapStore gaps, CreationStore creations, TagCensus census) : IReportSource
{
    public string Id => "assets";

    public int Order => 40;

    public async Task<IReportContent> ReadAsync(ReportPeriod period, CancellationToken cancellationToken)
    {
        // Nothing was ever counted: a new installation counts now.
        var now = await gaps.CensusAsync(period.To, cancellationToken) ?? await census.TakeAsync(cancellationToken);
        var before = await gaps.CensusAsync(period.From, cancellationToken);
        return new Content(
            period, now, before is null || before.TakenAt == now.TakenAt ? null : before,
            await creations.CountAsync(period.From, period.To, cancellationToken));
    }

    /// <summary>What was read. Pure.</summary>
    internal sealed record Content(ReportPeriod Period, Census Now, Census? Before, IReadOnlyList<CreationCount> Created) : IReportContent
    {
        private const int Rows = 5;

        /// <summary>A loss of so much of the estate is worth somebody's look.</summary>
        private const double Loss = 0.005;

        public ReportSection Render(Locale locale)
        {
            var (figures, before) = (Now.Figures, Before?.Figures);
            var fresh = NewIn(figures, Period.From, Period.To);
            var was = NewIn(figures, Period.PreviousFrom, Period.From);
            var gapsNow = figures.Concerned - figures.Complete;
            var gapsBefore = before is null ? (long?)null : before.Concerned - before.Complete;
            var failed = Created.Where(count => count.State == CreationState.Failed).Sum(count => count.Count);
            var waiting = Created.Sum(count => count.Waiting);
            var mood = failed > 0 || (before is not null && figures.Share < before.Share - Loss)
                ? ReportVerdictLevel.Watch
                : ReportVerdictLevel.Quiet;
            var share = locale.Percent(Math.Floor(figures.Share * 1000) / 1000);
            var section = new ReportSection(
                locale.Text("tag.report.title"), new ReportVerdict(mood, locale.Text("tag.report.verdict", ("share", share))))
            {
                Figures =
                [
                    new ReportFigure(
                        locale.Text("tag.report.complete"), share,
                        before is null ? null : Points((figures.Share - before.Share) * 100, locale),
                        Better(before is null ? 0 : figures.Share - before.Share)),
                    new ReportFigure(
                        locale.Text("tag.report.gaps"), locale.Number(gapsNow),
                        gapsBefore is { } old ? Signed(gapsNow - old, locale) : null,
                        gapsBefore is { } old2 ? Better(old2 - gapsNow) : null),
                    new ReportFigure(
                        locale.Text("tag.report.assets"), locale.Number(figures.Assets),
                        before is null ? null : Signed(figures.Assets - before.Assets, locale)),
                    new ReportFigure(locale.Text("tag.report.new"), locale.Number(fresh), Signed(fresh - was, locale)),
                ],
                Lines = Lines(failed, waiting, locale),
                Tables = Tables(figures, before, locale),
                Charts = figures.FaultsByKey.Count == 0 ? [] : [painter => painter.Draw(Chart(figures, before, locale), locale)],
            };
            return section;
        }

        private List<ReportLine> Lines(long failed, long waiting, Locale locale)
        {
            var tagged = Created.Where(count => count.State == CreationState.Tagged).Sum(count => count.Count);
            var lines = new List<ReportLine>();
            if (tagged > 0) lines.Add(new ReportLine(locale.Text("tag.report.tagged", ("count", tagged))));
            if (waiting > 0) lines.Add(new ReportLine(locale.Text("tag.report.waiting", ("count", waiting))));
            if (failed > 0) lines.Add(new ReportLine(locale.Text("tag.report.failed", ("count", failed))));
            lines.Add(new ReportLine(locale.Text("tag.report.as-of", ("when", locale.DayAndTime(Now.TakenAt)))));
            return lines;
        }

        private static List<ReportTable> Tables(CensusFigures figures, CensusFigures? before, Locale locale)
        {
            var tables = new List<ReportTable>();
            var keys = figures.FaultsByKey.OrderByDescending(pair => pair.Value).Take(Rows).ToList();
            if (keys.Count > 0)
            {
                tables.Add(new ReportTable(
                    [locale.Text("tag.report.key"), locale.Text("tag.report.gaps"), locale.Text("tag.report.change")],
                    [.. keys.Select(key => (IReadOnlyList<string>)[
                        key.Key, locale.Number(key.Value),
                        before is null ? "–" : Signed(key.Value - before.FaultsByKey.GetValueOrDefault(key.Key), locale)
                    ])]));
            }

            var owners = figures.ByOwner.Where(pair => pair.Value.Gaps > 0).OrderByDescending(pair => pair.Value.Gaps).Take(Rows).ToList();
            if (owners.Count > 0)
            {
                tables.Add(new ReportTable(
                    [
                        locale.Text("tag.report.owner"), locale.Text("tag.report.gaps"), locale.Text("tag.report.of"),
                        locale.Text("tag.report.change")
                    ],
                    [
                        .. owners.Select(owner => (IReadOnlyList<string>)
                        [
                            owner.Key.Length == 0 ? locale.Text("tag.report.nobody") : owner.Key, locale.Number(owner.Value.Gaps),
                            locale.Number(owner.Value.Concerned),
                            before is null
                                ? "–"
                                : Signed(owner.Value.Gaps - (before.ByOwner.GetValueOrDefault(owner.Key)?.Gaps ?? 0), locale),
                        ]),
                    ]));
            }

            return tables;
        }

        private static BarChart Chart(CensusFigures figures, CensusFigures? before, Locale locale) => new(
            locale.Text("tag.report.chart"),
            [.. figures.FaultsByKey.OrderByDescending(pair => pair.Value).Take(8).Select(
                pair => (pair.Key, (double)pair.Value, before is null ? (double?)null : before.FaultsByKey.GetValueOrDefault(pair.Key)))]);

        private static long NewIn(CensusFigures figures, DateTimeOffset from, DateTimeOffset to) =>
            figures.CreatedByHour.Where(hour => hour.Key >= from.ToUnixTimeSeconds() / 3600 && hour.Key < to.ToUnixTimeSeconds() / 3600)
                .Sum(hour => hour.Value);

        private static bool? Better(double change) => change == 0 ? null : change > 0;

        private static string Signed(long change, Locale locale) =>
            change == 0 ? "±0" : change > 0 ? $"+{locale.Number(change)}" : $"−{locale.Number(-change)}";

        private static string Points(double points, Locale locale) =>
            Math.Abs(points) < 0.05 ? "±0" : points > 0 ? $"+{locale.Number(points, 1)} %p" : $"−{locale.Number(-points, 1)} %p";
    }
}

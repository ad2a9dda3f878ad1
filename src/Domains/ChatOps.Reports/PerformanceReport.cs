using System.Globalization;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Prometheus;

namespace ChatOps.Reports;

/// <summary>The golden signals of the services that <c>report.yaml</c> names, against the period before.</summary>
internal sealed class PerformanceReport(IPrometheus prometheus, IPolicy<ReportPolicy> policy) : IReportSource
{
    private const int PointsOfPicture = 96;

    public string Id => "performance";

    public int Order => 30;

    public async Task<IReportContent> ReadAsync(ReportPeriod period, CancellationToken cancellationToken)
    {
        var services = policy.Value.Services;
        if (services.Count == 0) return new Content([], []);
        if (!prometheus.IsConfigured) throw new UserFacingException("report.performance.unconfigured");

        var length = Duration(period.To - period.From);
        var readings = new List<ServiceReading>();
        var errors = new List<(string, IReadOnlyList<(DateTimeOffset, double)>)>();
        foreach (var service in services)
        {
            var signals = new Dictionary<Signal, GoldenSignalReading>();
            foreach (var (signal, query) in service.Signals)
            {
                var expression = query.Query.Replace("$period", length, StringComparison.Ordinal);
                signals[signal] = new GoldenSignalReading(
                    query, await ValueAsync(expression, period.To, cancellationToken),
                    await ValueAsync(expression, period.From, cancellationToken));
            }

            readings.Add(new ServiceReading(service.Name, signals));
            if (service.Signals.TryGetValue(Signal.Errors, out var failing))
            {
                var step = (period.To - period.From) / PointsOfPicture;
                var range = await prometheus.QueryRangeAsync(
                    failing.Query.Replace("$period", Duration(step * 2), StringComparison.Ordinal), period.From, period.To, step,
                    cancellationToken);
                if (range.Count > 0) errors.Add((service.Name, range[0].Points));
            }
        }

        return new Content(readings, errors);
    }

    private async Task<double?> ValueAsync(string expression, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var samples = await prometheus.QueryAsync(expression, at, cancellationToken);
        return samples.Count > 0 && double.IsFinite(samples[0].Value) ? samples[0].Value : null;
    }

    /// <summary>As PromQL writes a length.</summary>
    private static string Duration(TimeSpan length) =>
        ((long)Math.Max(60, length.TotalSeconds)).ToString(CultureInfo.InvariantCulture) + "s";

    internal sealed record GoldenSignalReading(GoldenSignalQuery Query, double? Now, double? Before)
    {
        public ReportVerdictLevel Mood =>
            Now >= Query.Bad ? ReportVerdictLevel.Bad : Now >= Query.Watch ? ReportVerdictLevel.Watch : ReportVerdictLevel.Quiet;
    }

    internal sealed record ServiceReading(string Name, IReadOnlyDictionary<Signal, GoldenSignalReading> Signals)
    {
        public ReportVerdictLevel Mood => Signals.Values.Select(signal => signal.Mood).DefaultIfEmpty(ReportVerdictLevel.Quiet).Max();
    }

    /// <summary>Pure.</summary>
    internal sealed record Content(
        IReadOnlyList<ServiceReading> Services,
        IReadOnlyList<(string Name, IReadOnlyList<(DateTimeOffset, double)> Points)> Errors) : IReportContent
    {
        public ReportSection Render(Locale locale)
        {
            var title = locale.Text("report.section.performance");
            if (Services.Count == 0) return new ReportSection(title, new ReportVerdict(ReportVerdictLevel.Quiet, ""));

            var troubled = Services.Where(service => service.Mood > ReportVerdictLevel.Quiet).ToList();
            var mood = Services.Max(service => service.Mood);
            var clause = troubled.Count == 0
                ? locale.Text("report.performance.fine", ("count", Services.Count))
                : locale.Text(
                    "report.performance.troubled", ("services", string.Join(", ", troubled.Take(3).Select(service => service.Name))));
            return new ReportSection(title, new ReportVerdict(mood, clause))
            {
                Figures = [new ReportFigure(
                    locale.Text("report.performance.healthy"),
                    $"{locale.Number(Services.Count - troubled.Count)}/{locale.Number(Services.Count)}")],
                Lines = [.. troubled.SelectMany(service => service.Signals.Where(
                    signal => signal.Value.Mood > ReportVerdictLevel.Quiet).Select(signal => new ReportLine(locale.Text(
                    "report.performance.over", ("service", service.Name), ("signal", NameOf(signal.Key, locale)),
                    ("value", Show(signal.Value.Now, signal.Value.Query.Unit, locale)),
                    ("limit", Show(
                        signal.Value.Query.Bad is { } bad && signal.Value.Now >= bad ? bad : signal.Value.Query.Watch,
                        signal.Value.Query.Unit, locale))))))],
                Tables =
                [
                    new ReportTable(
                        [locale.Text("report.performance.service"), .. Enum.GetValues<Signal>().Select(signal => NameOf(signal, locale))],
                        [.. Services.Select(IReadOnlyList<string> (service) =>
                        [
                            service.Name,
                            .. Enum.GetValues<Signal>().Select(signal => Cell(service.Signals.GetValueOrDefault(signal), locale)),
                        ])]),
                ],
                Charts = Errors.Count == 0
                    ? []
                    : [painter => painter.Draw(new LineChart(
                        locale.Text("report.performance.chart"),
                        [.. Errors.Select(error => new Series(error.Name, error.Points))]) { Unit = "%" }, locale)],
            };
        }

        private static string NameOf(Signal signal, Locale locale) =>
            locale.Text($"report.performance.{signal.ToString().ToLowerInvariant()}");

        private static string Cell(GoldenSignalReading? signal, Locale locale)
        {
            if (signal is null) return "–";
            var now = Show(signal.Now, signal.Query.Unit, locale);
            if (signal is not { Now: { } value, Before: { } before } || before == 0) return now;
            var change = (value - before) / Math.Abs(before);
            return Math.Abs(change) < 0.05 ? now : $"{now} ({(change > 0 ? "▲" : "▼")} {locale.Percent(Math.Abs(change))})";
        }

        private static string Show(double? value, string unit, Locale locale) =>
            value is { } number ? ValueScale.Full(number, unit, locale) : "–";
    }
}

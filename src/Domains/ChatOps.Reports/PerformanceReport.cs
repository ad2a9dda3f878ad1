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

    /// <summary>How many queries Prometheus is asked at the same time.</summary>
    private const int AtOnce = 16;

    /// <summary>How many services the table shows, those in trouble first: Slack takes a hundred rows.</summary>
    private const int RowsShown = 60;

    private const int LinesShown = 20;

    public string Id => "performance";

    public int Order => 30;

    public async Task<IReportContent> ReadAsync(ReportPeriod period, CancellationToken cancellationToken)
    {
        var services = policy.Value.Services;
        if (services.Count == 0) return new Content([], []);
        if (!prometheus.IsConfigured) throw new UserFacingException("report.performance.unconfigured");

        using var slots = new SemaphoreSlim(AtOnce);
        var read = await Task.WhenAll(services.Select(service => ReadAsync(service, period, slots, cancellationToken)));
        // Where nothing at all is answered, it is Prometheus that is to be named.
        var faults = read.SelectMany(entry => entry.Reading.Signals.Values).Select(signal => signal.Fault).ToList();
        if (faults.Count > 0 && faults.TrueForAll(fault => fault is { Fault: not PrometheusFault.BadQuery })) throw faults[0]!;
        return new Content([.. read.Select(entry => entry.Reading)], [.. read.Select(entry => entry.Errors).OfType<ErrorLine>()]);
    }

    private async Task<(ServiceReading Reading, ErrorLine? Errors)> ReadAsync(
        Service service, ReportPeriod period, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        var length = Duration(period.To - period.From);
        var signals = await Task.WhenAll(service.Signals.Select(async signal =>
        {
            var expression = signal.Value.Query.Replace("$period", length, StringComparison.Ordinal);
            try
            {
                return (signal.Key, Reading: new GoldenSignalReading(
                    signal.Value, await ValueAsync(expression, period.To, slots, cancellationToken),
                    await ValueAsync(expression, period.From, slots, cancellationToken)));
            }
            catch (PrometheusException fault)
            {
                // What is refused costs its cell.
                return (signal.Key, Reading: new GoldenSignalReading(signal.Value, null, null) { Fault = fault });
            }
        }));
        var reading = new ServiceReading(service.Name, signals.ToDictionary(signal => signal.Key, signal => signal.Reading));
        return (reading, await ErrorsAsync(service, reading, period, slots, cancellationToken));
    }

    private async Task<ErrorLine?> ErrorsAsync(
        Service service, ServiceReading reading, ReportPeriod period, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        if (!service.Signals.TryGetValue(Signal.Errors, out var failing) || reading.Signals[Signal.Errors].Fault is not null) return null;
        var step = (period.To - period.From) / PointsOfPicture;
        try
        {
            var range = await LimitedAsync(
                () => prometheus.QueryRangeAsync(
                    failing.Query.Replace("$period", Duration(step * 2), StringComparison.Ordinal), period.From, period.To, step,
                    cancellationToken),
                slots, cancellationToken);
            return range.Count > 0 ? new ErrorLine(service.Name, range[0].Points) : null;
        }
        catch (PrometheusException)
        {
            // The values stand in the table; the picture goes without this line.
            return null;
        }
    }

    private async Task<double?> ValueAsync(
        string expression, DateTimeOffset at, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        var samples = await LimitedAsync(() => prometheus.QueryAsync(expression, at, cancellationToken), slots, cancellationToken);
        return samples.Count > 0 && double.IsFinite(samples[0].Value) ? samples[0].Value : null;
    }

    private static async Task<T> LimitedAsync<T>(Func<Task<T>> ask, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            return await ask();
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>As PromQL writes a length.</summary>
    private static string Duration(TimeSpan length) =>
        ((long)Math.Max(60, length.TotalSeconds)).ToString(CultureInfo.InvariantCulture) + "s";

    /// <summary>A service's rate of errors over the period.</summary>
    internal sealed record ErrorLine(string Name, IReadOnlyList<(DateTimeOffset, double)> Points);

    internal sealed record GoldenSignalReading(GoldenSignalQuery Query, double? Now, double? Before)
    {
        /// <summary>Prometheus' refusal.</summary>
        public PrometheusException? Fault { get; init; }

        public ReportVerdictLevel Mood =>
            Now >= Query.Bad ? ReportVerdictLevel.Bad : Now >= Query.Watch ? ReportVerdictLevel.Watch : ReportVerdictLevel.Quiet;
    }

    internal sealed record ServiceReading(string Name, IReadOnlyDictionary<Signal, GoldenSignalReading> Signals)
    {
        /// <summary>Whether nothing is known of it: that is no good news.</summary>
        public bool IsUnknown => Signals.Values.All(signal => signal.Now is null);

        public ReportVerdictLevel Mood => IsUnknown
            ? ReportVerdictLevel.Bad
            : Signals.Values.Select(signal => signal.Fault is null ? signal.Mood : ReportVerdictLevel.Watch)
                .DefaultIfEmpty(ReportVerdictLevel.Quiet).Max();
    }

    /// <summary>Pure.</summary>
    internal sealed record Content(
        IReadOnlyList<ServiceReading> Services,
        IReadOnlyList<ErrorLine> Errors) : IReportContent
    {
        public ReportSection Render(Locale locale)
        {
            var title = locale.Text("report.section.performance");
            if (Services.Count == 0) return new ReportSection(title, new ReportVerdict(ReportVerdictLevel.Quiet, ""));

            var troubled = Services.Where(service => service.Mood > ReportVerdictLevel.Quiet).OrderByDescending(service => service.Mood)
                .ToList();
            var over = troubled.Where(service => !service.IsUnknown).ToList();
            var unknown = troubled.Where(service => service.IsUnknown).ToList();
            var mood = Services.Max(service => service.Mood);
            var clause = troubled.Count == 0
                ? locale.Text("report.performance.fine", ("count", Services.Count))
                : string.Join("; ", new[] { ("report.performance.troubled", over), ("report.performance.unknown", unknown) }
                    .Where(part => part.Item2.Count > 0).Select(part => locale.Text(
                        part.Item1, ("services", string.Join(", ", part.Item2.Take(3).Select(service => service.Name))))));
            return new ReportSection(title, new ReportVerdict(mood, clause))
            {
                Figures = [new ReportFigure(
                    locale.Text("report.performance.healthy"),
                    $"{locale.Number(Services.Count - troubled.Count)}/{locale.Number(Services.Count)}")],
                Lines = [.. unknown.Take(LinesShown).Select(service => new ReportLine(locale.Text(
                    "report.performance.no-values", ("service", service.Name)))), .. over.Take(LinesShown)
                    .SelectMany(service => service.Signals.Where(
                    signal => signal.Value.Mood > ReportVerdictLevel.Quiet).Select(signal => new ReportLine(locale.Text(
                    "report.performance.over", ("service", service.Name), ("signal", NameOf(signal.Key, locale)),
                    ("value", Show(signal.Value.Now, signal.Value.Query.Unit, locale)),
                    ("limit", Show(
                        signal.Value.Query.Bad is { } bad && signal.Value.Now >= bad ? bad : signal.Value.Query.Watch,
                        signal.Value.Query.Unit, locale)))))),
                    .. Services.SelectMany(service => service.Signals.Where(signal => signal.Value.Fault is not null).Select(
                        signal => new ReportLine(locale.Text(
                            "report.performance.refused", ("service", service.Name), ("signal", NameOf(signal.Key, locale)),
                            ("fault", signal.Value.Fault!.Message))))).Take(LinesShown)],
                Tables =
                [
                    new ReportTable(
                        [locale.Text("report.performance.service"), .. Enum.GetValues<Signal>().Select(signal => NameOf(signal, locale))],
                        [.. (Services.Count > RowsShown ? troubled.Concat(Services.Except(troubled)).Take(RowsShown) : Services)
                            .Select(IReadOnlyList<string> (service) =>
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
            if (signal.Fault is not null) return "⚠️";
            var now = Show(signal.Now, signal.Query.Unit, locale);
            if (signal is not { Now: { } value, Before: { } before } || before == 0) return now;
            var change = (value - before) / Math.Abs(before);
            return Math.Abs(change) < 0.05 ? now : $"{now} ({(change > 0 ? "▲" : "▼")} {locale.Percent(Math.Abs(change))})";
        }

        private static string Show(double? value, string unit, Locale locale) =>
            value is { } number ? ValueScale.Full(number, unit, locale) : "–";
    }
}

using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Prometheus;

namespace ChatOps.Reports.Tests;

public sealed class PerformanceReportTests
{
    private static readonly DateTimeOffset To = new(2026, 3, 4, 0, 0, 0, TimeSpan.Zero);
    private static readonly ReportPeriod Period = new(To.AddDays(-1), To, To.AddDays(-2));
    private static readonly Locale English = new GivenLocales("en").Default;

    private static readonly ReportPolicy Policy = PolicyDocument.Read(
        ReportPolicy.File,
        """
        services:
          - name: checkout
            traffic: { query: "sum(rate(requests[$period]))" }
            errors: { query: "errors[$period]", watch: 1, bad: 5 }
            latency: { query: "latency", watch: 800 }
          - name: search
            errors: { query: "search_errors", watch: 1, bad: 5 }
        """,
        ReportPolicy.Read);

    private readonly PlayedPrometheus _prometheus = new();

    [Fact]
    public async Task Signals_stand_against_their_limits_and_the_period_before()
    {
        _prometheus.Values["sum(rate(requests[86400s]))"] = (120, 100);
        _prometheus.Values["errors[86400s]"] = (8.4, 0.2);
        _prometheus.Values["latency"] = (810, 805);
        _prometheus.Values["search_errors"] = (0.1, 0.1);

        var section = (await ReadAsync(Policy)).Render(English);

        Assert.Equal((ReportVerdictLevel.Bad, "checkout over its limits"), (section.Verdict.Mood, section.Verdict.Clause));
        Assert.Equal("1/2", Assert.Single(section.Figures).Value);
        // Of errors the limit that is passed by most, of latency the only one.
        Assert.Equal(
            ["checkout: Errors 8.4%, limit 5%", "checkout: Latency 810 ms, limit 800 ms"], section.Lines.Select(line => line.Text));
        var table = Assert.Single(section.Tables);
        Assert.Equal(["Service", "Traffic", "Errors", "Latency", "Saturation"], table.Headers);
        Assert.Equal("checkout", table.Rows[0][0]);
        Assert.StartsWith("120 req/s (▲ 20", table.Rows[0][1], StringComparison.Ordinal);
        // A change of less than a twentieth is none; what the policy does not ask for is not there.
        Assert.Equal(("810 ms", "–"), (table.Rows[0][3], table.Rows[0][4]));
        Assert.Equal(["–", "–", "–"], new[] { 1, 3, 4 }.Select(column => table.Rows[1][column]));
        // The chart of errors is asked for in steps, with a window that fits them.
        Assert.Contains("errors[1800s]", _prometheus.Ranges);
        Assert.Single(section.Charts);
    }

    [Fact]
    public async Task Within_limits_it_is_quiet()
    {
        _prometheus.Values["errors[86400s]"] = (0.1, 0);
        _prometheus.Values["search_errors"] = (0.1, 0);

        var section = (await ReadAsync(Policy)).Render(English);

        Assert.Equal((ReportVerdictLevel.Quiet, "2 services within limits"), (section.Verdict.Mood, section.Verdict.Clause));
        Assert.Empty(section.Lines);
        Assert.Equal("2/2", Assert.Single(section.Figures).Value);
    }

    /// <summary>No data is no good news, and one refusal is one cell's.</summary>
    [Fact]
    public async Task A_service_without_values_is_named_and_a_refusal_costs_its_cell()
    {
        _prometheus.Values["errors[86400s]"] = (0.1, 0.1);
        _prometheus.Refused["latency"] = new PrometheusException("Prometheus says: parse error") { Fault = PrometheusFault.BadQuery };

        var section = (await ReadAsync(Policy)).Render(English);

        Assert.Equal(
            (ReportVerdictLevel.Bad, "checkout over its limits; no values of search"), (section.Verdict.Mood, section.Verdict.Clause));
        Assert.Equal("0/2", Assert.Single(section.Figures).Value);
        Assert.Equal(
            ["search: no values", "checkout: Latency could not be read. Prometheus says: parse error"],
            section.Lines.Select(line => line.Text));
        Assert.Equal(("0.1%", "⚠️"), (section.Tables[0].Rows[0][2], section.Tables[0].Rows[0][3]));
        Assert.All(section.Tables[0].Rows[1].Skip(1), cell => Assert.Equal("–", cell));
    }

    [Fact]
    public async Task Two_hundred_services_are_asked_side_by_side()
    {
        var services = Enumerable.Range(0, 200).Select(i => new Service($"s{i}", new Dictionary<Signal, GoldenSignalQuery>
        {
            [Signal.Traffic] = new($"q{i}", "req/s", null, null),
        })).ToList();
        for (var i = 0; i < 200; i++) _prometheus.Values[$"q{i}"] = (1, 1);
        _prometheus.Takes = TimeSpan.FromMilliseconds(50);

        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        var section = (await ReadAsync(Policy with { Services = services })).Render(English);

        Assert.Equal("200/200", Assert.Single(section.Figures).Value);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_value_at_the_lower_limit_is_to_be_watched()
    {
        _prometheus.Values["search_errors"] = (1, 1);
        _prometheus.Values["errors[86400s]"] = (0, 0);
        Assert.Equal(ReportVerdictLevel.Watch, (await ReadAsync(Policy)).Render(English).Verdict.Mood);
    }

    [Fact]
    public async Task Without_services_nobody_is_asked_and_without_Prometheus_that_is_said()
    {
        _prometheus.IsConfigured = false;
        Assert.Empty((await ReadAsync(Policy with { Services = [] })).Render(English).Tables);
        Assert.Equal("report.performance.unconfigured", (await Assert.ThrowsAsync<UserFacingException>(() => ReadAsync(Policy))).Key);
    }

    [Fact]
    public async Task A_Prometheus_that_answers_nothing_is_the_sections_fault()
    {
        _prometheus.Refusal = new PrometheusException("Prometheus does not answer.");
        Assert.Equal(
            "Prometheus does not answer.",
            ReportReader.Say(await Assert.ThrowsAsync<PrometheusException>(() => ReadAsync(Policy)), English));
    }

    private Task<IReportContent> ReadAsync(ReportPolicy policy) =>
        new PerformanceReport(_prometheus, new GivenPolicy<ReportPolicy>(policy)).ReadAsync(Period, default);

    /// <summary>Values by expression: at the end of the period, and at its beginning.</summary>
    private sealed class PlayedPrometheus : IPrometheus
    {
        public bool IsConfigured { get; set; } = true;

        public Dictionary<string, (double Now, double Before)> Values { get; } = [];

        public List<string> Ranges { get; } = [];

        public PrometheusException? Refusal { get; set; }

        public Dictionary<string, PrometheusException> Refused { get; } = [];

        public TimeSpan Takes { get; set; }

        public async Task<IReadOnlyList<Sample>> QueryAsync(string expression, DateTimeOffset at, CancellationToken cancellationToken)
        {
            if (Takes > TimeSpan.Zero) await Task.Delay(Takes, cancellationToken);
            if ((Refusal ?? Refused.GetValueOrDefault(expression)) is { } fault) throw fault;
            return Values.TryGetValue(expression, out var value)
                ? [new Sample(new Dictionary<string, string>(), at, at == To ? value.Now : value.Before)]
                : [];
        }

        public Task<IReadOnlyList<SampleSeries>> QueryRangeAsync(
            string expression, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken)
        {
            Assert.Equal((Period.From, To), (from, to));
            Ranges.Add(expression);
            return Task.FromResult<IReadOnlyList<SampleSeries>>(expression.StartsWith("errors", StringComparison.Ordinal)
                ? [new SampleSeries(new Dictionary<string, string>(), [(from, 1), (to, 2)])]
                : []);
        }
    }
}

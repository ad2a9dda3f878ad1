using System.IO.Enumeration;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Prometheus;
using Microsoft.AspNetCore.WebUtilities;

namespace ChatOps.Alerts;

/// <summary>Draws the expression of a group's rule: from <c>alerts.yaml</c>, or from the address that Prometheus gives along.</summary>
internal sealed class AlertGraph(IPrometheus prometheus, IPainter painter, IPolicy<AlertPolicy> policy, TimeProvider time)
{
    private const int MaxSeries = 8;
    private const int Points = 180;

    /// <summary>Whether there is anything to be drawn from.</summary>
    public bool CanDraw(AlertGroup group) => prometheus.IsConfigured && ExpressionOf(group) is not null;

    /// <summary>How far back a group's picture goes unless somebody wants another.</summary>
    public int HoursOf(AlertGroup group) => PolicyOf(group).Hours;

    /// <summary>The picture over the last hours; null when there is nothing to draw.</summary>
    /// <exception cref="PrometheusException">Prometheus refuses or does not answer.</exception>
    public async Task<Picture?> DrawAsync(AlertGroup group, int hours, Locale locale, CancellationToken cancellationToken)
    {
        if (ExpressionOf(group) is not { } text) return null;
        var expression = PromExpression.Of(text);
        var series = await ReadAsync(expression, hours, cancellationToken);
        return series.Count == 0 ? null : painter.Draw(ChartOf(group, expression, series, PolicyOf(group).Unit, locale), locale);
    }

    /// <summary>The picture of any expression; null when it has no values.</summary>
    /// <exception cref="PrometheusException">Prometheus refuses or does not answer.</exception>
    public async Task<Picture?> DrawAsync(string expression, int hours, Locale locale, CancellationToken cancellationToken)
    {
        var series = await ReadAsync(new PromExpression(expression, null, null), hours, cancellationToken);
        return series.Count == 0 ? null : painter.Draw(new LineChart(Slack.Blocks.TextCut.Plain(expression, 80), LinesOf(series)), locale);
    }

    internal static LineChart ChartOf(
        AlertGroup group, PromExpression expression, IReadOnlyList<SampleSeries> series, string unit, Locale locale) =>
        new(group.Name, LinesOf(OfGroup(group, series)))
        {
            Unit = unit,
            Threshold = expression.Threshold is { } value ? (value, expression.Comparison ?? "") : null,
        };

    /// <summary>The expression, as its rule or the policy has it; null when neither says one.</summary>
    internal string? ExpressionOf(AlertGroup group) =>
        PolicyOf(group).Expression
            ?? group.Telling.Select(alert => ExpressionIn(alert.GeneratorUrl)).FirstOrDefault(found => found is not null);

    /// <summary>Prometheus' address of a rule: <c>…/graph?g0.expr=…</c>, encoded.</summary>
    internal static string? ExpressionIn(string? url) =>
        Uri.TryCreate(url, UriKind.RelativeOrAbsolute, out _) && url!.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark
            && QueryHelpers.ParseQuery(url[mark..]).TryGetValue("g0.expr", out var found) && found.ToString() is { Length: > 0 } expression
            ? expression
            : null;

    private GraphPolicy PolicyOf(AlertGroup group) =>
        policy.Value.Graphs.FirstOrDefault(graph => FileSystemName.MatchesSimpleExpression(graph.Alert, group.Name)) ?? GraphPolicy.Default;

    private async Task<IReadOnlyList<SampleSeries>> ReadAsync(PromExpression expression, int hours, CancellationToken cancellationToken)
    {
        var step = TimeSpan.FromSeconds(Math.Max(15, hours * 3600 / Points));
        // The last point is now: of an alert that fires at its series' first values there are no others.
        var to = time.GetUtcNow();
        return await prometheus.QueryRangeAsync(expression.Drawn, to.AddHours(-hours), to, step, cancellationToken);
    }

    /// <summary>The series of the group's alerts, when any can be told by its labels; otherwise all.</summary>
    private static IReadOnlyList<SampleSeries> OfGroup(AlertGroup group, IReadOnlyList<SampleSeries> series)
    {
        var own = series.Where(sampleSeries => group.Telling.Any(alert => sampleSeries.Labels.All(
            label => label.Key == "__name__" || alert.Labels.GetValueOrDefault(label.Key) == label.Value))).ToList();
        return own.Count > 0 ? own : series;
    }

    private static List<Series> LinesOf(IReadOnlyList<SampleSeries> series)
    {
        // What tells them apart is their name; the rest would say the same of each.
        var telling = series.SelectMany(sampleSeries => sampleSeries.Labels.Keys).Distinct()
            .Where(key => series.Select(sampleSeries => sampleSeries.Labels.GetValueOrDefault(key)).Distinct().Count() > 1)
            .Order(StringComparer.Ordinal).ToList();
        return [.. series.OrderByDescending(sampleSeries => sampleSeries.Points.Count > 0 ? sampleSeries.Points[^1].Value : double.MinValue)
            .Take(MaxSeries).Select((sampleSeries, i) => new Series(
            Slack.Blocks.TextCut.Plain(NameOf(sampleSeries, telling, i), 60),
            [.. sampleSeries.Points.Select(point => (point.At, double.IsFinite(point.Value) ? point.Value : double.NaN))]))];
    }

    private static string NameOf(SampleSeries series, List<string> telling, int place)
    {
        var name = string.Join(
            ", ", telling.Select(key => series.Labels.GetValueOrDefault(key)).Where(value => !string.IsNullOrEmpty(value)));
        if (name.Length > 0) return name;
        return series.Labels.GetValueOrDefault("__name__")
            ?? series.Labels.Values.FirstOrDefault() ?? (place + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}

using System.IO.Enumeration;
using System.Text.Json;
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

    /// <summary>Where Grafana's Explore has its queries: before version 10, and since.</summary>
    private static readonly string[] ExploreParameters = ["left", "panes"];

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
        var to = time.GetUtcNow();
        var series = await ReadAsync(expression, hours, to, cancellationToken);
        return series.Count == 0 ? null : painter.Draw(
            ChartOf(group, expression, series, PolicyOf(group).Unit, locale) with { Span = (to.AddHours(-hours), to) }, locale);
    }

    /// <summary>The picture of any expression; null when it has no values.</summary>
    /// <exception cref="PrometheusException">Prometheus refuses or does not answer.</exception>
    public async Task<Picture?> DrawAsync(string expression, int hours, Locale locale, CancellationToken cancellationToken)
    {
        var to = time.GetUtcNow();
        var series = await ReadAsync(new PromExpression(expression, null, null), hours, to, cancellationToken);
        return series.Count == 0 ? null : painter.Draw(
            new LineChart(Slack.Blocks.TextCut.Plain(expression, 80), LinesOf(series, StepOf(hours), null))
            {
                Fitted = true,
                Unit = UnitOf(expression),
                Span = (to.AddHours(-hours), to),
            },
            locale);
    }

    internal static LineChart ChartOf(
        AlertGroup group, PromExpression expression, IReadOnlyList<SampleSeries> series, string unit, Locale locale)
    {
        var own = OfGroup(group, series);
        var shown = own.Count > 0 ? own : series;
        var notes = new List<string>();
        if (own.Count == 0) notes.Add(locale.Text("alert.graph.not-own"));
        if (shown.Count > MaxSeries) notes.Add(locale.Text("alert.graph.worst", ("count", MaxSeries), ("all", shown.Count)));
        var step = shown.SelectMany(line => line.Points.Zip(line.Points.Skip(1), (left, right) => right.At - left.At))
            .Where(length => length > TimeSpan.Zero).DefaultIfEmpty(TimeSpan.FromMinutes(1)).Min();
        return new LineChart(
            notes.Count == 0 ? group.Name : $"{group.Name} ({string.Join("; ", notes)})", LinesOf(shown, step, expression.Comparison))
        {
            Unit = unit.Length > 0 ? unit : group.Annotation("unit") ?? UnitOf(expression.Drawn),
            Threshold = expression.Threshold is { } value ? (value, expression.Comparison ?? "") : null,
            Fitted = true,
            Marks = [.. group.Telling.Select(alert => alert.StartsAt).Distinct().Order().Take(MaxSeries)],
        };
    }

    /// <summary>
    /// The unit that the name of the metric says, by Prometheus' convention; empty when it says none, or something is made of it.
    /// </summary>
    internal static string UnitOf(string expression)
    {
        var name = expression.Trim().Split('{', '[')[0];
        return !name.All(c => char.IsLetterOrDigit(c) || c is '_' or ':') ? ""
            : name.EndsWith("_percent", StringComparison.Ordinal) ? "%"
            : name.EndsWith("_bytes", StringComparison.Ordinal) ? "B"
            : name.EndsWith("_seconds", StringComparison.Ordinal) ? "s"
            : "";
    }

    /// <summary>The expression, as its rule or the policy has it; null when neither says one.</summary>
    internal string? ExpressionOf(AlertGroup group) =>
        PolicyOf(group).Expression
            ?? group.Telling.Select(alert => ExpressionIn(alert.GeneratorUrl)).FirstOrDefault(found => found is not null);

    /// <summary>
    /// The expression in the address of a rule: Prometheus' <c>…/graph?g0.expr=…</c>, or Grafana's Explore, which Mimir and vmalert lead
    /// to, with JSON under <c>left</c> or <c>panes</c>. Null where there is none.
    /// </summary>
    internal static string? ExpressionIn(string? url)
    {
        if (!Uri.TryCreate(url, UriKind.RelativeOrAbsolute, out _)
            || url!.IndexOf('?', StringComparison.Ordinal) is not (>= 0 and var mark))
            return null;
        var query = QueryHelpers.ParseQuery(url[mark..]);
        if (query.TryGetValue("g0.expr", out var found) && found.ToString() is { Length: > 0 } expression) return expression;
        return ExploreParameters.Select(name => query.TryGetValue(name, out var json) ? ExpressionInJson(json.ToString()) : null)
            .FirstOrDefault(inside => inside is not null);
    }

    private static string? ExpressionInJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 16 });
            return Find(json.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }

        static string? Find(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Object => element.TryGetProperty("expr", out var found) && found.ValueKind == JsonValueKind.String
                && found.GetString() is { Length: > 0 } expression
                ? expression
                : element.EnumerateObject().Select(property => Find(property.Value)).FirstOrDefault(inside => inside is not null),
            JsonValueKind.Array => element.EnumerateArray().Select(Find).FirstOrDefault(inside => inside is not null),
            _ => null,
        };
    }

    private GraphPolicy PolicyOf(AlertGroup group) =>
        policy.Value.Graphs.FirstOrDefault(graph => FileSystemName.MatchesSimpleExpression(graph.Alert, group.Name)) ?? GraphPolicy.Default;

    private async Task<IReadOnlyList<SampleSeries>> ReadAsync(
        PromExpression expression, int hours, DateTimeOffset to, CancellationToken cancellationToken) =>
        // The last point is now: of an alert that fires at its series' first values there are no others.
        await prometheus.QueryRangeAsync(expression.Drawn, to.AddHours(-hours), to, StepOf(hours), cancellationToken);

    private static TimeSpan StepOf(int hours) => TimeSpan.FromSeconds(Math.Max(15, hours * 3600 / Points));

    /// <summary>The series of the group's alerts, told by their labels; empty when none can be.</summary>
    private static IReadOnlyList<SampleSeries> OfGroup(AlertGroup group, IReadOnlyList<SampleSeries> series)
    {
        return [.. series.Where(sampleSeries => group.Telling.Any(alert => sampleSeries.Labels.All(
            label => label.Key == "__name__" || alert.Labels.GetValueOrDefault(label.Key) == label.Value)))];
    }

    private static List<Series> LinesOf(IReadOnlyList<SampleSeries> series, TimeSpan step, string? comparison)
    {
        // What tells them apart is their name; the rest would say the same of each.
        var telling = series.SelectMany(sampleSeries => sampleSeries.Labels.Keys).Distinct()
            .Where(key => series.Select(sampleSeries => sampleSeries.Labels.GetValueOrDefault(key)).Distinct().Count() > 1)
            .Order(StringComparer.Ordinal).ToList();
        // What falls below its threshold is worst where it is lowest.
        var sign = comparison?.StartsWith('<') == true ? -1 : 1;
        return [.. series.OrderByDescending(
                sampleSeries => sampleSeries.Points.Count > 0 ? sign * sampleSeries.Points[^1].Value : double.MinValue)
            .Take(MaxSeries).Select((sampleSeries, i) => new Series(
            Slack.Blocks.TextCut.Plain(NameOf(sampleSeries, telling, i), 60),
            [.. WithGaps(sampleSeries.Points, step)]))];
    }

    /// <summary>Where a sample is missing nothing is known: no line is drawn there.</summary>
    private static IEnumerable<(DateTimeOffset At, double Value)> WithGaps(
        IReadOnlyList<(DateTimeOffset At, double Value)> points, TimeSpan step)
    {
        for (var at = 0; at < points.Count; at++)
        {
            if (at > 0 && points[at].At - points[at - 1].At > step * 1.5) yield return (points[at - 1].At + step, double.NaN);
            yield return (points[at].At, double.IsFinite(points[at].Value) ? points[at].Value : double.NaN);
        }
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

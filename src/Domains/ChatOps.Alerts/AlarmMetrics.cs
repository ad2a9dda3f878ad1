using System.Text.Json.Nodes;

namespace ChatOps.Alerts;

/// <summary>What a CloudWatch alarm compares, of one metric, of several by metric math, or of a band of what is expected. Pure.</summary>
internal sealed record AlarmMetrics
{
    private const string BandFunction = "ANOMALY_DETECTION_BAND";

    // The fields of SNS's form.
    private const string DimensionsField = "Dimensions";
    private const string PeriodField = "Period";
    private const string StatisticField = "Statistic";
    private const string NameField = "Name";

    /// <summary>Of an alarm without metrics, a composite one among them.</summary>
    public static AlarmMetrics None { get; } = new();

    /// <summary>What is compared: the metric, or the label or expression of the math.</summary>
    public string? Compared { get; init; }

    /// <summary>The metric, when there is one; null for math.</summary>
    public string? Name { get; init; }

    /// <summary>The expression and the metrics that go into it; empty for one metric.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>The dimensions that all of its metrics share.</summary>
    public IReadOnlyDictionary<string, string> Dimensions { get; init; } = new Dictionary<string, string>();

    /// <summary>The band that it is compared with, instead of a threshold.</summary>
    public string? Band { get; init; }

    /// <summary>The statistic.</summary>
    public string? Statistic { get; init; }

    /// <summary>The period in seconds.</summary>
    public double? Period { get; init; }

    /// <summary>As SNS has them: one metric in the trigger itself, or a list of them.</summary>
    public static AlarmMetrics OfSns(JsonObject? trigger)
    {
        if (trigger is null) return None;
        if (trigger["Metrics"] is JsonArray { Count: > 0 } metrics)
            return Of(metrics.OfType<JsonObject>().Select(metric => new Query(
                Text(metric["Id"]), Text(metric["Expression"]), Text(metric["Label"]), Flag(metric["ReturnData"]),
                metric["MetricStat"] is JsonObject stat && stat["Metric"] is JsonObject of
                    ? new Stat(
                        Text(of["Namespace"]), Text(of["MetricName"]), DimensionsOf(of[DimensionsField]), Text(stat["Stat"]),
                        Number(stat[PeriodField]))
                    : null)), Text(trigger["ThresholdMetricId"]));
        var only = new Stat(
            Text(trigger["Namespace"]), Text(trigger["MetricName"]), DimensionsOf(trigger[DimensionsField]),
            Text(trigger[StatisticField]) ?? Text(trigger["ExtendedStatistic"]), Number(trigger[PeriodField]));
        return Of([new Query(null, null, null, true, only)], null);
    }

    /// <summary>As EventBridge has them.</summary>
    public static AlarmMetrics OfEvent(JsonArray? metrics) => metrics is null
        ? None
        : Of(metrics.OfType<JsonObject>().Select(metric => new Query(
            Text(metric["id"]), Text(metric["expression"]), Text(metric["label"]), Flag(metric["returnData"]),
            metric["metricStat"] is JsonObject stat && stat["metric"] is JsonObject of
                ? new Stat(
                    Text(of["namespace"]), Text(of["name"]), DimensionsOf(of["dimensions"]), Text(stat["stat"]), Number(stat["period"]))
                : null)), null);

    private static AlarmMetrics Of(IEnumerable<Query> all, string? thresholdId)
    {
        var queries = all.ToList();
        var band = queries.Find(query => query.Id is not null && query.Id == thresholdId)
            ?? queries.Find(query => query.Expression?.StartsWith(BandFunction, StringComparison.OrdinalIgnoreCase) == true);
        var compared = queries.Find(query => query.IsReturned && query != band) ?? queries.Find(query => query != band) ?? band;
        var stats = queries.Select(query => query.Metric).OfType<Stat>().ToList();
        var first = compared?.Metric ?? (stats is [var single] ? single : null);
        var shared = AlertGroup.Common(stats.Select(stat => stat.Dimensions));
        return new AlarmMetrics
        {
            Compared = compared?.Metric is { } metric ? metric.FullName : compared?.Label ?? compared?.Expression,
            Name = compared?.Metric?.FullName,
            Inputs = compared is { Metric: null }
                ? [.. new[] { compared.Expression }.OfType<string>(), .. queries.Where(query => query.Metric is not null)
                    .Select(query => $"{query.Id} = {query.Metric!.Statistic} {query.Metric.FullName}".Trim())]
                : [],
            Dimensions = shared,
            Band = band?.Expression ?? band?.Label,
            Statistic = first?.Statistic,
            Period = first?.Period ?? stats.Select(stat => stat.Period).FirstOrDefault(),
        };
    }

    /// <summary>EventBridge names them, SNS lists them.</summary>
    private static Dictionary<string, string> DimensionsOf(JsonNode? dimensions) => dimensions switch
    {
        JsonObject named => named.Where(dimension => Text(dimension.Value) is not null)
            .ToDictionary(dimension => dimension.Key, dimension => Text(dimension.Value)!, StringComparer.Ordinal),
        JsonArray listed => listed.OfType<JsonObject>()
            .Select(node => (Name: Text(node["name"]) ?? Text(node[NameField]), Value: Text(node["value"]) ?? Text(node["Value"])))
            .Where(dimension => dimension is { Name: not null, Value: not null }).DistinctBy(dimension => dimension.Name)
            .ToDictionary(dimension => dimension.Name!, dimension => dimension.Value!, StringComparer.Ordinal),
        _ => [],
    };

    private static bool Flag(JsonNode? node) => node is not JsonValue value || !value.TryGetValue<bool>(out var flag) || flag;

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    private sealed record Query(string? Id, string? Expression, string? Label, bool IsReturned, Stat? Metric);

    private sealed record Stat(
        string? Namespace, string? Metric, IReadOnlyDictionary<string, string> Dimensions, string? Statistic, double? Period)
    {
        public string? FullName => Metric is null ? null : $"{Namespace} {Metric}".Trim();
    }
}

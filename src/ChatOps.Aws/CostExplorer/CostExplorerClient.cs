using System.Globalization;
using System.Text.Json.Serialization;

namespace ChatOps.Aws;

internal sealed class CostExplorerClient(AwsJsonConfig config) : AwsJsonClient(Service, config), ICostExplorerClient
{
    internal static readonly AwsJsonService Service = new("Cost Explorer", "2017-10-25", "ce", "ce", "AWSInsightsIndexService");

    private static readonly AwsJsonOperation<CostAndUsageRequest, CostAndUsageReply> CostAndUsageCall =
        new("GetCostAndUsage", CostExplorerJson.Default.CostAndUsageRequest, CostExplorerJson.Default.CostAndUsageReply);

    private static readonly AwsJsonOperation<ForecastRequest, ForecastReply> ForecastCall =
        new("GetCostForecast", CostExplorerJson.Default.ForecastRequest, CostExplorerJson.Default.ForecastReply);

    private static readonly AwsJsonOperation<AnomaliesRequest, AnomaliesReply> AnomaliesCall =
        new("GetAnomalies", CostExplorerJson.Default.AnomaliesRequest, CostExplorerJson.Default.AnomaliesReply);

    private static readonly AwsJsonOperation<FeedbackRequest, FeedbackReply> FeedbackCall =
        new("ProvideAnomalyFeedback", CostExplorerJson.Default.FeedbackRequest, CostExplorerJson.Default.FeedbackReply);

    private static readonly AwsJsonOperation<TagsRequest, TagsReply> TagsCall =
        new("GetTags", CostExplorerJson.Default.TagsRequest, CostExplorerJson.Default.TagsReply);

    public async Task<CostPage> GetCostAndUsage(CostQuery query, string? pageToken, CancellationToken cancellation = default)
    {
        if (query.GroupBy.Count > 2) throw new ArgumentException("Cost Explorer groups by at most two.", nameof(query));
        var request = new CostAndUsageRequest(
            Interval(query.From, query.To), query.Granularity, query.Filter, [query.Metric],
            query.GroupBy.Count == 0 ? null : query.GroupBy, pageToken);
        var reply = await Call(CostAndUsageCall, request, cancellation);
        return new CostPage(
            [.. (reply.ResultsByTime ?? []).Select(result => new CostPeriod(
                Day(result.TimePeriod.Start), Day(result.TimePeriod.End), result.Estimated,
                result.Total?.GetValueOrDefault(query.Metric)?.Spend,
                [.. (result.Groups ?? []).Select(group => new CostGroupSpend(group.Keys, group.Metrics[query.Metric].Spend))]))],
            string.IsNullOrEmpty(reply.NextPageToken) ? null : reply.NextPageToken)
        {
            Names = (reply.DimensionValueAttributes ?? [])
                .Where(named => named.Attributes?.GetValueOrDefault("description") is { Length: > 0 })
                .DistinctBy(named => named.Value).ToDictionary(named => named.Value, named => named.Attributes!["description"]),
        };
    }

    public async Task<CostForecast> GetCostForecast(CostForecastQuery query, CancellationToken cancellation = default)
    {
        var request = new ForecastRequest(
            Interval(query.From, query.To), query.Metric, query.Granularity, query.Filter, query.PredictionIntervalLevel);
        var reply = await Call(ForecastCall, request, cancellation);
        return new CostForecast(
            reply.Total.Spend,
            [.. (reply.ForecastResultsByTime ?? []).Select(result => new ForecastPeriod(
                Day(result.TimePeriod.Start), Day(result.TimePeriod.End), result.MeanValue,
                result.PredictionIntervalLowerBound ?? result.MeanValue, result.PredictionIntervalUpperBound ?? result.MeanValue))]);
    }

    public async Task<AnomalyPage> GetAnomalies(DateOnly from, DateOnly to, string? pageToken, CancellationToken cancellation = default)
    {
        var reply = await Call(AnomaliesCall, new AnomaliesRequest(new AnomalyDates(Text(from), Text(to)), pageToken), cancellation);
        return new AnomalyPage(reply.Anomalies ?? [], string.IsNullOrEmpty(reply.NextPageToken) ? null : reply.NextPageToken);
    }

    public async Task<IReadOnlyList<string>> GetTags(
        DateOnly from, DateOnly to, string? tagKey, CancellationToken cancellation = default) =>
        (await Call(TagsCall, new TagsRequest(Interval(from, to), tagKey), cancellation)).Tags ?? [];

    public Task ProvideAnomalyFeedback(string anomalyId, string feedback, CancellationToken cancellation = default) =>
        Call(FeedbackCall, new FeedbackRequest(anomalyId, feedback), cancellation);

    private static DateInterval Interval(DateOnly from, DateOnly to) => new(Text(from), Text(to));

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // Hourly answers carry a time after the day.
    private static DateOnly Day(string text) =>
        DateOnly.ParseExact(text.AsSpan(0, Math.Min(10, text.Length)), "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

internal sealed record DateInterval(string Start, string End);

internal sealed record CostAndUsageRequest(
    DateInterval TimePeriod, string Granularity, CostExpression? Filter, IReadOnlyList<string> Metrics, IReadOnlyList<CostGroup>? GroupBy,
    string? NextPageToken);

internal sealed record CostAndUsageReply(
    IReadOnlyList<ResultByTime>? ResultsByTime, IReadOnlyList<DimensionValue>? DimensionValueAttributes, string? NextPageToken);

internal sealed record DimensionValue(string Value, Dictionary<string, string>? Attributes);

internal sealed record ResultByTime(
    DateInterval TimePeriod, Dictionary<string, MetricValue>? Total, IReadOnlyList<ResultGroup>? Groups, bool Estimated);

internal sealed record ResultGroup(IReadOnlyList<string> Keys, Dictionary<string, MetricValue> Metrics);

internal sealed record MetricValue(decimal Amount, string Unit)
{
    [JsonIgnore]
    public Spend Spend => new(Amount, Unit);
}

internal sealed record ForecastRequest(
    DateInterval TimePeriod, string Metric, string Granularity, CostExpression? Filter, int PredictionIntervalLevel);

internal sealed record ForecastReply(MetricValue Total, IReadOnlyList<ForecastResult>? ForecastResultsByTime);

internal sealed record ForecastResult(
    DateInterval TimePeriod, decimal MeanValue, decimal? PredictionIntervalLowerBound, decimal? PredictionIntervalUpperBound);

internal sealed record AnomalyDates(string StartDate, string EndDate);

internal sealed record AnomaliesRequest(AnomalyDates DateInterval, string? NextPageToken);

internal sealed record AnomaliesReply(IReadOnlyList<AwsAnomaly>? Anomalies, string? NextPageToken);

internal sealed record FeedbackRequest(string AnomalyId, string Feedback);

internal sealed record FeedbackReply(string? AnomalyId);

internal sealed record TagsRequest(DateInterval TimePeriod, string? TagKey);

internal sealed record TagsReply(IReadOnlyList<string>? Tags);

// Amounts travel as text: no digit of them goes through a double.
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(CostAndUsageRequest))]
[JsonSerializable(typeof(CostAndUsageReply))]
[JsonSerializable(typeof(ForecastRequest))]
[JsonSerializable(typeof(ForecastReply))]
[JsonSerializable(typeof(AnomaliesRequest))]
[JsonSerializable(typeof(AnomaliesReply))]
[JsonSerializable(typeof(FeedbackRequest))]
[JsonSerializable(typeof(FeedbackReply))]
[JsonSerializable(typeof(TagsRequest))]
[JsonSerializable(typeof(TagsReply))]
internal sealed partial class CostExplorerJson : JsonSerializerContext;

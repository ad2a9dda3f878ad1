using System.Globalization;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Costs;

/// <summary>
/// Cost Explorer over the ledger: costs by day or month with filters and groups, forecasts, anomalies, tags, dimension values.
/// </summary>
internal sealed class CostExplorerService(AwsState state, TimeProvider time) : LockedService(state)
{
    /// <summary>How many days or months a page has, as far as clients can tell.</summary>
    private const int PeriodsOfPage = 40;

    /// <summary>Cost Explorer keeps so much.</summary>
    private const int MonthsKept = 14;

    private static readonly string[] Metrics = ["UnblendedCost", "BlendedCost", "AmortizedCost", "NetUnblendedCost", "NetAmortizedCost"];

    public override string SigningName => "ce";

    protected override AwsAnswer Answer(AwsCall call) => call.Operation switch
    {
        "GetCostAndUsage" => Costs(call),
        "GetCostForecast" => Forecast(call),
        "GetAnomalies" => Anomalies(call),
        "ProvideAnomalyFeedback" => Feedback(call),
        "GetTags" => Tags(call),
        "GetDimensionValues" => Dimensions(call),
        _ => throw AwsFault.UnknownOperation("ce", call.Operation),
    };

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private AwsAnswer Costs(AwsCall call)
    {
        var (from, to) = Interval(call.Json);
        var daily = Granularity(call.Json) == "DAILY";
        if (to > Today.AddDays(1) && from > Today)
            throw new AwsFault("ValidationException", "Start date (and hour) cannot be in the future.");
        if (from < new DateOnly(Today.Year, Today.Month, 1).AddMonths(-MonthsKept))
            throw new AwsFault("ValidationException", "You haven't enabled historical data beyond 14 months");
        var metrics = call.Json.Texts("Metrics");
        if (metrics.Count == 0 || metrics.FirstOrDefault(metric => !Metrics.Contains(metric)) is not null)
            throw new AwsFault("ValidationException", $"The sandbox knows the metrics {string.Join(", ", Metrics)}");
        var groups = call.Json.Objects("GroupBy").Select(group => (Type: group.RequiredText("Type"), Key: group.RequiredText("Key")))
            .ToList();
        if (groups.Count > 2) throw new AwsFault("ValidationException", "Group definition list exceeds the limit of 2.");

        var periods = Periods(from, to, daily).ToList();
        var skip = call.Json.Text("NextPageToken") is { Length: > 0 } token
            ? int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < periods.Count
                ? at
                : throw new AwsFault("InvalidNextTokenException", "The pagination token is invalid.")
            : 0;
        var page = periods.Skip(skip).Take(PeriodsOfPage).ToList();
        var filter = call.Json.Object("Filter");
        var body = new JsonObject
        {
            ["GroupDefinitions"] = new JsonArray(
                [.. groups.Select(group => (JsonNode)new JsonObject { ["Type"] = group.Type, ["Key"] = group.Key })]),
            ["ResultsByTime"] = new JsonArray([.. page.Select(period => Result(call, period.From, period.To, filter, groups, metrics))]),
            ["DimensionValueAttributes"] = Names(groups),
        };
        if (skip + page.Count < periods.Count) body["NextPageToken"] = (skip + page.Count).ToString(CultureInfo.InvariantCulture);
        return AwsAnswer.Json(call, body);
    }

    /// <summary>What accounts are called comes with the costs that are grouped by them.</summary>
    private static JsonArray Names(List<(string Type, string Key)> groups) => groups.Exists(group => group.Key == "LINKED_ACCOUNT")
        ? new JsonArray(
            [.. new[] { (AwsSandboxOptions.ProdAccount, "prod"), (AwsSandboxOptions.StageAccount, "stage") }.Select(
                named => (JsonNode)new JsonObject
                {
                    ["Value"] = named.Item1,
                    ["Attributes"] = new JsonObject { ["description"] = named.Item2 },
                })])
        : [];

    private JsonObject Result(
        AwsCall call, DateOnly from, DateOnly to, JsonObject? filter, List<(string Type, string Key)> groups, IReadOnlyList<string> metrics)
    {
        var entries = State.Costs.Entries(call.Caller.AccountId, from, to, time.GetUtcNow())
            .Where(entry => CostFilter.Matches(filter, entry.Line)).ToList();
        var result = new JsonObject
        {
            ["TimePeriod"] = Period(from, to),
            ["Total"] = groups.Count == 0 ? Amounts(entries.Sum(entry => entry.Amount), metrics) : new JsonObject(),
            ["Groups"] = new JsonArray(),
            ["Estimated"] = IsEstimated(to),
        };
        if (groups.Count > 0)
        {
            result["Groups"] = new JsonArray([.. entries
                .GroupBy(
                    entry => string.Join('\u0001', groups.Select(group => CostFilter.Group(entry.Line, group.Type, group.Key))),
                    StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => (JsonNode)new JsonObject
                {
                    ["Keys"] = group.Key.Split('\u0001').ToJson(),
                    ["Metrics"] = Amounts(group.Sum(entry => entry.Amount), metrics),
                })]);
        }

        return result;
    }

    /// <summary>AWS closes a month some days after it has ended.</summary>
    private bool IsEstimated(DateOnly to)
    {
        var month = to.AddDays(-1);
        return Today < new DateOnly(month.Year, month.Month, 1).AddMonths(1).AddDays(5);
    }

    private AwsAnswer Forecast(AwsCall call)
    {
        var (from, to) = Interval(call.Json);
        if (from < Today) throw new AwsFault("ValidationException", "Start Date can not be in the past");
        var daily = Granularity(call.Json) == "DAILY";
        if (daily && to > from.AddMonths(3)) throw new AwsFault("ValidationException", "Days are forecast for three months at most");
        call.Json.RequiredText("Metric");
        var filter = call.Json.Object("Filter");
        var total = 0m;
        var results = new JsonArray();
        foreach (var (start, end) in Periods(from, to, daily))
        {
            var mean = State.Costs.Expected(call.Caller.AccountId, start, end).Where(entry => CostFilter.Matches(filter, entry.Line))
                .Sum(entry => entry.Amount);
            // The further ahead, the less sure.
            var unsure = 0.04m + (0.004m * (end.DayNumber - Today.DayNumber));
            total += mean;
            results.Add(new JsonObject
            {
                ["TimePeriod"] = Period(start, end),
                ["MeanValue"] = Text(mean),
                ["PredictionIntervalLowerBound"] = Text(mean * (1 - unsure)),
                ["PredictionIntervalUpperBound"] = Text(mean * (1 + unsure)),
            });
        }

        return AwsAnswer.Json(call, new JsonObject
        {
            ["Total"] = new JsonObject { ["Amount"] = Text(total), ["Unit"] = "USD" },
            ["ForecastResultsByTime"] = results,
        });
    }

    private AwsAnswer Anomalies(AwsCall call)
    {
        var interval = call.Json.Object("DateInterval") ?? throw new AwsFault("ValidationException", "DateInterval is required");
        var from = Day(interval.RequiredText("StartDate"));
        var to = interval.Text("EndDate") is { } end ? Day(end) : Today;
        var payer = call.Caller.AccountId == AwsSandboxOptions.ProdAccount;
        var found = State.Costs.Anomalies.Where(anomaly => payer && anomaly.Day >= from && anomaly.Day <= to).ToList();
        return AwsAnswer.Json(call, new JsonObject { ["Anomalies"] = new JsonArray([.. found.Select(AnomalyText.Listed)]) });
    }

    private AwsAnswer Feedback(AwsCall call)
    {
        var id = call.Json.RequiredText("AnomalyId");
        if (call.Json.RequiredText("Feedback") is not ("YES" or "NO" or "PLANNED_ACTIVITY"))
            throw new AwsFault("ValidationException", "Feedback must be YES, NO or PLANNED_ACTIVITY");
        if (!State.Costs.Anomalies.Exists(anomaly => anomaly.Id == id))
            throw new AwsFault("ResourceNotFoundException", $"Anomaly {id} does not exist");
        return AwsAnswer.Json(call, new JsonObject { ["AnomalyId"] = id });
    }

    private AwsAnswer Tags(AwsCall call)
    {
        Interval(call.Json);
        List<string> found = call.Json.Text("TagKey") switch
        {
            null => ["Env", "Owner"],
            var key => [.. State.Costs.Expected(call.Caller.AccountId, Today, Today.AddDays(1))
                .Select(entry => CostFilter.Tag(entry.Line, key) ?? "").Distinct().Order(StringComparer.Ordinal)],
        };
        return AwsAnswer.Json(
            call, new JsonObject { ["Tags"] = found.ToJson(), ["ReturnSize"] = found.Count, ["TotalSize"] = found.Count });
    }

    private AwsAnswer Dimensions(AwsCall call)
    {
        Interval(call.Json);
        var dimension = call.Json.RequiredText("Dimension");
        var found = State.Costs.Expected(call.Caller.AccountId, Today, Today.AddDays(1))
            .Select(entry => CostFilter.Group(entry.Line, "DIMENSION", dimension)).Distinct().Order(StringComparer.Ordinal).ToList();
        return AwsAnswer.Json(call, new JsonObject
        {
            ["DimensionValues"] = new JsonArray(
                [.. found.Select(value => (JsonNode)new JsonObject { ["Value"] = value, ["Attributes"] = new JsonObject() })]),
            ["ReturnSize"] = found.Count,
            ["TotalSize"] = found.Count,
        });
    }

    private static IEnumerable<(DateOnly From, DateOnly To)> Periods(DateOnly from, DateOnly to, bool daily)
    {
        for (var at = from; at < to;)
        {
            var next = daily ? at.AddDays(1) : new DateOnly(at.Year, at.Month, 1).AddMonths(1);
            yield return (at, next < to ? next : to);
            at = next;
        }
    }

    private static (DateOnly From, DateOnly To) Interval(JsonObject request)
    {
        var interval = request.Object("TimePeriod") ?? throw new AwsFault("ValidationException", "TimePeriod is required");
        var (from, to) = (Day(interval.RequiredText("Start")), Day(interval.RequiredText("End")));
        return from < to
            ? (from, to)
            : throw new AwsFault("ValidationException", "Start date (and hour) should be before end date (and hour)");
    }

    private static string Granularity(JsonObject request) =>
        request.RequiredText("Granularity") is ("DAILY" or "MONTHLY") and var granularity
            ? granularity
            : throw new AwsFault("ValidationException", "The sandbox knows the granularities DAILY and MONTHLY");

    private static DateOnly Day(string text) => DateOnly.TryParseExact(
        text.AsSpan(0, Math.Min(10, text.Length)), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day
        : throw new AwsFault("ValidationException", $"time period start is invalid. valid format is: yyyy-MM-dd, not {text}");

    private static JsonObject Period(DateOnly from, DateOnly to) => new()
    {
        ["Start"] = from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["End"] = to.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private static JsonObject Amounts(decimal amount, IReadOnlyList<string> metrics) =>
        new(metrics.Select(
            metric => KeyValuePair.Create(metric, (JsonNode?)new JsonObject { ["Amount"] = Text(amount), ["Unit"] = "USD" })));

    private static string Text(decimal amount) => amount.ToString("0.##########", CultureInfo.InvariantCulture);
}

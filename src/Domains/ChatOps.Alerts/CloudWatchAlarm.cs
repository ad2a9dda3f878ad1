using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Aws;

namespace ChatOps.Alerts;

/// <summary>A CloudWatch alarm's change of state, as SNS and as EventBridge tell it; the same change told twice is one. Pure.</summary>
internal static class CloudWatchAlarm
{
    /// <summary>The kind of EventBridge's event.</summary>
    public const string EventKind = "aws.cloudwatch/CloudWatch Alarm State Change";

    /// <summary>Reads either; null when it is neither.</summary>
    public static IncomingAlertGroup? Read(string body)
    {
        try
        {
            var json = JsonNode.Parse(body) as JsonObject;
            return json is null ? null : json["detail"] is JsonObject detail ? OfEvent(json, detail) : OfSns(json);
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static IncomingAlertGroup? OfSns(JsonObject json)
    {
        if (Text(json["AlarmName"]) is not { } name || Text(json["NewStateValue"]) is not { } state) return null;
        var arn = Text(json["AlarmArn"]);
        var trigger = json["Trigger"] as JsonObject;
        var labels = Labels(name, Text(trigger?["Namespace"]), Text(trigger?["MetricName"]), (trigger?["Dimensions"] as JsonArray ?? [])
            .OfType<JsonObject>().Select(node => (Text(node["name"]) ?? Text(node["Name"]), Text(node["value"]) ?? Text(node["Value"]))));
        return Said(arn, name, Text(
            json["AWSAccountId"]), state, Time(json["StateChangeTime"]), Text(json["AlarmDescription"]), labels, new AlarmFacts
            {
                Reason = Text(json["NewStateReason"]),
                Metric = Metric(Text(trigger?["Namespace"]), Text(trigger?["MetricName"])),
                Condition = Condition(
                Text(trigger?["Statistic"]) ?? Text(trigger?["ExtendedStatistic"]), Text(trigger?["ComparisonOperator"]),
                Number(trigger?["Threshold"]),
                Number(trigger?["Period"]), Number(trigger?["EvaluationPeriods"])),
            });
    }

    private static IncomingAlertGroup? OfEvent(JsonObject json, JsonObject detail)
    {
        if (Text(detail["alarmName"]) is not { } name || detail["state"] is not JsonObject state || Text(state["value"]) is not { } value)
            return null;
        var arn = (json["resources"] as JsonArray)?.Select(Text).FirstOrDefault(
            resource => resource?.Contains(":alarm:", StringComparison.Ordinal) == true);
        var configuration = detail["configuration"] as JsonObject;
        var stat = (configuration?["metrics"] as JsonArray)?.OfType<JsonObject>().Select(metric => metric["metricStat"] as JsonObject)
            .FirstOrDefault(found => found is not null);
        var metric = stat?["metric"] as JsonObject;
        var labels = Labels(name, Text(metric?["namespace"]), Text(metric?["name"]), (metric?["dimensions"] as JsonObject ?? [])
            .Select(dimension => ((string?)dimension.Key, Text(dimension.Value))));
        return Said(
            arn, name, Text(json["account"]), value, Time(state["timestamp"]), Text(configuration?["description"]), labels, new AlarmFacts
            {
                Reason = Text(state["reason"]),
                Metric = Metric(Text(metric?["namespace"]), Text(metric?["name"])),
                Condition = Condition(Text(stat?["stat"]), null, ThresholdOf(Text(state["reasonData"])), Number(stat?["period"]), null),
            });
    }

    private static IncomingAlertGroup Said(
        string? arn, string name, string? account, string state, DateTimeOffset? at, string? description, Dictionary<string, string> labels,
        AlarmFacts facts)
    {
        var region = arn?.Split(':') is [_, _, _, var place, ..] ? place : null;
        var annotations = string.IsNullOrWhiteSpace(description)
            ? new Dictionary<string, string>()
            : new Dictionary<string, string> { ["description"] = description };
        var status = state switch
        {
            "ALARM" => AlertStatus.Firing,
            "OK" => AlertStatus.Resolved,
            _ => AlertStatus.NoData,
        };
        return new IncomingAlertGroup(
            IncomingAlertGroup.IdentityOf("cloudwatch", [new("alarm", arn ?? $"{account}/{name}")]), AlertSource.CloudWatch)
        {
            Name = name,
            Account = account,
            Region = region,
            Alarm = facts,
            Alerts =
            [
                new IncomingAlert(labels, annotations, status)
                {
                    At = at,
                    StartsAt = status == AlertStatus.Firing ? at : null,
                    EndsAt = status == AlertStatus.Firing ? null : at,
                    GeneratorUrl = region is null ? null : ConsoleLinks.CloudWatchAlarm(region, name),
                },
            ],
        };
    }

    private static Dictionary<string, string> Labels(
        string name, string? space, string? metric, IEnumerable<(string? Name, string? Value)> dimensions)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["alarm"] = name };
        if (space is not null && metric is not null) labels["metric"] = $"{space} {metric}";
        foreach (var (key, value) in dimensions.Where(dimension => dimension is { Name: not null, Value: not null })) labels[key!] = value!;
        return labels;
    }

    private static string? Metric(string? space, string? name) => name is null ? null : $"{space} {name}".Trim();

    private static string? Condition(string? statistic, string? comparison, double? threshold, double? period, double? periods)
    {
        if (threshold is not { } limit) return null;
        var sign = comparison switch
        {
            "GreaterThanThreshold" => ">",
            "GreaterThanOrEqualToThreshold" => "≥",
            "LessThanThreshold" => "<",
            "LessThanOrEqualToThreshold" => "≤",
            _ => "↔",
        };
        var span = period is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $" ({(periods is { } count and > 1 ? $"{count:0} × " : "")}{seconds:0} s)")
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"{statistic} {sign} {limit:0.######}{span}").Trim();
    }

    /// <summary>EventBridge hides the threshold in a JSON text within the JSON.</summary>
    private static double? ThresholdOf(string? reasonData)
    {
        try
        {
            return reasonData is null ? null : Number((JsonNode.Parse(reasonData) as JsonObject)?["threshold"]);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary><c>2026-03-04T05:06:07.123+0000</c>: the zone without a colon.</summary>
    private static DateTimeOffset? Time(JsonNode? node) => DateTimeOffset.TryParseExact(
        Text(node), ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF+0000", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"],
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;
}

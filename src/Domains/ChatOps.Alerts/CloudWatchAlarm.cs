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

    /// <summary>The kind of the event that tells of a change of an alarm's settings, its deletion among them.</summary>
    public const string ConfigurationKind = "aws.cloudwatch/CloudWatch Alarm Configuration Change";

    /// <summary>The kind of the event of one time series of an alarm on several.</summary>
    public const string ContributorKind = "aws.cloudwatch/CloudWatch Alarm Contributor State Change";

    /// <summary>Reads any of them; null when it is none. What changes nothing that is shown has no alerts.</summary>
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
        var trigger = json["Trigger"] as JsonObject;
        var metrics = AlarmMetrics.OfSns(trigger);
        return (Told(Text(json["AlarmArn"]), name, Text(json["AWSAccountId"]), state, Time(json["StateChangeTime"])) with
        {
            Description = Text(json["AlarmDescription"]),
            Metrics = metrics,
            Facts = new AlarmFacts
            {
                Reason = Text(json["NewStateReason"]),
                Metric = metrics.Compared ?? Text(json["AlarmRule"]),
                Inputs = metrics.Inputs,
                Children = Children(json["TriggeringChildren"] as JsonArray, "Arn", "State", "Value"),
                Condition = metrics.Band is { } band
                    ? $"{SignOf(Text(trigger?["ComparisonOperator"]))} {band}"
                    : Condition(
                        metrics.Statistic, Text(trigger?["ComparisonOperator"]), Number(trigger?["Threshold"]),
                        metrics.Period ?? Number(trigger?["Period"]), Number(trigger?["EvaluationPeriods"])),
            },
        }).ToGroup();
    }

    private static IncomingAlertGroup? OfEvent(JsonObject json, JsonObject detail)
    {
        if (Text(detail["alarmName"]) is not { } name || detail["state"] is not JsonObject state || Text(state["value"]) is not { } value)
            return null;
        var arn = (json["resources"] as JsonArray)?.Select(Text).FirstOrDefault(
            resource => resource?.Contains(":alarm:", StringComparison.Ordinal) == true);
        var configuration = detail["configuration"] as JsonObject;
        var metrics = AlarmMetrics.OfEvent(configuration?["metrics"] as JsonArray);
        var reason = Object(Text(state["reasonData"]));
        var facts = new AlarmFacts
        {
            Reason = Text(state["reason"]),
            Metric = metrics.Compared ?? Text(configuration?["alarmRule"]),
            Inputs = metrics.Inputs,
            Children = Children(reason?["triggeringAlarms"] as JsonArray, "arn", "state", "value"),
            Condition = metrics.Band is { } band
                ? $"↔ {band}"
                : Condition(metrics.Statistic, null, Number(reason?["threshold"]), metrics.Period, null),
        };
        if (Text(json["detail-type"]) == "CloudWatch Alarm Configuration Change")
        {
            var deleted = Told(arn, name, Text(json["account"]), "OK", Time(json["time"])) with
            {
                Metrics = metrics,
                Facts = facts with { IsDeleted = true },
            };
            return Text(detail["operation"]) == "delete" ? deleted.ToGroup() : deleted.ToGroup() with { Alerts = [] };
        }

        var contributor = detail["alarmContributor"] as JsonObject;
        return (Told(arn, name, Text(json["account"]), value, Time(state["timestamp"])) with
        {
            Description = Text(configuration?["description"]),
            Metrics = metrics,
            Facts = facts,
            Tags = Tags(detail["alarmTags"] ?? json["alarmTags"]),
            Contributor = Text(contributor?["id"]),
            Attributes = Tags(contributor?["attributes"]),
            Mute = Mute(detail["muteDetail"] as JsonObject)
                ?? Suppression(Text(state["actionsSuppressedBy"]) ?? Text(detail["actionsSuppressedBy"]), configuration, state),
        }).ToGroup();
    }

    private static AlarmTold Told(string? arn, string name, string? account, string state, DateTimeOffset? at) =>
        new(arn, name, account, state, at);

    /// <summary>A mute rule holds the alarm's actions back: it is not told as one that fires.</summary>
    private static Suppressor? Mute(JsonObject? detail) => detail is null ? null : new Suppressor(
        SuppressorKind.CloudWatch, Text(detail["mutedByArn"]) ?? "mute",
        (Text(detail["mutedByArn"]) ?? "").Split(':')[^1] is { Length: > 0 } rule ? rule : "?")
    {
        Until = Time(detail["muteWindowEnd"]),
    };

    /// <summary>Another alarm, or the time in which it is waited for, holds the alarm's actions back.</summary>
    private static Suppressor? Suppression(string? by, JsonObject? configuration, JsonObject state) => by is null ? null : new Suppressor(
        SuppressorKind.CloudWatch, by,
        Text(configuration?["actionsSuppressor"]) is { } alarm ? alarm.Split(':')[^1] : by)
    {
        Reason = Text(state["actionsSuppressedReason"]) ?? "",
    };

    private static List<string> Children(JsonArray? children, string arn, string state, string value) =>
    [
        .. (children ?? []).OfType<JsonObject>()
            .Where(child => child[state] is not JsonObject told || Text(told[value]) is null or "ALARM")
            .Select(child => Text(child[arn])?.Split(':')[^1]).OfType<string>(),
    ];

    /// <summary>As an object of names, or a list of <c>key</c> and <c>value</c>.</summary>
    private static Dictionary<string, string> Tags(JsonNode? tags) => tags switch
    {
        JsonObject named => named.Where(tag => Text(tag.Value) is not null)
            .ToDictionary(tag => tag.Key, tag => Text(tag.Value)!, StringComparer.Ordinal),
        JsonArray listed => listed.OfType<JsonObject>()
            .Select(tag => (Key: Text(tag["key"]) ?? Text(tag["Key"]), Value: Text(tag["value"]) ?? Text(tag["Value"])))
            .Where(tag => tag is { Key: not null, Value: not null }).DistinctBy(tag => tag.Key)
            .ToDictionary(tag => tag.Key!, tag => tag.Value!, StringComparer.Ordinal),
        _ => [],
    };

    private static JsonObject? Object(string? json)
    {
        try
        {
            return json is null ? null : JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What one message said of an alarm.</summary>
    private sealed record AlarmTold(string? Arn, string Name, string? Account, string State, DateTimeOffset? At)
    {
        public string? Description { get; init; }

        public AlarmMetrics Metrics { get; init; } = AlarmMetrics.None;

        public AlarmFacts Facts { get; init; } = new();

        public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

        public string? Contributor { get; init; }

        public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

        public Suppressor? Mute { get; init; }

        public IncomingAlertGroup ToGroup()
        {
            var region = Arn?.Split(':') is [_, _, _, var place, ..] ? place : null;
            var status = State switch
            {
                "ALARM" => AlertStatus.Firing,
                "OK" => AlertStatus.Resolved,
                _ => AlertStatus.NoData,
            };
            var identity = new Dictionary<string, string>(StringComparer.Ordinal) { ["alarm"] = Name };
            if (Contributor is not null) identity["contributor"] = Contributor;
            var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["alarm"] = Name };
            if (Metrics.Name is { } metric) labels["metric"] = metric;
            foreach (var (key, value) in Metrics.Dimensions.Concat(Attributes).Concat(Tags)) labels.TryAdd(key, value);
            return new IncomingAlertGroup(
                IncomingAlertGroup.IdentityOf("cloudwatch", [new("alarm", Arn ?? $"{Account}/{Name}")]), AlertSource.CloudWatch)
            {
                Name = Name,
                Account = Account,
                Region = region,
                Alarm = Facts,
                Suppressors = Mute is null || status != AlertStatus.Firing ? [] : [Mute],
                Alerts =
                [
                    new IncomingAlert(
                        labels,
                        string.IsNullOrWhiteSpace(Description)
                            ? new Dictionary<string, string>()
                            : new Dictionary<string, string> { ["description"] = Description },
                        status)
                    {
                        // EventBridge tells the tags, SNS does not: it is one alarm all the same.
                        Key = IncomingAlertGroup.KeyOf(identity),
                        At = At,
                        StartsAt = status == AlertStatus.Firing ? At : null,
                        EndsAt = status == AlertStatus.Firing ? null : At,
                        GeneratorUrl = region is null ? null : ConsoleLinks.CloudWatchAlarm(region, Name),
                        SuppressedBy = Mute is null || status != AlertStatus.Firing ? [] : [Mute.Key],
                    },
                ],
            };
        }
    }

    private static string? Condition(string? statistic, string? comparison, double? threshold, double? period, double? periods)
    {
        if (threshold is not { } limit) return null;
        var sign = SignOf(comparison);
        var span = period is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $" ({(periods is { } count and > 1 ? $"{count:0} × " : "")}{seconds:0} s)")
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"{statistic} {sign} {limit:0.######}{span}").Trim();
    }

    private static string SignOf(string? comparison) => comparison switch
    {
        "GreaterThanThreshold" or "GreaterThanUpperThreshold" => ">",
        "GreaterThanOrEqualToThreshold" => "≥",
        "LessThanThreshold" or "LessThanLowerThreshold" => "<",
        "LessThanOrEqualToThreshold" => "≤",
        _ => "↔",
    };

    /// <summary><c>2026-03-04T05:06:07.123+0000</c>: the zone without a colon.</summary>
    private static DateTimeOffset? Time(JsonNode? node) => DateTimeOffset.TryParseExact(
        Text(node),
        [
            "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF+0000", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
            "yyyy-MM-dd'T'HH:mm:ss'Z'",
        ],
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;
}

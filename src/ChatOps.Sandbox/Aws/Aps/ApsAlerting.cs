using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Aps;

/// <summary>How a notification of the sandbox's Alertmanager goes to the bot.</summary>
internal static class ApsWay
{
    public const string Webhook = "webhook";

    /// <summary>AMP over SNS, with the JSON template of its documentation.</summary>
    public const string SnsJson = "sns-json";

    /// <summary>AMP over SNS, as it sends unless it is given a template.</summary>
    public const string SnsText = "sns-text";

    /// <summary>A CloudWatch alarm over SNS.</summary>
    public const string CloudWatch = "cloudwatch";

    public static IReadOnlyList<string> All { get; } = [Webhook, SnsJson, SnsText, CloudWatch];
}

/// <summary>Fires and resolves the alerts of the workspace, and tells the bot of it as Alertmanager and CloudWatch do.</summary>
internal sealed class ApsAlerting(AwsSandbox aws)
{
    private const string AlarmName = "web-cpu";

    /// <summary>An alert fires; false when it does already.</summary>
    public bool Fire(ApsRule rule, string way)
    {
        lock (aws.State.Sync)
        {
            if (aws.State.Workspace.Firing.Any(alert => alert.Rule == rule)) return false;
            var now = aws.Time.GetUtcNow();
            aws.State.Workspace.Ways[rule.Name] = way;
            aws.State.Workspace.Alerts.AddRange(rule.Series.Take(ApsRule.Firing).Select(labels => new ApsAlert(
                rule, new SortedDictionary<string, string>(
                    labels.ToDictionary(), StringComparer.Ordinal)
                { ["alertname"] = rule.Name, ["severity"] = rule.Severity }, now)));
            Notify(rule, way);
        }

        return true;
    }

    /// <summary>The alerts that fire are over; how many there were.</summary>
    public int Resolve(string? name)
    {
        lock (aws.State.Sync)
        {
            var rules = aws.State.Workspace.Firing.Where(alert => name is null || alert.Rule.Name == name).Select(alert => alert.Rule)
                .Distinct().ToList();
            foreach (var rule in rules)
            {
                foreach (var alert in aws.State.Workspace.Firing.Where(alert => alert.Rule == rule).ToList())
                    alert.EndsAt = aws.Time.GetUtcNow();
                Notify(rule, aws.State.Workspace.Ways.GetValueOrDefault(rule.Name, ApsWay.Webhook));
            }

            return rules.Count;
        }
    }

    /// <summary>The CloudWatch alarm changes.</summary>
    public void Alarm(bool firing)
    {
        var now = aws.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture);
        var body = new JsonObject
        {
            ["AlarmName"] = AlarmName,
            ["AlarmDescription"] = "CPU is high on the web tier",
            ["AWSAccountId"] = AwsSandboxOptions.ProdAccount,
            ["NewStateValue"] = firing ? "ALARM" : "OK",
            ["NewStateReason"] = firing
                ? "Threshold Crossed: 2 datapoints [91.2, 88.0] were greater than or equal to the threshold (80.0)."
                : "Threshold Crossed: 1 datapoint [12.0] was not greater than or equal to the threshold (80.0).",
            ["StateChangeTime"] = now,
            ["Region"] = "Asia Pacific (Seoul)",
            ["AlarmArn"] = $"arn:aws:cloudwatch:{AwsSandboxOptions.HomeRegion}:{AwsSandboxOptions.ProdAccount}:alarm:{AlarmName}",
            ["OldStateValue"] = firing ? "OK" : "ALARM",
            ["Trigger"] = new JsonObject
            {
                ["MetricName"] = "CPUUtilization",
                ["Namespace"] = "AWS/EC2",
                ["StatisticType"] = "Statistic",
                ["Statistic"] = "AVERAGE",
                ["Dimensions"] = new JsonArray(new JsonObject { ["value"] = "i-0a1b2c3d4e5f60718", ["name"] = "InstanceId" }),
                ["Period"] = 300,
                ["EvaluationPeriods"] = 2,
                ["ComparisonOperator"] = "GreaterThanOrEqualToThreshold",
                ["Threshold"] = 80.0,
            },
        };
        aws.Delivery.Enqueue(new SentEvent(AwsIds.Guid(), EventRoute.Sns, AwsAnswer.Text(body)));
    }

    /// <summary>Called under the state's lock. What is silenced is not told.</summary>
    private void Notify(ApsRule rule, string way)
    {
        var now = aws.Time.GetUtcNow();
        var latest = aws.State.Workspace.Alerts.Where(alert => alert.Rule == rule).GroupBy(alert => alert.Fingerprint)
            .Select(group => group.Last())
            .Where(alert => !aws.State.Workspace.IsSilenced(alert, now)).ToList();
        if (latest.Count == 0) return;
        switch (way)
        {
            case ApsWay.SnsJson:
                aws.Delivery.Enqueue(new SentEvent(AwsIds.Guid(), EventRoute.Sns, DocumentedTemplate(rule, latest)));
                break;
            case ApsWay.SnsText:
                aws.Delivery.Enqueue(new SentEvent(AwsIds.Guid(), EventRoute.Sns, DefaultText(latest)));
                break;
            default:
                var body = AwsAnswer.Text(Webhook(rule, latest));
                aws.Background.Run(stopping => aws.Delivery.SendAsync(AwsIds.Guid(), () => WebhookRequest(body), stopping));
                break;
        }
    }

    private HttpRequestMessage? WebhookRequest(string body)
    {
        if (aws.Options.BotUrl is not { } bot) return null;
        var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(bot, "/events/alertmanager"))
        { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {AwsSandboxOptions.AlertmanagerToken}");
        request.Headers.TryAddWithoutValidation("User-Agent", "Alertmanager/0.28.1");
        return request;
    }

    private static JsonObject Webhook(ApsRule rule, List<ApsAlert> alerts) => new()
    {
        ["receiver"] = "chatops",
        ["status"] = Status(alerts),
        ["alerts"] = new JsonArray([.. alerts.Select(alert => (JsonNode)new JsonObject
        {
            ["status"] = alert.EndsAt is null ? "firing" : "resolved",
            ["labels"] = Json(alert.Labels),
            ["annotations"] = Json(Annotations(rule)),
            ["startsAt"] = AwsIds.Iso(alert.StartsAt),
            ["endsAt"] = alert.EndsAt is { } end ? AwsIds.Iso(end) : "0001-01-01T00:00:00Z",
            ["generatorURL"] = GeneratorUrl(rule),
            ["fingerprint"] = alert.Fingerprint,
        })]),
        ["groupLabels"] = new JsonObject { ["alertname"] = rule.Name },
        ["commonLabels"] = new JsonObject
        {
            ["alertname"] = rule.Name,
            ["cluster"] = "prod",
            ["service"] = alerts[0].Labels["service"],
            ["severity"] = rule.Severity,
        },
        ["commonAnnotations"] = Json(Annotations(rule)),
        ["externalURL"] = "http://alertmanager.example.com",
        ["version"] = "4",
        ["groupKey"] = $"{{}}:{{alertname=\"{rule.Name}\"}}",
        ["truncatedAlerts"] = 0,
    };

    /// <summary>AMP's documented template: Go's times, no group key, and quotes as they come.</summary>
    private static string DocumentedTemplate(ApsRule rule, List<ApsAlert> alerts)
    {
        var all = alerts.Select(alert =>
            $"{{\"status\": \"{(alert.EndsAt is null ? "firing" : "resolved")}\", \"labels\": {{{Pairs(alert.Labels)}}}, " +
            $"\"annotations\": {{{Pairs(Annotations(rule))}}}, " +
            $"\"startsAt\": \"{GoTime(alert.StartsAt)}\", \"endsAt\": \"{GoTime(alert.EndsAt)}\", \"generatorURL\": " +
            $"\"{GeneratorUrl(rule)}\", \"fingerprint\": \"{alert.Fingerprint}\"}}");
        return $"{{\"receiver\": \"chatops\", \"status\": \"{Status(alerts)}\", \"alerts\": [{string.Join(", ", all)}], " +
            $"\"groupLabels\": {{\"alertname\": \"{rule.Name}\"}}, " +
            $"\"commonLabels\": {{\"alertname\": \"{rule.Name}\", \"severity\": \"{rule.Severity}\"}}, " +
            $"\"commonAnnotations\": {{{Pairs(Annotations(rule))}}}}}";
    }

    private static string DefaultText(List<ApsAlert> alerts)
    {
        var text = new StringBuilder();
        foreach (var (head, group) in new[]
        {
            ("Alerts Firing:", alerts.Where(alert => alert.EndsAt is null)),
            ("Alerts Resolved:", alerts.Where(alert => alert.EndsAt is not null)),
        })
        {
            if (!group.Any()) continue;
            text.Append(head).Append('\n');
            foreach (var alert in group)
            {
                text.Append("Labels:\n").AppendJoin("", alert.Labels.Select(label => $" - {label.Key} = {label.Value}\n"))
                    .Append("Annotations:\n").AppendJoin("", Annotations(alert.Rule).Select(pair => $" - {pair.Key} = {pair.Value}\n"))
                    .Append("Source: ").Append(GeneratorUrl(alert.Rule)).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    internal static SortedDictionary<string, string> Annotations(ApsRule rule) => new(StringComparer.Ordinal)
    {
        ["description"] = rule.Description,
        ["runbook_url"] = $"https://runbooks.example.com/{rule.Name}",
        ["summary"] = rule.Summary,
    };

    internal static string GeneratorUrl(ApsRule rule) =>
        $"http://prometheus.example.com/graph?g0.expr={Uri.EscapeDataString(rule.Condition)}&g0.tab=1";

    private static string Status(List<ApsAlert> alerts) => alerts.Exists(alert => alert.EndsAt is null) ? "firing" : "resolved";

    private static string Pairs(IEnumerable<KeyValuePair<string, string>> pairs) =>
        string.Join(", ", pairs.Select(pair => $"\"{pair.Key}\": \"{pair.Value}\""));

    private static string GoTime(DateTimeOffset? at) =>
        at is { } time
            ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture) + "00 +0000 UTC"
            : "0001-01-01 00:00:00 +0000 UTC";

    private static JsonObject Json(IEnumerable<KeyValuePair<string, string>> pairs) =>
        new(pairs.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}

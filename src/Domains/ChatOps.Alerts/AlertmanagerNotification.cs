using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChatOps.Alerts;

/// <summary>
/// Alertmanager's notification as JSON: its webhook (version 4, and whatever it adds), our template for AMP, and AMP's documented one,
/// which has no <c>groupKey</c>, writes times as Go prints them, and does not escape quotes. Pure.
/// </summary>
internal static partial class AlertmanagerNotification
{
    /// <summary>How many alerts the door did not keep of a notification too large to be kept whole, by their status.</summary>
    public const string LeftOutFiring = "chatopsLeftOutFiring";

    /// <inheritdoc cref="LeftOutFiring"/>
    public const string LeftOutResolved = "chatopsLeftOutResolved";

    private const int MaxDepth = 32;
    private static readonly string[] AccountLabels = ["account", "account_id", "aws_account", "aws_account_id"];

    /// <summary>Reads a notification; null when it is none.</summary>
    public static IncomingAlertGroup? Read(string body)
    {
        using var document = Parse(body) ?? Parse(BrokenJson.Mend(body));
        return document?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("alerts", out var alerts)
            && alerts.ValueKind == JsonValueKind.Array
            ? Read(root, alerts)
            : null;
    }

    /// <summary>
    /// RFC 3339, or Go's <c>Time.String()</c>: <c>2026-03-04 05:00:00.123456789 +0000 UTC</c>. Null for Go's zero time and for what is
    /// neither.
    /// </summary>
    internal static DateTimeOffset? Time(string? text)
    {
        if (text is null) return null;
        // .NET reads seven digits of a second's fraction; Go writes up to nine.
        var read = GoTime().Match(text) is { Success: true } go
            ? $"{go.Groups["day"]}T{go.Groups["time"]}{go.Groups["fraction"]}{go.Groups["sign"]}{go.Groups["h"]}:{go.Groups["m"]}"
            : text;
        return DateTimeOffset.TryParse(
            LongFraction().Replace(read, "$1"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at.Year > 1
            ? at.ToUniversalTime()
            : null;
    }

    private static IncomingAlertGroup Read(JsonElement root, JsonElement alerts)
    {
        var incoming = alerts.EnumerateArray().Where(alert => alert.ValueKind == JsonValueKind.Object).Select(ReadAlert).ToList();
        var labels = Texts(root, "groupLabels");
        // What the sender left out is of its group's status: a group that fires counts them among what fires.
        var (truncated, fires) = (Count(root, "truncatedAlerts"), Text(root, "status") != "resolved");
        return new IncomingAlertGroup(IdentityOf(root, labels, incoming), AlertSource.Alertmanager)
        {
            GroupLabels = labels,
            Alerts = incoming,
            MoreFiring = (fires ? truncated : 0) + Count(root, LeftOutFiring),
            MoreResolved = (fires ? 0 : truncated) + Count(root, LeftOutResolved),
            IsWhole = Text(root, "groupKey") is { Length: > 0 },
            Receiver = Text(root, "receiver"),
            IsGrafana = root.TryGetProperty("orgId", out _)
                || Text(root, "groupKey")?.Contains("__grafana", StringComparison.Ordinal) == true,
            ExternalUrl = Text(root, "externalURL"),
            Account = AccountOf(incoming),
            Region = Shared(incoming, "region") ?? Shared(incoming, "aws_region"),
        };
    }

    private static IncomingAlert ReadAlert(JsonElement alert) => new(
        Texts(alert, "labels"), Texts(alert, "annotations"),
        Text(alert, "status") == "resolved" ? AlertStatus.Resolved : AlertStatus.Firing)
    {
        StartsAt = Time(Text(alert, "startsAt")),
        EndsAt = Time(Text(alert, "endsAt")),
        GeneratorUrl = Text(alert, "generatorURL"),
    };

    private static string IdentityOf(JsonElement root, Dictionary<string, string> groupLabels, IReadOnlyList<IncomingAlert> alerts) =>
        Text(root, "groupKey") is { Length: > 0 } key
            ? IncomingAlertGroup.IdentityOf("alertmanager", [new("groupKey", key)])
            : WithoutKey(groupLabels, alerts);

    /// <summary>AMP says no group key: the labels it groups by tell its groups apart, or else the rule's name.</summary>
    internal static string WithoutKey(
        IReadOnlyDictionary<string, string> groupLabels, IReadOnlyList<IncomingAlert> alerts) => IncomingAlertGroup.IdentityOf(
        "amp", groupLabels.Count > 0
            ? groupLabels
            : alerts.Select(alert => KeyValuePair.Create("alertname", alert.Labels.GetValueOrDefault("alertname", ""))).Distinct());

    internal static string? Shared(IReadOnlyList<IncomingAlert> alerts, string label) =>
        alerts.Select(alert => alert.Labels.GetValueOrDefault(label)).Distinct().ToList() is [{ Length: > 0 } text] ? text : null;

    internal static string? AccountOf(IReadOnlyList<IncomingAlert> alerts) =>
        AccountLabels.Select(label => Shared(alerts, label)).FirstOrDefault(
            value => value is { Length: 12 } && value.All(char.IsAsciiDigit));

    private static JsonDocument? Parse(string body)
    {
        try
        {
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowTrailingCommas = true });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> Texts(JsonElement json, string name)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json.TryGetProperty(name, out var pairs) && pairs.ValueKind == JsonValueKind.Object)
        {
            foreach (var pair in pairs.EnumerateObject()) texts[pair.Name] = TextOf(pair.Value) ?? pair.Value.GetRawText();
        }

        return texts;
    }

    /// <summary>A number, written as one or as text; 0 for anything else.</summary>
    private static int Count(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number or JsonValueKind.String
        && int.TryParse(
            value.ValueKind == JsonValueKind.Number ? value.GetRawText() : TextOf(value), NumberStyles.None, CultureInfo.InvariantCulture,
            out var count) ? count : 0;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? TextOf(value) : null;

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate is JSON, but not text.
            return null;
        }
    }

    [GeneratedRegex(
        @"\A(?<day>\d{4}-\d\d-\d\d) (?<time>\d\d:\d\d:\d\d)(?<fraction>\.\d+)? (?<sign>[+-])(?<h>\d\d)(?<m>\d\d)( \S+)?( m=\S+)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex GoTime();

    [GeneratedRegex(@"(\.\d{7})\d+", RegexOptions.CultureInvariant)]
    private static partial Regex LongFraction();
}

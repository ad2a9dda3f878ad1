using System.Text.Json;
using ChatOps.Aws;

namespace ChatOps.Tagging;

/// <summary>
/// An API call as CloudTrail recorded it, inside its EventBridge envelope. Reads casing loosely: CloudTrail writes <c>dBInstanceArn</c>,
/// <c>aRN</c>.
/// </summary>
internal sealed class CloudTrailCall
{
    /// <summary>The detail-type.</summary>
    public const string DetailType = "AWS API Call via CloudTrail";

    private const int MaxIds = 1000;

    private readonly JsonElement _detail;

    private CloudTrailCall(EventBridgeEnvelope envelope)
    {
        _detail = envelope.Detail;
        Source = (One("eventSource") ?? "").Replace(".amazonaws.com", "", StringComparison.Ordinal)
            .Replace(".cn", "", StringComparison.Ordinal);
        Name = One("eventName") ?? "";
        EventId = One("eventID") ?? envelope.Id;
        Region = One("awsRegion") ?? envelope.Region;
        Account = One("recipientAccountId") ?? envelope.Account;
        At = DateTimeOffset.TryParse(
            One("eventTime"), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal,
            out var at) ? at : envelope.Time;
        Partition = Region.StartsWith("cn-", StringComparison.Ordinal)
            ? "aws-cn"
            : Region.StartsWith("us-gov-", StringComparison.Ordinal) ? "aws-us-gov" : "aws";
    }

    /// <summary>The event source without <c>.amazonaws.com</c>.</summary>
    public string Source { get; }

    public string Name { get; }

    /// <summary>CloudTrail's id of it: the same however often it comes.</summary>
    public string EventId { get; }

    public string Region { get; }

    /// <summary>The account in which it happened.</summary>
    public string Account { get; }

    public string Partition { get; }

    public DateTimeOffset At { get; }

    /// <summary>Why AWS refused it; null when it did not.</summary>
    public string? ErrorCode => One("errorCode");

    /// <summary>Reads an event of the inbox; null for what is no such call.</summary>
    public static CloudTrailCall? Read(string body)
    {
        if (!EventBridgeEnvelope.TryParse(System.Text.Encoding.UTF8.GetBytes(body), out var events, out _) || events is not [var envelope]
            || envelope.DetailType != DetailType)
            return null;
        var call = new CloudTrailCall(envelope);
        return call.Source.Length > 0 && call.Name.Length > 0 ? call : null;
    }

    /// <summary>The text at a path; null when there is none.</summary>
    public string? One(string path) => Texts(path) is [var first, ..] ? first : null;

    /// <summary>Whether something other than null stands at a path.</summary>
    public bool Has(string path) => Elements(path).Any();

    /// <summary>
    /// The texts and numbers at a path; <c>[]</c> goes into each of a list, and where a list was expected a text alone will do.
    /// </summary>
    public IReadOnlyList<string> Texts(string path) =>
        [.. Elements(path).Select(element => TextOf(element)).OfType<string>().Where(text => text.Length > 0).Take(MaxIds)];

    /// <summary>Tags that the call itself set, wherever its service puts them: lists of keys and values, or a map.</summary>
    public IReadOnlyDictionary<string, string> OwnTags()
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in (string[])["requestParameters", "responseElements"])
        {
            foreach (var element in Elements(part)) Collect(element, within: false, tags, 0);
        }

        return tags;
    }

    private static void Collect(JsonElement element, bool within, Dictionary<string, string> tags, int depth)
    {
        if (depth > 12) return;
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) Collect(item, within, tags, depth + 1);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (within && TextOf(Child(element, "key") ?? Child(element, "tagKey")) is { Length: > 0 } key)
            {
                tags.TryAdd(key, TextOf(Child(element, "value") ?? Child(element, "tagValue")) ?? "");
                return;
            }

            foreach (var property in element.EnumerateObject())
            {
                var isTags = property.Name.Contains("tag", StringComparison.OrdinalIgnoreCase)
                    && !property.Name.StartsWith("stag", StringComparison.OrdinalIgnoreCase);
                // A map of tags: {"tags": {"Env": "PROD"}}.
                if (within && property.Value.ValueKind == JsonValueKind.String && !IsFrame(property.Name))
                    tags.TryAdd(property.Name, TextOf(property.Value) ?? "");
                else Collect(property.Value, within || isTags, tags, depth + 1);
            }
        }
    }

    /// <summary>Fields that stand around tags and are none: <c>tagSpecificationSet.items[].resourceType</c>.</summary>
    private static bool IsFrame(string name) =>
        name is "resourceType" or "resourceId" or "propagateAtLaunch" or "key" or "value" or "tagKey" or "tagValue";

    private IEnumerable<JsonElement> Elements(string path)
    {
        IEnumerable<JsonElement> found = [_detail];
        foreach (var step in path.Split('.'))
        {
            var list = step.EndsWith("[]", StringComparison.Ordinal);
            var name = list ? step[..^2] : step;
            found = found.Select(element => Child(element, name)).OfType<JsonElement>();
            if (list)
                found = found.SelectMany(
                    element => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().ToArray() : [element]);
        }

        return found.Where(element => element.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined));
    }

    private static JsonElement? Child(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        if (element.TryGetProperty(name, out var exact)) return exact;
        foreach (var property in element.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase)) return property.Value;
        }

        return null;
    }

    private static string? TextOf(JsonElement? element)
    {
        try
        {
            return element?.ValueKind switch
            {
                JsonValueKind.String => element.Value.GetString(),
                JsonValueKind.Number => element.Value.GetRawText(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: JSON, but not text.
            return null;
        }
    }
}

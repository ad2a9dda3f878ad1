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
        Name = One("eventName") ?? "";
        Source = (One("eventSource") ?? "").Replace(".amazonaws.com", "", StringComparison.Ordinal)
            .Replace(".cn", "", StringComparison.Ordinal);
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

    public string Name { get; } = "";

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

    /// <summary>
    /// Tags that the call itself set on what it created, wherever its service puts them: lists of keys and values, or a map.
    /// </summary>
    /// <param name="specificationType">The kind whose TagSpecifications count; null for every kind.</param>
    public IReadOnlyDictionary<string, string> OwnTags(string? specificationType = null) => OwnTagReader.Read(
        [.. Elements("requestParameters"), .. Elements("responseElements")], Name, specificationType);

    private IEnumerable<JsonElement> Elements(string path)
    {
        IEnumerable<JsonElement> found = [_detail];
        var first = true;
        foreach (var step in path.Split('.'))
        {
            var list = step.EndsWith("[]", StringComparison.Ordinal);
            var name = list ? step[..^2] : step;
            found = found.Select(element => Child(element, name)).OfType<JsonElement>();
            // EC2's newer calls: responseElements.CreateNatGatewayResponse.natGateway.
            if (first) found = found.SelectMany(Unwrapped);
            if (list) found = found.SelectMany(Items);
            first = false;
        }

        return found.Where(element => element.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined));
    }

    private IEnumerable<JsonElement> Unwrapped(JsonElement part)
    {
        yield return part;
        foreach (var wrapper in (string[])["Response", "Request"])
        {
            if (Child(part, Name + wrapper) is { } inner) yield return inner;
        }
    }

    /// <summary>What a list holds: CloudTrail writes it as such, as <c>items</c> or <c>item</c>, and of one item that item alone.</summary>
    private static IEnumerable<JsonElement> Items(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array) return [.. element.EnumerateArray()];
        foreach (var name in (string[])["items", "item", "member"])
        {
            if (Child(element, name) is { } inner) return Items(inner);
        }

        return [element];
    }

    internal static JsonElement? Child(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        if (element.TryGetProperty(name, out var exact)) return exact;
        foreach (var property in element.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase)) return property.Value;
        }

        return null;
    }

    internal static string? TextOf(JsonElement? element)
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

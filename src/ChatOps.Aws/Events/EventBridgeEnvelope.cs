using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ChatOps.Aws;

/// <summary>One EventBridge event: who says what happened, and the details as the source wrote them.</summary>
public sealed record EventBridgeEnvelope
{
    /// <summary>The deepest nesting accepted; real events stay under 20.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    private static readonly string[] Required = ["id", "detail-type", "source", "account", "region", "time"];

    /// <summary>The event's own identity: redelivery repeats it.</summary>
    public required string Id { get; init; }

    /// <summary><c>aws.securityhub</c>, <c>aws.ssm</c> and so on.</summary>
    public required string Source { get; init; }

    /// <summary>The kind of event, the <c>detail-type</c> field.</summary>
    public required string DetailType { get; init; }

    /// <summary>The account that sent it; a finding inside may belong to another.</summary>
    public required string Account { get; init; }

    /// <summary>The Region that sent it.</summary>
    public required string Region { get; init; }

    /// <summary>When the source says it happened, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>ARNs (sometimes plain ids) of what it is about; may be empty.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>The <c>detail</c> object.</summary>
    public required JsonElement Detail { get; init; }

    /// <summary>The whole event as received, to be kept.</summary>
    public required JsonElement Raw { get; init; }

    /// <summary>
    /// Reads one event or an array of them, all or nothing. When it fails, <paramref name="error"/> says what is wrong in one
    /// sentence that may be shown to the sender. Never throws on hostile text.
    /// </summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out IReadOnlyList<EventBridgeEnvelope>? events,
        [NotNullWhen(false)] out string? error)
    {
        events = null;
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            root = document.RootElement.Clone();
        }
        catch (JsonException fault)
        {
            error = JsonFault.Describe(fault, MaxDepth);
            return false;
        }
        return TryParse(root, out events, out error);
    }

    /// <summary>Reads the one event that an inbox's row keeps.</summary>
    /// <exception cref="FormatException">It is none, or several.</exception>
    public static EventBridgeEnvelope ParseOne(string json)
    {
        if (!TryParse(Encoding.UTF8.GetBytes(json), out var events, out var error)) throw new FormatException(error);
        return events is [var only] ? only : throw new FormatException("Expected one EventBridge event, got an array.");
    }

    /// <summary>Reads one event or an array of them from JSON already parsed; the element must outlive the result.</summary>
    public static bool TryParse(
        JsonElement json,
        [NotNullWhen(true)] out IReadOnlyList<EventBridgeEnvelope>? events,
        [NotNullWhen(false)] out string? error)
    {
        events = null;
        if (json.ValueKind == JsonValueKind.Object)
        {
            if (!TryReadOne(json, "", out var single, out error))
                return false;
            events = [single];
            return true;
        }
        if (json.ValueKind != JsonValueKind.Array)
        {
            error = $"Expected an EventBridge event or an array of them, got {Name(json.ValueKind)}.";
            return false;
        }
        var all = new List<EventBridgeEnvelope>(json.GetArrayLength());
        foreach (var item in json.EnumerateArray())
        {
            if (!TryReadOne(item, $"[{all.Count}]", out var envelope, out error))
                return false;
            all.Add(envelope);
        }
        if (all.Count == 0)
        {
            error = "The array holds no event.";
            return false;
        }
        events = all;
        error = null;
        return true;
    }

    private static bool TryReadOne(
        JsonElement json, string at, [NotNullWhen(true)] out EventBridgeEnvelope? read, [NotNullWhen(false)] out string? error)
    {
        read = null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            error = $"{Where(at)}Expected an EventBridge event (an object), got {Name(json.ValueKind)}.";
            return false;
        }
        var texts = new string[Required.Length];
        for (var i = 0; i < Required.Length; i++)
        {
            error = Text(json, at, Required[i], out var text);
            if (error is not null)
                return false;
            texts[i] = text!;
        }
        if (texts is not [var id, var detailType, var source, var account, var region, var time])
            throw new InvalidOperationException("A required field has no place in the record.");
        if (!DateTimeOffset.TryParse(
            time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var when))
        {
            error = $"{Where(at)}'time' is not an ISO 8601 time.";
            return false;
        }
        if (!json.TryGetProperty("detail", out var detail) || detail.ValueKind != JsonValueKind.Object)
        {
            error = $"{Where(at)}'detail' is missing or not an object.";
            return false;
        }
        var resources = new List<string>();
        if (json.TryGetProperty("resources", out var list) && list.ValueKind != JsonValueKind.Null)
        {
            if (list.ValueKind != JsonValueKind.Array)
            {
                error = $"{Where(at)}'resources' is not an array.";
                return false;
            }
            foreach (var resource in list.EnumerateArray())
            {
                if (!JsonText.TryGet(resource, out var name))
                {
                    error = $"{Where(at)}'resources' holds something that is not text.";
                    return false;
                }
                resources.Add(name);
            }
        }
        read = new EventBridgeEnvelope
        {
            Id = id,
            Source = source,
            DetailType = detailType,
            Account = account,
            Region = region,
            Time = when,
            Resources = resources,
            Detail = detail,
            Raw = json,
        };
        error = null;
        return true;
    }

    private static string? Text(JsonElement json, string at, string name, out string? value)
    {
        value = null;
        if (!json.TryGetProperty(name, out var found) || found.ValueKind == JsonValueKind.Null)
            return $"{Where(at)}'{name}' is missing.";
        if (!JsonText.TryGet(found, out value))
            return $"{Where(at)}'{name}' is not text.";
        return value.Length == 0 ? $"{Where(at)}'{name}' is empty." : null;
    }

    private static string Where(string at) => at.Length == 0 ? "" : $"{at}: ";

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Array => "an array",
        _ => "nothing",
    };
}

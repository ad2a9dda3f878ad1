using System.Text.Json;
using System.Text.Json.Serialization;
using ChatOps.Platform.Prometheus;

namespace ChatOps.Alerts;

/// <summary>How alerts are kept as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(AlertGroup))]
[JsonSerializable(typeof(IReadOnlyList<Matcher>))]
[JsonSerializable(typeof(AlertReplyData))]
internal sealed partial class AlertJson : JsonSerializerContext
{
    public static string Write(AlertGroup group) => JsonSerializer.Serialize(group, Default.AlertGroup);

    public static AlertGroup Read(string json, long version) =>
        JsonSerializer.Deserialize(json, Default.AlertGroup)! with { Version = version };
}

/// <summary>The sentences of a thread.</summary>
internal static class AlertReplies
{
    public const string Counts = "counts";
    public const string Resolved = "resolved";
    public const string NoData = "no-data";
    public const string Returned = "returned";
    public const string Flapping = "flapping";
    public const string Acknowledged = "acknowledged";
    public const string Silenced = "silenced";
    public const string Muted = "muted";
    public const string Unsilenced = "unsilenced";
    public const string SilenceEnded = "silence-ended";
    public const string SilenceGone = "silence-gone";
    public const string SilenceFailed = "silence-failed";
    public const string Suppressed = "suppressed";
    public const string Audible = "audible";
    public const string Over = "over";
    public const string NotTold = "not-told";
    public const string Closed = "closed";
    public const string Extended = "extended";
}

/// <summary>What a sentence is about.</summary>
internal sealed record AlertReplyData
{
    public string? ByUserId { get; init; }

    public string Text { get; init; } = "";

    public int Count { get; init; }

    public int Before { get; init; }

    public DateTimeOffset? Until { get; init; }
}

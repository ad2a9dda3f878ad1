using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ChatOps.Slack.Blocks;

/// <summary>What a message says, without where it goes.</summary>
public sealed record Message
{
    /// <summary>Shown in notifications and read out by screen readers; the whole message when there are no blocks. Markup.</summary>
    public required string Text { get; init; }

    /// <summary>At most 50.</summary>
    public IReadOnlyList<Block> Blocks { get; init; } = [];

    /// <summary>Data that travels with the message, unseen by people; any app with the metadata scope reads it.</summary>
    public MessageMetadata? Metadata { get; init; }

    /// <summary>Whether Slack shows previews of linked pages.</summary>
    public bool UnfurlLinks { get; init; }

    /// <summary>Whether Slack shows previews of linked pictures and films.</summary>
    public bool UnfurlMedia { get; init; }
}

/// <summary>Data attached to a message.</summary>
/// <param name="EventType">Names the form of the payload.</param>
/// <param name="EventPayload">A JSON object.</param>
public sealed record MessageMetadata(string EventType, JsonElement EventPayload)
{
    /// <summary>Metadata of a record.</summary>
    public static MessageMetadata Of<T>(string eventType, T payload, JsonTypeInfo<T> type) =>
        new(eventType, JsonSerializer.SerializeToElement(payload, type));

    /// <summary>Metadata of a few texts.</summary>
    public static MessageMetadata Of(string eventType, params IEnumerable<KeyValuePair<string, string>> payload) =>
        Of(eventType, new Dictionary<string, string>(payload), SlackJson.Context.DictionaryStringString);

    /// <summary>The text under a name in the payload; null when there is none.</summary>
    public string? Text(string name) =>
        EventPayload.ValueKind == JsonValueKind.Object && EventPayload.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

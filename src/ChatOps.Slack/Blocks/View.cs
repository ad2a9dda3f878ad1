using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ChatOps.Slack.Blocks;

/// <summary>A modal or a Home tab.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ModalView), "modal")]
[JsonDerivedType(typeof(HomeView), "home")]
public abstract record View
{
    /// <summary>Names the handler of submission and closing; at most 255 characters.</summary>
    public string? CallbackId { get; init; }

    /// <summary>At most 100.</summary>
    public required IReadOnlyList<Block> Blocks { get; init; }

    /// <summary>Comes back with the submission; at most 3000 characters. See <see cref="ChatOps.Slack.Blocks.PrivateMetadata"/>.</summary>
    public string? PrivateMetadata { get; init; }

    /// <summary>A name of our own for the view, unique in the workspace; at most 255 characters.</summary>
    public string? ExternalId { get; init; }
}

/// <summary>A modal.</summary>
// Not sealed: see PlainText.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ModalView), "modal")]
public record ModalView : View
{
    /// <summary>At most 24 characters.</summary>
    public required PlainText Title { get; init; }

    /// <summary>The button that submits, at most 24 characters; needed when there is an <see cref="InputBlock"/>.</summary>
    public PlainText? Submit { get; init; }

    /// <summary>The button that closes, at most 24 characters; Slack's word when null.</summary>
    public PlainText? Close { get; init; }

    /// <summary>Send <c>view_closed</c> when the user closes it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NotifyOnClose { get; init; }

    /// <summary>Closing this one closes all below it too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ClearOnClose { get; init; }
}

/// <summary>The app's Home tab, as one user sees it.</summary>
// Not sealed: see PlainText.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(HomeView), "home")]
public record HomeView : View;

/// <summary>A small record kept in a view's <c>private_metadata</c>: one record type per modal.</summary>
public static class PrivateMetadata
{
    /// <summary>Slack's limit for <c>private_metadata</c>, in characters.</summary>
    public const int MaxLength = 3000;

    /// <summary>Writes a record.</summary>
    /// <exception cref="BlockKitException">The JSON is longer than <see cref="MaxLength"/>.</exception>
    public static string Write<T>(T value, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.Serialize(value, type);
        return json.Length <= MaxLength
            ? json
            : throw new BlockKitException(
                "private_metadata",
                $"{typeof(T).Name} is {json.Length} characters of JSON; Slack takes {MaxLength}. Keep ids there and read the rest again.");
    }

    /// <summary>Reads a record.</summary>
    /// <exception cref="JsonException">The text is not what <see cref="Write{T}(T, JsonTypeInfo{T})"/> wrote.</exception>
    public static T Read<T>(string? privateMetadata, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(
            string.IsNullOrEmpty(privateMetadata) ? throw new JsonException("The view has no private_metadata.") : privateMetadata, type)
            ?? throw new JsonException("The view's private_metadata is null.");

    /// <summary>Writes a record by reflection, with Slack's naming.</summary>
    /// <exception cref="BlockKitException">The JSON is longer than <see cref="MaxLength"/>.</exception>
    public static string Write<T>(T value) => Write(value, (JsonTypeInfo<T>)SlackJson.Reflecting.GetTypeInfo(typeof(T)));

    /// <summary>Reads a record by reflection, with Slack's naming.</summary>
    /// <exception cref="JsonException">The text is not what <see cref="Write{T}(T)"/> wrote.</exception>
    public static T Read<T>(string? privateMetadata) => Read(privateMetadata, (JsonTypeInfo<T>)SlackJson.Reflecting.GetTypeInfo(typeof(T)));
}

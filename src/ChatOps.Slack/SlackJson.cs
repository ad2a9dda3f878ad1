using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ChatOps.Slack.Blocks;

namespace ChatOps.Slack;

/// <summary>How JSON is written for and read from Slack: snake_case, nothing for null, Korean as it is.</summary>
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(View))]
[JsonSerializable(typeof(ModalView))]
[JsonSerializable(typeof(HomeView))]
[JsonSerializable(typeof(IReadOnlyList<Block>))]
[JsonSerializable(typeof(Block))]
[JsonSerializable(typeof(MessageMetadata))]
[JsonSerializable(typeof(Dictionary<string, string>))]
public sealed partial class SlackJson : JsonSerializerContext
{
    /// <summary>The context to use; the generated one would escape Korean.</summary>
    public static SlackJson Context { get; } = new(Rules());

    /// <summary>The same rules for types that are not Slack's.</summary>
    internal static JsonSerializerOptions Reflecting { get; } = Reflection();

    internal static JsonSerializerOptions Rules() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Bodies are application/json in UTF-8 and never part of a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // Slack puts "type" wherever it likes.
        AllowOutOfOrderMetadataProperties = true,
        MaxDepth = 64,
        Converters = { new FlagConverter() },
    };

    /// <summary>A flag that is null, or anything but true, counts as not said.</summary>
    private sealed class FlagConverter : JsonConverter<bool>
    {
        public override bool HandleNull => true;

        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var isTrue = reader.TokenType == JsonTokenType.True;
            reader.Skip();
            return isTrue;
        }

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
    }

    private static JsonSerializerOptions Reflection()
    {
        var options = Rules();
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver();
        options.MakeReadOnly();
        return options;
    }
}

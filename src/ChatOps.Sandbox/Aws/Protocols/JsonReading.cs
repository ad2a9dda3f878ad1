using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Aws.Protocols;

/// <summary>Reading members of a JSON request: absent is null, a wrong kind is the client's fault.</summary>
internal static class JsonReading
{
    public static string? Text(this JsonObject from, string name) => Scalar<string>(from, name);

    public static string RequiredText(this JsonObject from, string name) =>
        from.Text(name) is { Length: > 0 } value
            ? value
            : throw new AwsFault(
                "ValidationException",
                $"1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null");

    public static int? Number(this JsonObject from, string name) => from[name] is null ? null : Scalar<int>(from, name);

    public static bool Flag(this JsonObject from, string name) => from[name] is not null && Scalar<bool>(from, name);

    public static JsonObject? Object(this JsonObject from, string name) => from[name] switch
    {
        null => null,
        JsonObject value => value,
        _ => throw WrongKind(name),
    };

    public static JsonArray? Array(this JsonObject from, string name) => from[name] switch
    {
        null => null,
        JsonArray value => value,
        _ => throw WrongKind(name),
    };

    public static IReadOnlyList<string> Texts(this JsonObject from, string name) =>
        [.. (from.Array(name) ?? []).Select(n => n is JsonValue v && v.TryGetValue<string>(out var s) ? s : throw WrongKind(name))];

    public static IEnumerable<JsonObject> Objects(this JsonObject from, string name) =>
        (from.Array(name) ?? []).Select(n => n as JsonObject ?? throw WrongKind(name));

    public static JsonArray ToJson(this IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];

    private static T? Scalar<T>(JsonObject from, string name) => from[name] switch
    {
        null => default,
        JsonValue value when value.TryGetValue<T>(out var read) => read,
        _ => throw WrongKind(name),
    };

    private static AwsFault WrongKind(string name) => new("SerializationException", $"The member {name} has a wrong type.");
}

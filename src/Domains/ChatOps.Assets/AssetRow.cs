using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatOps.Aws;

namespace ChatOps.Assets;

/// <summary>What is written of an asset: its facts, and what they are found by.</summary>
internal sealed record AssetRow(
    string Arn, string Id, string Type, string Name, string NameKey, string Account, string Region, string Tags, string Facets,
    string Search,
    string? Creator, long? CreatedAt, long TagsAt, long SeenAt)
{
    /// <summary>Letters and digits of <see cref="Id"/>.</summary>
    public const int IdLength = 16;

    private const int SearchLength = 8000;

    /// <summary>Builds the row of an asset. It is not found by a tag that one with the policy's prefix overrides.</summary>
    public static AssetRow Of(
        string arn, string type, string? name, string account, string region, IReadOnlyDictionary<string, string> tags,
        string? creator, DateTimeOffset? createdAt, DateTimeOffset tagsAt, DateTimeOffset seenAt, TagVocabulary? vocabulary = null)
    {
        arn = ArnForms.Canonical(arn);
        Dictionary<string, string> found = new((vocabulary ?? TagVocabulary.Bare).Effective(tags), StringComparer.Ordinal);
        var shown = StorableText.Clean(NameOf(arn, name, tags));
        return new AssetRow(
            arn, IdOf(arn), type, shown, Fold(shown), account, region, WriteTags(tags), WriteFacets(found),
            SearchOf(arn, type, shown, found),
            creator, createdAt?.ToUnixTimeMilliseconds(), tagsAt.ToUnixTimeMilliseconds(), seenAt.ToUnixTimeMilliseconds());
    }

    /// <summary>Its Name tag, the name it has itself, or the last part of its ARN.</summary>
    public static string NameOf(string arn, string? own, IReadOnlyDictionary<string, string> tags)
    {
        if (tags.TryGetValue("Name", out var tag) && !string.IsNullOrWhiteSpace(tag)) return tag.Trim();
        if (!string.IsNullOrWhiteSpace(own)) return own.Trim();
        return ArnForms.NameOf(arn);
    }

    /// <summary>Our id of an ARN: 80 bits of its SHA-256 in base 32, as findings have.</summary>
    public static string IdOf(string arn)
    {
        const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(arn), hash);
        Span<char> id = stackalloc char[IdLength];
        for (var i = 0; i < id.Length; i++)
        {
            var bit = i * 5;
            id[i] = Alphabet[(((hash[bit / 8] << 8) | hash[(bit / 8) + 1]) >> (11 - (bit % 8))) & 31];
        }

        return new string(id);
    }

    /// <summary>As it is compared: composed, in small letters, without what no row can hold.</summary>
    public static string Fold(string text)
    {
        text = StorableText.Clean(text);
        var cleaned = text.AsSpan().IndexOfAny('\n', '\r') < 0 ? text : text.Replace('\n', ' ').Replace('\r', ' ');
        return (cleaned.IsNormalized() ? cleaned : cleaned.Normalize()).ToLowerInvariant();
    }

    /// <summary>The tag's keys it is found by: the whole key, and what follows a prefix (<c>acme:Env</c> is <c>Env</c> too).</summary>
    public static IEnumerable<string> KeysOf(string key)
    {
        var folded = Fold(key);
        yield return folded;
        if (folded.LastIndexOf(':') is > 0 and var cut && cut + 1 < folded.Length) yield return folded[(cut + 1)..];
    }

    public static Dictionary<string, string> ReadTags(string json) =>
        JsonSerializer.Deserialize(json, AssetJson.Default.DictionaryStringString)!;

    private static string WriteTags(IReadOnlyDictionary<string, string> tags) =>
        JsonSerializer.Serialize(new SortedDictionary<string, string>(
            tags.ToDictionary(tag => StorableText.Clean(tag.Key), tag => StorableText.Clean(tag.Value)),
            StringComparer.Ordinal), AssetJson.Relaxed.SortedDictionaryStringString);

    private static string WriteFacets(IReadOnlyDictionary<string, string> tags)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        // A whole key goes before another's rest.
        foreach (var (key, value) in tags) values[Fold(key)] = Fold(value);
        foreach (var (key, value) in tags)
        {
            foreach (var part in KeysOf(key)) values.TryAdd(part, Fold(value));
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("k");
            foreach (var key in values.Keys) json.WriteStringValue(key);
            json.WriteEndArray();
            json.WriteStartObject("t");
            foreach (var (key, value) in values) json.WriteString(key, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string SearchOf(string arn, string type, string name, IReadOnlyDictionary<string, string> tags)
    {
        var text = new StringBuilder(256).Append('\n').Append(Fold(name)).Append('\n').Append(Fold(arn)).Append('\n').Append(Fold(type))
            .Append('\n');
        foreach (var (key, value) in tags)
        {
            foreach (var part in KeysOf(key))
            {
                var line = string.Create(CultureInfo.InvariantCulture, $"{part}={Fold(value)}\n");
                if (text.Length + line.Length <= SearchLength) text.Append(line);
            }
        }

        return text.ToString();
    }
}

/// <summary>How tags and rows are written as JSON: text as it is.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<AssetRow>))]
internal sealed partial class AssetJson : JsonSerializerContext
{
    public static AssetJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Findings;

/// <summary>How findings are kept as JSON: enumerations by name, nothing for null, text as it is.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Finding))]
[JsonSerializable(typeof(IReadOnlyList<FindingRow>))]
[JsonSerializable(typeof(IReadOnlyList<HistoryRow>))]
[JsonSerializable(typeof(FindingReplyData))]
[JsonSerializable(typeof(Insight))]
internal sealed partial class FindingJson : JsonSerializerContext
{
    public static string Write(Finding finding) => JsonSerializer.Serialize(finding, Default.Finding);

    public static Finding Read(string json, long version) => JsonSerializer.Deserialize(json, Default.Finding)! with { Version = version };
}

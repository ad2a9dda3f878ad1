using System.Text.Json;
using ChatOps.Aws;

namespace ChatOps.Findings;

/// <summary>Reads <c>Resources[]</c>: who it is, its tags, and the facts worth showing or remediating with.</summary>
internal static class AsffResource
{
    private const int MaxDetails = 40;
    private const int MaxDepth = 3;

    public static FindingResource? Read(JsonElement json)
    {
        if (json.Text("Id", 2048) is not { } arn) return null;
        var type = json.Text("Type", 128) ?? "Other";
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        var given = json.Child("Details");
        if (given.Child("AwsEc2SecurityGroup") is { } group && OpenToTheWorld(group) is { } open) details["OpenToTheWorld"] = open;
        foreach (var detail in given is { ValueKind: JsonValueKind.Object } all ? all.EnumerateObject() : default)
        {
            Flatten(details, "", detail.Value, 0);
        }

        if (SensitiveData(json.Child("DataClassification")) is { } sensitive) details["SensitiveData"] = sensitive;
        return new FindingResource(arn, type, json.Text("Region", 64), Asff.TagsOf(json.Child("Tags"))) { Details = details };
    }

    /// <summary>Facts of an object as <c>name → value</c>; what stands under a type's own name stands without it.</summary>
    public static Dictionary<string, string> DetailsOf(JsonElement? given)
    {
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        if (given is not { ValueKind: JsonValueKind.Object } all) return details;
        foreach (var member in all.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object && member.Name.StartsWith("aws", StringComparison.OrdinalIgnoreCase))
                Flatten(details, "", member.Value, 0);
        }

        Flatten(details, "", all, 0);
        return details;
    }

    private static void Flatten(Dictionary<string, string> details, string prefix, JsonElement json, int depth)
    {
        if (json.ValueKind != JsonValueKind.Object || depth > MaxDepth) return;
        foreach (var member in json.EnumerateObject())
        {
            if (details.Count >= MaxDetails || !EventText.TryName(member, out var name)) return;
            name = prefix + name;
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    Flatten(details, name + ".", member.Value, depth + 1);
                    break;
                case JsonValueKind.Array:
                    // Lists of plain values (image tags, addresses) read well in a line; lists of objects do not.
                    var items = member.Value.EnumerateArray().Take(10).Select(item => EventText.Text(item, 64)).OfType<string>().ToList();
                    if (items.Count > 0) details[name] = string.Join(", ", items);
                    break;
                default:
                    if (EventText.Text(member.Value, 256) is { } text) details[name] = text;
                    break;
            }
        }
    }

    /// <summary>The ports of a security group that anybody may reach: <c>22, 3389</c>, <c>all</c>.</summary>
    private static string? OpenToTheWorld(JsonElement group)
    {
        var ports = new List<string>();
        foreach (var permission in group.Child("IpPermissions").Items().Take(100))
        {
            var world = permission.Child("IpRanges").Items().Any(range => range.Text("CidrIp", 64) == "0.0.0.0/0")
                || permission.Child("Ipv6Ranges").Items().Any(range => range.Text("CidrIpv6", 64) == "::/0");
            if (!world) continue;
            var (from, to) = (permission.Text("FromPort", 16), permission.Text("ToPort", 16));
            var port = permission.Text("IpProtocol", 16) == "-1" || from is null ? "all" : from == to || to is null ? from : $"{from}–{to}";
            if (!ports.Contains(port)) ports.Add(port);
        }

        return ports.Count == 0 ? null : string.Join(", ", ports.Take(20));
    }

    /// <summary>What Macie found in an object: <c>PERSONAL_INFORMATION: ADDRESS × 30</c>.</summary>
    private static string? SensitiveData(JsonElement? classification)
    {
        var found = classification.Child("Result").Child("SensitiveData").Items().Take(10).Select(data =>
        {
            var kinds = data.Child("Detections").Items().Take(10)
                .Select(detection => $"{detection.Text("Type", 64)} × {detection.Text("Count", 16)}");
            return $"{data.Text("Category", 64)}: {string.Join(", ", kinds)}";
        }).ToList();
        return found.Count == 0 ? null : string.Join("; ", found);
    }
}

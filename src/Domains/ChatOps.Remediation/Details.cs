using System.Text.Json;

namespace ChatOps.Remediation;

/// <summary>Reads what ASFF says about a resource beyond its identity.</summary>
internal static class Details
{
    /// <summary>
    /// <c>Resources[].Details.{Type}</c> of the resource with this id; null when Security Hub has none.
    /// </summary>
    public static JsonElement? Of(JsonElement finding, string resourceId)
    {
        if (!finding.TryGetProperty("Resources", out var resources) || resources.ValueKind != JsonValueKind.Array) return null;
        foreach (var resource in resources.EnumerateArray())
        {
            if (resource.ValueKind != JsonValueKind.Object || !resource.TryGetProperty("Id", out var id)
                || id.ValueKind != JsonValueKind.String || id.GetString() != resourceId)
                continue;
            if (!resource.TryGetProperty("Details", out var details) || details.ValueKind != JsonValueKind.Object) continue;
            foreach (var type in details.EnumerateObject().Where(type => type.Value.ValueKind == JsonValueKind.Object))
                return type.Value.Clone();
        }

        return null;
    }

    /// <summary>
    /// A field as text, by a path with dots; null when it is not there. The first letter's case is not minded: AWS writes both.
    /// </summary>
    public static string? Text(JsonElement details, string path)
    {
        var at = details;
        foreach (var name in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object) return null;
            var found = at.EnumerateObject().FirstOrDefault(
                property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));
            if (found.Value.ValueKind == JsonValueKind.Undefined) return null;
            at = found.Value;
        }

        return at.ValueKind switch
        {
            JsonValueKind.String => at.GetString(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => at.GetRawText(),
            _ => null,
        };
    }
}

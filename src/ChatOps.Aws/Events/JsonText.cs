using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ChatOps.Aws;

/// <summary>Reads a JSON string that may be hostile.</summary>
internal static class JsonText
{
    /// <summary>False when it is not a string, or one with a lone surrogate (<c>\ud800</c>): that is JSON, but not text.</summary>
    public static bool TryGet(JsonElement json, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (json.ValueKind != JsonValueKind.String)
            return false;
        try
        {
            text = json.GetString();
            return text is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}

using System.Text.Json;

namespace ChatOps.Aws;

/// <summary>Says in one sentence why text is not JSON we take, without repeating the text.</summary>
internal static class JsonFault
{
    public static string Describe(JsonException fault, int maxDepth)
    {
        var place = fault is { LineNumber: { } line, BytePositionInLine: { } column } ? $" at line {line + 1}, byte {column + 1}" : "";
        // The reader has no other sign for it. (A cut text is told as 'expected depth to be zero'.)
        return fault.Message.Contains("maximum configured depth", StringComparison.OrdinalIgnoreCase)
            ? $"The JSON is nested deeper than {maxDepth} levels{place}."
            : $"The body is not valid JSON{place}.";
    }
}

using System.Text.Json;

namespace ChatOps.Aws.Tests;

/// <summary>The files under data/.</summary>
internal static class Data
{
    public static string PathOf(params string[] parts) => Path.Combine([AppContext.BaseDirectory, "data", .. parts]);

    public static byte[] Event(string folder, string file) => File.ReadAllBytes(PathOf("events", folder, file));

    public static IEnumerable<string> Events(string folder) =>
        Directory.GetFiles(PathOf("events", folder), "*.json").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}

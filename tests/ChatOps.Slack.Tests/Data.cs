namespace ChatOps.Slack.Tests;

/// <summary>Real payloads, copied beside the tests.</summary>
internal static class Data
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "data");

    public static string Read(string name) => File.ReadAllText(Path.Combine(Root, name));

    public static IEnumerable<string> Names(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern).Select(f => $"{folder}/{Path.GetFileName(f)}")
            .Order(StringComparer.Ordinal);
}

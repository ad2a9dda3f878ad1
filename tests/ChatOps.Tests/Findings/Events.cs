using ChatOps.Findings;

namespace ChatOps.Tests.Findings;

/// <summary>The real Security Hub events in <c>data/events</c>.</summary>
internal static class Events
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "data", "events");

    /// <summary>Imported and custom-action events, as <c>folder/name</c>.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. new[] { "securityhub-custom-action", "securityhub-imported" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.json").Select(file => $"{folder}/{Path.GetFileNameWithoutExtension(file)}"))
            .Order(StringComparer.Ordinal),
    ];

    public static string Body(string file) => File.ReadAllText(Path.Combine(Root, $"{file}.json"));

    public static SecurityHubEvent Read(string file) => SecurityHubEvents.Read(Body(file));

    public static Finding Finding(string file) => Read(file).Findings[0];
}

using ChatOps.Findings;

namespace ChatOps.Remediation.Tests;

/// <summary>The cases' inputs.</summary>
internal static class Cases
{
    public static string Text(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "cases", name));

    /// <summary>The findings of an event.</summary>
    public static IReadOnlyList<Finding> Findings(string name) => SecurityHubEvents.Read(Text(name)).Findings;
}

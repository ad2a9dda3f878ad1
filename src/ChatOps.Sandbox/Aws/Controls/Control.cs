using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Aws.Controls;

/// <summary>A Security Hub control as the sandbox evaluates it: what it looks at, and when it passes.</summary>
internal sealed record Control(
    string Id,
    string Severity,
    string Title,
    string Description,
    string ConfigRule,
    IReadOnlyList<string> Requirements,
    Func<AwsResource, bool> AppliesTo,
    Func<AwsResource, bool> Passes)
{
    public static Control Of<T>(
        string id, string severity, string title, string description, string configRule, string requirement, Func<T, bool> passes)
        where T : AwsResource =>
        new(id, severity, title, description, configRule, [requirement], r => r is T, r => passes((T)r));
}

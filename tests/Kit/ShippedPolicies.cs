using ChatOps.Platform.Policy;

namespace ChatOps.Tests.Kit;

/// <summary>The policy files as they ship.</summary>
public static class ShippedPolicies
{
    public static T Read<T>(string file, Func<PolicyMap, T> read) =>
        PolicyDocument.Read(file, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policy", file)), read);
}

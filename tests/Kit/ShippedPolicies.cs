using ChatOps.Platform.Policy;

namespace ChatOps.Tests.Kit;

/// <summary>The policy files as they ship.</summary>
public static class ShippedPolicies
{
    public static T Read<T>(string file, Func<PolicyMap, T> read) => Read("policy", file, read);

    /// <summary>As the sandbox's company has it.</summary>
    public static T ReadSandbox<T>(string file, Func<PolicyMap, T> read) => Read("sandbox-policy", file, read);

    private static T Read<T>(string folder, string file, Func<PolicyMap, T> read) =>
        PolicyDocument.Read(file, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, folder, file)), read);
}

namespace ChatOps.Platform.Policy;

/// <summary>A policy file is wrong. Stops the start; the message names every fault, a line each.</summary>
public sealed class PolicyException(IReadOnlyList<string> faults)
    : Exception($"The policy has {faults.Count} {(faults.Count == 1 ? "fault" : "faults")}:{Environment.NewLine}" +
        $"{string.Join(Environment.NewLine, faults.Select(fault => "  " + fault))}")
{
    /// <summary>The faults, each with file and line where known.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Options;

namespace ChatOps.Bot;

/// <summary>Tells faults of the configuration and the surroundings, which an operator mends, from faults of the program.</summary>
public static class StartupFaults
{
    /// <summary>EX_CONFIG of sysexits.h: something was found in an unconfigured or misconfigured state.</summary>
    public const int ExitCode = 78;

    /// <summary>EX_SOFTWARE of sysexits.h: the process ended although no signal asked for it.</summary>
    public const int EndedByItself = 70;

    /// <summary>
    /// The faults that an exception at start stands for, one line each; false when it is not of that sort and must be seen whole.
    /// </summary>
    public static bool TryRead(Exception fault, out IReadOnlyList<string> lines)
    {
        var read = new List<string>();
        var known = Read(fault, read);
        lines = [.. read.Distinct()];
        return known && read.Count > 0;
    }

    private static bool Read(Exception fault, List<string> lines)
    {
        switch (fault)
        {
            case AggregateException several:
                return several.InnerExceptions.All(inner => Read(inner, lines));
            case OptionsValidationException options:
                lines.AddRange(options.Failures.SelectMany(
                    failure => failure.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
                return true;
            case ConfigurationFaultException configuration:
                lines.AddRange(configuration.Faults);
                return true;
            case PolicyException policy:
                lines.AddRange(policy.Faults);
                return true;
            case IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } taken:
                lines.Add($"{taken.Message} Stop the other process or choose another address with --urls.");
                return true;
            default:
                if (DatabaseStart.Describe(fault) is not { } line) return false;
                lines.Add(line);
                return true;
        }
    }
}

/// <summary>The configuration is wrong before any options could be bound.</summary>
/// <param name="faults">One line each.</param>
public sealed class ConfigurationFaultException(params IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>One line each.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

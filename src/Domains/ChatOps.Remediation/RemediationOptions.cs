using ChatOps.Platform.Work;

namespace ChatOps.Remediation;

/// <summary>
/// How patiently remediations are followed. Section <c>ChatOps:Remediation</c>; the rules are in <c>remediations.yaml</c>.
/// </summary>
internal sealed class RemediationOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Remediation";

    /// <summary>How often a running automation is asked about; its events usually come first.</summary>
    public TimeSpan PollEvery { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before a finding is first read back again; doubles each time.</summary>
    public TimeSpan VerifyFirst { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait between two readings.</summary>
    public TimeSpan VerifyAtMost { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a start is tried while AWS throttles or does not answer.</summary>
    public TimeSpan StartWithin { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How old a plan may be when it is submitted: what it read may have changed since.</summary>
    public TimeSpan PlanKeptFor { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long reading and checking for the modal may take.</summary>
    public TimeSpan PlanWithin { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long reading and checking for many may take.</summary>
    public TimeSpan PlanAllWithin { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How often what waits for a free place is tried; the end of another has it tried at once.</summary>
    public TimeSpan QueueEvery { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The wait after an attempt.</summary>
    internal TimeSpan BackOff(int attempts) => new RetrySchedule(VerifyFirst, VerifyAtMost).After(attempts);
}

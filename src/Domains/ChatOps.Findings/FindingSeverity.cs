namespace ChatOps.Findings;

/// <summary>
/// How bad a finding is, apart from the label that it bears. Security Hub relabels INFORMATIONAL what passes, or cannot be checked; whoever
/// asks how bad it was that was fixed would learn nothing of it. So a label counts only of what is open. Pure.
/// </summary>
internal static class FindingSeverity
{
    /// <summary>The finding with its severity.</summary>
    /// <param name="known">As kept.</param>
    /// <param name="incoming">The copy that bears the label.</param>
    /// <param name="next">As it shall be kept, its severity being the label.</param>
    public static Finding Of(Finding known, Finding incoming, Finding next)
    {
        var label = next.Severity;
        return Counts(next, label) && Counts(incoming, label)
            ? next with { LastLabel = null }
            : next with { Severity = known.Severity, LastLabel = label == known.Severity ? null : label };
    }

    private static bool Counts(Finding finding, Severity label) =>
        finding is { Archived: false, Workflow: not WorkflowStatus.Resolved, Compliance: not "PASSED" }
        && (label != Severity.Informational || finding.Compliance is null or "FAILED");
}

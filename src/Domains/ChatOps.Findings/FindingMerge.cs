namespace ChatOps.Findings;

/// <summary>What Security Hub says now, on top of what we knew: pure, so that redelivery and reordering can be reasoned about.</summary>
internal static class FindingMerge
{
    /// <summary>The name under which we write notes.</summary>
    public const string OurName = "ChatOps";

    /// <summary>The finding as it shall be kept; null when nothing changes.</summary>
    /// <param name="known">As kept; null when it is new.</param>
    /// <param name="incoming">As Security Hub, or the service that found it, said it.</param>
    /// <param name="writePending">Whether Security Hub has not heard our last act yet.</param>
    /// <param name="now">The time.</param>
    public static Finding? Merge(Finding? known, Finding incoming, bool writePending, DateTimeOffset now)
    {
        if (known is null) return incoming with { RecordedAt = now, ClosedAt = incoming.Open ? null : now };
        var announced = incoming;
        if (announced.Form != known.Form)
        {
            incoming = FindingForms.Join(known, announced);
            if (FindingForms.Same(known, incoming with { Version = known.Version })) return null;
        }
        else if (incoming.UpdatedAt < known.UpdatedAt)
        {
            return null;
        }
        else if (incoming.UpdatedAt == known.UpdatedAt)
        {
            // The provider says nothing new. Customers' changes (workflow, note, severity) leave UpdatedAt as it is: the event's time
            // orders them.
            // A service does not know of them.
            // EventBridge counts whole seconds: of two workflow states in one, the one that is further on is the newer.
            if (incoming.Form == FindingForm.Native) return null;
            if ((incoming.ObservedAt, Step(incoming.Workflow)).CompareTo((known.ObservedAt, Step(known.Workflow))) <= 0) return null;
            incoming = known with
            {
                Workflow = incoming.Workflow,
                Note = incoming.Note,
                Severity = incoming.Severity,
                ObservedAt = incoming.ObservedAt,
            };
            if (incoming.Workflow == known.Workflow && incoming.Note == known.Note && incoming.Severity == known.Severity) return null;
        }

        else
        {
            incoming = FindingForms.Complete(known, incoming);
        }

        var workflow = WorkflowOf(known, announced, incoming, writePending);
        var next = incoming with
        {
            Workflow = workflow,
            Suppressed = workflow == WorkflowStatus.Suppressed ? known.Suppressed : null,
            Acknowledged = workflow == WorkflowStatus.New && known.Workflow != WorkflowStatus.New ? null : known.Acknowledged,
            Assigned = known.Assigned,
            Remediation = known.Remediation,
            WriteFault = known.WriteFault,
            WorkflowActedAt = known.WorkflowActedAt,
            RecordedAt = known.RecordedAt,
            ClosedAt = known.ClosedAt,
            Version = known.Version,
        };
        return Normalize(known, next, now);
    }

    private static int Step(WorkflowStatus workflow) => workflow switch { WorkflowStatus.New => 0, WorkflowStatus.Notified => 1, _ => 2 };

    private static WorkflowStatus WorkflowOf(Finding known, Finding incoming, Finding next, bool writePending)
    {
        if (incoming.Form == FindingForm.Native)
        {
            // A service does not know what people decided. Where nobody else will say so, what comes back needs somebody again.
            var isBack = known is { Archived: true } or { Compliance: "PASSED" }
                && next is { Archived: false } and not { Compliance: "PASSED" };
            return isBack && !known.InSecurityHub && known.Workflow is (WorkflowStatus.Notified or WorkflowStatus.Resolved)
                ? WorkflowStatus.New
                : known.Workflow;
        }

        // Decided here before Security Hub had the finding: it is told now, and what it says until then does not count.
        if (IsToBeTold(known, next)) return known.Workflow;
        // Our own act counts until Security Hub has heard of it and spoken after it.
        return writePending || incoming.ObservedAt <= known.WorkflowActedAt ? known.Workflow : next.Workflow;
    }

    /// <summary>Whether Security Hub has just come to know a finding about which somebody here had decided.</summary>
    public static bool IsToBeTold(Finding? known, Finding next) =>
        known is { InSecurityHub: false, WorkflowActedAt: not null } and not { Workflow: WorkflowStatus.New } && next.InSecurityHub;

    /// <summary>What follows when a finding closes or comes back.</summary>
    public static Finding Normalize(Finding known, Finding next, DateTimeOffset now)
    {
        var closed = next.State is FindingState.Resolved or FindingState.Archived;
        var wasClosed = known.State is FindingState.Resolved or FindingState.Archived;
        if (closed) return next with { ClosedAt = wasClosed ? known.ClosedAt : now };
        // It is back: who looked after it before is history, and it can be remediated again.
        return wasClosed
            ? next with
            {
                ClosedAt = null,
                Acknowledged = null,
                Remediation =
                next.Remediation is { State: RemediationState.Resolved or RemediationState.Unverified } ? null : next.Remediation
            }
            : next with { ClosedAt = null };
    }

    /// <summary>The lines that the change deserves in the thread, in order.</summary>
    public static IEnumerable<(string Reply, FindingReplyData Data)> Lines(Finding? known, Finding next)
    {
        if (known is null) yield break;
        // Security Hub calls whatever passes informational: that it passes, or fails again, says it all.
        if (known.Severity != next.Severity && known.ClosedAt is null && next.ClosedAt is null)
            yield return (FindingReplies.Severity, new FindingReplyData { From = known.Severity, To = next.Severity });
        // A remediation that waits for just this says it itself, with who and how long.
        var awaited = next is { State: FindingState.Resolved, Remediation.State: RemediationState.Running or RemediationState.Verifying };
        if (known.State != next.State && !awaited && LineOf(known.State, next.State) is { } line)
            yield return (line, new FindingReplyData());
        if (IsToBeTold(known, next)) yield return (FindingReplies.Imported, new FindingReplyData());
        if (next.Note is { } note && note != known.Note && note.By != OurName)
            yield return (FindingReplies.Note, new FindingReplyData { Text = note.Text, By = note.By });
    }

    private static string? LineOf(FindingState from, FindingState to) => to switch
    {
        FindingState.Resolved => FindingReplies.Resolved,
        FindingState.Archived => FindingReplies.Archived,
        FindingState.Suppressed => FindingReplies.SuppressedElsewhere,
        FindingState.Acknowledged when from == FindingState.New => FindingReplies.AcknowledgedElsewhere,
        _ when from is FindingState.Resolved or FindingState.Archived => FindingReplies.Returned,
        _ => FindingReplies.ReopenedElsewhere,
    };
}

/// <summary>The sentences of a finding's thread and history, by name.</summary>
internal static class FindingReplies
{
    public const string Severity = "finding.severity";
    public const string Resolved = "finding.resolved";
    public const string Archived = "finding.archived";
    public const string Returned = "finding.returned";
    public const string SuppressedElsewhere = "finding.suppressed-elsewhere";
    public const string AcknowledgedElsewhere = "finding.acknowledged-elsewhere";
    public const string ReopenedElsewhere = "finding.reopened-elsewhere";
    public const string Imported = "finding.imported";
    public const string Note = "finding.note";
    public const string CustomAction = "finding.custom-action";
    public const string Acknowledged = "finding.acknowledged";
    public const string Assigned = "finding.assigned";
    public const string Suppressed = "finding.suppressed";
    public const string SuppressionExpired = "finding.suppression-expired";
    public const string Reopened = "finding.reopened";
    public const string WriteFailed = "finding.write-failed";
    public const string AllStarted = "finding.all-started";
    public const string AllProgress = "finding.all-progress";
    public const string AllDone = "finding.all-done";
}

/// <summary>What a line needs to be said; only what belongs to it is set.</summary>
internal sealed record FindingReplyData
{
    /// <summary>Who did it: a Slack user.</summary>
    public string? ByUserId { get; init; }

    /// <summary>Whom it concerns: a Slack user.</summary>
    public string? ToUserId { get; init; }

    /// <summary>Who did it, in Security Hub's words.</summary>
    public string? By { get; init; }

    /// <summary>A reason, note, name.</summary>
    public string? Text { get; init; }

    /// <summary>AWS's code.</summary>
    public string? Code { get; init; }

    /// <summary>How many, of a group.</summary>
    public long? Count { get; init; }

    /// <summary>Of how many.</summary>
    public long? All { get; init; }

    /// <summary>Until when.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The severity before.</summary>
    public Severity? From { get; init; }

    /// <summary>The severity after.</summary>
    public Severity? To { get; init; }
}

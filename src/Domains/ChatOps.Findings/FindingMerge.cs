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
    public static Finding? Merge(Finding? known, Finding incoming, bool writePending, DateTimeOffset now) =>
        Merge(known, new IncomingFinding(incoming), writePending, now).Finding;

    /// <summary>The finding as it shall be kept, and whether what was said of its workflow is to be asked about.</summary>
    public static Merged Merge(Finding? known, IncomingFinding said, bool writePending, DateTimeOffset now)
    {
        var incoming = said.Finding;
        if (known is null)
        {
            var first = incoming with
            {
                // What we come to know late was there before: it is not news of today.
                RecordedAt = said.IsListed && incoming.CreatedAt < now ? incoming.CreatedAt : now,
                ClosedAt = incoming.Open ? null : now,
                SecondGeneration = FindingEvidence.SecondGenerationOf(null, incoming, Verdict.Evidence),
            };
            return new Merged(first, IsDoubtful: false);
        }

        var order = OrderOf(known, incoming);
        // An answer that is older than what we know answers nothing.
        if (order == CopyOrder.Older) return new Merged(null, IsDoubtful: said.Reading > 0 && known.WorkflowActedAt is not null);
        var facts = FactsOf(known with { Severity = known.LastLabel ?? known.Severity, LastLabel = null }, incoming, order);
        var weighed = FindingEvidence.Weigh(known, said, facts, writePending, now);
        // Of one second, what is not further on changes nothing; whether a decision was taken back in that second is asked.
        if (order == CopyOrder.SameMoment)
        {
            var seen = FindingEvidence.MarkOf(known, incoming, writePending);
            return new Merged(seen == known.Mark ? null : known with { Mark = seen }, weighed.Verdict != Verdict.Holds);
        }

        var workflow = weighed.Workflow;
        var isOver = weighed.Verdict == Verdict.Evidence;
        var next = facts with
        {
            // An answer overtakes events that were sent before it and tell more.
            ObservedAt = said.IsAsked ? known.ObservedAt : facts.ObservedAt,
            Workflow = workflow,
            Note = FindingEvidence.NoteOf(known, incoming),
            Suppressed = workflow == WorkflowStatus.Suppressed ? known.Suppressed : null,
            Acknowledged = workflow == WorkflowStatus.New && known.Workflow != WorkflowStatus.New ? null : known.Acknowledged,
            Assigned = known.Assigned,
            Remediation = known.Remediation,
            SuppressionAsked = known.SuppressionAsked,
            WriteFault = isOver ? null : known.WriteFault,
            WorkflowActedAt = isOver ? null : known.WorkflowActedAt,
            WorkflowChangedElsewhereAt = isOver && workflow != known.Workflow
                ? incoming.ObservedAt
                : known.WorkflowChangedElsewhereAt,
            Mark = isOver ? null : FindingEvidence.MarkOf(known, incoming, writePending),
            SecondGeneration = FindingEvidence.SecondGenerationOf(known, incoming, weighed.Verdict),
            RecordedAt = known.RecordedAt,
            ClosedAt = known.ClosedAt,
            Version = known.Version,
        };
        next = FindingSeverity.Of(known, incoming, next);
        var isDoubtful = weighed.Verdict == Verdict.Doubtful;
        return IsNews(known, next, order) ? new Merged(Normalize(known, next, now), isDoubtful) : new Merged(null, isDoubtful);
    }

    /// <summary>
    /// How a copy stands to what we know. Customers' changes (workflow, note, severity) leave UpdatedAt as it is: then the event's time
    /// orders them, which counts whole seconds: of two workflow states in one, the one that is further on is the newer.
    /// </summary>
    private static CopyOrder OrderOf(Finding known, Finding incoming)
    {
        if (incoming.Form != known.Form) return CopyOrder.OtherForm;
        // What was gone and is there again says all anew; older events may still be on their way.
        if (known.GoneAt is { } goneAt) return incoming.ObservedAt > goneAt ? CopyOrder.Newer : CopyOrder.Older;
        var updatedAt = known.AsffUpdatedAt ?? known.UpdatedAt;
        if (incoming.UpdatedAt < updatedAt) return CopyOrder.Older;
        if (incoming.UpdatedAt > updatedAt)
            return incoming.UpdatedAt >= known.UpdatedAt ? CopyOrder.Newer : CopyOrder.OnlyCustomers;
        // A service does not know of them.
        if (incoming.Form == FindingForm.Native || incoming.ObservedAt < known.ObservedAt) return CopyOrder.Older;
        return incoming.ObservedAt > known.ObservedAt || FindingEvidence.Step(incoming.Workflow) > FindingEvidence.Step(known.Workflow)
            ? CopyOrder.OnlyCustomers
            : CopyOrder.SameMoment;
    }

    /// <summary>What the copy says beside workflow and note.</summary>
    private static Finding FactsOf(Finding known, Finding incoming, CopyOrder order) => order switch
    {
        CopyOrder.OtherForm => FindingForms.Join(known, incoming),
        CopyOrder.Newer => FindingForms.Complete(known, incoming),
        _ => known with
        {
            Severity = known.AsffUpdatedAt is null ? incoming.Severity : known.Severity,
            ObservedAt = incoming.ObservedAt,
            Members = incoming.Members.Count > 0 ? incoming.Members : known.Members,
            AsffUpdatedAt = incoming.UpdatedAt == known.UpdatedAt ? null : incoming.UpdatedAt,
        },
    };

    private static bool IsNews(Finding known, Finding next, CopyOrder order) => order switch
    {
        CopyOrder.Newer => true,
        CopyOrder.OtherForm => !FindingForms.Same(known, next),
        _ => next.Workflow != known.Workflow || next.Note != known.Note || next.Severity != known.Severity
            || next.LastLabel != known.LastLabel || next.Mark != known.Mark
            || next.WorkflowActedAt != known.WorkflowActedAt || next.SecondGeneration != known.SecondGeneration
            || next.AsffUpdatedAt != known.AsffUpdatedAt || !FindingStandards.Same(next, known),
    };

    /// <summary>Whether Security Hub has just come to know a finding about which somebody here had decided.</summary>
    public static bool IsToBeTold(Finding? known, Finding next) =>
        known is { InSecurityHub: false, WorkflowActedAt: not null } and not { Workflow: WorkflowStatus.New } && next.InSecurityHub;

    /// <summary>What follows when a finding closes or comes back.</summary>
    public static Finding Normalize(Finding known, Finding next, DateTimeOffset now)
    {
        // What was asked of approvers is about a finding that needs somebody.
        if (!next.Open && next.SuppressionAsked is { State: SuppressionRequestState.Waiting } asked)
            next = next with { SuppressionAsked = asked with { State = SuppressionRequestState.Void, DecidedAt = now } };
        var closed = next.State is FindingState.Resolved or FindingState.Archived;
        var wasClosed = known.State is FindingState.Resolved or FindingState.Archived;
        if (closed) return next with { ClosedAt = wasClosed ? known.ClosedAt : now };
        // It is back: who looked after it before is history, and so is what was begun, asked for or failed then. What runs, runs.
        return wasClosed
            ? next with
            {
                ClosedAt = null,
                Acknowledged = null,
                Remediation = next.Remediation is
                {
                    State: RemediationState.Running or RemediationState.Waiting or RemediationState.Verifying,
                } or { IsUndo: true } && !(next.Remediation.At < known.ClosedAt)
                    ? next.Remediation
                    : null,
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

/// <summary>What becomes of a finding by what is said of it.</summary>
/// <param name="Finding">As it shall be kept; null when nothing changes.</param>
/// <param name="IsDoubtful">What was said of its workflow has no evidence: Security Hub is to be asked.</param>
internal readonly record struct Merged(Finding? Finding, bool IsDoubtful);

/// <summary>How a copy of a finding stands to what is known.</summary>
internal enum CopyOrder
{
    /// <summary>It says nothing that we do not know better.</summary>
    Older,

    /// <summary>Of the same second, and not further on.</summary>
    SameMoment,

    /// <summary>It may say anew what customers change, and nothing else.</summary>
    OnlyCustomers,

    /// <summary>The provider says something new.</summary>
    Newer,

    /// <summary>The same finding in another form.</summary>
    OtherForm,
}

/// <summary>The sentences of a finding's thread and history, by name.</summary>
internal static class FindingReplies
{
    public const string Severity = "finding.severity";
    public const string Resolved = "finding.resolved";
    public const string Archived = "finding.archived";
    public const string Gone = "finding.gone-elsewhere";
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
    public const string SentAgain = "finding.sent-again";
    public const string SuppressionAsked = "finding.suppression-asked";
    public const string SuppressionDenied = "finding.suppression-denied";
    public const string SuppressionVoid = "finding.suppression-void";
    public const string SuppressionUnanswered = "finding.suppression-unanswered";
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

namespace ChatOps.Findings;

/// <summary>
/// Whether what is said of a finding's workflow undoes what somebody decided here. A copy may be older than our decision although its
/// provider's time is newer: BatchUpdateFindings takes minutes to spread, GetFindings is eventually consistent, and the second generation
/// of Security Hub keeps a workflow of its own. So a decision is undone by evidence alone: our note is in the copy, one of the two resets
/// that AWS documents, or a later reading. Pure.
/// </summary>
internal static class FindingEvidence
{
    /// <summary>How long an update of ours may take to be seen in every copy; AWS says 'several minutes'.</summary>
    public static readonly TimeSpan SpreadsWithin = TimeSpan.FromMinutes(10);

    /// <summary>How long GetFindings may be behind what an event has told.</summary>
    public static readonly TimeSpan ListedWithin = TimeSpan.FromSeconds(30);

    /// <summary>EventBridge counts whole seconds, and clocks differ a little.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    /// <summary>Whether a finding that is not listed may be gone: what was told a moment ago may be listed late.</summary>
    public static bool MayBeGone(Finding finding, DateTimeOffset now) =>
        now - finding.UpdatedAt > SpreadsWithin && now - finding.ObservedAt > SpreadsWithin;

    /// <summary>How far on a workflow status is.</summary>
    public static int Step(WorkflowStatus workflow) => workflow switch
    {
        WorkflowStatus.New => 0,
        WorkflowStatus.Notified => 1,
        _ => 2,
    };

    /// <summary>The workflow that counts, and why.</summary>
    /// <param name="known">As kept.</param>
    /// <param name="said">What is said.</param>
    /// <param name="facts">What it says beside workflow and note.</param>
    /// <param name="writePending">Whether Security Hub has not heard our last act yet.</param>
    /// <param name="now">The time.</param>
    public static Weighed Weigh(Finding known, IncomingFinding said, Finding facts, bool writePending, DateTimeOffset now)
    {
        var incoming = said.Finding;
        var isBack = known is { Archived: true } or { Compliance: "PASSED" }
            && facts is { Archived: false } and not { Compliance: "PASSED" };
        // AWS resets what somebody looks after or has resolved, never what is suppressed.
        var isReset = isBack && known.Workflow is WorkflowStatus.Notified or WorkflowStatus.Resolved;
        // Who does not know what people decided, says nothing of it. Where nobody else will say so, what comes back needs somebody again.
        if (!facts.InSecurityHub && isReset) return new Weighed(WorkflowStatus.New, Verdict.Evidence);
        if (incoming.Form == FindingForm.Native) return Holds(known);
        // Decided here before Security Hub had the finding: it is told now, and what it says until then does not count.
        if (FindingMerge.IsToBeTold(known, facts)) return Holds(known);
        if (isReset && incoming.Workflow == WorkflowStatus.New) return new Weighed(WorkflowStatus.New, Verdict.Evidence);
        if (incoming.Form == FindingForm.Ocsf) return SecondGeneration(known, incoming, writePending);
        if (incoming.Workflow == known.Workflow) return Holds(known);
        if (known.WorkflowActedAt is not { } actedAt)
        {
            // Nobody has decided here: Security Hub's word is the last. That it knows of nothing takes back nothing of the other
            // generation.
            return incoming.Workflow == WorkflowStatus.New && SecondGenerationOf(known) is { Leads: true }
                ? Holds(known)
                : new Weighed(incoming.Workflow, Verdict.Evidence);
        }

        // What passes, Security Hub resolves by itself.
        if (incoming is { Workflow: WorkflowStatus.Resolved, Compliance: "PASSED" } && known.Workflow != WorkflowStatus.Suppressed)
            return new Weighed(incoming.Workflow, Verdict.Evidence);
        if (writePending) return Holds(known);
        if (IsSaidAfter(known, incoming, actedAt)) return new Weighed(incoming.Workflow, Verdict.Evidence);
        if (said.Reading > 0 && IsConfirmed(known, incoming, actedAt, now))
            return new Weighed(incoming.Workflow, Verdict.Evidence);
        // A refused write never reaches Security Hub: asking would only undo the decision.
        if (known.WriteFault is not null && incoming.Workflow == WorkflowStatus.New) return Holds(known);
        return incoming.ObservedAt + Slack <= actedAt ? Holds(known) : new Weighed(known.Workflow, Verdict.Doubtful);
    }

    /// <summary>The note that counts. None is ever taken away, so a copy without it, or with an older one, is an older copy.</summary>
    public static FindingNote? NoteOf(Finding known, Finding incoming) => (known.Note, incoming.Note) switch
    {
        (var note, null) => note,
        (null, var note) => note,
        _ when incoming.Form > known.Form => known.Note,
        ({ At: { } knownAt }, { At: { } at }) when at < knownAt => known.Note,
        var (_, note) => note,
    };

    /// <summary>What is known of our own decision in Security Hub, with what the copy tells of it.</summary>
    public static DecisionMark? MarkOf(Finding known, Finding incoming, bool writePending)
    {
        if (known.Mark is not { IsNoteSeen: false } mark || writePending || incoming.Form != FindingForm.Asff
            || incoming.Workflow != known.Workflow || incoming.ObservedAt < Second(mark.SentAt)
            || IsOlder(incoming.Note, mark) || LacksNote(known, incoming)
            || (!Holds(incoming.Note, mark) && MayBeOlder(known, mark)))
            return known.Mark;
        return mark with { SeenAt = mark.SeenAt ?? incoming.ObservedAt, IsNoteSeen = Holds(incoming.Note, mark) };
    }

    /// <summary>The finding after Security Hub has taken a write.</summary>
    /// <param name="finding">As it is now.</param>
    /// <param name="write">What was sent.</param>
    /// <param name="part">Our part of the note as it was written; null when no note was.</param>
    /// <param name="sentAt">When.</param>
    public static Finding Sent(Finding finding, FindingWrite write, string? part, DateTimeOffset sentAt)
    {
        // It is about something else by now: a later decision waits, or AWS has reset what was decided.
        if (write.Workflow is { } workflow && workflow != finding.Workflow) return finding;
        if (part is null)
            return finding with { WorkflowActedAt = write.Workflow is null ? finding.WorkflowActedAt : sentAt, Mark = null };
        var mark = new DecisionMark(part, sentAt);
        // Its event may have been quicker than the answer.
        if (Holds(finding.Note, mark)) mark = mark with { SeenAt = sentAt, IsNoteSeen = true };
        return finding with { WorkflowActedAt = write.Workflow is null ? finding.WorkflowActedAt : sentAt, Mark = mark };
    }

    /// <summary>Whether a note holds what we wrote.</summary>
    public static bool Holds(FindingNote? note, DecisionMark mark) => FindingNotes.Holds(note, mark.Note);

    /// <summary>
    /// Whether Security Hub may have had our status before we told it: every finding was new once, and others may have decided alike.
    /// </summary>
    private static bool MayBeOlder(Finding known, DecisionMark mark) => known.Workflow == WorkflowStatus.New
        || mark.SentAt - known.WorkflowChangedElsewhereAt < SpreadsWithin;

    private static bool LacksNote(Finding known, Finding incoming) => incoming.Note is null && known.Note is not null;

    /// <summary>Whether a note is from before our decision: another one of ours, or the same words from an earlier decision.</summary>
    private static bool IsOlder(FindingNote? note, DecisionMark mark) =>
        note?.At < mark.SentAt - Slack || (note?.By == FindingMerge.OurName && !Holds(note, mark));

    /// <summary>What the second generation last said, with what it says now.</summary>
    /// <param name="known">As kept; null when it is new.</param>
    /// <param name="incoming">What is said.</param>
    /// <param name="verdict">What became of it.</param>
    public static SecondGeneration? SecondGenerationOf(Finding? known, Finding incoming, Verdict verdict)
    {
        var after = SecondGenerationOf(known, incoming);
        if (verdict != Verdict.Evidence || after is null) return after;
        var leads = incoming.Form == FindingForm.Ocsf && after.Workflow == incoming.Workflow && after.Workflow != WorkflowStatus.New;
        return after.Leads == leads ? after : after with { Leads = leads };
    }

    private static SecondGeneration? SecondGenerationOf(Finding? known, Finding incoming)
    {
        var before = SecondGenerationOf(known);
        if (incoming.Form != FindingForm.Ocsf || before?.Workflow == incoming.Workflow) return before;
        if (before is not null
            && (incoming.ObservedAt, Step(incoming.Workflow)).CompareTo((before.ObservedAt, Step(before.Workflow))) <= 0)
            return before;
        return new SecondGeneration(incoming.Workflow, incoming.ObservedAt);
    }

    private static SecondGeneration? SecondGenerationOf(Finding? known) => known?.SecondGeneration
        ?? (known is { Form: FindingForm.Ocsf } ? new SecondGeneration(known.Workflow, known.ObservedAt) : null);

    /// <summary>Only what has changed in the second generation since it last spoke says anything of what people decided there.</summary>
    private static Weighed SecondGeneration(Finding known, Finding incoming, bool writePending)
    {
        var (before, after) = (SecondGenerationOf(known), SecondGenerationOf(known, incoming)!);
        if (before?.Workflow == after.Workflow || after.Workflow == known.Workflow) return Holds(known);
        if (known.WorkflowActedAt is { } actedAt)
        {
            // Beside a decision made here only one that goes further counts, and only when it was seen to be made.
            return before is not null && !writePending && after.ObservedAt > actedAt && Step(after.Workflow) > Step(known.Workflow)
                ? new Weighed(after.Workflow, Verdict.Evidence)
                : Holds(known);
        }

        return after.Workflow != WorkflowStatus.New || known.Workflow == before?.Workflow
            ? new Weighed(after.Workflow, Verdict.Evidence)
            : Holds(known);
    }

    /// <summary>Whether the copy itself shows that it was made after Security Hub had heard our decision.</summary>
    private static bool IsSaidAfter(Finding known, Finding incoming, DateTimeOffset actedAt)
    {
        // Our decision never reached Security Hub, or older versions did not write down how.
        if (known.Mark is not { } mark)
            return known.WriteFault is null && incoming.Note?.By == FindingMerge.OurName && incoming.ObservedAt > actedAt;
        if (incoming.ObservedAt < Second(mark.SentAt)) return false;
        return (Holds(incoming.Note, mark) && !IsOlder(incoming.Note, mark))
            // Somebody wrote a note after ours.
            || (incoming.Note is { At: { } at } && at > mark.SentAt && incoming.Note.By != FindingMerge.OurName)
            // It told the decision before, without a note that could be missing now.
            || (mark is { SeenAt: { } seenAt, IsNoteSeen: false } && incoming.ObservedAt > seenAt && !IsOlder(incoming.Note, mark)
                && !LacksNote(known, incoming));
    }

    /// <summary>Whether a reading confirms that the decision was undone.</summary>
    private static bool IsConfirmed(Finding known, Finding incoming, DateTimeOffset actedAt, DateTimeOffset now)
    {
        if (known.WriteFault is not null) return incoming.Workflow != WorkflowStatus.New;
        // A note is never taken away: an answer with one from before is an old one, whatever was seen.
        return known.Mark is { SeenAt: { } seenAt } mark && !IsOlder(incoming.Note, mark)
            ? now - seenAt > ListedWithin
            : now - (known.Mark?.SentAt ?? actedAt) > SpreadsWithin;
    }

    private static DateTimeOffset Second(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    private static Weighed Holds(Finding known) => new(known.Workflow, Verdict.Holds);
}

/// <summary>What a copy says of the workflow, weighed.</summary>
/// <param name="Workflow">The workflow that counts.</param>
/// <param name="Verdict">Why.</param>
internal readonly record struct Weighed(WorkflowStatus Workflow, Verdict Verdict);

/// <summary>What a copy's workflow is worth.</summary>
internal enum Verdict
{
    /// <summary>What is known holds.</summary>
    Holds,

    /// <summary>It counts: there is evidence, or nobody decided otherwise here.</summary>
    Evidence,

    /// <summary>It contradicts a decision made here without evidence: to be asked.</summary>
    Doubtful,
}

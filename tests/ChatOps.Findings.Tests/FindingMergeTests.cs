using static ChatOps.Findings.Tests.GivenFinding;

namespace ChatOps.Findings.Tests;

/// <summary>The merge alone: what each of its sentences promises, at the boundary.</summary>
public class FindingMergeTests
{
    private static readonly DateTimeOffset Now = T0.AddHours(1);

    [Fact]
    public void What_is_new_and_over_already_is_closed_at_once()
    {
        Assert.Equal(
            (Now, null), (FindingMerge.Merge(null, Of(), false, Now)!.RecordedAt, FindingMerge.Merge(null, Of(), false, Now)!.ClosedAt));
        Assert.Equal(Now, FindingMerge.Merge(null, Of() with { Compliance = "PASSED" }, false, Now)!.ClosedAt);
    }

    [Fact]
    public void What_the_provider_said_earlier_changes_nothing() =>
        Assert.Null(
            FindingMerge.Merge(Of(), Of() with { Title = "other", UpdatedAt = T0.AddSeconds(-1), ObservedAt = T0.AddDays(1) }, false, Now));

    /// <summary>
    /// At one UpdatedAt the event's time decides, and only what customers change counts. Of one second, the workflow that is further on.
    /// </summary>
    [Fact]
    public void At_the_same_UpdatedAt_only_a_later_event_counts_and_only_for_what_customers_change()
    {
        var changed = Of() with { Title = "other", Workflow = WorkflowStatus.Notified };

        Assert.Null(FindingMerge.Merge(Of() with { Workflow = WorkflowStatus.Notified }, Of() with { Title = "other" }, false, Now));
        var further = FindingMerge.Merge(Of(), changed, false, Now)!;
        Assert.Equal(("a", WorkflowStatus.Notified), (further.Title, further.Workflow));
        Assert.Null(FindingMerge.Merge(Of(), Of() with { Title = "other", ObservedAt = T0.AddSeconds(1) }, false, Now));
        var next = FindingMerge.Merge(Of(), changed with { ObservedAt = T0.AddSeconds(1) }, false, Now)!;
        Assert.Equal(("a", WorkflowStatus.Notified), (next.Title, next.Workflow));
        Assert.Equal(T0.AddSeconds(1), next.ObservedAt);
    }

    [Fact]
    public void A_service_that_repeats_itself_says_nothing_of_what_people_decided()
    {
        var known = Of() with { Form = FindingForm.Native };

        Assert.Null(FindingMerge.Merge(known, known with { Severity = Severity.Low, ObservedAt = T0.AddSeconds(1) }, false, Now));
    }

    /// <summary>Our own act counts until a copy shows that it was made after Security Hub had heard of it.</summary>
    [Theory]
    [InlineData(1, false, null, WorkflowStatus.Notified)]
    [InlineData(1, false, "Acknowledged in Slack by jiyeon", WorkflowStatus.New)]
    [InlineData(-1, false, "Acknowledged in Slack by jiyeon", WorkflowStatus.Notified)]
    [InlineData(1, true, "Acknowledged in Slack by jiyeon", WorkflowStatus.Notified)]
    public void Our_own_act_counts_until_a_copy_shows_that_Security_Hub_had_heard_it(
        int seconds, bool writePending, string? note, WorkflowStatus workflow)
    {
        var actedAt = T0.AddMinutes(5);
        var known = Of() with
        {
            Workflow = WorkflowStatus.Notified,
            WorkflowActedAt = actedAt,
            Mark = new DecisionMark("Acknowledged in Slack by jiyeon", actedAt),
            Acknowledged = new("U0JIYEON", actedAt),
        };
        var copy = Of() with
        {
            UpdatedAt = T0.AddMinutes(10),
            ObservedAt = actedAt.AddSeconds(seconds),
            Note = note is null ? null : new FindingNote(note, FindingMerge.OurName, actedAt),
        };

        var merged = FindingMerge.Merge(known, new IncomingFinding(copy), writePending, Now);

        Assert.Equal((workflow, workflow == WorkflowStatus.New), (merged.Finding!.Workflow, merged.Finding.Acknowledged is null));
        Assert.Equal(workflow != WorkflowStatus.New && !writePending, merged.IsDoubtful);
    }

    [Fact]
    public void An_accepted_risk_is_forgotten_with_the_suppression_and_only_then()
    {
        var known = Of() with { Workflow = WorkflowStatus.Suppressed, Suppressed = new("U0JIYEON", "test account", T0, T0.AddDays(30)) };
        var incoming = Of() with { UpdatedAt = T0.AddMinutes(10), ObservedAt = T0.AddMinutes(10), Title = "other" };

        Assert.NotNull(FindingMerge.Merge(known, incoming with { Workflow = WorkflowStatus.Suppressed }, false, Now)!.Suppressed);
        Assert.Null(FindingMerge.Merge(known, incoming, false, Now)!.Suppressed);
    }

    /// <summary>Where nobody but the service speaks, what comes back needs somebody again; what somebody suppressed stays so.</summary>
    [Theory]
    [InlineData(WorkflowStatus.Notified, WorkflowStatus.New)]
    [InlineData(WorkflowStatus.Resolved, WorkflowStatus.New)]
    [InlineData(WorkflowStatus.Suppressed, WorkflowStatus.Suppressed)]
    public void What_a_service_finds_again_needs_somebody_unless_it_is_suppressed(WorkflowStatus before, WorkflowStatus after)
    {
        var known = Of() with { Form = FindingForm.Native, Workflow = before, Compliance = "PASSED" };
        var back = Of() with { Form = FindingForm.Native, UpdatedAt = T0.AddMinutes(1) };

        Assert.Equal(after, FindingMerge.Merge(known, back, false, Now)!.Workflow);
        Assert.Equal(before, FindingMerge.Merge(known with { Compliance = "FAILED" }, back, false, Now)!.Workflow);
        Assert.Equal(before, FindingMerge.Merge(known, back with { Compliance = "PASSED" }, false, Now)!.Workflow);
    }

    [Fact]
    public void What_Security_Hub_knows_is_not_opened_again_by_a_service()
    {
        var known = Of() with { Workflow = WorkflowStatus.Notified, Archived = true };
        var back = Of() with { Form = FindingForm.Native, UpdatedAt = T0.AddMinutes(1) };

        Assert.Equal(WorkflowStatus.Notified, FindingMerge.Merge(known, back, false, Now)!.Workflow);
    }

    [Fact]
    public void What_was_decided_here_is_told_to_Security_Hub_when_it_comes_to_know_the_finding()
    {
        var known = Of() with { Form = FindingForm.Native, Workflow = WorkflowStatus.Notified, WorkflowActedAt = T0 };
        var next = FindingMerge.Merge(known, Of() with { UpdatedAt = T0.AddMinutes(1), ObservedAt = T0.AddMinutes(1) }, false, Now)!;

        Assert.Equal(WorkflowStatus.Notified, next.Workflow);
        Assert.Contains(FindingMerge.Lines(known, next), line => line.Reply == FindingReplies.Imported);
        Assert.False(FindingMerge.IsToBeTold(known with { Workflow = WorkflowStatus.New }, next));
        Assert.False(FindingMerge.IsToBeTold(known with { WorkflowActedAt = null }, next));
        Assert.False(FindingMerge.IsToBeTold(next, next));
    }

    [Fact]
    public void A_finding_is_closed_at_the_moment_of_the_first_end()
    {
        var closed = Next(Of(), finding => finding with { Compliance = "PASSED" });
        Assert.Equal(Now, closed.ClosedAt);

        var archived = FindingMerge.Merge(
            closed, closed with { Archived = true, UpdatedAt = T0.AddMinutes(2), ObservedAt = T0.AddMinutes(2) }, false, Now.AddHours(1))!;
        Assert.Equal(Now, archived.ClosedAt);
    }

    /// <summary>
    /// Who looked after it before is history; a remediation that did its work may be tried again, one that failed is still the last word.
    /// </summary>
    [Theory]
    [InlineData(RemediationState.Resolved, false)]
    [InlineData(RemediationState.Unverified, false)]
    [InlineData(RemediationState.Failed, false)]
    [InlineData(RemediationState.AwaitingApproval, false)]
    [InlineData(RemediationState.Expired, false)]
    [InlineData(RemediationState.Running, true)]
    public void What_comes_back_has_nobody_and_can_be_remediated_again(RemediationState remediation, bool kept)
    {
        var known = Of() with
        {
            Compliance = "PASSED",
            ClosedAt = T0,
            Acknowledged = new("U0JIYEON", T0),
            Assigned = new("U0ALEX", "U0JIYEON", T0),
            Remediation = new(remediation, "r1", "U0JIYEON", T0, null),
        };

        var next = Next(known, finding => finding with { Compliance = "FAILED" });

        Assert.Equal((null, null), (next.ClosedAt, next.Acknowledged));
        Assert.Equal("U0ALEX", next.Assigned?.ToUserId);
        Assert.Equal(kept, next.Remediation is not null);
    }

    /// <summary>Security Hub relabels INFORMATIONAL what passes.</summary>
    [Fact]
    public void What_is_over_keeps_the_severity_it_had_while_open_apart_from_its_label()
    {
        var closed = Next(Of(), finding => finding with { Compliance = "PASSED", Severity = Severity.Informational });
        Assert.Equal((Severity.High, Severity.Informational), (closed.Severity, closed.LastLabel));

        var again = FindingMerge.Merge(
            closed, Of() with { UpdatedAt = T0.AddMinutes(5), ObservedAt = T0.AddMinutes(5), Severity = Severity.Critical }, false, Now)!;
        Assert.Equal((Severity.Critical, null), (again.Severity, again.LastLabel));
    }

    /// <summary>Archiving, a check that cannot be made, a resolution by hand, and the copies of one UpdatedAt.</summary>
    [Fact]
    public void Only_a_label_of_what_is_open_counts()
    {
        Assert.Equal(Severity.High, Next(Of(), finding => finding with { Archived = true, Severity = Severity.Low }).Severity);
        Assert.Equal(
            Severity.High, Next(Of(), finding => finding with { Compliance = "WARNING", Severity = Severity.Informational }).Severity);
        Assert.Equal(
            Severity.High, Next(Of(), finding => finding with { Workflow = WorkflowStatus.Resolved, Severity = Severity.Low }).Severity);
        Assert.Equal(Severity.Low, Next(Of(), finding => finding with { Severity = Severity.Low }).Severity);
        var closed = Next(Of(), finding => finding with { Compliance = "PASSED" });
        var relabelled = FindingMerge.Merge(
            closed, closed with { Severity = Severity.Informational, ObservedAt = T0.AddMinutes(3) }, false, Now)!;
        Assert.Equal((Severity.High, Severity.Informational), (relabelled.Severity, relabelled.LastLabel));
    }

    [Fact]
    public void A_severity_that_changes_with_the_end_is_not_told_beside_it()
    {
        var closed = Next(Of(), finding => finding with { Compliance = "PASSED", Severity = Severity.Informational });

        Assert.Equal([FindingReplies.Resolved], FindingMerge.Lines(Of(), closed).Select(line => line.Reply));
        Assert.Equal(
            [FindingReplies.Severity],
            FindingMerge.Lines(Of(), Next(Of(), finding => finding with { Severity = Severity.Critical })).Select(line => line.Reply));
    }

    /// <summary>A remediation that waits for just this says it itself.</summary>
    [Theory]
    [InlineData(RemediationState.Running, false)]
    [InlineData(RemediationState.Verifying, false)]
    [InlineData(RemediationState.Failed, true)]
    public void An_end_that_a_remediation_waits_for_is_not_told_twice(RemediationState state, bool incoming)
    {
        var known = Of() with { Remediation = new(state, "r1", "U0JIYEON", T0, null) };

        Assert.Equal(incoming, FindingMerge.Lines(known, Next(known, finding => finding with { Compliance = "PASSED" })).Any(
            line => line.Reply == FindingReplies.Resolved));
    }

    [Fact]
    public void A_note_is_told_unless_it_is_ours_or_known()
    {
        var known = Of();

        Assert.Contains(
            FindingMerge.Lines(known, known with { Note = new("look", "auditor", T0) }),
            line => line.Reply == FindingReplies.Note && line.Data.By == "auditor");
        Assert.Empty(FindingMerge.Lines(known, known with { Note = new("look", FindingMerge.OurName, T0) }));
        Assert.Empty(
            FindingMerge.Lines(known with { Note = new("look", "auditor", T0) }, known with { Note = new("look", "auditor", T0) }));
    }

    private static Finding Next(Finding known, Func<Finding, Finding> change) =>
        FindingMerge.Merge(known, change(known) with { UpdatedAt = T0.AddMinutes(1), ObservedAt = T0.AddMinutes(1) }, false, Now)!;
}

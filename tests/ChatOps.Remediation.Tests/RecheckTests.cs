using ChatOps.Findings;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;

namespace ChatOps.Remediation.Tests;

/// <summary>What waits reads all anew before it acts; what has changed makes it void, and nothing runs.</summary>
public sealed class RecheckTests
{
    public static TheoryData<DatabaseKind, string> Changes
    {
        get
        {
            var rows = new TheoryData<DatabaseKind, string>();
            foreach (var cause in Enum.GetNames<VoidCause>())
            {
                rows.Add(DatabaseKind.Sqlite, cause);
                rows.Add(DatabaseKind.Postgres, cause);
            }

            return rows;
        }
    }

    private static IEnumerable<string> KnownAtOnce =>
        Enum.GetNames<VoidCause>().Except(
            [nameof(VoidCause.Approver), nameof(VoidCause.Plan), nameof(VoidCause.Precondition), nameof(VoidCause.Right)]);

    [Theory, MemberData(nameof(Changes))]
    public async Task What_changed_before_the_approval_is_void_and_says_why_where_it_is_pressed(DatabaseKind kind, string cause)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var id = await AskedAsync(world);
        Change(world, (await world.AttemptAsync(id)).FindingId, cause, isTold: true);

        var fault = await Record.ExceptionAsync(() => world.Approvals.ApproveAsync(id, "U0ALEX", CancellationToken.None));
        await RunAsync(world, id);

        Assert.Equal(0, world.Automation.StartCalls);
        if (cause == nameof(VoidCause.Approver)) Assert.IsType<Platform.Access.AccessDeniedException>(fault);
        else if (KnownAtOnce.Contains(cause)) Assert.Equal("remediation.fault.void", Assert.IsType<UserFacingException>(fault).Key);
        else Assert.Null(fault);
        if (cause != nameof(VoidCause.Approver)) await AssertVoidAsync(world, id, cause);
    }

    /// <summary>The event of the change was lost: Security Hub is asked before the start.</summary>
    [Theory, MemberData(nameof(Changes))]
    public async Task What_changed_after_the_approval_or_without_a_word_never_starts(DatabaseKind kind, string cause)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var id = await AskedAsync(world);
        await world.Approvals.ApproveAsync(id, "U0ALEX", CancellationToken.None);
        Change(world, (await world.AttemptAsync(id)).FindingId, cause, isTold: false);

        await RunAsync(world, id);

        Assert.Equal(0, world.Automation.StartCalls);
        await AssertVoidAsync(world, id, cause);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_needs_no_approval_is_read_anew_before_its_start_too(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var finding = world.Bucket();
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        world.Findings.Hub[finding.Id] = finding with { Compliance = "PASSED" };

        await RunAsync(world, id);

        Assert.Equal(0, world.Automation.StartCalls);
        await AssertVoidAsync(world, id, nameof(VoidCause.Passed));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_finding_that_is_not_listed_for_a_moment_is_not_gone(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var finding = world.Bucket();
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        world.Findings.Hub[finding.Id] = null;
        await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Starting, (await world.AttemptAsync(id)).State);

        world.Findings.Hub.Remove(finding.Id);
        world.Time.Advance(TimeSpan.FromSeconds(10));
        await world.RunAsync(id);

        Assert.Equal(1, world.Automation.Started);
    }

    /// <summary>AWS may have taken a start whose answer was lost; the finding passes by then because it runs.</summary>
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_start_whose_answer_was_lost_is_asked_for_again_and_not_judged_anew(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var finding = world.Bucket();
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        world.Automation.StartFault = new TimeoutException();
        await world.RunAsync(id);
        world.Automation.StartFault = null;
        world.Findings.Hub[finding.Id] = finding with { Compliance = "PASSED" };
        world.Time.Advance(TimeSpan.FromSeconds(10));

        await world.RunAsync(id);

        Assert.Equal((1, RemediationRunState.Running), (world.Automation.Started, (await world.AttemptAsync(id)).State));
    }

    /// <summary>The case: approval waits, then the finding is suppressed in Security Hub.</summary>
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Approving_what_was_suppressed_meanwhile_starts_nothing(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var events = Events.Bodies("decisions/approval-then-suppressed")
            .Select(body => SecurityHubEvents.Read(body).Findings[0]).ToList();
        var id = await world.PlanAsync(world.Findings.Add(events[0]));
        await world.Requests.ConfirmAsync(id, "U0JIYEON", "because", CancellationToken.None);
        world.Findings.Add(events[1]);

        await Assert.ThrowsAsync<UserFacingException>(() => world.Approvals.ApproveAsync(id, "U0ALEX", CancellationToken.None));
        await RunAsync(world, id);

        Assert.Equal(0, world.Automation.StartCalls);
        await AssertVoidAsync(world, id, nameof(VoidCause.Suppressed));
    }

    [Fact]
    public void Every_cause_is_told_in_both_languages()
    {
        foreach (var cause in Enum.GetNames<VoidCause>())
        {
            foreach (var language in new[] { "en", "ko" })
                Assert.True(Locale.For(language, TimeZoneInfo.Utc).Has($"remediation.void.{cause.ToLowerInvariant()}"));
        }
    }

    private static async Task<string> AskedAsync(RemediationWorld world)
    {
        var id = await world.PlanAsync(world.Bucket("PROD"));
        await world.Requests.ConfirmAsync(id, "U0JIYEON", "because", CancellationToken.None);
        return id;
    }

    /// <summary>Looks as long as it would be looked at: what is not listed is asked for again.</summary>
    private static async Task RunAsync(RemediationWorld world, string id)
    {
        for (var i = 0; i < 5; i++)
        {
            await world.RunAsync(id);
            world.Time.Advance(TimeSpan.FromSeconds(30));
        }
    }

    private static void Change(RemediationWorld world, string id, string cause, bool isTold)
    {
        var finding = world.Findings.FindAsync(id, default).Result!;
        Finding? changed = Enum.Parse<VoidCause>(cause) switch
        {
            VoidCause.Passed => finding with { Compliance = "PASSED" },
            VoidCause.Archived => finding with { Archived = true },
            VoidCause.Suppressed => finding with { Workflow = WorkflowStatus.Suppressed },
            VoidCause.Resolved => finding with { Workflow = WorkflowStatus.Resolved },
            VoidCause.Gone => null,
            _ => finding,
        };
        if (cause == nameof(VoidCause.Requester)) world.People.Value = RemediationWorld.Roles(["U0ALEX"], ["U0ALEX"]);
        if (cause == nameof(VoidCause.Approver)) world.People.Value = RemediationWorld.Roles(["U0JIYEON"], []);
        if (cause == nameof(VoidCause.Right)) world.BlockPublicAccess(true, true, true, true);
        if (cause == nameof(VoidCause.Precondition))
        {
            world.ChangeEntries(entry => entry with
            {
                Precondition = new Precondition("BlockPublicAcls", ["true"], new LocalText("no", "아니오")),
            });
        }

        if (cause == nameof(VoidCause.Plan))
        {
            world.BlockPublicAccess(true, false, true, false);
        }

        if (!isTold) world.Findings.Hub[id] = changed;
        else if (changed is null) world.Findings.Remove(id);
        else world.Findings.Add(changed);
    }

    private static async Task AssertVoidAsync(RemediationWorld world, string id, string cause)
    {
        var run = await world.AttemptAsync(id);
        Assert.Equal((RemediationRunState.Void, cause), (run.State, run.Failure));
        Assert.Equal(RemediationState.Void, world.Findings.Marks[^1].Mark.State);
        Assert.Equal("remediation.void", world.Findings.ReplyNames.Last());
        var why = RemediationRecheck.Why(cause, world.English);
        var reply = RemediationReply.Render("remediation.void", world.Findings.Replies[^1].Data, world.English);
        Assert.Contains(why, reply.Text, StringComparison.Ordinal);
        var message = ApprovalMessage.Render(run, world.English);
        var text = System.Text.Json.JsonSerializer.Serialize(message, Slack.SlackJson.Context.Message);
        Assert.Contains(System.Text.Json.JsonEncodedText.Encode(why).ToString(), text, StringComparison.Ordinal);
        Assert.DoesNotContain("remediation.approve", text, StringComparison.Ordinal);
    }
}

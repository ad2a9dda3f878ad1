using Amazon.SimpleSystemsManagement;
using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Remediation.Tests;

public sealed class RemediationWorkerTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_confirmed_plan_runs_is_told_step_by_step_and_is_green_only_when_read_back(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var finding = world.Bucket();
        var id = await world.PlanAsync(finding);
        var confirmed = await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        Assert.Equal(RemediationRunState.Starting, confirmed.State);
        Assert.Equal([id], await world.WokenAsync());

        await world.RunAsync(id);
        Assert.Equal(id, world.Automation.Last!.ClientToken);
        Assert.Equal(["payroll-exports"], world.Automation.Last.Parameters["BucketName"]);
        world.Automation.Step("GetBucketPublicAccessBlock", "Success");
        world.Automation.Step("PutBucketPublicAccessBlock", "InProgress");
        await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Running, (await world.AttemptAsync(id)).State);

        world.Automation.Steps[^1].StepStatus = "Success";
        world.Automation.Status = "Success";
        await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Verifying, (await world.AttemptAsync(id)).State);
        Assert.DoesNotContain(world.Findings.Marks, mark => mark.Mark.State == RemediationState.Resolved);

        world.Findings.Add(finding with { Compliance = "PASSED" });
        await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Resolved, (await world.AttemptAsync(id)).State);
        Assert.Equal(
            [
                "remediation.requested", "remediation.started", "remediation.step", "remediation.step", "remediation.verifying",
                "remediation.resolved"
            ], world.Findings.ReplyNames);
        Assert.Equal(
            [RemediationState.Running, RemediationState.Verifying, RemediationState.Resolved],
            world.Findings.Marks.Select(mark => mark.Mark.State));
        var write = Assert.Single(world.Findings.Writes);
        Assert.Equal((WorkflowStatus.Resolved, "U0JIYEON"), (write.Status, write.By));
        Assert.Null(await world.Audit.VerifyAsync(CancellationToken.None));
        Assert.Equal(["finding.remediate requested", "remediation.start done", "remediation.verify done"], await AuditAsync(world));
        Assert.Contains(
            "\"before\":{\"BlockPublicAcls\":false", (await world.Audit.LastAsync(10, CancellationToken.None))[^1].Details,
            StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Submitting_twice_at_once_starts_one_automation(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var id = await world.PlanAsync(world.Bucket());
        var results = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None)));
        Assert.All(results, result => Assert.Equal(RemediationRunState.Starting, result.State));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.Work.AdvanceAsync(id, null, CancellationToken.None)));
        await world.RunAsync(id);
        Assert.Equal(1, world.Automation.StartCalls);
        Assert.Single(world.Findings.ReplyNames, "remediation.requested");
        Assert.Single(world.Findings.ReplyNames, "remediation.started");
        Assert.Single(await AuditAsync(world), "finding.remediate requested");
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Two_people_who_remediate_one_finding_start_one_automation(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var finding = world.Bucket();
        var plans = new[]
        {
            (Id: await world.PlanAsync(finding), User: "U0JIYEON"), (Id: await world.PlanAsync(finding, "U0ALEX"), User: "U0ALEX"),
        };
        var results = await Task.WhenAll(plans.Select(async plan =>
        {
            try
            {
                await world.Requests.ConfirmAsync(plan.Id, plan.User, null, CancellationToken.None);
                return "started";
            }
            catch (UserFacingException fault)
            {
                return fault.Key;
            }
        }));
        Assert.Equal(["remediation.fault.running", "started"], results.Order());
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_crash_between_claim_and_start_is_picked_up(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var id = await world.PlanAsync(world.Bucket());
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);

        // The process is gone: nobody looked. Another one starts.
        var next = world.NewWork();
        Assert.Equal([id], await next.RecoverAsync());
        await next.AdvanceAsync(id, null, CancellationToken.None);
        Assert.Equal(RemediationRunState.Running, (await world.AttemptAsync(id)).State);
        Assert.Equal(1, world.Automation.Started);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_crash_after_AWS_said_yes_starts_nothing_twice(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var id = await world.PlanAsync(world.Bucket());
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);

        // AWS started it; the process died before it wrote that down, its lease still on the row.
        Assert.NotNull(await world.Work.TakeAsync());
        world.Automation.Start(new() { ClientToken = id });
        Assert.Empty(await world.Work.RecoverAsync());
        // Another replica may hold it: its lease has to end first.
        world.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([id], await world.Work.RecoverAsync());
        await world.RunAsync(id);
        Assert.Equal(2, world.Automation.StartCalls);
        Assert.Equal(1, world.Automation.Started);
        Assert.Equal(RemediationRunState.Running, (await world.AttemptAsync(id)).State);
    }

    [Fact]
    public async Task Throttling_is_waited_out_and_a_refusal_is_a_failure_with_AWSs_words()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var id = await world.PlanAsync(world.Bucket());
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        world.Automation.StartFault = new AmazonSimpleSystemsManagementException("slow down") { ErrorCode = "ThrottlingException" };
        var next = await world.Work.AdvanceAsync(id, null, CancellationToken.None);
        Assert.True(next > world.Time.GetUtcNow());
        Assert.Equal(RemediationRunState.Starting, (await world.AttemptAsync(id)).State);

        world.Automation.StartFault = new AmazonSimpleSystemsManagementException(
            "User: x is not authorized to perform: ssm:StartAutomationExecution")
        { ErrorCode = "AccessDeniedException" };
        world.Time.Advance(TimeSpan.FromSeconds(30));
        await world.RunAsync(id);
        var failed = await world.AttemptAsync(id);
        Assert.Equal((RemediationRunState.Failed, (string?)null), (failed.State, failed.FailedStep));
        Assert.StartsWith("AccessDeniedException: ", failed.Failure, StringComparison.Ordinal);
        Assert.Equal("remediation.failed", world.Findings.ReplyNames.Last());
    }

    [Fact]
    public async Task An_automation_that_may_not_be_asked_about_is_given_up_and_not_followed_for_ever()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var id = await world.PlanAsync(world.Bucket());
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        await world.RunAsync(id);
        world.Automation.GetFault = new AmazonSimpleSystemsManagementException(
            "not authorized to perform: ssm:GetAutomationExecution")
        { ErrorCode = "AccessDeniedException" };
        var looks = 0;
        while (await world.RunAsync(id) is { } due)
        {
            looks++;
            world.Time.SetUtcNow(due);
        }

        Assert.Equal(5, looks);
        Assert.Equal(
            (RemediationRunState.Failed, "GetAutomationExecution"),
            ((await world.AttemptAsync(id)).State, (await world.AttemptAsync(id)).FailedStep));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_look_that_is_stopped_gives_its_lease_back(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var id = await world.PlanAsync(world.Bucket());
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        using var stopping = new CancellationTokenSource();
        world.Ssm.On("StartAutomationExecutionAsync", Amazon.SimpleSystemsManagement.Model.StartAutomationExecutionResponse (
            Amazon.SimpleSystemsManagement.Model.StartAutomationExecutionRequest _) =>
        {
            stopping.Cancel();
            throw new OperationCanceledException(stopping.Token);
        });
        await world.Work.AdvanceAsync(id, null, stopping.Token);
        Assert.Equal([id], await world.Work.RecoverAsync());
    }

    [Fact]
    public async Task A_failed_automation_names_its_step_and_can_be_tried_again()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var finding = world.Bucket();
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        await world.RunAsync(id);
        world.Automation.Step("GetBucketPublicAccessBlock", "Success");
        world.Automation.Step(
            "PutBucketPublicAccessBlock", "Failed", failure: "Step fails when it is Execute/Cancelling action. AccessDenied");
        world.Automation.Status = "Failed";
        await world.RunAsync(id);
        var failed = await world.AttemptAsync(id);
        Assert.Equal("PutBucketPublicAccessBlock", failed.FailedStep);
        Assert.Contains("AccessDenied", failed.Failure, StringComparison.Ordinal);
        Assert.Equal(["remediation.step", "remediation.step_failed", "remediation.failed"], world.Findings.ReplyNames.TakeLast(3));
        Assert.Equal("PutBucketPublicAccessBlock: " + failed.Failure, world.Findings.Marks[^1].Mark.Detail);

        var again = await world.PlanAsync(finding);
        Assert.Equal(
            RemediationRunState.Starting, (await world.Requests.ConfirmAsync(again, "U0JIYEON", null, CancellationToken.None)).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_finding_that_still_stands_or_cannot_be_read_after_the_time_is_unverified_and_not_green(bool unreadable)
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var id = await world.PlanAsync(world.Bucket());
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        await world.RunAsync(id);
        // Before the start it was read: without that nothing starts.
        if (unreadable) world.Findings.ReadBackFault = new HttpRequestException("no answer");
        world.Automation.Status = "Success";
        var waits = new List<TimeSpan>();
        while ((await world.RunAsync(id)) is { } due)
        {
            waits.Add(due - world.Time.GetUtcNow());
            world.Time.SetUtcNow(due);
        }

        Assert.Equal(RemediationRunState.Unverified, (await world.AttemptAsync(id)).State);
        Assert.Equal("remediation.unverified", world.Findings.ReplyNames.Last());
        Assert.Empty(world.Findings.Writes);
        Assert.Equal([2, 4, 8, 16, 32, 60, 60], waits.Take(7).Select(wait => (int)wait.TotalSeconds));
        Assert.InRange(world.Time.GetUtcNow() - RemediationWorld.Start, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(17));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_event_wakes_the_worker_and_an_outdated_timer_does_nothing(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var id = await world.PlanAsync(world.Bucket());
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        var planned = await world.RunAsync(id);
        var execution = (await world.AttemptAsync(id)).ExecutionId!;
        await ReadEventAsync(world, Guid.NewGuid().ToString());
        Assert.Empty(await world.WokenAsync());

        await ReadEventAsync(world, execution);
        await ReadEventAsync(world, execution);
        Assert.Equal([id], await world.WokenAsync());

        world.Automation.Status = "Success";
        world.Time.Advance(TimeSpan.FromSeconds(1));
        var next = await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Verifying, (await world.AttemptAsync(id)).State);
        Assert.NotEqual(planned, next);
        var readBacks = world.Findings.ReadBacks;
        Assert.Null(await world.Work.AdvanceAsync(id, planned, CancellationToken.None));
        Assert.Equal(readBacks, world.Findings.ReadBacks);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_event_that_comes_while_somebody_looks_has_them_look_again(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var id = await world.PlanAsync(world.Bucket());
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        await world.RunAsync(id);
        var planned = await world.DueAsync(id);
        world.Time.SetUtcNow(planned!.Value);
        var look = (await world.Work.TakeAsync())!;
        Assert.Null(await world.Work.AdvanceAsync(id, planned, CancellationToken.None));

        await ReadEventAsync(world, (await world.AttemptAsync(id)).ExecutionId!);
        await world.Database.WriteAsync(
            uow => look.RescheduleAsync(uow, look.Items[0], world.Time.GetUtcNow().AddMinutes(5)), CancellationToken.None);

        Assert.Equal([id], await world.WokenAsync());
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_poll_before_any_event_ends_it_too_and_a_late_event_changes_nothing(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var finding = world.Bucket();
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        var due = await world.RunAsync(id);
        world.Automation.Status = "Success";
        world.Findings.Add(finding with { Archived = true });
        world.Time.SetUtcNow(due!.Value);
        due = await world.Work.AdvanceAsync(id, due, CancellationToken.None);
        await world.Work.AdvanceAsync(id, due, CancellationToken.None);
        Assert.Equal(RemediationRunState.Resolved, (await world.AttemptAsync(id)).State);

        var replies = world.Findings.Replies.Count;
        await ReadEventAsync(world, (await world.AttemptAsync(id)).ExecutionId!);
        Assert.Empty(await world.WokenAsync());
        Assert.Null(await world.Work.AdvanceAsync(id, null, CancellationToken.None));
        Assert.Equal(replies, world.Findings.Replies.Count);
    }

    [Fact]
    public async Task A_resolved_finding_and_an_old_plan_are_not_remediated()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var finding = world.Bucket();
        var id = await world.PlanAsync(finding);
        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Requests.ConfirmAsync(id, "U0SORA", null, CancellationToken.None));
        Assert.Equal("remediation.fault.outdated", (await Assert.ThrowsAsync<UserFacingException>(
            () => world.Requests.ConfirmAsync(id, "U0ALEX", null, CancellationToken.None))).Key);
        world.Findings.Add(finding with { Workflow = WorkflowStatus.Resolved });
        Assert.Equal("remediation.fault.closed", (await Assert.ThrowsAsync<UserFacingException>(
            () => world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None))).Key);
        world.Findings.Add(finding);
        world.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal("remediation.fault.outdated", (await Assert.ThrowsAsync<UserFacingException>(
            () => world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None))).Key);
        Assert.Equal(0, world.Automation.StartCalls);
        world.Time.Advance(TimeSpan.FromDays(2));
        await world.Work.RecoverAsync();
        Assert.Null(await world.Store.FindAsync(id, CancellationToken.None));
    }

    internal static async Task<IReadOnlyList<string>> AuditAsync(RemediationWorld world) =>
        [.. (await world.Audit.LastAsync(50, CancellationToken.None)).Reverse().Select(entry => $"{entry.Verb} {entry.Outcome}")];

    private static async Task ReadEventAsync(RemediationWorld world, string execution)
    {
        var body = $$"""
            {"version":"0","id":"{{Guid.NewGuid()}}","detail-type":"EC2 Automation Execution Status-change Notification","source":"aws.ssm",
             "account":"111122223333","time":"2026-03-04T19:43:35Z","region":"ap-northeast-2","resources":[],
             "detail":{"ExecutionId":"{{execution}}","Definition":"AWS-X","DefinitionVersion":1.0,"Status":"Success","StartTime":"Mar 4, 2026 7:43:20 PM","Time":5753.0} }
            """;
        var reader = new AutomationEventReader(new WorkSignal<RemediationRun>(), world.Time);
        await world.Database.WriteAsync(
            async uow =>
            {
                await reader.ReadAsync(
                    [new InboxEvent(1, new IncomingEvent("x", "eventbridge", reader.Kinds.First(), body), world.Time.GetUtcNow())], uow,
                    CancellationToken.None);
                return true;
            },
            CancellationToken.None);
    }
}

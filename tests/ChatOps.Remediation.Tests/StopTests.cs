using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using ChatOps.Findings;
using ChatOps.Platform.Storage;

namespace ChatOps.Remediation.Tests;

/// <summary>What runs or waits can be stopped, what waits in AWS is shown, and nothing is watched for ever.</summary>
public sealed class StopTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_running_automation_is_stopped_once_told_and_audited(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var (id, finding) = await RunningAsync(world);

        await world.Stops.StopAsync(finding.Id, "U0ALEX", default);
        await world.Stops.StopAsync(finding.Id, "U0JIYEON", default);
        await world.RunAsync(id);
        world.Time.Advance(TimeSpan.FromSeconds(5));
        await world.RunAsync(id);

        Assert.Equal(1, world.Automation.StopCalls);
        var run = await world.AttemptAsync(id);
        Assert.Equal((RemediationRunState.Stopped, "U0ALEX"), (run.State, run.StopBy));
        Assert.Equal((RemediationState.Stopped, "U0ALEX"), (world.Findings.Marks[^1].Mark.State, world.Findings.Marks[^1].Mark.Detail));
        Assert.Equal(["remediation.stopping", "remediation.stopped"], world.Findings.ReplyNames.TakeLast(2));
        var audit = await world.Audit.LastAsync(10, default);
        Assert.Contains(audit, entry => entry is { Verb: "finding.stop", UserId: "U0ALEX", Outcome: "requested" });
        Assert.Contains(audit, entry => entry is { Verb: "remediation.stop", Outcome: "done" });

        // Remediate is there again.
        var again = await world.PlanAsync(finding);
        Assert.Equal(RemediationRunState.Starting, (await world.Requests.ConfirmAsync(again, "U0JIYEON", null, default)).State);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_waits_for_a_place_is_stopped_without_ever_starting(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var finding = world.Bucket();
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, default);
        world.Automation.StartFault = new AmazonSimpleSystemsManagementException("limit")
        {
            ErrorCode = "AutomationExecutionLimitExceededException",
        };
        await world.RunAsync(id);
        world.Automation.StartFault = null;

        await world.Stops.StopAsync(finding.Id, "U0JIYEON", default);
        await world.RunAsync(id);

        Assert.Equal((RemediationRunState.Stopped, 0), ((await world.AttemptAsync(id)).State, world.Automation.Started));
    }

    [Fact]
    public async Task A_start_whose_answer_was_lost_is_found_and_then_stopped()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var finding = world.Bucket();
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, default);
        world.Automation.StartFault = new TimeoutException();
        await world.RunAsync(id);
        world.Automation.StartFault = null;

        await world.Stops.StopAsync(finding.Id, "U0JIYEON", default);
        await world.RunAsync(id);
        world.Time.Advance(TimeSpan.FromSeconds(5));
        await world.RunAsync(id);

        Assert.Equal((1, 1), (world.Automation.Started, world.Automation.StopCalls));
        Assert.Equal(RemediationRunState.Stopped, (await world.AttemptAsync(id)).State);
    }

    [Fact]
    public async Task An_automation_that_ends_while_it_is_stopped_ends_as_it_did()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var (id, finding) = await RunningAsync(world);
        await world.Stops.StopAsync(finding.Id, "U0JIYEON", default);
        world.Automation.StopFault = new InvalidAutomationStatusUpdateException("has ended");
        await world.RunAsync(id);
        world.Automation.Status = "Success";
        world.Time.Advance(TimeSpan.FromSeconds(5));

        await world.RunAsync(id);

        Assert.Equal(RemediationRunState.Verifying, (await world.AttemptAsync(id)).State);
    }

    [Fact]
    public async Task That_AWS_does_not_let_us_stop_is_told_and_can_be_tried_again()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var (id, finding) = await RunningAsync(world);
        world.Automation.StopFault = new AmazonSimpleSystemsManagementException("not authorized to perform: ssm:StopAutomationExecution")
        {
            ErrorCode = "AccessDeniedException",
        };
        await world.Stops.StopAsync(finding.Id, "U0JIYEON", default);
        await world.RunAsync(id);
        Assert.Equal("remediation.stop_refused", world.Findings.ReplyNames.Last());
        Assert.Equal(RemediationRunState.Running, (await world.AttemptAsync(id)).State);

        world.Automation.StopFault = null;
        await world.Stops.StopAsync(finding.Id, "U0JIYEON", default);
        await world.RunAsync(id);
        world.Time.Advance(TimeSpan.FromSeconds(5));
        await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Stopped, (await world.AttemptAsync(id)).State);
    }

    [Fact]
    public async Task Nobody_without_the_role_stops_and_nothing_is_stopped_twice()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var (_, finding) = await RunningAsync(world);

        await Assert.ThrowsAsync<Platform.Access.AccessDeniedException>(() => world.Stops.StopAsync(finding.Id, "U0SORA", default));
        var fault = await Assert.ThrowsAsync<UserFacingException>(() => world.Stops.StopAsync("other", "U0JIYEON", default));
        Assert.Equal("remediation.fault.not_running", fault.Key);
    }

    [Theory]
    [InlineData("Waiting")]
    [InlineData("PendingApproval")]
    public async Task What_waits_in_AWS_is_shown_as_such_until_it_goes_on(string status)
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var (id, _) = await RunningAsync(world);
        world.Automation.Status = status;
        await world.RunAsync(id);
        await world.RunAsync(id);

        Assert.Equal((RemediationState.Waiting, status), (world.Findings.Marks[^1].Mark.State, world.Findings.Marks[^1].Mark.Detail));
        Assert.Single(world.Findings.ReplyNames, "remediation.waiting");
        world.Automation.Status = "InProgress";
        await world.RunAsync(id);
        Assert.Equal(RemediationState.Running, world.Findings.Marks[^1].Mark.State);
    }

    [Fact]
    public async Task A_watch_ends_after_the_catalogues_time_with_a_state_of_its_own()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        world.ChangeEntries(entry => entry with { Timeout = TimeSpan.FromMinutes(5) });
        var (id, _) = await RunningAsync(world);
        world.Time.Advance(TimeSpan.FromMinutes(4));
        await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Running, (await world.AttemptAsync(id)).State);

        world.Time.Advance(TimeSpan.FromMinutes(2));
        await world.RunAsync(id);

        Assert.Equal(RemediationRunState.TimedOut, (await world.AttemptAsync(id)).State);
        Assert.Equal(RemediationState.TimedOut, world.Findings.Marks[^1].Mark.State);
        Assert.Equal("remediation.timed_out", world.Findings.ReplyNames.Last());
        Assert.Equal(0, world.Automation.StopCalls);
    }

    private static async Task<(string Id, Finding Finding)> RunningAsync(RemediationWorld world)
    {
        var finding = world.Bucket();
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, default);
        await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Running, (await world.AttemptAsync(id)).State);
        return (id, finding);
    }
}

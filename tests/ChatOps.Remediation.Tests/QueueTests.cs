using Amazon.SimpleSystemsManagement;
using ChatOps.Findings;
using ChatOps.Platform.Storage;

namespace ChatOps.Remediation.Tests;

/// <summary>One remediation a resource, and as many at once as an account may run.</summary>
public sealed class QueueTests
{
    private static AmazonSimpleSystemsManagementException Limit => new(
        "The number of simultaneously running Automation executions exceeded the allowable limit.")
    { ErrorCode = "AutomationExecutionLimitExceededException" };

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Two_controls_of_one_bucket_run_one_after_the_other(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var findings = Cases.Findings("one-bucket-two-controls.json").Select(world.Findings.Add).ToList();
        var (first, second) = (await world.PlanAsync(findings[0]), await world.PlanAsync(findings[1], "U0ALEX"));

        await world.Requests.ConfirmAsync(first, "U0JIYEON", null, default);
        var fault = await Assert.ThrowsAsync<UserFacingException>(() => world.Requests.ConfirmAsync(second, "U0ALEX", null, default));
        Assert.Equal("remediation.fault.running", fault.Key);
        Assert.Contains(fault.Values, value => value.Value is "<@U0JIYEON>");

        // The end of the first lets the second begin.
        await world.RunAsync(first);
        world.Automation.Status = "Success";
        await world.RunAsync(first);
        world.Findings.Add(findings[0] with { Compliance = "PASSED" });
        world.Time.Advance(TimeSpan.FromSeconds(5));
        await world.RunAsync(first);
        Assert.Equal(
            RemediationRunState.Starting, (await world.Requests.ConfirmAsync(second, "U0ALEX", null, default)).State);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Two_controls_of_one_bucket_that_are_confirmed_at_once_start_one_automation(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var findings = Cases.Findings("one-bucket-two-controls.json").Select(world.Findings.Add).ToList();
        var ids = new[] { await world.PlanAsync(findings[0]), await world.PlanAsync(findings[1]) };

        var faults = await Task.WhenAll(ids.Select(id => Record.ExceptionAsync(
            () => world.Requests.ConfirmAsync(id, "U0JIYEON", null, default))));

        Assert.Equal(
            "remediation.fault.running", Assert.IsType<UserFacingException>(Assert.Single(faults, fault => fault is not null)).Key);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_start_that_meets_the_limit_waits_for_a_place_however_long_and_is_no_failure(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var id = await world.PlanAsync(world.Bucket());
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, default);
        world.Automation.StartFault = Limit;

        for (var hours = 0; hours < 3; hours++)
        {
            await world.RunAsync(id);
            Assert.Equal(RemediationRunState.Starting, (await world.AttemptAsync(id)).State);
            world.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal((RemediationState.Waiting, "Limit"), (world.Findings.Marks[^1].Mark.State, world.Findings.Marks[^1].Mark.Detail));
        Assert.Single(world.Findings.ReplyNames, "remediation.queued");
        world.Automation.StartFault = null;
        await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Running, (await world.AttemptAsync(id)).State);
        Assert.Equal(RemediationState.Running, world.Findings.Marks[^1].Mark.State);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Those_that_wait_start_in_their_order_and_one_asks_for_all(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var bucket = world.Bucket();
            var id = await world.PlanAsync(
                world.Findings.Add(bucket with { Resources = [bucket.Resources[0] with { Arn = $"arn:aws:s3:::bucket-{i}" }] }));
            await world.Requests.ConfirmAsync(id, "U0JIYEON", null, default);
            ids.Add(id);
            world.Automation.StartFault = Limit;
            await world.Work.LookAtDueAsync();
            world.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, world.Automation.StartCalls);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.Work.LookAtDueAsync();
        Assert.Equal(2, world.Automation.StartCalls);

        world.Automation.StartFault = null;
        world.Time.Advance(TimeSpan.FromMinutes(1));
        // Each that starts wakes the next: nobody waits for the next round.
        for (var looks = 0; looks < 10 && world.Automation.Started < 3; looks++)
        {
            await world.Work.LookAtDueAsync();
            world.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(ids, world.Automation.Order);
    }

    [Fact]
    public async Task What_waits_for_a_place_is_read_anew_before_it_starts()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var finding = world.Bucket();
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, default);
        world.Automation.StartFault = Limit;
        await world.RunAsync(id);
        world.Automation.StartFault = null;
        world.Findings.Hub[finding.Id] = finding with { Compliance = "PASSED" };
        world.Time.Advance(TimeSpan.FromMinutes(1));

        await world.RunAsync(id);

        Assert.Equal((RemediationRunState.Void, 0), ((await world.AttemptAsync(id)).State, world.Automation.Started));
    }
}

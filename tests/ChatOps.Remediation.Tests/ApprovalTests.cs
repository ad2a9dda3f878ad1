using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;

namespace ChatOps.Remediation.Tests;

public sealed class ApprovalTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Production_waits_for_somebody_else_and_runs_once_they_agree(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var id = await world.PlanAsync(world.Bucket("PROD"));
        var asked = await world.Requests.ConfirmAsync(id, "U0JIYEON", "audit on Monday", CancellationToken.None);
        Assert.Equal((RemediationRunState.AwaitingApproval, RemediationWorld.Start.AddMinutes(30)), (asked.State, asked.ExpiresAt));
        // Looked at each minute: whether the finding is still open.
        Assert.Equal(RemediationWorld.Start.AddMinutes(1), await world.DueAsync(id));
        var request = Assert.Single(world.Outbox.Requests);
        Assert.Equal(("remediation", id, "#approvals", true), (request.Subject.Kind, request.Subject.Key, request.Channel, request.Open));
        await world.RunAsync(id);
        Assert.Equal(0, world.Automation.StartCalls);

        var decided = await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            try
            {
                await world.Approvals.ApproveAsync(id, "U0ALEX", CancellationToken.None);
                return "approved";
            }
            catch (UserFacingException fault)
            {
                return fault.Key;
            }
        }));
        Assert.Single(decided, "approved");
        Assert.Equal(2, decided.Count(answer => answer == "remediation.fault.decided"));
        await world.RunAsync(id);
        Assert.Equal(1, world.Automation.StartCalls);
        Assert.Equal(["remediation.approval_requested", "remediation.approved", "remediation.started"], world.Findings.ReplyNames);
        Assert.Equal(
            ["finding.remediate requested", "remediation.approve done", "remediation.start done"],
            await RemediationWorkerTests.AuditAsync(world));
    }

    [Fact]
    public async Task Nobody_approves_their_own_request_not_even_as_an_approver_or_admin()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        foreach (var user in new[] { "U0ALEX", "U0MINHO" })
        {
            var id = await world.PlanAsync(world.Bucket("PROD", "of-" + user.ToLowerInvariant()), user);
            await world.Requests.ConfirmAsync(id, user, "because", CancellationToken.None);
            var fault = await Assert.ThrowsAsync<UserFacingException>(() => world.Approvals.ApproveAsync(id, user, CancellationToken.None));
            Assert.Equal("remediation.fault.own", fault.Key);
            Assert.Equal("remediation.approve refused", (await RemediationWorkerTests.AuditAsync(world))[^1]);
            Assert.Equal(RemediationRunState.AwaitingApproval, (await world.AttemptAsync(id)).State);
        }
    }

    [Fact]
    public async Task An_operator_who_is_not_an_approver_may_not_decide()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var id = await world.PlanAsync(world.Bucket("PROD"), "U0ALEX");
        await world.Requests.ConfirmAsync(id, "U0ALEX", "because", CancellationToken.None);
        var refusal = await Assert.ThrowsAsync<AccessDeniedException>(
            () => world.Approvals.DenyAsync(id, "U0JIYEON", "no", CancellationToken.None));
        Assert.Equal(Role.Approver, refusal.Act.Role);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_denied_request_never_runs_and_says_why(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var finding = world.Bucket("PROD");
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", "because", CancellationToken.None);
        await world.Approvals.DenyAsync(id, "U0ALEX", "the site is live until Friday", CancellationToken.None);
        Assert.Null(await world.RunAsync(id));
        Assert.Equal(0, world.Automation.StartCalls);
        Assert.Equal("remediation.denied", world.Findings.ReplyNames.Last());
        Assert.Equal(RemediationState.Denied, world.Findings.Marks[^1].Mark.State);
        // The finding is free again.
        var again = await world.PlanAsync(finding);
        Assert.Equal(
            RemediationRunState.AwaitingApproval,
            (await world.Requests.ConfirmAsync(again, "U0JIYEON", "because", CancellationToken.None)).State);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_request_that_nobody_answers_expires(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var id = await world.PlanAsync(world.Bucket("PROD"));
        await world.Requests.ConfirmAsync(id, "U0JIYEON", "because", CancellationToken.None);
        world.Time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(RemediationWorld.Start.AddMinutes(30), await world.RunAsync(id));
        world.Time.Advance(TimeSpan.FromMinutes(1));
        var late = await Assert.ThrowsAsync<UserFacingException>(() => world.Approvals.ApproveAsync(id, "U0ALEX", CancellationToken.None));
        Assert.Equal("remediation.fault.expired", late.Key);
        Assert.Null(await world.RunAsync(id));
        Assert.Equal(RemediationRunState.Expired, (await world.AttemptAsync(id)).State);
        Assert.Equal("remediation.expired", world.Findings.ReplyNames.Last());
        Assert.Equal(0, world.Automation.StartCalls);
    }
}

using ChatOps.Findings;
using ChatOps.Platform.Storage;

namespace ChatOps.Remediation.Tests;

/// <summary>What counts as fixed when a finding is read back, and what does not.</summary>
public class VerificationTests
{
    /// <summary>Security Hub resolves by its own hand, a provider archives, a check passes: each is proof.</summary>
    [Theory]
    [InlineData(nameof(WorkflowStatus.Resolved))]
    [InlineData("ARCHIVED")]
    [InlineData("PASSED")]
    public async Task A_finding_that_reads_resolved_archived_or_passed_is_fixed(string how)
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var (id, finding) = await VerifyingAsync(world);

        world.Findings.Add(how switch
        {
            "ARCHIVED" => finding with { Archived = true },
            "PASSED" => finding with { Compliance = "PASSED" },
            _ => finding with { Workflow = WorkflowStatus.Resolved },
        });
        await world.RunAsync(id);

        Assert.Equal(RemediationRunState.Resolved, (await world.AttemptAsync(id)).State);
        Assert.Equal("remediation.resolved", world.Findings.ReplyNames.Last());
    }

    [Theory]
    [InlineData("WARNING", WorkflowStatus.New)]
    [InlineData("NOT_AVAILABLE", WorkflowStatus.New)]
    [InlineData("FAILED", WorkflowStatus.Suppressed)]
    [InlineData("FAILED", WorkflowStatus.Notified)]
    public async Task Nothing_else_is(string compliance, WorkflowStatus workflow)
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var (id, finding) = await VerifyingAsync(world);

        world.Findings.Add(finding with { Compliance = compliance, Workflow = workflow });
        await world.RunAsync(id);

        Assert.Equal(RemediationRunState.Verifying, (await world.AttemptAsync(id)).State);
        Assert.DoesNotContain("remediation.resolved", world.Findings.ReplyNames);
    }

    private static async Task<(string Id, Finding Finding)> VerifyingAsync(RemediationWorld world)
    {
        var finding = world.Bucket();
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, CancellationToken.None);
        await world.RunAsync(id);
        world.Automation.Status = "Success";
        await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Verifying, (await world.AttemptAsync(id)).State);
        return (id, finding);
    }
}

using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Findings;
using ChatOps.Platform.Storage;

namespace ChatOps.Remediation.Tests;

/// <summary>What counts as fixed when a finding is read back, and what does not.</summary>
public class VerificationTests
{
    /// <summary>A provider archives, a check passes, or what has no check is resolved: each is proof.</summary>
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
            _ => finding with { Workflow = WorkflowStatus.Resolved, Compliance = null },
        });
        await world.RunAsync(id);

        Assert.Equal(RemediationRunState.Resolved, (await world.AttemptAsync(id)).State);
        Assert.Equal("remediation.resolved", world.Findings.ReplyNames.Last());
    }

    [Theory]
    [InlineData("FAILED", WorkflowStatus.Resolved)]
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

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_control_that_is_checked_by_the_clock_is_told_from_the_resource(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        world.Catalogue.Value = world.Catalogue.Value with
        {
            Approval = world.Catalogue.Value.Approval with { SafeAccounts = ["payroll"] },
        };
        var isOn = false;
        world.Ec2.On("GetEbsEncryptionByDefaultAsync", (Amazon.EC2.Model.GetEbsEncryptionByDefaultRequest _) =>
            new Amazon.EC2.Model.GetEbsEncryptionByDefaultResponse { EbsEncryptionByDefault = isOn });
        var asked = new List<string>();
        world.SecurityHub.On("GetFindingPage", (FindingQuery _) => new FindingPage([JsonSerializer.SerializeToElement(new
        {
            ProductFields = new Dictionary<string, string>
            {
                ["RelatedAWSResources:0/name"] = "securityhub-ec2-ebs-encryption-by-default-1a2b3c4d",
                ["RelatedAWSResources:0/type"] = "AWS::Config::ConfigRule",
            },
        })], null));
        world.Config.On("StartConfigRulesEvaluation", (IReadOnlyList<string> rules) =>
        {
            asked.AddRange(rules);
            return true;
        });
        var finding = world.Findings.Add(Cases.Findings("ec2-7-periodic-event.json")[0]);
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, default);
        await world.RunAsync(id);
        isOn = true;
        world.Automation.Status = "Success";

        await world.RunAsync(id);

        var run = await world.AttemptAsync(id);
        Assert.Equal((RemediationRunState.Corrected, world.Time.GetUtcNow()), (run.State, run.RightAt));
        var mark = world.Findings.Marks[^1].Mark;
        Assert.Equal((RemediationState.Corrected, true), (mark.State, mark.IsPeriodic));
        Assert.NotNull(mark.RightSince);
        Assert.NotNull(mark.UndoUntil);
        Assert.Equal(["securityhub-ec2-ebs-encryption-by-default-1a2b3c4d"], asked);
        Assert.Equal("remediation.right_periodic", world.Findings.ReplyNames.Last());
        Assert.DoesNotContain("remediation.unverified", world.Findings.ReplyNames);
    }

    [Fact]
    public async Task That_the_resource_is_right_is_told_at_once_and_the_finding_is_waited_for()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var (id, _) = await VerifyingAsync(world);
        world.BlockPublicAccess(true, true, true, true);

        while (await world.RunAsync(id) is { } due && (await world.AttemptAsync(id)).State == RemediationRunState.Verifying)
        {
            Assert.NotNull(world.Findings.Marks[^1].Mark.RightSince);
            world.Time.SetUtcNow(due);
        }

        Assert.Equal(RemediationRunState.Corrected, (await world.AttemptAsync(id)).State);
        Assert.Single(world.Findings.ReplyNames, "remediation.right");
    }

    [Theory]
    [InlineData(nameof(VerdictCause.Unchanged))]
    [InlineData(nameof(VerdictCause.NotPermitted))]
    [InlineData(nameof(VerdictCause.Gone))]
    [InlineData(nameof(VerdictCause.StillOpen))]
    public async Task What_is_not_confirmed_says_why(string cause)
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var (id, finding) = await VerifyingAsync(world);
        var denied = new Amazon.S3.AmazonS3Exception("not authorized to perform: s3:GetBucketPublicAccessBlock")
        {
            ErrorCode = "AccessDenied",
        };
        if (cause != nameof(VerdictCause.Unchanged))
            world.S3.On(
                "GetPublicAccessBlockAsync",
                Amazon.S3.Model.GetPublicAccessBlockResponse (Amazon.S3.Model.GetPublicAccessBlockRequest _) => throw denied);
        if (cause == nameof(VerdictCause.Gone)) world.Findings.Hub[finding.Id] = null;
        if (cause == nameof(VerdictCause.NotPermitted)) world.Findings.ReadBackFault = denied;

        while (await world.RunAsync(id) is { } due) world.Time.SetUtcNow(due);

        var run = await world.AttemptAsync(id);
        Assert.Equal((RemediationRunState.Unverified, cause), (run.State, run.Failure));
        Assert.Equal(cause, world.Findings.Marks[^1].Mark.Detail);
        var sentence = RemediationReply.Verdict(cause, world.English);
        Assert.Contains(
            sentence, RemediationReply.Render("remediation.unverified", world.Findings.Replies[^1].Data, world.English).Text,
            StringComparison.Ordinal);
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

using Amazon.EC2.Model;
using Amazon.S3.Model;
using ChatOps.Findings;
using ChatOps.Platform.Storage;

namespace ChatOps.Remediation.Tests;

/// <summary>What was done is put back exactly, once, by the same rules, and only while the resource is as it was left.</summary>
public sealed class UndoTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_four_settings_of_a_bucket_are_put_back_as_they_were(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        // As the case has it: two on, two off.
        var block = PlayBlock(world, Block(acls: false, ignore: true, policy: true, restrict: false));
        var (id, finding) = await DoneAsync(world, world.Bucket(), () => block.Now = Block(true, true, true, true));
        var mark = world.Findings.Marks[^1].Mark;
        Assert.Equal((RemediationState.Resolved, world.Time.GetUtcNow().AddHours(24)), (mark.State, mark.UndoUntil));

        var undo = await UndoAsync(world, finding);

        Assert.Equal((false, true, true, false), block.Now is { } now
            ? (now.BlockPublicAcls, now.IgnorePublicAcls, now.BlockPublicPolicy, now.RestrictPublicBuckets) : default);
        Assert.Equal(RemediationRunState.Resolved, (await world.AttemptAsync(undo)).State);
        Assert.Equal(RemediationState.Undone, world.Findings.Marks[^1].Mark.State);
        Assert.Equal(["remediation.undo_requested", "remediation.called", "remediation.undone"], world.Findings.ReplyNames.TakeLast(3));
        Assert.Equal((WorkflowStatus.New, "U0JIYEON"), (world.Findings.Writes[^1].Status, world.Findings.Writes[^1].By));
        Assert.Contains(
            await world.Audit.LastAsync(20, default), entry => entry is { Verb: "finding.undo", Outcome: "requested", UserId: "U0JIYEON" });
        Assert.Null((await world.AttemptAsync(id)).UndoUntil);

        // Once.
        Assert.Equal(
            "remediation.fault.not_undoable",
            (await Assert.ThrowsAsync<UserFacingException>(() => world.Undo.PlanAsync(finding.Id, default))).Key);
    }

    [Fact]
    public async Task A_bucket_that_had_no_block_has_none_afterwards()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var block = PlayBlock(world, null);
        var (_, finding) = await DoneAsync(world, world.Bucket(), () => block.Now = Block(true, true, true, true));

        await UndoAsync(world, finding);

        Assert.Null(block.Now);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Every_rule_of_a_group_comes_back_with_description_peer_and_list(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var group = new PlayedSecurityGroup(world.Ec2, Cases.Text("security-group-described.xml"));
        var before = group.Rules;
        Assert.Contains("사무실, 삭제 금지", before, StringComparison.Ordinal);
        Assert.Contains("sg-0f1e2d3c4b5a69780 444455556666", before, StringComparison.Ordinal);
        Assert.Contains("pl-0123456789abcdef0 S3 by gateway", before, StringComparison.Ordinal);
        var finding = Cases.Findings("ec2-13-plain-ssh-event.json")[0];
        finding = world.Findings.Add(finding with
        {
            ControlId = "EC2.2",
            Resources = [finding.Resources[0] with { Arn = finding.Resources[0].Arn.Replace(
                "sg-00112233445566778", group.Id, StringComparison.Ordinal) }],
        });
        await DoneAsync(world, finding, group.Clear, reason: "closing");

        await UndoAsync(world, finding, isApproved: true);

        Assert.Equal(before, group.Rules);
    }

    [Theory]
    [InlineData("EC2.13", "ec2-13-plain-ssh-event.json")]
    public async Task A_rule_that_was_taken_away_by_a_call_comes_back(string control, string file)
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var group = new PlayedSecurityGroup(world.Ec2, Cases.Text("ec2-13-plain-ssh-group.xml"));
        var before = group.Rules;
        var finding = world.Findings.Add(Cases.Findings(file)[0]);
        Assert.Equal(control, finding.ControlId);
        await DoneAsync(world, finding, () => { });

        await UndoAsync(world, finding);

        Assert.Equal(before, group.Rules);
    }

    [Fact]
    public async Task Encryption_by_default_and_a_databases_flag_are_put_back()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var isOn = false;
        world.Ec2.On("GetEbsEncryptionByDefaultAsync", (GetEbsEncryptionByDefaultRequest _) =>
                new GetEbsEncryptionByDefaultResponse { EbsEncryptionByDefault = isOn })
            .On("DisableEbsEncryptionByDefaultAsync", (DisableEbsEncryptionByDefaultRequest _) =>
            {
                isOn = false;
                return new DisableEbsEncryptionByDefaultResponse();
            });
        var ebs = world.Findings.Add(Cases.Findings("ec2-7-periodic-event.json")[0]);
        await DoneAsync(world, ebs, () => isOn = true, reason: "audit");
        await UndoAsync(world, ebs, isApproved: true);
        Assert.False(isOn);

        world.PlayDatabase("true");
        var database = world.Findings.Add(Cases.Findings("rds-2-no-details-event.json")[0]);
        await DoneAsync(world, database, () => world.PlayDatabase("false"), reason: "audit");
        await UndoAsync(world, database, isApproved: true);
        var described = (await world.Rds.Instance.DescribeDbInstance("payroll-main"))!.Value;
        Assert.Equal("true", described.GetProperty("PubliclyAccessible").GetString());
    }

    [Fact]
    public async Task What_has_changed_since_is_not_put_back_and_said()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var block = PlayBlock(world, Block(false, true, true, false));
        var (_, finding) = await DoneAsync(world, world.Bucket(), () => block.Now = Block(true, true, true, true));
        block.Now = Block(true, true, true, restrict: false);

        var fault = await Assert.ThrowsAsync<UserFacingException>(() => world.Undo.PlanAsync(finding.Id, default));

        Assert.Equal("remediation.fault.undo_changed", fault.Key);
        Assert.Contains(
            "RestrictPublicBuckets: true → false", fault.Values.Single(value => value.Name == "changes").Value!.ToString(),
            StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_changes_while_an_undo_waits_for_approval_makes_it_void(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var block = PlayBlock(world, Block(false, true, true, false));
        var (id, finding) = await DoneAsync(world, world.Bucket("PROD"), () => block.Now = Block(true, true, true, true), reason: "audit");
        var undo = await PlanAsync(world, finding);
        var asked = await world.Requests.ConfirmAsync(undo, "U0JIYEON", "it broke the site", default);
        Assert.Equal(RemediationRunState.AwaitingApproval, asked.State);
        await world.Approvals.ApproveAsync(undo, "U0ALEX", default);
        block.Now = Block(true, true, true, restrict: false);

        await world.RunAsync(undo);

        Assert.Equal(RemediationRunState.Void, (await world.AttemptAsync(undo)).State);
        Assert.Equal(Block(true, true, true, false).RestrictPublicBuckets, block.Now!.RestrictPublicBuckets);
        // The remediation stands as before, and can be undone once the resource is as it was left again.
        Assert.Equal((RemediationState.Resolved, id), (world.Findings.Marks[^1].Mark.State, world.Findings.Marks[^1].Mark.RemediationId));
        Assert.NotNull(world.Findings.Marks[^1].Mark.UndoUntil);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Two_who_undo_at_once_undo_once(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var block = PlayBlock(world, Block(false, true, true, false));
        var (_, finding) = await DoneAsync(world, world.Bucket(), () => block.Now = Block(true, true, true, true));
        var plans = new[] { (await PlanAsync(world, finding), "U0JIYEON"), (await PlanAsync(world, finding, "U0ALEX"), "U0ALEX") };

        var faults = await Task.WhenAll(plans.Select(plan => Record.ExceptionAsync(
            () => world.Requests.ConfirmAsync(plan.Item1, plan.Item2, null, default))));

        Assert.Single(faults, fault => fault is UserFacingException);
    }

    [Fact]
    public async Task After_its_time_nothing_is_offered_or_undone()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var block = PlayBlock(world, Block(false, true, true, false));
        var (id, finding) = await DoneAsync(world, world.Bucket(), () => block.Now = Block(true, true, true, true));
        world.Findings.Add(finding with { Compliance = "PASSED", Remediation = world.Findings.Marks[^1].Mark });
        var undo = await PlanAsync(world, finding);
        world.Time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));

        var fault = await Assert.ThrowsAsync<UserFacingException>(() => world.Requests.ConfirmAsync(undo, "U0JIYEON", null, default));
        Assert.True(fault.Key is "remediation.fault.outdated" or "remediation.fault.not_undoable", fault.Key);
        await Assert.ThrowsAsync<UserFacingException>(() => world.Undo.PlanAsync(finding.Id, default));
        await world.Work.LookAtDueAsync();
        Assert.Null(world.Findings.Marks[^1].Mark.UndoUntil);
        Assert.Null((await world.AttemptAsync(id)).UndoUntil);
        Assert.False(block.Now!.BlockPublicAcls is false);
    }

    [Fact]
    public async Task Nobody_without_the_role_undoes()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var block = PlayBlock(world, Block(false, true, true, false));
        var (_, finding) = await DoneAsync(world, world.Bucket(), () => block.Now = Block(true, true, true, true));
        var undo = await PlanAsync(world, finding, "U0SORA");

        await Assert.ThrowsAsync<Platform.Access.AccessDeniedException>(() => world.Requests.ConfirmAsync(undo, "U0SORA", null, default));
    }

    [Fact]
    public async Task What_was_before_can_be_read_in_the_details()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var group = new PlayedSecurityGroup(world.Ec2, Cases.Text("ec2-13-plain-ssh-group.xml"))
        {
            RuleIds = new DescribeSecurityGroupRulesResponse
            {
                SecurityGroupRules =
                [
                    new SecurityGroupRule
                    {
                        SecurityGroupRuleId = "sgr-0123456789abcdef0",
                        IsEgress = false,
                        IpProtocol = "tcp",
                        FromPort = 8443,
                        ToPort = 8443,
                        CidrIpv4 = "10.0.0.0/8",
                    },
                ],
            },
        };
        var finding = world.Findings.Add(Cases.Findings("ec2-13-plain-ssh-event.json")[0]);
        await DoneAsync(world, finding, () => { });
        Assert.DoesNotContain("22-22", group.Rules, StringComparison.Ordinal);

        var text = await new Remediable(world.Catalogue, world.Store).DescribeBeforeAsync(finding.Id, world.English, default);

        Assert.Contains("Ingress: tcp 22 · 0.0.0.0/0", text, StringComparison.Ordinal);
        Assert.Contains("Ingress: tcp 8443 · 10.0.0.0/8 (agents) · sgr-0123456789abcdef0", text, StringComparison.Ordinal);
    }

    /// <summary>Remediates until the finding is read back as fixed.</summary>
    private static async Task<(string Id, Finding Finding)> DoneAsync(
        RemediationWorld world, Finding finding, Action change, string? reason = null)
    {
        var id = await world.PlanAsync(finding);
        var confirmed = await world.Requests.ConfirmAsync(id, "U0JIYEON", reason, default);
        if (confirmed.State == RemediationRunState.AwaitingApproval) await world.Approvals.ApproveAsync(id, "U0ALEX", default);
        world.Automation.Status = "InProgress";
        await world.RunAsync(id);
        change();
        world.Automation.Status = "Success";
        world.Findings.Add(finding with { Compliance = "PASSED" });
        world.Time.Advance(TimeSpan.FromSeconds(10));
        await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Resolved, (await world.AttemptAsync(id)).State);
        return (id, finding);
    }

    private static async Task<string> PlanAsync(RemediationWorld world, Finding finding, string user = "U0JIYEON")
    {
        var (done, plan) = await world.Undo.PlanAsync(finding.Id, default);
        var id = Guid.NewGuid().ToString("D");
        await world.Store.PlanAsync(id, plan, user, done.Id, default);
        return id;
    }

    private static async Task<string> UndoAsync(RemediationWorld world, Finding finding, bool isApproved = false)
    {
        var id = await PlanAsync(world, finding);
        var confirmed = await world.Requests.ConfirmAsync(id, "U0JIYEON", "back", default);
        Assert.Equal(isApproved ? RemediationRunState.AwaitingApproval : RemediationRunState.Starting, confirmed.State);
        if (isApproved) await world.Approvals.ApproveAsync(id, "U0ALEX", default);
        await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Resolved, (await world.AttemptAsync(id)).State);
        return id;
    }

    private static PublicAccessBlockConfiguration Block(bool acls, bool ignore, bool policy, bool restrict) => new()
    {
        BlockPublicAcls = acls,
        IgnorePublicAcls = ignore,
        BlockPublicPolicy = policy,
        RestrictPublicBuckets = restrict,
    };

    private static PlayedBlock PlayBlock(RemediationWorld world, PublicAccessBlockConfiguration? now)
    {
        var block = new PlayedBlock { Now = now };
        world.S3.On("GetPublicAccessBlockAsync", (GetPublicAccessBlockRequest _) => block.Now is { } present
                ? new GetPublicAccessBlockResponse { PublicAccessBlockConfiguration = present }
                : throw new Amazon.S3.AmazonS3Exception("none") { ErrorCode = "NoSuchPublicAccessBlockConfiguration" })
            .On("PutPublicAccessBlockAsync", (PutPublicAccessBlockRequest request) =>
            {
                block.Now = request.PublicAccessBlockConfiguration;
                return new PutPublicAccessBlockResponse();
            })
            .On("DeletePublicAccessBlockAsync", (DeletePublicAccessBlockRequest _) =>
            {
                block.Now = null;
                return new DeletePublicAccessBlockResponse();
            });
        return block;
    }

    private sealed class PlayedBlock
    {
        public PublicAccessBlockConfiguration? Now { get; set; }
    }
}

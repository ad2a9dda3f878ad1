using Amazon.EC2.Model;
using ChatOps.Findings;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;

namespace ChatOps.Remediation.Tests;

/// <summary>Whose control it is, and whether its remediation still makes sense for the resource.</summary>
public sealed class PlanningTests
{
    [Fact]
    public void A_field_of_another_product_that_reads_like_a_control_offers_nothing()
    {
        var finding = Cases.Findings("foreign-product-ruleid.json")[0];
        var catalogue = RemediationWorld.ShippedCatalogue();

        Assert.Null(catalogue.Find(finding with { ControlId = "EC2.4" }));
        // An account that imports findings of its own names its product by its number.
        Assert.Null(catalogue.Find(finding with
        {
            ControlId = "EC2.4",
            ProductArn = "arn:aws:securityhub:ap-northeast-2:111122223333:product/aws/securityhub",
        }));
        Assert.NotNull(catalogue.Find(finding with
        {
            ControlId = "EC2.4",
            ProductArn = "arn:aws-us-gov:securityhub:us-gov-west-1::product/aws/securityhub",
        }));
        var listed = RemediationWorld.With(catalogue, entry => entry with { Products = ["acme/scanner"] });
        Assert.NotNull(listed.Find(finding with { ControlId = "EC2.4" }));
    }

    [Theory]
    [InlineData("running")]
    [InlineData("pending")]
    [InlineData("stopping")]
    [InlineData(null)]
    public async Task Only_an_instance_that_is_stopped_is_planned_to_be_terminated(string? state)
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        Instance(world, state);
        var finding = world.Findings.Add(Cases.Findings("ec2-4-running-event.json")[0]);

        var fault = await Assert.ThrowsAsync<UserFacingException>(() => world.Planner.PlanAsync(finding, default));

        Assert.Equal(RemediationPlanner.PreconditionFault, fault.Key);
        var why = Assert.IsType<LocalizedValue>(fault.Values.Single(value => value.Name == "why").Value);
        Assert.Contains("not stopped", why.In(world.English), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_instance_that_is_started_while_approval_waits_is_not_terminated(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        Instance(world, "stopped");
        var id = await world.PlanAsync(world.Findings.Add(Cases.Findings("ec2-4-running-event.json")[0]));
        await world.Requests.ConfirmAsync(id, "U0JIYEON", "unused", default);
        await world.Approvals.ApproveAsync(id, "U0ALEX", default);
        Instance(world, "running");

        await world.RunAsync(id);

        var run = await world.AttemptAsync(id);
        Assert.Equal((RemediationRunState.Void, nameof(VoidCause.Precondition)), (run.State, run.Failure));
        Assert.Equal(0, world.Automation.StartCalls);
    }

    [Fact]
    public async Task What_is_right_already_is_not_changed()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        world.BlockPublicAccess(true, true, true, true);

        var fault = await Assert.ThrowsAsync<UserFacingException>(() => world.Planner.PlanAsync(world.Bucket(), default));

        Assert.Equal(RemediationPlanner.NothingFault, fault.Key);
    }

    [Fact]
    public async Task What_a_document_needs_of_a_database_is_asked_of_RDS_where_the_finding_lacks_it()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        world.PlayDatabase("true");
        var finding = world.Findings.Add(Cases.Findings("rds-2-no-details-event.json")[0]);

        var plan = await world.Planner.PlanAsync(finding, default);

        Assert.Equal(
            ["db-PAYROLLEXAMPLE000000000001"], plan.Parameters.Single(parameter => parameter.Name == "DbiResourceId").Values);
        Assert.Equal([new PlanChange("PubliclyAccessible", "true", "false")], plan.Read);
        // The second generation says the same of it.
        var ocsf = await world.Planner.PlanAsync(finding with { Form = FindingForm.Ocsf }, default);
        Assert.Equal(plan.Parameters.SelectMany(parameter => parameter.Values), ocsf.Parameters.SelectMany(parameter => parameter.Values));
    }

    [Fact]
    public async Task A_refusal_of_a_batch_reads_in_both_languages()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        Instance(world, "running");
        var fault = await Assert.ThrowsAsync<UserFacingException>(
            () => world.Planner.PlanAsync(Cases.Findings("ec2-4-running-event.json")[0], default));

        var refusal = BatchRefusal.Of("i-0def", fault);

        Assert.Contains("is not terminated", refusal.Why(world.English), StringComparison.Ordinal);
        Assert.Contains("종료하지 않습니다", refusal.Why(Locale.For("ko", TimeZoneInfo.Utc)), StringComparison.Ordinal);
    }

    /// <summary>The common case: port 22 open to the world in a VPC that is not the default one.</summary>
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_rule_that_opens_port_22_goes_and_the_others_stay(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var group = new PlayedSecurityGroup(world.Ec2, Cases.Text("ec2-13-plain-ssh-group.xml"));
        var finding = world.Findings.Add(Cases.Findings("ec2-13-plain-ssh-event.json")[0]);
        var id = await world.PlanAsync(finding);
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, default);

        await world.RunAsync(id);

        Assert.Equal("in tcp 8443-8443 10.0.0.0/8 agents\nout -1 - 0.0.0.0/0 ", group.Rules);
        Assert.Equal(0, world.Automation.StartCalls);
        Assert.Equal(RemediationRunState.Verifying, (await world.AttemptAsync(id)).State);
        Assert.NotNull((await world.AttemptAsync(id)).RightAt);
        world.Findings.Add(finding with { Compliance = "PASSED" });
        world.Time.Advance(TimeSpan.FromSeconds(10));
        await world.RunAsync(id);
        Assert.Equal(RemediationRunState.Resolved, (await world.AttemptAsync(id)).State);
    }

    [Fact]
    public async Task A_call_that_is_refused_is_a_failure_with_AWSs_words()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var group = new PlayedSecurityGroup(world.Ec2, Cases.Text("ec2-13-plain-ssh-group.xml"));
        var before = group.Rules;
        world.Ec2.On("RevokeSecurityGroupIngressAsync", RevokeSecurityGroupIngressResponse (RevokeSecurityGroupIngressRequest _) =>
            throw new Amazon.EC2.AmazonEC2Exception("You are not authorized") { ErrorCode = "UnauthorizedOperation" });
        var id = await world.PlanAsync(world.Findings.Add(Cases.Findings("ec2-13-plain-ssh-event.json")[0]));
        await world.Requests.ConfirmAsync(id, "U0JIYEON", null, default);

        await world.RunAsync(id);

        var run = await world.AttemptAsync(id);
        Assert.Equal((RemediationRunState.Failed, "ec2:RevokeSecurityGroupIngress"), (run.State, run.FailedStep));
        Assert.Equal(before, group.Rules);
    }

    private static void Instance(RemediationWorld world, string? state) => world.Ec2.On(
        "DescribeInstancesAsync", (DescribeInstancesRequest _) => new DescribeInstancesResponse
        {
            Reservations = state is null
                ? []
                : [new Reservation { Instances = [new Instance { State = new InstanceState { Name = state }, Tags = [] }] }],
        });
}

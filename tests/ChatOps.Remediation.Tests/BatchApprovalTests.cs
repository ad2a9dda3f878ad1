using ChatOps.Findings;
using ChatOps.Platform.Storage;

namespace ChatOps.Remediation.Tests;

/// <summary>One decision for many: one message, one answer, and each resource by itself.</summary>
public sealed class BatchApprovalTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Hundreds_are_asked_for_with_one_message_and_approved_with_one_press(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        var (batch, runs) = await AskedAsync(world, 60);

        var asked = Assert.Single(world.Outbox.Requests);
        Assert.Equal(batch, asked.Subject.Key);
        var message = await TextAsync(world, batch);
        foreach (var part in new[] { "S3.8 on *60 resources*", "payroll", ": 60", "<@U0ALEX>", "remediation.approve", "quarterly audit" })
            Assert.Contains(part, message, StringComparison.Ordinal);

        await world.BatchApprovals.ApproveAsync(batch, "U0ALEX", [], default);

        foreach (var id in runs)
        {
            var run = await world.AttemptAsync(id);
            Assert.Equal((RemediationRunState.Starting, "U0ALEX"), (run.State, run.DecidedBy));
        }

        var audit = await world.Audit.LastAsync(200, default);
        Assert.Equal(61, audit.Count(entry => entry is { Verb: "remediation.approve", UserId: "U0ALEX", Outcome: "done" }));
        Assert.Contains(
            world.Outbox.Replies, reply => reply.Reply == BatchReply.Approved && reply.Data.Contains("U0JIYEON", StringComparison.Ordinal));
        var late = await Assert.ThrowsAsync<UserFacingException>(() => world.BatchApprovals.ApproveAsync(batch, "U0ALEX", [], default));
        Assert.Equal("remediation.fault.decided", late.Key);
    }

    [Fact]
    public async Task Those_that_are_left_out_are_denied_and_what_has_changed_is_void()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var (batch, runs) = await AskedAsync(world, 4);
        var changed = (await world.AttemptAsync(runs[3])).FindingId;
        world.Findings.Add((await world.Findings.FindAsync(changed, default))! with { Workflow = WorkflowStatus.Suppressed });

        await world.BatchApprovals.ApproveAsync(batch, "U0ALEX", [runs[1]], default);

        var states = new List<RemediationRunState>();
        foreach (var id in runs) states.Add((await world.AttemptAsync(id)).State);
        Assert.Equal(
            [RemediationRunState.Starting, RemediationRunState.Denied, RemediationRunState.Starting, RemediationRunState.Void], states);
    }

    [Fact]
    public async Task What_nobody_decides_ends_expired_and_never_green()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var (batch, runs) = await AskedAsync(world, 3);
        world.Time.Advance(TimeSpan.FromMinutes(31));

        await world.Work.LookAtDueAsync();

        foreach (var id in runs) Assert.Equal(RemediationRunState.Expired, (await world.AttemptAsync(id)).State);
        var message = await TextAsync(world, batch);
        Assert.Contains("⌛", message, StringComparison.Ordinal);
        Assert.DoesNotContain("✅", message, StringComparison.Ordinal);
        Assert.DoesNotContain("remediation.approve", message, StringComparison.Ordinal);
        var late = await Assert.ThrowsAsync<UserFacingException>(() => world.BatchApprovals.ApproveAsync(batch, "U0ALEX", [], default));
        Assert.Equal("remediation.fault.expired", late.Key);
        Assert.Equal(0, world.Automation.StartCalls);
    }

    [Fact]
    public async Task Nobody_decides_their_own_and_only_approvers_do()
    {
        await using var world = await RemediationWorld.CreateAsync(DatabaseKind.Sqlite);
        var (batch, _) = await AskedAsync(world, 2, "U0ALEX");

        Assert.Equal(
            "remediation.fault.own",
            (await Assert.ThrowsAsync<UserFacingException>(() => world.BatchApprovals.ApproveAsync(batch, "U0ALEX", [], default))).Key);
        await Assert.ThrowsAsync<Platform.Access.AccessDeniedException>(
            () => world.BatchApprovals.DenyAsync(batch, "U0JIYEON", "no", default));
        // Whoever asks is not mentioned to decide.
        Assert.DoesNotContain("  <@U0ALEX>", await TextAsync(world, batch), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Approvers_are_reminded_once_after_ten_minutes_and_never_whoever_asked(DatabaseKind kind)
    {
        await using var world = await RemediationWorld.CreateAsync(kind);
        world.People.Value = RemediationWorld.Roles(["U0JIYEON"], ["U0JIYEON", "U0ALEX"]);
        var (batch, _) = await AskedAsync(world, 3);
        world.Time.Advance(TimeSpan.FromMinutes(9));
        await world.Work.LookAtDueAsync();
        Assert.Single(world.Outbox.Requests);

        for (var minutes = 0; minutes < 5; minutes++)
        {
            world.Time.Advance(TimeSpan.FromMinutes(1));
            await world.Work.LookAtDueAsync();
        }

        var reminder = Assert.Single(world.Outbox.Requests, request => request.Subject.Kind == ReminderMessage.SubjectKind);
        Assert.Equal(("DU0ALEX", batch), (reminder.Channel, reminder.Subject.Key));
        Assert.Contains(
            "S3.8", (await new ReminderMessage(world.Message).RenderAsync(batch, world.English, default))!.Text, StringComparison.Ordinal);
    }

    private static async Task<(string Batch, IReadOnlyList<string> Runs)> AskedAsync(
        RemediationWorld world, int count, string user = "U0JIYEON")
    {
        world.Groups.Open["g1"] = [.. Enumerable.Range(0, count).Select(i => world.Bucket("PROD", $"bucket-{i:000}").Id)];
        var plan = await world.BatchPlanner.PlanAsync("g1", user, default);
        var outcome = (await world.Batches.ConfirmAsync(plan.Id!, user, "quarterly audit", default))!;
        Assert.Equal((0, count, 0), (outcome.Started, outcome.Asked, outcome.Refused.Count));
        var runs = await world.Store.OfBatchAsync(plan.Id!, default);
        return (plan.Id!, [.. runs.OrderBy(run => run.Plan.ResourceName, StringComparer.Ordinal).Select(run => run.Id)]);
    }

    private static async Task<string> TextAsync(RemediationWorld world, string key)
    {
        var message = (await world.Message.RenderAsync(key, world.English, default))!;
        return message.Text + System.Text.RegularExpressions.Regex.Unescape(
            System.Text.Json.JsonSerializer.Serialize(message, Slack.SlackJson.Context.Message));
    }
}

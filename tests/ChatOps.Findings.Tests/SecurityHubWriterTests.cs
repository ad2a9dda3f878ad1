using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Storage;

namespace ChatOps.Findings.Tests;

public sealed class SecurityHubWriterTests
{
    private const string File = "securityhub-imported/control-ec2-19-consolidated";

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    private static string Id => Events.Finding(File).Id;

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_was_decided_reaches_Security_Hub_once(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        await world.WriteAsync(WorkflowStatus.Notified, "Acknowledged by minho");

        Assert.True(await world.Writer.WorkAsync());
        Assert.False(await world.Writer.WorkAsync());

        var (place, update) = Assert.Single(world.Aws.Updates);
        Assert.Equal("111122223333/us-east-1", place);
        Assert.Equal(("NOTIFIED", "Acknowledged by minho", "ChatOps"), (update.Workflow!.Status, update.Note!.Text, update.Note.UpdatedBy));
        Assert.Equal(
            new FindingIdentifier(Events.Finding(File).Arn, Events.Finding(File).ProductArn), Assert.Single(update.FindingIdentifiers));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Throttling_is_tried_again_and_nothing_is_shown(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        world.Aws.UpdateFaults.Enqueue(Refusal("ThrottlingException", HttpStatusCode.TooManyRequests));
        await world.WriteAsync(WorkflowStatus.Notified, "n");

        await world.Writer.WorkAsync();
        Assert.False(await world.Writer.WorkAsync());
        world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await world.Writer.WorkAsync());

        Assert.Single(world.Aws.Updates);
        Assert.Null((await world.FindAsync(Id))!.WriteFault);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_refusal_is_shown_with_AWSs_code_and_cured_by_the_next_success(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        world.Aws.UpdateFaults.Enqueue(Refusal("AccessDeniedException", HttpStatusCode.Forbidden));
        await world.WriteAsync(WorkflowStatus.Notified, "n");
        await world.Writer.WorkAsync();

        var fault = (await world.FindAsync(Id))!.WriteFault!;
        Assert.Single(world.Outbox.Replies, reply => reply.Reply == FindingReplies.WriteFailed);
        Assert.Equal(("AccessDeniedException", "securityhub:BatchUpdateFindings"), (fault.Code, fault.Action));
        Assert.Contains(FindingReplies.WriteFailed, world.Outbox.Replies.Select(reply => reply.Reply));

        // A new act sends what was refused, too: in its order.
        await world.WriteAsync(WorkflowStatus.New, "again");
        while (await world.Writer.WorkAsync()) { }
        Assert.Equal(["NOTIFIED", "NEW"], world.Aws.Updates.Select(update => update.Update.Workflow!.Status));
        Assert.Null((await world.FindAsync(Id))!.WriteFault);
    }

    /// <summary>A denied AssumeRole is the bot's own permission, whatever was to be called by it.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task A_denied_AssumeRole_is_named_as_such_and_mended_by_itself(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        world.Aws.Down = new AwsServiceException(
            "User: arn:aws:sts::111122223333:assumed-role/ChatOpsBot/bot is not authorized to perform: sts:AssumeRole on resource: "
            + "arn:aws:iam::444455556666:role/ChatOpsMember", null, ErrorType.Sender, "AccessDenied", "r", HttpStatusCode.Forbidden);
        await world.WriteAsync(WorkflowStatus.Notified, "n");
        await world.Writer.WorkAsync();

        var finding = (await world.FindAsync(Id))!;
        Assert.Equal(
            ("sts:AssumeRole", "ChatOpsBot", "arn:aws:iam::444455556666:role/ChatOpsMember"),
            (finding.WriteFault!.Action, finding.WriteFault.Role, finding.WriteFault.Resource));
        var context = string.Join('\n', FindingContext.Lines(finding, world.English));
        Assert.Contains("`ChatOpsBot` may not `sts:AssumeRole`", context);
        Assert.DoesNotContain("BatchUpdateFindings", context);
        Assert.Contains(
            FindingButtons.Of(finding, new FindingView(), world.English)!.Elements.OfType<ChatOps.Slack.Blocks.Button>(),
            button => button.ActionId == "finding.retry");

        world.Aws.Down = null;
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.Writer.WorkAsync();

        Assert.Single(world.Aws.Updates);
        Assert.Null((await world.FindAsync(Id))!.WriteFault);
        Assert.Equal(WorkflowStatus.Notified, (await world.FindAsync(Id))!.Workflow);
    }

    /// <summary>Of a day, every minute; and still when the permission is mended late. What is shown is said once.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_refused_is_tried_at_least_once_a_minute(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        world.Aws.Unprocessed = "ConcurrentUpdateError";
        await world.WriteAsync(WorkflowStatus.Notified, "n");
        for (var minute = 0; minute < 60; minute++)
        {
            var before = world.Aws.Updates.Count;
            for (var second = 0; second < 60; second += 10)
            {
                await world.Writer.WorkAsync();
                world.Time.Advance(TimeSpan.FromSeconds(10));
            }

            Assert.True(world.Aws.Updates.Count > before);
        }

        Assert.Equal("ConcurrentUpdateError", (await world.FindAsync(Id))!.WriteFault!.Code);
        Assert.Single(world.Outbox.Replies, reply => reply.Reply == FindingReplies.WriteFailed);
        Assert.True(FindingWrites.Work.Retry.After(1_000) < TimeSpan.FromMinutes(1));
        Assert.True(FindingWrites.Work.Retry.MaxAttempts * 50 > TimeSpan.FromDays(1).TotalSeconds);

        world.Aws.Unprocessed = null;
        await world.Acts.SendAgainAsync(new("U0JIYEON", "jiyeon"), Id, default);
        Assert.True(await world.Writer.WorkAsync());
        Assert.Null((await world.FindAsync(Id))!.WriteFault);
    }

    /// <summary>What a person did in the console meanwhile is later than what we were not allowed to write.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task A_later_decision_in_the_console_takes_back_what_was_refused(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        world.Aws.Down = Refusal("AccessDeniedException", HttpStatusCode.Forbidden);
        await world.WriteAsync(WorkflowStatus.Notified, "n");
        await world.Writer.WorkAsync();
        world.Aws.Down = null;
        world.Time.Advance(TimeSpan.FromSeconds(30));
        using var document = JsonDocument.Parse(FindingWorld.Changed(File, finding => finding["Workflow"]!["Status"] = "SUPPRESSED"));
        world.Aws.Answer = document.RootElement.GetProperty("detail").GetProperty("findings")[0];
        await world.ReadAsync(FindingWorld.Changed(
            File, finding => finding["Workflow"]!["Status"] = "SUPPRESSED", world.Time.GetUtcNow().ToString("O")));
        world.Time.Advance(TimeSpan.FromSeconds(5));
        await world.HubReader.WorkAsync();

        world.Time.Advance(TimeSpan.FromHours(1));
        await world.Writer.WorkAsync();

        Assert.Empty(world.Aws.Updates);
        Assert.Equal((FindingState.Suppressed, null), ((await world.FindAsync(Id))!.State, (await world.FindAsync(Id))!.WriteFault));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Both_generations_are_told_where_both_have_it(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        var known = (await world.FindAsync(Id))!;
        await world.Database.WriteAsync(
            uow => FindingStore.SaveAsync(
                uow, [known with { SecondGeneration = new SecondGeneration(WorkflowStatus.New, known.ObservedAt) }], default), default);

        await world.Acts.AcknowledgeAsync(new("U0JIYEON", "jiyeon"), Id, default);
        while (await world.Writer.WorkAsync()) { }

        Assert.Equal("NOTIFIED", Assert.Single(world.Aws.Updates).Update.Workflow!.Status);
        var (_, update) = Assert.Single(world.Aws.UpdatesV2);
        Assert.Equal(FindingUpdateV2.InProgress, update.StatusId);
        Assert.Equal(
            new OcsfFindingIdentifier(
                "111122223333", known.Arn, known.ProductArn.Replace("::product/", "::productv2/", StringComparison.Ordinal)),
            Assert.Single(update.FindingIdentifiers));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_unprocessed_finding_is_a_refusal(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        world.Aws.Unprocessed = "FindingNotFound";
        await world.WriteAsync(WorkflowStatus.Resolved, "n");

        await world.Writer.WorkAsync();

        Assert.Equal("FindingNotFound", (await world.FindAsync(Id))!.WriteFault!.Code);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Writes_of_one_finding_go_in_order(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        await world.WriteAsync(WorkflowStatus.Notified, "first");
        await world.WriteAsync(WorkflowStatus.Suppressed, "second");

        while (await world.Writer.WorkAsync()) { }

        Assert.Equal(["NOTIFIED", "SUPPRESSED"], world.Aws.Updates.Select(update => update.Update.Workflow!.Status));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_Security_Hub_said_before_it_heard_us_does_not_undo_the_act(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        await world.WriteAsync(WorkflowStatus.Notified, "n");
        var beforeItHeard = FindingWorld.Changed(File, finding => finding["UpdatedAt"] = "2026-03-04T06:30:00Z", "2026-03-04T06:30:00Z");

        await world.ReadAsync(beforeItHeard);

        Assert.Equal(WorkflowStatus.Notified, (await world.FindAsync(Id))!.Workflow);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Reading_back_applies_what_Security_Hub_says_now(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        using var document = JsonDocument.Parse(FindingWorld.Changed(File, finding =>
        {
            finding["UpdatedAt"] = "2026-03-04T06:30:00Z";
            finding["Compliance"]!["Status"] = "PASSED";
        }));
        world.Aws.Answer = document.RootElement.GetProperty("detail").GetProperty("findings")[0];

        var read = await world.Register.ReadBackAsync(Id, default);

        Assert.Equal(FindingState.Resolved, read!.State);
        world.Aws.Answer = null;
        Assert.Null(await world.Register.ReadBackAsync(Id, default));
    }

    private static AwsServiceException Refusal(string code, HttpStatusCode status) =>
        new("not allowed", null, ErrorType.Sender, code, "r", status);

    private static async Task<FindingWorld> StartAsync(DatabaseKind kind)
    {
        var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Body(File));
        return world;
    }
}

internal static class FindingWorldWrites
{
    public static Task WriteAsync(this FindingWorld world, WorkflowStatus status, string note) => world.Database.WriteAsync(
        uow => world.Register.WriteToSecurityHubAsync(
            uow, Events.Finding("securityhub-imported/control-ec2-19-consolidated").Id, status, note, "U0MINHO", default), default);
}

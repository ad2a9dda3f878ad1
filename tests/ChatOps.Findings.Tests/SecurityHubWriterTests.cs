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
        world.Aws.Faults.Enqueue(Refusal("ThrottlingException", HttpStatusCode.TooManyRequests));
        await world.WriteAsync(WorkflowStatus.Notified, "n");

        await world.Writer.WorkAsync();
        Assert.False(await world.Writer.WorkAsync());
        world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await world.Writer.WorkAsync());

        Assert.Single(world.Aws.Updates);
        Assert.Null((await world.FindAsync(Id))!.WriteFault);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_refusal_for_good_is_shown_with_AWSs_code_and_cured_by_the_next_success(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        world.Aws.Faults.Enqueue(Refusal("AccessDeniedException", HttpStatusCode.Forbidden));
        await world.WriteAsync(WorkflowStatus.Notified, "n");
        await world.Writer.WorkAsync();

        var fault = (await world.FindAsync(Id))!.WriteFault!;
        Assert.Equal(("AccessDeniedException", "securityhub:BatchUpdateFindings"), (fault.Code, fault.Action));
        Assert.Contains(FindingReplies.WriteFailed, world.Outbox.Replies.Select(reply => reply.Reply));

        await world.WriteAsync(WorkflowStatus.New, "again");
        await world.Writer.WorkAsync();
        Assert.Null((await world.FindAsync(Id))!.WriteFault);
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

using System.Net;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings.Tests;

/// <summary>What Security Hub has without an event: read at the first start, then reconciled.</summary>
public sealed class ReconciliationTests
{
    private const string File = "securityhub-imported/control-ec2-19-consolidated";

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_was_there_before_the_first_start_is_known_and_shown(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        for (var i = 0; i < 250; i++) Put(world, i);
        Put(world, 250, finding => finding["Workflow"]!["Status"] = "RESOLVED");

        await ReadAllAsync(world);

        Assert.Equal(250, await world.CountAsync("findings"));
        Assert.Equal(250, world.Outbox.Requests.Select(request => request.Subject).Distinct().Count());
        // Three pages of the place that has them, one of each other.
        Assert.Equal(["", "100", "200"], world.Aws.Questions.Where(asked => asked.Place == "111122223333/us-east-1")
            .Select(asked => asked.Token ?? ""));
        // It is as old as it is: no news of today.
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), (await world.FindAsync(IdOf(world, 0)))!.RecordedAt);
        var status = await new SecurityHubStatus(world.Database, world.Home).DescribeAsync(world.English, default);
        Assert.Contains("250 findings", status);
    }

    /// <summary>A restart goes on where it was, and what fails is tried again; a place that AWS no longer knows begins anew.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task A_pass_that_is_interrupted_goes_on(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        for (var i = 0; i < 250; i++) Put(world, i);
        await world.Scanner.SweepAsync(default);
        await world.Scans.WorkAsync();
        world.Aws.Faults.Enqueue(Refusal("TooManyRequestsException", HttpStatusCode.TooManyRequests));
        world.Aws.Faults.Enqueue(Refusal("InvalidInputException", HttpStatusCode.BadRequest));

        await ReadAllAsync(world, seconds: 60);

        Assert.Equal(250, await world.CountAsync("findings"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_resolution_whose_event_was_lost_is_noticed(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Body(File));
        var id = Events.Finding(File).Id;
        await ReadAllAsync(world);
        var body = JsonNode.Parse(Events.Body(File))!["detail"]!["findings"]![0]!.AsObject();
        body["Compliance"]!["Status"] = "PASSED";
        body["Workflow"]!["Status"] = "RESOLVED";
        world.Time.Advance(TimeSpan.FromMinutes(10));
        body["UpdatedAt"] = world.Time.GetUtcNow().ToString("O");
        world.Aws.Findings["1"] = (JsonObject)body.DeepClone();

        world.Time.Advance(world.Settings.ReconcileEvery);
        await ReadAllAsync(world);

        Assert.Equal(FindingState.Resolved, (await world.FindAsync(id))!.State);
        Assert.Contains(world.Outbox.Replies, reply => reply.Reply == FindingReplies.Resolved);
    }

    /// <summary>BatchUpdateFindings leaves UpdatedAt as it is: no list by UpdatedAt tells what a person did in the console.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task What_a_person_closed_in_the_console_is_asked_for(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Body(File));
        var body = JsonNode.Parse(Events.Body(File))!["detail"]!["findings"]![0]!.AsObject();
        body["Workflow"]!["Status"] = "SUPPRESSED";
        world.Aws.Findings["1"] = (JsonObject)body.DeepClone();

        world.Time.Advance(world.Settings.FullPassEvery);
        await ReadAllAsync(world, seconds: 60);

        Assert.Equal(FindingState.Suppressed, (await world.FindAsync(Events.Finding(File).Id))!.State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_gone_is_closed_and_opens_again_when_it_is_there_again(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Body(File));
        var id = Events.Finding(File).Id;
        await ReadAllAsync(world, seconds: 60);
        // It may only be listed late.
        Assert.True((await world.FindAsync(id))!.Open);

        world.Time.Advance(world.Settings.ReconcileEvery);
        await ReadAllAsync(world, seconds: 60);

        var gone = (await world.FindAsync(id))!;
        Assert.Equal((FindingState.Archived, true), (gone.State, gone.GoneAt is not null));
        Assert.Contains(world.Outbox.Replies, reply => reply.Reply == FindingReplies.Gone);
        var headline = (SectionBlock)FindingMessage.Render(gone, new FindingView(), world.English).Blocks[0];
        Assert.Contains("no longer in Security Hub", headline.Text!.Text);

        world.Aws.Findings["1"] = (JsonObject)JsonNode.Parse(Events.Body(File))!["detail"]!["findings"]![0]!.DeepClone();
        world.Time.Advance(world.Settings.FullPassEvery);
        await ReadAllAsync(world);
        Assert.Equal((FindingState.New, null), ((await world.FindAsync(id))!.State, (await world.FindAsync(id))!.GoneAt));
    }

    /// <summary>An empty list of a place that has never shown an account's findings says nothing of them.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task What_a_place_may_not_list_is_not_gone(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(FindingWorld.Changed(File, finding => finding["AwsAccountId"] = "777788889999"));

        world.Time.Advance(world.Settings.FullPassEvery);
        await ReadAllAsync(world, seconds: 60);

        Assert.True((await world.FindAsync(Events.Finding(File).Id))!.Open);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_list_overrules_nothing_that_an_event_has_just_told(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        var now = world.Time.GetUtcNow();
        await world.ReadAsync(FindingWorld.Changed(File, finding => finding["Workflow"]!["Status"] = "NOTIFIED", now.ToString("O")));
        world.Aws.Findings["1"] = (JsonObject)JsonNode.Parse(Events.Body(File))!["detail"]!["findings"]![0]!.DeepClone();

        await ReadAllAsync(world);

        Assert.Equal(WorkflowStatus.Notified, (await world.FindAsync(Events.Finding(File).Id))!.Workflow);
    }

    private static async Task ReadAllAsync(FindingWorld world, int seconds = 10)
    {
        await world.Scanner.SweepAsync(default);
        for (var second = 0; second < seconds; second++)
        {
            await world.Scans.WorkAsync();
            await world.HubReader.WorkAsync();
            world.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static void Put(FindingWorld world, int i, Action<JsonObject>? change = null)
    {
        var body = JsonNode.Parse(Events.Body(File))!["detail"]!["findings"]![0]!.AsObject();
        body["Id"] = $"{body["Id"]}{i}";
        body["CreatedAt"] = "2026-03-01T00:00:00Z";
        change?.Invoke(body);
        world.Aws.Findings[body["Id"]!.ToString()] = (JsonObject)body.DeepClone();
    }

    private static AwsServiceException Refusal(string code, HttpStatusCode status) =>
        new("not now", null, ErrorType.Sender, code, "r", status);

    private static string IdOf(FindingWorld world, int i) => Finding.IdOf(
        $"{Events.Finding(File).Arn}{i}", Events.Finding(File).ProductArn);
}

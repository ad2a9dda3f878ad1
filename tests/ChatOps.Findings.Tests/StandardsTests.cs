using System.Text.Json.Nodes;
using ChatOps.Platform.Storage;

namespace ChatOps.Findings.Tests;

/// <summary>One control of one resource by three standards, while consolidated control findings are off.</summary>
public sealed class StandardsTests
{
    private const string File = "forms/standards-off";

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    private static string Id => SecurityHubEvents.Read(Events.Bodies(File)[0]).Findings[0].Id;

    /// <summary>Whichever comes first.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task They_are_one_finding_with_one_message_that_names_the_standards(DatabaseKind kind)
    {
        foreach (var order in new int[][] { [0, 1, 2], [2, 0, 1], [1, 2, 0] })
        {
            await using var world = await FindingWorld.CreateAsync(kind);
            foreach (var i in order) await world.ReadAsync(Events.Bodies(File)[i]);

            Assert.Equal(1, await world.CountAsync("findings"));
            var finding = (await world.FindAsync(Id))!;
            Assert.Single(world.Outbox.Requests.Select(request => request.Subject).Distinct());
            Assert.Equal(["CIS 1.4.0", "FSBP", "NIST 800-53"], finding.Standards.Order(StringComparer.Ordinal));
            Assert.Equal(("S3.8", "S3 general purpose buckets should block public access"), (finding.ControlId, finding.Title));
            Assert.Empty(world.Outbox.Replies);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_decision_is_told_of_all_and_their_echoes_and_stale_copies_change_nothing(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        await world.Acts.AcknowledgeAsync(new("U0JIYEON", "jiyeon"), Id, default);
        await world.Writer.WorkAsync();
        Assert.Equal(3, Assert.Single(world.Aws.Updates).Update.FindingIdentifiers.Count);

        world.Outbox.Clear();
        foreach (var i in new[] { 0, 2, 1 })
        {
            world.Time.Advance(TimeSpan.FromSeconds(2));
            // The provider's word on another one, made before it had heard.
            await world.ReadAsync(Changed((i + 1) % 3, world, _ => { }));
            await world.ReadAsync(Changed(i, world, finding =>
            {
                finding["Workflow"]!["Status"] = "NOTIFIED";
                finding["Note"] = new JsonObject
                {
                    ["Text"] = "Acknowledged in Slack by jiyeon",
                    ["UpdatedBy"] = "ChatOps",
                    ["UpdatedAt"] = world.Time.GetUtcNow().ToString("O"),
                };
            }));
        }

        var after = (await world.FindAsync(Id))!;
        Assert.Equal((FindingState.Acknowledged, "U0JIYEON"), (after.State, after.Acknowledged!.ByUserId));
        Assert.Empty(world.Outbox.Replies);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task It_is_open_as_long_as_one_is(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        foreach (var i in new[] { 1, 0 })
        {
            await world.ReadAsync(Changed(i, world, Pass));
            Assert.True((await world.FindAsync(Id))!.Open);
        }

        await world.ReadAsync(Changed(2, world, Pass));
        Assert.Equal(FindingState.Resolved, (await world.FindAsync(Id))!.State);
        Assert.Equal(Severity.High, (await world.FindAsync(Id))!.Severity);
        // An older copy of one does not open it again; a newer one does.
        await world.ReadAsync(Events.Bodies(File)[1]);
        Assert.Equal(FindingState.Resolved, (await world.FindAsync(Id))!.State);
        await world.ReadAsync(Changed(1, world, _ => { }));
        Assert.Equal(FindingState.New, (await world.FindAsync(Id))!.State);
    }

    /// <summary>A standard that is switched off takes its finding with it, and no more.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task A_standard_that_is_switched_off_does_not_close_it(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        await world.ReadAsync(Changed(0, world, finding => finding["RecordState"] = "ARCHIVED"));

        var finding = (await world.FindAsync(Id))!;
        Assert.True(finding.Open);
        Assert.Equal(["CIS 1.4.0", "NIST 800-53"], finding.Standards);
        await world.ReadAsync(Changed(1, world, one => one["RecordState"] = "ARCHIVED"));
        await world.ReadAsync(Changed(2, world, one => one["RecordState"] = "ARCHIVED"));
        Assert.Equal(FindingState.Archived, (await world.FindAsync(Id))!.State);
    }

    /// <summary>In the console, people suppress all of them, or take one up again.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task What_people_do_in_the_console_counts_when_all_agree_and_reopening_one_is_enough(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await world.FindAsync(Id))!.Open);
            await world.ReadAsync(Changed(i, world, finding => finding["Workflow"]!["Status"] = "SUPPRESSED"));
        }

        Assert.Equal(FindingState.Suppressed, (await world.FindAsync(Id))!.State);
        await world.ReadAsync(Changed(2, world, _ => { }));
        Assert.Equal(FindingState.New, (await world.FindAsync(Id))!.State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task One_known_by_its_own_id_from_before_keeps_it(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        var read = SecurityHubEvents.Read(Events.Bodies(File)[0]).Findings[0];
        var old = read with { Id = Finding.IdOf(read.Arn, read.ProductArn), Members = [], RecordedAt = read.CreatedAt };
        await world.Database.WriteAsync(uow => FindingStore.SaveAsync(uow, [old], default), default);

        await world.ReadAsync(Changed(0, world, Pass));

        Assert.Equal(1, await world.CountAsync("findings"));
        Assert.Equal(FindingState.Resolved, (await world.FindAsync(old.Id))!.State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_somebody_sends_by_a_custom_action_is_shown_however_harmless(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Body("forms/custom-action-low"));

        var request = Assert.Single(world.Outbox.Requests);
        Assert.Equal(("#security", Severity.Low, null), (request.Channel, request.Rank, request.Group));
        Assert.Contains(world.Outbox.Replies, reply => reply.Reply == FindingReplies.CustomAction);
        // Also what has passed meanwhile: somebody asked to see it.
        world.Outbox.Clear();
        var passed = JsonNode.Parse(Events.Body("forms/custom-action-low"))!;
        Pass(passed["detail"]!["findings"]![0]!);
        passed["detail"]!["findings"]![0]!["UpdatedAt"] = "2026-03-04T05:30:00Z";
        await world.ReadAsync(passed.ToJsonString());
        Assert.Single(world.Outbox.Requests);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_finding_is_found_by_each_of_its_resources(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        string[] arns = ["arn:aws:s3:::first", "arn:aws:s3:::second", "arn:aws:s3:::third"];
        const string file = "securityhub-imported/control-ec2-19-consolidated";
        await world.ReadAsync(FindingWorld.Changed(file, finding => finding["Resources"] = Of(arns)));
        var id = Events.Finding(file).Id;

        Assert.All(arns, arn => Assert.Equal(id, Assert.Single(world.Register.OpenOfAsync(arn, 5, default).Result).Id));
        Assert.Equal([1L, 1L, 1L], (await world.Register.CountOpenAsync(arns, default)).Values.Select(open => open.Count));

        // What it is no longer about does not find it.
        await world.ReadAsync(FindingWorld.Changed(
            file,
            finding =>
            {
                finding["Resources"] = Of("arn:aws:s3:::second");
                finding["UpdatedAt"] = "2026-03-04T06:30:00Z";
            },
            "2026-03-04T06:30:00Z"));
        Assert.Equal(["arn:aws:s3:::second"], (await world.Register.CountOpenAsync(arns, default)).Keys);

        static JsonArray Of(params string[] arns) =>
            [.. arns.Select(arn => (JsonNode)new JsonObject { ["Type"] = "AwsS3Bucket", [nameof(Id)] = arn })];
    }

    private static async Task<FindingWorld> StartAsync(DatabaseKind kind)
    {
        var world = await FindingWorld.CreateAsync(kind);
        foreach (var body in Events.Bodies(File)) await world.ReadAsync(body);
        world.Outbox.Clear();
        return world;
    }

    private static void Pass(JsonNode finding)
    {
        finding["Compliance"]!["Status"] = "PASSED";
        finding["Severity"]!["Label"] = "INFORMATIONAL";
        finding["Workflow"]!["Status"] = "RESOLVED";
    }

    /// <summary>One standard's finding, said anew now.</summary>
    private static string Changed(int i, FindingWorld world, Action<JsonNode> change)
    {
        world.Time.Advance(TimeSpan.FromSeconds(1));
        var node = JsonNode.Parse(Events.Bodies(File)[i])!;
        node["time"] = world.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        node["detail"]!["findings"]![0]!["UpdatedAt"] = world.Time.GetUtcNow().ToString("O");
        change(node["detail"]!["findings"]![0]!);
        return node.ToJsonString();
    }
}

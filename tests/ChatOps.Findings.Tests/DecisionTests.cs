using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Platform.Storage;

namespace ChatOps.Findings.Tests;

/// <summary>What people decide in Slack is undone by evidence alone.</summary>
public sealed class DecisionTests
{
    private const string Late = "decisions/ack-then-late-update";
    private const string Generations = "decisions/ack-then-v2-new";
    private const string OurNote = "Acknowledged in Slack by jiyeon";

    private static readonly FindingActor Jiyeon = new("U0JIYEON", "jiyeon");

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_providers_update_from_before_the_acknowledgement_was_through_does_not_undo_it(DatabaseKind kind)
    {
        await using var world = await AcknowledgedAsync(kind, Late);

        var updated = Iso(world);
        await world.ReadAsync(Said(world, Late, 1, finding => finding["UpdatedAt"] = updated));
        await AssertAcknowledgedAsync(world, Late);
        Assert.Contains("later", (await world.FindAsync(IdOf(Late)))!.Title, StringComparison.Ordinal);

        // Security Hub's answer may be old, too; then it tells our own act, and is not asked any more.
        world.Aws.Answer = Copy(Said(world, Late, 1));
        await AskAsync(world);
        await AssertAcknowledgedAsync(world, Late);
        Assert.Equal(1, await world.CountAsync("finding_readings"));
        world.Aws.Answer = Copy(Said(world, Late, 1, finding =>
        {
            Decide(finding, "NOTIFIED", OurNote, world);
            finding["UpdatedAt"] = updated;
        }));
        await AskAsync(world);
        await AssertAcknowledgedAsync(world, Late);
        Assert.Equal(0, await world.CountAsync("finding_readings"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_second_generation_that_still_says_New_does_not_undo_it(DatabaseKind kind)
    {
        await using var world = await AcknowledgedAsync(kind, Generations);
        var second = JsonNode.Parse(Events.Bodies(Generations)[1])!;
        foreach (var minutes in (int[])[1, 30])
        {
            world.Time.Advance(TimeSpan.FromMinutes(minutes));
            second["time"] = Iso(world);
            second["detail"]!["findings"]![0]!["finding_info"]!["modified_time_dt"] = Iso(world);
            await world.ReadAsync(second.ToJsonString());
            await AssertAcknowledgedAsync(world, Generations);
        }

        // A person who changes it in the first generation's console is heard, although the second is ahead of its UpdatedAt.
        await world.ReadAsync(Said(world, Generations, 0, finding => Decide(finding, "NEW", OurNote, world)));
        Assert.Equal(FindingState.New, (await world.FindAsync(IdOf(Generations)))!.State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_suppressed_in_the_second_generation_after_it_was_heard_there_shows(DatabaseKind kind)
    {
        await using var world = await AcknowledgedAsync(kind, Generations);
        var second = JsonNode.Parse(Events.Bodies(Generations)[1])!;
        (int, FindingState)[] steps = [(1, FindingState.Acknowledged), (3, FindingState.Suppressed)];
        foreach (var (status, state) in steps)
        {
            world.Time.Advance(TimeSpan.FromMinutes(1));
            second["time"] = Iso(world);
            second["detail"]!["findings"]![0]!["status_id"] = status;
            await world.ReadAsync(second.ToJsonString());
            Assert.Equal(state, (await world.FindAsync(IdOf(Generations)))!.State);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_person_who_reopens_it_in_the_console_is_heard_at_once_where_our_note_is_there(DatabaseKind kind)
    {
        await using var world = await AcknowledgedAsync(kind, Late);

        await world.ReadAsync(Said(world, Late, 0, finding => Decide(finding, "NEW", OurNote, world)));

        var finding = (await world.FindAsync(IdOf(Late)))!;
        Assert.Equal((FindingState.New, null), (finding.State, finding.Acknowledged));
        Assert.Contains(FindingReplies.ReopenedElsewhere, world.Outbox.Replies.Select(reply => reply.Reply));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_person_who_reopens_it_is_heard_where_NOTIFIED_was_seen_before(DatabaseKind kind)
    {
        await using var world = await AcknowledgedAsync(kind, Late);
        await world.ReadAsync(Said(world, Late, 0, finding => finding["Workflow"]!["Status"] = "NOTIFIED"));
        await AssertAcknowledgedAsync(world, Late);
        world.Time.Advance(TimeSpan.FromSeconds(20));

        await world.ReadAsync(Said(world, Late, 0));

        Assert.Equal(FindingState.New, (await world.FindAsync(IdOf(Late)))!.State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_note_that_somebody_wrote_after_ours_is_evidence(DatabaseKind kind)
    {
        await using var world = await AcknowledgedAsync(kind, Late);

        await world.ReadAsync(Said(world, Late, 0, finding => Decide(finding, "SUPPRESSED", "a test bucket", world, "auditor")));

        Assert.Equal(FindingState.Suppressed, (await world.FindAsync(IdOf(Late)))!.State);
    }

    /// <summary>
    /// Of a console change that shows no trace of ours, a reading decides: within a minute once our update has long been through.
    /// </summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task A_change_without_evidence_shows_within_a_minute_when_a_reading_confirms_it(DatabaseKind kind)
    {
        await using var world = await AcknowledgedAsync(kind, Late);
        world.Time.Advance(TimeSpan.FromHours(3));
        await world.ReadAsync(Said(world, Late, 0));
        await AssertAcknowledgedAsync(world, Late);

        world.Aws.Answer = Copy(Said(world, Late, 0));
        var said = world.Time.GetUtcNow();
        await AskAsync(world);

        Assert.Equal(FindingState.New, (await world.FindAsync(IdOf(Late)))!.State);
        Assert.InRange(world.Time.GetUtcNow() - said, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(0, await world.CountAsync("finding_readings"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_Security_Hub_does_not_list_or_cannot_answer_undoes_nothing(DatabaseKind kind)
    {
        await using var world = await AcknowledgedAsync(kind, Late);
        world.Time.Advance(TimeSpan.FromHours(3));
        await world.ReadAsync(Said(world, Late, 0));

        world.Aws.Faults.Enqueue(new TimeoutException());
        for (var i = 0; i < 6; i++) await AskAsync(world);

        await AssertAcknowledgedAsync(world, Late);
        Assert.Equal(0, await world.CountAsync("finding_readings"));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, "ARCHIVED")]
    [InlineData(DatabaseKind.Sqlite, "PASSED")]
    public async Task Each_of_the_two_resets_that_AWS_documents_shows(DatabaseKind kind, string closed)
    {
        await using var world = await AcknowledgedAsync(kind, Late);
        void Close(JsonNode finding)
        {
            if (closed == "ARCHIVED") finding["RecordState"] = closed;
            else finding["Compliance"]!["Status"] = closed;
            Decide(finding, "NOTIFIED", OurNote, world);
            finding["UpdatedAt"] = Iso(world);
        }

        await world.ReadAsync(Said(world, Late, 0, Close));
        Assert.False((await world.FindAsync(IdOf(Late)))!.Open);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.ReadAsync(Said(world, Late, 0, finding => finding["UpdatedAt"] = Iso(world)));

        Assert.Equal(FindingState.New, (await world.FindAsync(IdOf(Late)))!.State);
    }

    /// <summary>AWS resets NOTIFIED and RESOLVED, and leaves SUPPRESSED as it is.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task An_accepted_risk_stays_accepted_when_the_resource_is_back(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Bodies(Late)[0]);
        await world.Acts.SuppressAsync(Jiyeon, IdOf(Late), "a test bucket", world.Time.GetUtcNow().AddDays(30), default);
        await world.Writer.WorkAsync();
        world.Time.Advance(TimeSpan.FromSeconds(20));
        await world.ReadAsync(Said(world, Late, 0, finding => (finding["UpdatedAt"], finding["RecordState"]) = (Iso(world), "ARCHIVED")));
        world.Time.Advance(TimeSpan.FromSeconds(20));

        await world.ReadAsync(Said(world, Late, 0, finding => finding["UpdatedAt"] = Iso(world)));

        var finding = (await world.FindAsync(IdOf(Late)))!;
        Assert.Equal((FindingState.Suppressed, "a test bucket"), (finding.State, finding.Suppressed?.Reason));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_stale_copy_that_is_read_back_undoes_nothing(DatabaseKind kind)
    {
        await using var world = await AcknowledgedAsync(kind, Late);
        world.Aws.Answer = Copy(Said(world, Late, 0));

        await world.Register.ReadBackAsync(IdOf(Late), default);

        await AssertAcknowledgedAsync(world, Late);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_decision_that_Security_Hub_refused_is_kept_here(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Bodies(Late)[0]);
        await world.Acts.AcknowledgeAsync(Jiyeon, IdOf(Late), default);
        world.Aws.Unprocessed = "FindingNotFound";
        await world.Writer.WorkAsync();
        world.Time.Advance(TimeSpan.FromHours(1));

        await world.ReadAsync(Said(world, Late, 1, finding => finding["UpdatedAt"] = Iso(world)));

        Assert.NotNull((await world.FindAsync(IdOf(Late)))!.WriteFault);
        await AssertAcknowledgedAsync(world, Late);
        Assert.Equal(0, await world.CountAsync("finding_readings"));
    }

    private static async Task<FindingWorld> AcknowledgedAsync(DatabaseKind kind, string file)
    {
        var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Bodies(file)[0]);
        await world.Acts.AcknowledgeAsync(Jiyeon, IdOf(file), default);
        Assert.True(await world.Writer.WorkAsync());
        world.Time.Advance(TimeSpan.FromSeconds(20));
        return world;
    }

    private static async Task AskAsync(FindingWorld world)
    {
        world.Time.Advance(TimeSpan.FromSeconds(30));
        await world.HubReader.WorkAsync();
    }

    private static async Task AssertAcknowledgedAsync(FindingWorld world, string file)
    {
        var finding = (await world.FindAsync(IdOf(file)))!;
        Assert.Equal((FindingState.Acknowledged, "U0JIYEON"), (finding.State, finding.Acknowledged?.ByUserId));
        Assert.DoesNotContain(FindingReplies.ReopenedElsewhere, world.Outbox.Replies.Select(reply => reply.Reply));
    }

    private static string IdOf(string file) => SecurityHubEvents.Read(Events.Bodies(file)[0]).Findings[0].Id;

    /// <summary>An event of the file, said now.</summary>
    private static string Said(FindingWorld world, string file, int place, Action<JsonNode>? change = null)
    {
        var node = JsonNode.Parse(Events.Bodies(file)[place])!;
        node["time"] = Iso(world);
        var finding = node["detail"]!["findings"]![0]!;
        if (place == 1) finding["Title"] = "said later";
        change?.Invoke(finding);
        return node.ToJsonString();
    }

    private static void Decide(JsonNode finding, string workflow, string note, FindingWorld world, string by = FindingMerge.OurName)
    {
        finding["Workflow"]!["Status"] = workflow;
        finding["Note"] = new JsonObject { ["Text"] = note, ["UpdatedBy"] = by, ["UpdatedAt"] = Iso(world) };
    }

    private static JsonElement Copy(string body) =>
        JsonSerializer.Deserialize<JsonElement>(body).GetProperty("detail").GetProperty("findings")[0];

    private static string Iso(FindingWorld world) =>
        world.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

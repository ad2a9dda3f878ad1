using System.Text.Json.Nodes;
using ChatOps.Platform.Storage;

namespace ChatOps.Findings.Tests;

/// <summary>A finding's one note is shared with others' tools.</summary>
public sealed class SharedNoteTests
{
    private const string File = "securityhub-imported/control-ec2-19-consolidated";

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    private static string Id => Events.Finding(File).Id;

    [Fact]
    public void Text_of_others_stays_and_ours_is_one_part_that_the_next_replaces()
    {
        var first = FindingNotes.Merge(Note("see SEC-1234"), "Acknowledged in Slack by minho", null)!.Value;
        Assert.Equal("see SEC-1234\n[ChatOps] Acknowledged in Slack by minho", first.Text);

        var next = FindingNotes.Merge(new FindingNote(first.Text, FindingMerge.OurName, null), "Reopened in Slack by alex", first.Part)!;
        Assert.Equal("see SEC-1234\n[ChatOps] Reopened in Slack by alex", next.Value.Text);

        // Somebody writes after us: theirs stays, too.
        var later = FindingNotes.Merge(Note($"{first.Text}\nchecked, harmless"), "Reopened in Slack by alex", first.Part)!;
        Assert.Equal("see SEC-1234\nchecked, harmless\n[ChatOps] Reopened in Slack by alex", later.Value.Text);
        var afterAlone = FindingNotes.Merge(Note("Acknowledged in Slack by minho\nchecked"), "Reopened", "Acknowledged in Slack by minho")!;
        Assert.Equal("checked\n[ChatOps] Reopened", afterAlone.Value.Text);
    }

    [Fact]
    public void A_note_that_is_JSON_stays_JSON()
    {
        var (text, part) = FindingNotes.Merge(Note("""{"jiraIssue": "SEC-1234"}"""), "\"예외\" 처리", null)!.Value;

        var json = JsonNode.Parse(text)!;
        Assert.Equal(("SEC-1234", "\"예외\" 처리"), ((string)json["jiraIssue"]!, (string)json["chatops"]!));
        Assert.True(FindingNotes.Holds(Note(text), part));
        Assert.Null(FindingNotes.Merge(Note("""["SEC-1234"]"""), "Acknowledged", null));
        // What only looks like it is text.
        Assert.StartsWith("{not json\n[ChatOps]", FindingNotes.Merge(Note("{not json"), "Acknowledged", null)!.Value.Text);
    }

    /// <summary>AWS refuses more than 512 characters; what is cut is ours.</summary>
    [Fact]
    public void Whatever_stands_there_fits_and_is_never_cut()
    {
        for (var length = 0; length <= 512; length++)
        {
            foreach (var others in new[] { new string('가', length), $$"""{"k":"{{new string('a', Math.Max(0, length - 8))}}"}""" })
            {
                if (others.Length > 512 || FindingNotes.Merge(Note(others), new string('나', 400), null) is not { } merged) continue;
                Assert.InRange(merged.Text.Length, 1, 512);
                Assert.True(FindingNotes.Holds(new FindingNote(merged.Text, FindingMerge.OurName, null), merged.Part));
                if (others.StartsWith('{'))
                    Assert.Equal((string)JsonNode.Parse(others)!["k"]!, (string)JsonNode.Parse(merged.Text)!["k"]!);
                else Assert.StartsWith(others, merged.Text, StringComparison.Ordinal);
            }
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_act_keeps_what_a_ticket_tool_wrote_and_says_who_and_why_in_fields_of_its_own(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind, body =>
        {
            body["Note"] = new JsonObject { ["Text"] = "{\"jiraIssue\": \"SEC-1234\"}", ["UpdatedBy"] = "tool" };
            body["UserDefinedFields"] = new JsonObject { ["team"] = "red", ["ChatOpsReason"] = "old" };
        });

        await world.Acts.AcknowledgeAsync(new("U0JIYEON", "jiyeon"), Id, default);
        await world.Acts.AssignAsync(new("U0JIYEON", "jiyeon"), Id, new("U0ALEX", "alex"), default);
        var until = new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
        await world.Acts.SuppressAsync(new("U0JIYEON", "jiyeon"), Id, "replaced in April", until, default);
        while (await world.Writer.WorkAsync()) { }

        Assert.Equal(3, world.Aws.Updates.Count);
        Assert.All(world.Aws.Updates, update => Assert.Equal(
            "SEC-1234", (string)JsonNode.Parse(update.Update.Note!.Text)!["jiraIssue"]!));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["team"] = "red",
                ["ChatOpsAssignee"] = "U0ALEX",
                ["ChatOpsReason"] = "replaced in April",
                ["ChatOpsUntil"] = "2026-04-01T00:00:00Z",
            },
            world.Aws.Updates[^1].Update.UserDefinedFields);
        Assert.Equal("alex", world.Aws.Updates[1].Update.UserDefinedFields!["ChatOpsAssignee"]);
    }

    /// <summary>Who may not read still writes: then what events have told of the note is all that is known.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task Without_permission_to_read_the_note_of_the_event_is_kept(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind, body =>
            body["Note"] = new JsonObject { ["Text"] = "see SEC-1", ["UpdatedBy"] = "tool" });
        world.Aws.Faults.Enqueue(new ChatOps.Aws.AwsServiceException(
            "User: arn:aws:sts::111122223333:assumed-role/ChatOpsMember/chatops is not authorized to perform: securityhub:GetFindings",
            null, Amazon.Runtime.ErrorType.Sender, "AccessDeniedException", "r", System.Net.HttpStatusCode.Forbidden));

        await world.Acts.AcknowledgeAsync(new("U0JIYEON", "jiyeon"), Id, default);
        await world.Writer.WorkAsync();

        var (_, update) = Assert.Single(world.Aws.Updates);
        Assert.Equal("see SEC-1\n[ChatOps] Acknowledged in Slack by jiyeon", update.Note!.Text);
        // Others' fields are not known: nothing may replace them.
        Assert.Null(update.UserDefinedFields);
    }

    private static FindingNote Note(string text) => new(text, "tool", null);

    private static async Task<FindingWorld> StartAsync(DatabaseKind kind, Action<JsonObject> change)
    {
        var world = await FindingWorld.CreateAsync(kind);
        var body = JsonNode.Parse(Events.Body(File))!["detail"]!["findings"]![0]!.AsObject();
        change(body);
        world.Aws.Findings["1"] = (JsonObject)body.DeepClone();
        await world.ReadAsync(FindingWorld.Changed(File, finding => change(finding.AsObject())));
        return world;
    }
}

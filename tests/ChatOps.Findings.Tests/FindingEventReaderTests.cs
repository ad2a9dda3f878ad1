using System.Diagnostics;
using System.Text.Json.Nodes;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;

namespace ChatOps.Findings.Tests;

public sealed class FindingEventReaderTests
{
    private const string PublicGroup = "securityhub-imported/control-ec2-19-consolidated";
    private const string Later = "2026-03-04T05:30:00Z";

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_real_event_is_recorded_whole(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);

        await world.ReadAsync([.. Events.Files.Select(Events.Body)]);

        foreach (var finding in Events.Files.SelectMany(file => Events.Read(file).Findings))
        {
            var kept = await world.FindAsync(finding.Id);
            Assert.NotNull(kept);
            Assert.True(JsonNode.DeepEquals(
                JsonNode.Parse(FindingJson.Write(finding)),
                JsonNode.Parse(FindingJson.Write(kept with { RecordedAt = default, ClosedAt = null }))));
            Assert.Equal(1, kept.Version);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Only_open_findings_of_medium_and_worse_are_wanted_in_security_beside_what_somebody_sends(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);

        await world.ReadAsync([.. Events.Files.Select(Events.Body)]);

        var expected = Events.Files.SelectMany(file => Events.Read(file).Findings
            .Where(finding => (finding.Open && finding.Severity <= Severity.Medium) || Events.Read(file).ActionName is not null))
            .Select(finding => finding.Id);
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            world.Outbox.Requests.Select(request => request.Subject.Key).Order(StringComparer.Ordinal));
        Assert.All(world.Outbox.Requests, request => Assert.Equal("#security", request.Channel));
        Assert.Empty(world.Outbox.Changed);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_redelivered_event_changes_nothing(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Body(PublicGroup));
        world.Outbox.Clear();

        await world.ReadAsync(Events.Body(PublicGroup), Events.Body(PublicGroup));

        Assert.Equal(1, (await world.FindAsync(Events.Finding(PublicGroup).Id))!.Version);
        Assert.Empty(world.Outbox.Requests);
        Assert.Empty(world.Outbox.Changed);
        Assert.Empty(world.Outbox.Replies);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_older_update_changes_nothing_in_any_order(DatabaseKind kind)
    {
        var older = FindingWorld.Changed(
            PublicGroup, finding => { finding["UpdatedAt"] = "2026-03-04T05:00:00Z"; finding["Title"] = "Older"; });
        var newest = FindingWorld.Changed(
            PublicGroup, finding => { finding["UpdatedAt"] = "2026-03-04T05:20:00Z"; finding["Title"] = "Newest"; });
        string[] all = [older, Events.Body(PublicGroup), newest];
        foreach (var order in new[] { new[] { 0, 1, 2 }, [2, 1, 0], [1, 2, 0], [2, 0, 1] })
        {
            await using var world = await FindingWorld.CreateAsync(kind);
            await world.ReadAsync([.. order.Take(2).Select(i => all[i])]);
            await world.ReadAsync(all[order[2]]);

            Assert.Equal("Newest", (await world.FindAsync(Events.Finding(PublicGroup).Id))!.Title);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_resolved_update_closes_the_finding_and_says_so_once(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Body(PublicGroup));
        world.Outbox.Clear();

        await world.ReadAsync(Resolved());

        var finding = (await world.FindAsync(Events.Finding(PublicGroup).Id))!;
        Assert.Equal(FindingState.Resolved, finding.State);
        Assert.Equal(world.Time.GetUtcNow(), finding.ClosedAt);
        Assert.Empty(world.Outbox.Requests);
        Assert.Equal(new ChangedSubject(finding.Subject, Severity.Critical, false), Assert.Single(world.Outbox.Changed));
        Assert.Equal([FindingReplies.Resolved], world.Outbox.Replies.Select(reply => reply.Reply));
        Assert.Equal(1, await world.CountAsync("finding_history"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_changed_severity_is_said_and_routed_anew(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(FindingWorld.Changed(PublicGroup, finding => finding["Severity"] = new JsonObject { ["Label"] = "LOW" }));
        Assert.Empty(world.Outbox.Requests);

        await world.ReadAsync(FindingWorld.Changed(PublicGroup, finding => finding["UpdatedAt"] = "2026-03-04T05:29:00Z", Later));

        Assert.Equal([FindingReplies.Severity], world.Outbox.Replies.Select(reply => reply.Reply));
        Assert.Equal(Severity.Critical, Assert.Single(world.Outbox.Requests).Rank);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_finding_that_fails_again_comes_back_unacknowledged(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Body(PublicGroup), Resolved());
        world.Outbox.Clear();

        await world.ReadAsync(
            FindingWorld.Changed(PublicGroup, finding => finding["UpdatedAt"] = "2026-03-05T00:00:00Z", "2026-03-05T00:00:00Z"));

        var finding = (await world.FindAsync(Events.Finding(PublicGroup).Id))!;
        Assert.Equal((FindingState.New, null, null), (finding.State, finding.ClosedAt, finding.Acknowledged));
        Assert.Equal([FindingReplies.Returned], world.Outbox.Replies.Select(reply => reply.Reply));
        Assert.Equal(finding.Subject, Assert.Single(world.Outbox.Requests).Subject);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_change_in_the_console_counts_although_UpdatedAt_stays(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Body(PublicGroup));

        await world.ReadAsync(FindingWorld.Changed(PublicGroup, finding =>
        {
            finding["Workflow"] = new JsonObject { ["Status"] = "SUPPRESSED" };
            finding["Title"] = "not the provider's word";
        }, Later));

        var finding = (await world.FindAsync(Events.Finding(PublicGroup).Id))!;
        Assert.Equal(FindingState.Suppressed, finding.State);
        Assert.NotEqual("not the provider's word", finding.Title);
        Assert.Contains(FindingReplies.SuppressedElsewhere, world.Outbox.Replies.Select(reply => reply.Reply));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_custom_action_leaves_a_line_in_the_thread(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Body("securityhub-custom-action/custom-action-fsbp-rds-1"));

        var reply = Assert.Single(world.Outbox.Replies);
        Assert.Equal(FindingReplies.CustomAction, reply.Reply);
        Assert.Single(world.Outbox.Requests);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_bad_finding_is_kept_with_its_error_beside_the_good_ones(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        var node = JsonNode.Parse(Events.Body(PublicGroup))!;
        node["detail"]!["findings"]!.AsArray().Add(JsonNode.Parse("""{"Id":"x\u0000","Title":7}"""));

        await world.ReadAsync(node.ToJsonString());

        Assert.Equal(1, await world.CountAsync("findings"));
        Assert.Equal(1, await world.CountAsync("finding_faults"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_storm_of_ten_thousand_is_recorded_in_seconds(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        var batches = Enumerable.Range(0, 10_000)
            .Select(i => FindingWorld.Changed(
                PublicGroup, finding => finding["Id"] = $"arn:aws:securityhub:us-east-1:111122223333:security-control/EC2.19/finding/{i}"))
            .Chunk(500).ToList();

        var clock = Stopwatch.StartNew();
        foreach (var batch in batches) await world.ReadAsync(batch);

        Assert.Equal(10_000, await world.CountAsync("findings"));
        Assert.Equal(10_000, world.Outbox.Requests.Count);
        // Generous: the machines that run this are busy. Alone it takes two to four seconds.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    private static string Resolved() => FindingWorld.Changed(
        PublicGroup,
        finding =>
        {
            finding["UpdatedAt"] = "2026-03-04T05:29:00Z";
            finding["Compliance"]!["Status"] = "PASSED";
            finding["Workflow"]!["Status"] = "RESOLVED";
            finding["Severity"] = new JsonObject { ["Label"] = "INFORMATIONAL", ["Normalized"] = 0 };
        },
        Later);
}

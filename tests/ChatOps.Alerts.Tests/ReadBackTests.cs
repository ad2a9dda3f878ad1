using System.Text.Json.Nodes;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;

namespace ChatOps.Alerts.Tests;

/// <summary>What fires is what Alertmanager has, not only what it told.</summary>
public sealed class ReadBackTests
{
    private static readonly AlertActor Jiyeon = new("U0JIYEON", "jiyeon");

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_somebody_else_silences_and_ends_shows_whose_silence_and_turns_green(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        var steps = JsonNode.Parse(AlertCases.Text("scenario-resolved-while-silenced.json"))!["steps"]!.AsArray();
        await world.WebhookAsync(steps[0]!["POST /events/alertmanager"]!.ToJsonString());

        Play(world, steps[1]!);
        await world.ReadBackAsync();
        Assert.Equal(AlertState.Firing, (await world.GroupAsync()).State);

        Play(world, steps[2]!);
        await world.ReadBackAsync();
        var silenced = await world.GroupAsync();
        var suppressor = Assert.Single(silenced.Suppressors);
        Assert.Equal((AlertState.Silenced, false), (silenced.State, silenced.Open));
        Assert.Equal(("bob.kim", "disk is being replaced"), (suppressor.Who, suppressor.Reason));
        Assert.Contains("bob.kim", MessageOf(silenced), StringComparison.Ordinal);
        Assert.Equal(AlertReplies.Suppressed, world.Outbox.Replies[^1].Reply);

        Play(world, steps[3]!);
        await world.ReadBackAsync();
        Assert.Equal(AlertState.Silenced, (await world.GroupAsync()).State);
        await world.ReadBackAsync();
        // This server does not say since when it runs: once more.
        await world.ReadBackAsync();
        Assert.Equal((AlertState.Resolved, AlertReplies.Over), ((await world.GroupAsync()).State, world.Outbox.Replies[^1].Reply));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_inhibited_or_muted_names_what_does_it(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        Hold(world, alert => alert with { IsSuppressed = true, InhibitedBy = ["f-up"] });
        world.Alertmanager.Active.Add(new ActiveAlert(
            "f-up", new Dictionary<string, string> { ["alertname"] = "ClusterDown" }, world.Time.GetUtcNow(), false, []));
        await world.ReadBackAsync();
        Assert.Equal(
            (SuppressorKind.Inhibition, "ClusterDown"),
            ((await world.GroupAsync()).Suppressors[0].Kind, (await world.GroupAsync()).Suppressors[0].Who));

        Hold(world, alert => alert with { IsSuppressed = true, MutedBy = ["nights"] });
        await world.ReadBackAsync();
        var muted = await world.GroupAsync();
        Assert.Equal((SuppressorKind.MuteInterval, "nights"), (Assert.Single(muted.Suppressors).Kind, muted.Suppressors[0].Who));

        Hold(world, alert => alert);
        await world.ReadBackAsync();
        Assert.Equal((AlertState.Firing, AlertReplies.Audible), ((await world.GroupAsync()).State, world.Outbox.Replies[^1].Reply));
    }

    /// <summary>Alertmanager thinks that it has told this alert, and tells the next outage to nobody.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task What_fires_anew_is_posted_anew_although_the_webhook_tells_nothing(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        Hold(world, alert => alert);
        await world.ReadBackAsync();
        await world.Acts.AcknowledgeAsync(Jiyeon, (await world.GroupAsync()).Id, default);

        var again = world.Time.GetUtcNow().AddSeconds(20);
        Hold(world, alert => alert with { StartsAt = again });
        await world.ReadBackAsync();

        var group = await world.GroupAsync();
        Assert.Equal((2, AlertState.Firing, 2), (group.Post, group.State, group.Fired.Count));
        Assert.Null(group.Acknowledged);
        Assert.Equal($"{group.Id}.2", world.Outbox.Requests[^1].Subject.Key);
        Assert.Equal(AlertReplies.Returned, world.Outbox.Replies[^1].Reply);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_over_here_and_fires_anew_there_is_posted_anew(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        Hold(world, alert => alert);
        await world.ReadBackAsync();
        world.Alertmanager.Active.Clear();
        for (var round = 0; round < 3; round++) await world.ReadBackAsync();
        Assert.Equal(AlertState.Resolved, (await world.GroupAsync()).State);

        var again = world.Time.GetUtcNow();
        Hold(world, alert => alert with { StartsAt = again }, await world.GroupAsync());
        await world.ReadBackAsync();

        Assert.Equal((2, AlertState.Firing), ((await world.GroupAsync()).Post, (await world.GroupAsync()).State));
        // Hours later it is a message of another group.
        world.Alertmanager.Active.Clear();
        for (var round = 0; round < 3; round++) await world.ReadBackAsync();
        await world.ReadBackAsync(TimeSpan.FromHours(2));
        again = world.Time.GetUtcNow();
        Hold(world, alert => alert with { StartsAt = again }, await world.GroupAsync());
        await world.ReadBackAsync();
        Assert.Equal([AlertState.Firing, AlertState.Resolved], (await world.GroupsAsync()).Select(group => group.State));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_alert_that_the_server_never_held_is_not_ended_by_its_absence(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        world.Alertmanager.StartedAt = world.Time.GetUtcNow().AddDays(-1);
        world.Alertmanager.Active.Add(Other(world));

        for (var round = 0; round < 10; round++) await world.ReadBackAsync();

        Assert.Equal(AlertState.Firing, (await world.GroupAsync()).State);
    }

    /// <summary>After its start Alertmanager knows nothing until Prometheus tells it again.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task Restarts_during_a_silence_end_nothing(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        world.Alertmanager.StartedAt = world.Time.GetUtcNow().AddDays(-1);
        for (var restart = 0; restart < 50; restart++)
        {
            Hold(world, alert => alert with { IsSuppressed = true, SilencedBy = ["s-1"] });
            await world.ReadBackAsync();
            world.Alertmanager.StartedAt = world.Time.GetUtcNow().AddSeconds(10);
            world.Alertmanager.Active.Clear();
            for (var round = 0; round < 4; round++) await world.ReadBackAsync();
            Assert.Equal(AlertState.Silenced, (await world.GroupAsync()).State);
        }

        // Up for long, and with nothing else of this receiver, it may have lost its Prometheus.
        for (var round = 0; round < 12; round++) await world.ReadBackAsync();
        Assert.Equal(AlertState.Silenced, (await world.GroupAsync()).State);
        world.Alertmanager.Active.Add(Other(world));
        await world.ReadBackAsync();
        await world.ReadBackAsync();
        Assert.Equal(AlertState.Resolved, (await world.GroupAsync()).State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_green_one_that_is_told_again_turns_red_with_a_sound(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        Hold(world, alert => alert);
        await world.ReadBackAsync();
        world.Alertmanager.Active.Clear();
        for (var round = 0; round < 3; round++) await world.ReadBackAsync();
        world.Outbox.Clear();

        await world.WebhookAsync(Webhook);

        Assert.Equal((2, AlertState.Firing), ((await world.GroupAsync()).Post, (await world.GroupAsync()).State));
        Assert.Single(world.Outbox.Requests);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_group_is_closed_by_hand_until_it_is_told_again_or_fires_anew(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        Hold(world, alert => alert);
        await world.ReadBackAsync();
        var id = (await world.GroupAsync()).Id;
        await Assert.ThrowsAsync<ChatOps.Platform.Access.AccessDeniedException>(
            () => world.Acts.CloseAsync(new AlertActor("U0SORA", "sora"), id, default));

        await world.Acts.CloseAsync(Jiyeon, id, default);
        await world.Acts.CloseAsync(Jiyeon, id, default);
        await world.ReadBackAsync();

        var closed = await world.GroupAsync();
        Assert.Equal((AlertState.Resolved, "U0JIYEON"), (closed.State, closed.Closed!.ByUserId));
        Assert.Contains("<@U0JIYEON>", MessageOf(closed), StringComparison.Ordinal);
        Assert.Equal([("alert.close", "done")], world.Audit.Entries);

        await world.WebhookAsync(Webhook);
        Assert.Equal((AlertState.Firing, 2, true), ((await world.GroupAsync()).State, (await world.GroupAsync()).Post,
            (await world.GroupAsync()).Closed is null));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_not_told_again_is_closed_unless_its_server_has_it(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        Hold(world, alert => alert);
        await world.ReadBackAsync();
        world.Time.Advance(TimeSpan.FromHours(9));
        await world.ReadBackAsync();
        Assert.Equal(AlertState.Firing, (await world.GroupAsync()).State);

        // A repetition, which says nothing new, is heard all the same.
        world.Alertmanager.IsConfigured = false;
        await world.WebhookAsync(Webhook);
        await world.ReadBackAsync(TimeSpan.FromHours(7));
        Assert.Equal(AlertState.Firing, (await world.GroupAsync()).State);
        await world.ReadBackAsync(TimeSpan.FromHours(1.1));

        var closed = await world.GroupAsync();
        Assert.Equal((AlertState.Resolved, AlertReplies.NotTold), (closed.State, world.Outbox.Replies[^1].Reply));
        Assert.NotNull(closed.Closed);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Two_servers_with_one_group_key_are_two_messages_and_each_is_asked_for_its_own(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        var other = new PlayedAlertmanager { Name = "b" };
        world.Servers.Further["http://b.example.com"] = other;
        await world.WebhookAsync(
            Webhook, Webhook.Replace("http://alertmanager.example.com", "http://b.example.com", StringComparison.Ordinal));
        Assert.Equal(["", "b"], (await world.GroupsAsync()).Select(group => group.Server).Order());

        Hold(world, alert => alert, (await world.GroupsAsync())[0]);
        await world.ReadBackAsync();
        world.Alertmanager.Active.Clear();
        for (var round = 0; round < 4; round++) await world.ReadBackAsync();

        Assert.Equal(
            [("", AlertState.Resolved), ("b", AlertState.Firing)],
            (await world.GroupsAsync()).OrderBy(group => group.Server).Select(group => (group.Server!, group.State)));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_group_of_another_Alertmanager_is_known_as_foreign_once_the_only_one_shows_what_is_its_own(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        await world.WebhookAsync(AlertEvents.Webhook("Far", world.Time.GetUtcNow(), ("a", true))
            .Replace("http://alertmanager.example.com", "http://far.example.com", StringComparison.Ordinal));
        Hold(world, alert => alert, (await world.GroupsAsync()).Single(group => group.Name == "Down"));
        await world.ReadBackAsync();

        var foreign = (await world.GroupsAsync()).Single(group => group.Name == "Far");
        Assert.Equal((null, AlertState.Firing), (foreign.Server, foreign.State));
        await world.Acts.SilenceAsync(Jiyeon, foreign.Id, world.Time.GetUtcNow().AddHours(1), "x", default);
        await world.Silences.RunAsync();
        Assert.Empty(world.Alertmanager.Silences);
        Assert.True((await world.GroupsAsync()).Single(group => group.Name == "Far").Silence!.Local);
    }

    private static readonly DateTimeOffset T0 = new(2026, 3, 4, 5, 9, 0, TimeSpan.Zero);

    private static string Webhook => AlertEvents.Webhook("Down", T0, ("a", true));

    private static async Task<AlertWorld> FiringAsync(DatabaseKind kind)
    {
        var world = await AlertWorld.CreateAsync(kind);
        await world.WebhookAsync(Webhook);
        return world;
    }

    /// <summary>Has Alertmanager have the alerts of the only group, as told.</summary>
    private static void Hold(AlertWorld world, Func<ActiveAlert, ActiveAlert> change, AlertGroup? group = null)
    {
        var alerts = (group ?? world.GroupsAsync().GetAwaiter().GetResult()[0]).Alerts;
        world.Alertmanager.Active.Clear();
        world.Alertmanager.Active.AddRange(alerts.Select((alert, at) => change(
            new ActiveAlert($"f{at}", alert.Labels, alert.StartsAt, false, [])
            {
                Receivers = ["chatops"],
                Annotations = alert.Annotations,
            })));
    }

    private static ActiveAlert Other(AlertWorld world) =>
        new("other", new Dictionary<string, string> { ["alertname"] = "Watchdog" }, world.Time.GetUtcNow(), false, []);

    private static void Play(AlertWorld world, JsonNode step)
    {
        world.Alertmanager.Active.Clear();
        world.Alertmanager.Active.AddRange(step["GET /api/v2/alerts"]!.AsArray().Select(alert => new ActiveAlert(
            (string)alert!["fingerprint"]!, Texts(alert["labels"]!), DateTimeOffset.Parse((string)alert["startsAt"]!, null),
            (string)alert["status"]!["state"]! == "suppressed", [.. alert["status"]!["silencedBy"]!.AsArray().Select(id => (string)id!)])
        {
            Annotations = Texts(alert["annotations"]!),
            Receivers = [.. alert["receivers"]!.AsArray().Select(receiver => (string)receiver!["name"]!)],
        }));
        world.Alertmanager.Silences.Clear();
        world.Alertmanager.Silences.AddRange(step["GET /api/v2/silences"]!.AsArray().Select(silence => new Silence(
            (string)silence!["id"]!, [new Matcher("alertname", "DiskWillFill")], DateTimeOffset.Parse((string)silence["startsAt"]!, null),
            DateTimeOffset.Parse((string)silence["endsAt"]!, null), (string)silence["createdBy"]!, (string)silence["comment"]!,
            SilenceState.Active)));
    }

    private static Dictionary<string, string> Texts(JsonNode json) =>
        json.AsObject().ToDictionary(pair => pair.Key, pair => (string)pair.Value!, StringComparer.Ordinal);

    private static string MessageOf(AlertGroup group) => string.Join(
        '\n', AlertMessage.Render(group, new AlertView(), AlertWorld.English).Blocks.OfType<Slack.Blocks.SectionBlock>()
            .Select(block => block.Text?.ToString()));
}

/// <summary>The files of <c>cases</c>.</summary>
internal static class AlertCases
{
    public static string Text(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cases", file));
}

using ChatOps.Platform.Access;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Alerts.Tests;

public sealed class SilenceTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 4, 5, 9, 0, TimeSpan.Zero);
    private static readonly AlertActor Jiyeon = new("U0JIYEON", "jiyeon");
    private static readonly AlertActor Sora = new("U0SORA", "sora");

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_silence_is_made_read_back_and_ended(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        var id = (await world.GroupAsync()).Id;

        await world.Acts.SilenceAsync(Jiyeon, id, world.Time.GetUtcNow().AddHours(1), "deploying", default);
        await world.Acts.SilenceAsync(Jiyeon, id, world.Time.GetUtcNow().AddHours(1), "deploying", default);
        Assert.Equal(SilenceProgress.Requested, (await world.GroupAsync()).Silence!.Progress);
        await WorkAsync(world);

        var silence = Assert.Single(world.Alertmanager.Silences);
        Assert.Equal("jiyeon", silence.CreatedBy);
        Assert.Equal(
            ["alertname=\"Down\"", "instance=\"a\"", "severity=\"warning\""], silence.Matchers.Select(matcher => matcher.ToString()));
        Assert.StartsWith("deploying (ChatOps ", silence.Comment, StringComparison.Ordinal);
        Assert.Equal((AlertState.Silenced, false), ((await world.GroupAsync()).State, (await world.GroupAsync()).Open));

        await world.Acts.UnsilenceAsync(Jiyeon, id, default);
        await WorkAsync(world);

        Assert.Equal(SilenceState.Expired, Assert.Single(world.Alertmanager.Silences).State);
        Assert.Equal((AlertState.Firing, true), ((await world.GroupAsync()).State, (await world.GroupAsync()).Silence is null));
        Assert.Equal([AlertReplies.Silenced, AlertReplies.Unsilenced], world.Outbox.Replies.Select(reply => reply.Reply));
        Assert.Equal(["alert.silence", "alert.unsilence"], world.Audit.Entries.Select(entry => entry.Verb));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_silence_that_others_end_or_that_runs_out_is_told(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        await SilencedAsync(world);
        world.Alertmanager.Active.Add(new ActiveAlert("f", (await world.GroupAsync()).Alerts[0].Labels, T0, true, ["am-1"]));
        await world.Alertmanager.ExpireSilenceAsync("am-1", default);
        await PassAsync(world, TimeSpan.FromMinutes(1));
        Assert.Equal((AlertReplies.SilenceGone, AlertState.Firing), (world.Outbox.Replies[^1].Reply, (await world.GroupAsync()).State));

        await SilencedAsync(world);
        await PassAsync(world, TimeSpan.FromHours(2));
        Assert.Equal((AlertReplies.SilenceEnded, AlertState.Firing), (world.Outbox.Replies[^1].Reply, (await world.GroupAsync()).State));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_answer_that_was_lost_does_not_make_two_silences(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        world.Alertmanager.LosesAnswer = true;

        await SilencedAsync(world);
        Assert.Equal(SilenceProgress.Requested, (await world.GroupAsync()).Silence!.Progress);
        await PassAsync(world, TimeSpan.FromSeconds(10));

        Assert.Equal((1, AlertState.Silenced), (world.Alertmanager.Created, (await world.GroupAsync()).State));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_outage_is_ridden_out_and_a_refusal_is_shown(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        world.Alertmanager.Faults.Enqueue(new AlertmanagerException("away", mayPass: true));
        await SilencedAsync(world);
        await PassAsync(world, TimeSpan.FromSeconds(10));
        Assert.Equal(AlertState.Silenced, (await world.GroupAsync()).State);
        await world.Acts.UnsilenceAsync(Jiyeon, (await world.GroupAsync()).Id, default);
        await WorkAsync(world);

        world.Alertmanager.Faults.Enqueue(new AlertmanagerException("Alertmanager says: no", mayPass: false));
        await SilencedAsync(world);

        var group = await world.GroupAsync();
        Assert.Equal(
            (SilenceProgress.Failed, "Alertmanager says: no", AlertState.Firing),
            (group.Silence!.Progress, group.Silence.Fault, group.State));
        Assert.Equal(AlertReplies.SilenceFailed, world.Outbox.Replies[^1].Reply);
        // And may be tried again.
        await SilencedAsync(world);
        Assert.Equal(AlertState.Silenced, (await world.GroupAsync()).State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_alarm_is_muted_here_and_its_mute_outlives_a_return(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        var alarm = AlertEvents.Body("cloudwatch-alarm/sns-alarm.json");
        await world.ReadAsync(AlertRecognizer.CloudWatch, alarm);
        var id = (await world.GroupAsync()).Id;

        await world.Acts.SilenceAsync(Jiyeon, id, world.Time.GetUtcNow().AddHours(8), "", default);
        await WorkAsync(world);
        Assert.Empty(world.Alertmanager.Silences);
        Assert.Equal((AlertState.Silenced, true), ((await world.GroupAsync()).State, (await world.GroupAsync()).Silence!.Local));
        await world.ReadAsync(
            AlertRecognizer.CloudWatch,
            AlertEvents.Body("cloudwatch-alarm/sns-ok.json").Replace("05:06:07", "05:09:07", StringComparison.Ordinal));
        world.Time.Advance(TimeSpan.FromHours(3));
        world.Outbox.Clear();
        await world.ReadAsync(AlertRecognizer.CloudWatch, alarm.Replace("05:06:07", "08:09:07", StringComparison.Ordinal));

        var again = (await world.GroupsAsync())[0];
        Assert.NotEqual(id, again.Id);
        Assert.Equal(AlertState.Silenced, again.State);
        Assert.Empty(world.Outbox.Requests);
        await world.Acts.UnsilenceAsync(Jiyeon, again.Id, default);
        Assert.Single(world.Outbox.Requests);
        await WorkAsync(world);
        Assert.Equal(AlertState.Firing, (await world.GroupsAsync())[0].State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Only_operators_act_a_second_click_is_harmless_and_a_late_one_is_told(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        var id = (await world.GroupAsync()).Id;

        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Acts.AcknowledgeAsync(Sora, id, default));
        await Assert.ThrowsAsync<AccessDeniedException>(
            () => world.Acts.SilenceAsync(Sora, id, world.Time.GetUtcNow().AddHours(1), "", default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Acts.UnsilenceAsync(Sora, id, default));
        await Assert.ThrowsAsync<AccessDeniedException>(
            () => world.Acts.SilenceAsync(Sora, [new Matcher("a", "b")], world.Time.GetUtcNow().AddHours(1), "", default));
        await world.Acts.AcknowledgeAsync(Jiyeon, id, default);
        await world.Acts.AcknowledgeAsync(Jiyeon, id, default);
        await Assert.ThrowsAsync<StaleSubjectException>(() => world.Acts.AcknowledgeAsync(new AlertActor("U0ALEX", "alex"), id, default));
        await Assert.ThrowsAsync<UserFacingException>(() => world.Acts.AcknowledgeAsync(Jiyeon, "none", default));

        Assert.Equal([("alert.acknowledge", "done")], world.Audit.Entries);
        Assert.Equal([AlertReplies.Acknowledged], world.Outbox.Replies.Select(reply => reply.Reply));
        Assert.Equal(AlertState.Acknowledged, (await world.GroupAsync()).State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_list_shows_our_silences_and_others_and_ends_either(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        await SilencedAsync(world);
        var by = await world.Acts.SilenceAsync(
            Jiyeon, [new Matcher("service", "checkout")], world.Time.GetUtcNow().AddHours(2), "why", default);
        await WorkAsync(world);
        world.Alertmanager.Silences.Add(
            new Silence("theirs", [new Matcher("job", "node")], T0, T0.AddDays(1), "someone", "maintenance", SilenceState.Active));

        var list = await world.Queries.SilencesAsync(AlertWorld.English, default);
        Assert.Equal("3 silences", list.Text);

        await world.Acts.ExpireAsync(Jiyeon, "theirs", default);
        await world.Acts.ExpireAsync(Jiyeon, by, default);
        await world.Acts.ExpireAsync(Jiyeon, (await world.GroupAsync()).Silence!.Id, default);
        await WorkAsync(world);

        Assert.Equal("There are no silences", (await world.Queries.SilencesAsync(AlertWorld.English, default)).Text);
        Assert.All(world.Alertmanager.Silences, silence => Assert.Equal(SilenceState.Expired, silence.State));
    }

    /// <summary>We gave up telling Alertmanager to end it, and there it holds.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task A_silence_whose_end_failed_can_still_be_ended_from_the_list(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        await SilencedAsync(world);
        await world.Acts.UnsilenceAsync(Jiyeon, (await world.GroupAsync()).Id, default);
        world.Alertmanager.Faults.Enqueue(new AlertmanagerException("Alertmanager says: no", mayPass: false));
        await WorkAsync(world);
        Assert.Equal(
            (SilenceProgress.Failed, "1 silence"),
            ((await world.GroupAsync()).Silence!.Progress, (await world.Queries.SilencesAsync(AlertWorld.English, default)).Text));

        await world.Acts.ExpireAsync(Jiyeon, "am-1", default);

        Assert.Equal(SilenceState.Expired, Assert.Single(world.Alertmanager.Silences).State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Ending_a_silence_of_an_old_list_leaves_the_groups_new_one(DatabaseKind kind)
    {
        await using var world = await FiringAsync(kind);
        await SilencedAsync(world);
        var old = (await world.GroupAsync()).Silence!.Id;
        await world.Acts.UnsilenceAsync(Jiyeon, (await world.GroupAsync()).Id, default);
        await WorkAsync(world);
        await SilencedAsync(world);

        await world.Acts.ExpireAsync(Jiyeon, old, default);
        await WorkAsync(world);

        Assert.Equal(AlertState.Silenced, (await world.GroupAsync()).State);
    }

    [Theory]
    [InlineData("2026-03-04T05:00:00Z", "2026-03-05T00:00:00Z")]
    [InlineData("2026-03-04T15:30:00Z", "2026-03-06T00:00:00Z")]
    // Friday evening: the next working morning is Monday's.
    [InlineData("2026-03-06T10:00:00Z", "2026-03-09T00:00:00Z")]
    public void The_next_working_morning_is_nine_oclock_in_the_zone(string now, string morning) => Assert.Equal(
        DateTimeOffset.Parse(morning, System.Globalization.CultureInfo.InvariantCulture),
        SilenceMenu.Morning(
            DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture),
            TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul")));

    private static async Task<AlertWorld> FiringAsync(DatabaseKind kind)
    {
        var world = await AlertWorld.CreateAsync(kind);
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0, ("a", true)));
        return world;
    }

    private static async Task SilencedAsync(AlertWorld world)
    {
        await world.Acts.SilenceAsync(Jiyeon, (await world.GroupsAsync())[0].Id, world.Time.GetUtcNow().AddHours(1), "", default);
        await WorkAsync(world);
    }

    private static Task PassAsync(AlertWorld world, TimeSpan time)
    {
        world.Time.Advance(time);
        return WorkAsync(world);
    }

    private static async Task WorkAsync(AlertWorld world)
    {
        while (await world.Silences.WorkAsync())
        {
        }
    }
}

using ChatOps.Platform.Storage;

namespace ChatOps.Alerts.Tests;

public sealed class AlertEventReaderTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 4, 5, 9, 0, TimeSpan.Zero);

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_group_fires_changes_and_is_over_in_one_message(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);

        await world.WebhookAsync(AlertEvents.Webhook("Down", T0, ("a", true)));
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0, ("a", true), ("b", true)));
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0, ("a", false), ("b", true)));
        var half = await world.GroupAsync();
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0, ("a", false), ("b", false)));
        var over = await world.GroupAsync();

        Assert.Equal(
            (1, 2, AlertState.Firing, Severity.Medium, "warning"),
            (half.Firing, half.Alerts.Count, half.State, half.Severity, half.SeverityWord));
        Assert.Equal((half.Id, 0, AlertState.Resolved, T0.AddMinutes(1)), (over.Id, over.Firing, over.State, over.EndedAt));
        Assert.Equal(
            [("#alerts", Severity.Medium, "Down|")],
            world.Outbox.Requests.Select(request => (request.Channel, request.Rank, request.Group!)).Distinct());
        Assert.Equal([AlertReplies.Counts, AlertReplies.Counts, AlertReplies.Resolved], world.Outbox.Replies.Select(reply => reply.Reply));
        Assert.False(world.Outbox.Changed[^1].Open);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Repetition_and_delay_change_nothing(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        var firing = AlertEvents.Webhook("Down", T0, ("a", true));
        await world.WebhookAsync(firing, AlertEvents.Webhook("Down", T0, ("a", false)));
        var over = await world.GroupAsync();
        world.Outbox.Clear();

        await world.WebhookAsync(
            firing, firing, AlertEvents.Webhook("Down", T0.AddMinutes(-30), ("a", true)), AlertEvents.Webhook("Down", T0, ("a", false)));
        world.Time.Advance(TimeSpan.FromHours(2));
        await world.WebhookAsync(firing);

        Assert.Equal(AlertJson.Write(over), AlertJson.Write(await world.GroupAsync()));
        Assert.Empty(world.Outbox.Changed);
        Assert.Empty(world.Outbox.Replies);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_comes_back_soon_goes_on_and_what_comes_back_late_begins_anew(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0, ("a", true)), AlertEvents.Webhook("Down", T0, ("a", false)));
        world.Time.Advance(TimeSpan.FromMinutes(20));
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0.AddMinutes(20), ("a", true)));
        var soon = await world.GroupAsync();
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0.AddMinutes(20), ("a", false)));
        world.Time.Advance(TimeSpan.FromHours(2));
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0.AddHours(2), ("a", true)));
        var groups = await world.GroupsAsync();

        Assert.Equal((2, AlertState.Firing), (soon.Fired.Count, soon.State));
        Assert.Equal(2, groups.Count);
        Assert.Equal([AlertState.Firing, AlertState.Resolved], groups.Select(group => group.State));
        Assert.Equal(
            [AlertReplies.Resolved, AlertReplies.Returned, AlertReplies.Resolved], world.Outbox.Replies.Select(reply => reply.Reply));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Flapping_is_said_once_and_then_kept_quiet(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        for (var turn = 0; turn < 6; turn++)
        {
            await world.WebhookAsync(AlertEvents.Webhook("Down", T0.AddMinutes(turn), ("a", true)));
            await world.WebhookAsync(AlertEvents.Webhook("Down", T0.AddMinutes(turn), ("a", false)));
            world.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var group = await world.GroupAsync();

        Assert.True(group.IsFlapping);
        Assert.Equal(6, group.Fired.Count);
        Assert.Single(world.Outbox.Replies, reply => reply.Reply == AlertReplies.Flapping);
        Assert.Equal(AlertReplies.Flapping, world.Outbox.Replies[^1].Reply);
        Assert.Equal(6, world.Outbox.Replies.Count);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task AMPs_text_without_times_fires_and_is_over(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        var firing = AlertEvents.Body("alertmanager/amp-sns-default-text.txt");

        await world.ReadAsync(
            AlertRecognizer.Alertmanager, firing, firing, firing.Replace("Alerts Firing:", "Alerts Resolved:", StringComparison.Ordinal));

        var group = await world.GroupAsync();
        Assert.Equal(
            (AlertState.Resolved, 2, "InstanceDown", Severity.Critical), (group.State, group.Alerts.Count, group.Name, group.Severity));
        Assert.Equal("alertname=\"InstanceDown\"", group.Matchers[0].ToString());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_alarm_told_by_two_ways_is_one(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        await world.ReadAsync(AlertRecognizer.CloudWatch, AlertEvents.Body("sns/notification-v2-cloudwatch-alarm.json"));
        await world.ReadAsync(CloudWatchAlarm.EventKind, AlertEvents.Body("cloudwatch-alarm/eventbridge-state-change.json"));
        var firing = await world.GroupAsync();
        await world.ReadAsync(
            AlertRecognizer.CloudWatch,
            AlertEvents.Body("cloudwatch-alarm/sns-ok.json").Replace("05:06:07.123", "05:09:07.123", StringComparison.Ordinal));

        Assert.Equal((AlertState.Firing, Severity.High, 1), (firing.State, firing.Severity, firing.Fired.Count));
        Assert.Equal(AlertState.Resolved, (await world.GroupAsync()).State);
        Assert.Equal([AlertReplies.Resolved], world.Outbox.Replies.Select(reply => reply.Reply));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_cannot_be_read_is_shown_whole(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        await world.ReadAsync(AlertRecognizer.Alertmanager, "{\"receiver\": \"x\", \"alerts\": nonsense\0");

        var group = await world.GroupAsync();
        Assert.Equal(AlertState.Firing, group.State);
        Assert.Single(world.Outbox.Requests);
        Assert.Contains("nonsense", AlertMessage.Render(group, new AlertView(), AlertWorld.English).Blocks
            .OfType<Slack.Blocks.SectionBlock>().ElementAt(1).Text!.ToString(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_picture_is_drawn_at_the_start_and_sparingly_afterwards(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0, ("a", true)));

        Assert.True(await world.Drawing.WorkAsync());
        Assert.False(await world.Drawing.WorkAsync());
        Assert.Equal(("F1", 3), ((await world.GroupAsync()).Picture!.FileId, (await world.GroupAsync()).Picture!.Hours));
        Assert.Equal(["up"], world.Prometheus.Asked);

        // A turn soon after the last picture waits; one that fires on is drawn again after a while.
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0, ("a", true), ("b", true)));
        Assert.False(await world.Drawing.WorkAsync());
        world.Time.Advance(AlertPictureWorker.Sparing);
        Assert.True(await world.Drawing.WorkAsync());
        world.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.True(await world.Drawing.WorkAsync());
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0, ("a", false), ("b", false)));
        world.Time.Advance(AlertPictureWorker.Sparing);
        Assert.True(await world.Drawing.WorkAsync());
        world.Time.Advance(TimeSpan.FromHours(5));
        Assert.False(await world.Drawing.WorkAsync());
        Assert.Equal(4, world.Pictures.Uploaded);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Without_Prometheus_or_while_it_is_down_the_alert_is_told_without_a_picture(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        world.Prometheus.Fault = new ChatOps.Platform.Prometheus.PrometheusException("Prometheus does not answer.");
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0, ("a", true)));

        Assert.True(await world.Drawing.WorkAsync());
        Assert.Null((await world.GroupAsync()).Picture);
        world.Prometheus.Fault = null;
        world.Prometheus.IsConfigured = false;
        world.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.True(await world.Drawing.WorkAsync());
        world.Time.Advance(TimeSpan.FromMinutes(60));
        Assert.False(await world.Drawing.WorkAsync());
        Assert.Equal(0, world.Pictures.Uploaded);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_last_picture_stays_while_no_new_one_comes_out(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        await world.WebhookAsync(AlertEvents.Webhook("Down", T0, ("a", true)));
        Assert.True(await world.Drawing.WorkAsync());

        world.Pictures.Fault = new ChatOps.Slack.Api.SlackTransportException("files.completeUploadExternal", "reset");
        world.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.True(await world.Drawing.WorkAsync());
        var group = await world.GroupAsync();
        Assert.Equal("F1", group.Picture!.FileId);
        Assert.Equal("F1", Assert.Single(
            AlertMessage.Render(group, new AlertView(), AlertWorld.English).Blocks.OfType<Slack.Blocks.ImageBlock>()).SlackFile!.Id);

        // What did not come out is tried again soon.
        world.Pictures.Fault = null;
        world.Time.Advance(AlertPictureWorker.Sparing);
        Assert.True(await world.Drawing.WorkAsync());
        Assert.Equal("F2", (await world.GroupAsync()).Picture!.FileId);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_report_counts_a_period_against_the_one_before(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        await world.WebhookAsync(
            AlertEvents.Webhook("Down", T0, ("a", true)), AlertEvents.Webhook("Down", T0, ("a", false)),
            AlertEvents.Webhook("Slow", T0, ("a", true)));
        await world.Acts.AcknowledgeAsync(
            new AlertActor("U0JIYEON", "jiyeon"), (await world.GroupsAsync()).Single(group => group.Name == "Slow").Id, default);

        var content = await world.Report.ReadAsync(
            new ChatOps.Reports.ReportPeriod(T0.AddHours(-1), T0.AddHours(1), T0.AddHours(-3)), default);
        var before = await world.Report.ReadAsync(
            new ChatOps.Reports.ReportPeriod(T0.AddHours(-3), T0.AddHours(-1), T0.AddHours(-5)), default);
        var section = content.Render(AlertWorld.English);

        Assert.Equal(ChatOps.Reports.ReportVerdictLevel.Watch, section.Verdict.Mood);
        Assert.Equal(["2", "1", "1 min", "1 min"], section.Figures.Select(figure => figure.Value));
        Assert.Equal(("+2", (bool?)false), (section.Figures[0].Change, section.Figures[0].Better));
        Assert.Equal(["Down", "Slow"], section.Tables[0].Rows.Select(row => row[0]));
        Assert.Equal(ChatOps.Reports.ReportVerdictLevel.Quiet, before.Render(AlertWorld.English).Verdict.Mood);
        Assert.NotEqual(section.Title, content.Render(ChatOps.Platform.Localization.Locale.For("ko", TimeZoneInfo.Utc)).Title);
    }
}

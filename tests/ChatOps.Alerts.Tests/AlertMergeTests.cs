namespace ChatOps.Alerts.Tests;

/// <summary>The merge alone: what each of its sentences promises, at the boundary.</summary>
public class AlertMergeTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 4, 5, 0, 0, TimeSpan.Zero);
    private static readonly AlertPolicy Policy = AlertWorld.Policy.Value;

    /// <summary>Half an hour after its end it is the same message still, a moment later a new one.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void What_comes_back_within_half_an_hour_is_the_same_group(int millisecondsMore, bool isNew)
    {
        var over = Over(T0.AddMinutes(10));
        var now = T0.AddMinutes(10) + AlertMerge.SameWithin + TimeSpan.FromMilliseconds(millisecondsMore);

        var back = AlertMerge.Apply(over, Firing(now, "a"), Policy, now)!;

        Assert.Equal(isNew, back.IsNew);
        Assert.Equal(isNew, back.Group.Id != over.Id);
    }

    [Fact]
    public void Whoever_looked_at_it_looked_at_what_is_over_now()
    {
        var acknowledged = Group() with { Acknowledged = new("U0JIYEON", T0) };
        Assert.NotNull(AlertMerge.Apply(acknowledged, Firing(T0.AddMinutes(1), "b"), Policy, T0.AddMinutes(1))!.Group.Acknowledged);

        var over = AlertMerge.Apply(acknowledged, Resolved("a", T0, T0.AddMinutes(2)), Policy, T0.AddMinutes(2))!.Group;
        Assert.NotNull(over.Acknowledged);
        Assert.Null(AlertMerge.Apply(over, Firing(T0.AddMinutes(5), "a"), Policy, T0.AddMinutes(5))!.Group.Acknowledged);
    }

    /// <summary>
    /// A mute of ours is of the alert; a silence of Alertmanager's ends with the group, and so does a mute whose time is over.
    /// </summary>
    [Theory]
    [InlineData(true, 120, true)]
    [InlineData(true, 60, false)]
    [InlineData(false, 120, false)]
    public void Only_a_mute_of_ours_that_still_holds_goes_on_with_the_next_group(bool local, int minutes, bool goesOn)
    {
        var over = Over(T0.AddMinutes(10)) with
        {
            Silence = new("s1", "U0JIYEON", "", T0.AddMinutes(minutes), SilenceProgress.Active) { Local = local },
        };
        var now = T0.AddMinutes(60);

        var next = AlertMerge.Apply(over, Firing(now, "a"), Policy, now)!;

        Assert.True(next.IsNew);
        Assert.Equal(goesOn, next.Group.Silence is not null);
    }

    [Fact]
    public void The_firing_of_before_its_end_comes_late_and_changes_nothing()
    {
        var over = Over(T0.AddMinutes(10));

        Assert.Null(AlertMerge.Apply(over, Firing(T0, "a"), Policy, T0.AddMinutes(11)));
        Assert.Null(AlertMerge.Apply(over, Firing(T0.AddSeconds(-1), "a"), Policy, T0.AddMinutes(11)));
        Assert.Null(AlertMerge.Apply(Group(), Firing(T0, "a"), Policy, T0.AddMinutes(11)));
    }

    [Fact]
    public void What_CloudWatch_says_of_the_same_or_an_earlier_moment_changes_nothing()
    {
        var alarm = AlertMerge.Apply(null, Alarm(AlertStatus.Firing, T0), Policy, T0)!.Group;

        Assert.Null(AlertMerge.Apply(alarm, Alarm(AlertStatus.Resolved, T0), Policy, T0.AddMinutes(1)));
        Assert.Null(AlertMerge.Apply(alarm, Alarm(AlertStatus.Resolved, T0.AddSeconds(-1)), Policy, T0.AddMinutes(1)));
        Assert.Equal(
            AlertState.Resolved,
            AlertMerge.Apply(alarm, Alarm(AlertStatus.Resolved, T0.AddSeconds(1)), Policy, T0.AddMinutes(1))!.Group.State);
    }

    /// <summary>EventBridge does not say the comparison, SNS does.</summary>
    [Fact]
    public void What_is_known_of_an_alarm_stays_when_less_is_said()
    {
        var known = AlertMerge.Apply(
            null, Alarm(AlertStatus.Firing, T0) with { Alarm = new() { Reason = "r1", Metric = "m1", Condition = "c1" } }, Policy,
            T0)!.Group;

        var next = AlertMerge.Apply(
            known, Alarm(AlertStatus.Resolved, T0.AddMinutes(1)) with { Alarm = new() { Reason = "r2", Condition = "c2" } }, Policy,
            T0.AddMinutes(1))!.Group;

        Assert.Equal(new AlarmFacts { Reason = "r2", Metric = "m1", Condition = "c1" }, next.Alarm);
    }

    [Fact]
    public void Two_hundred_alerts_are_kept_those_that_fire_first_and_the_rest_is_counted()
    {
        var many = AlertMerge.Apply(
            Over(T0.AddMinutes(1)),
            Firing(T0.AddMinutes(2), [.. Enumerable.Range(0, 205).Select(i => $"n{i}")]) with { MoreFiring = 3, IsWhole = true },
            Policy, T0.AddMinutes(2))!.Group;

        Assert.Equal((200, 205 + 3, 3 + 6), (many.Alerts.Count, many.Firing, many.Truncated));
    }

    [Fact]
    public void The_last_sixteen_returns_are_remembered()
    {
        var group = Group();
        for (var i = 1; i <= 20; i++)
        {
            group = AlertMerge.Apply(
                group, Resolved("a", T0.AddMinutes(i == 1 ? 0 : (2 * i) - 1), T0.AddMinutes(2 * i)), Policy, T0.AddMinutes(2 * i))!.Group;
            group = AlertMerge.Apply(group, Firing(T0.AddMinutes((2 * i) + 1), "a"), Policy, T0.AddMinutes((2 * i) + 1))!.Group;
        }

        Assert.Equal(16, group.Fired.Count);
        Assert.Equal(T0.AddMinutes(41), group.Fired[^1]);
    }

    [Fact]
    public void Silence_means_silence()
    {
        var silenced = Group() with { Silence = new("s1", "U0JIYEON", "", T0.AddHours(1), SilenceProgress.Active) };

        Assert.Empty(AlertMerge.Apply(silenced, Firing(T0.AddMinutes(1), "b"), Policy, T0.AddMinutes(1))!.Lines);
        Assert.NotEmpty(AlertMerge.Apply(
            silenced with { Silence = silenced.Silence! with { Progress = SilenceProgress.Requested } }, Firing(T0.AddMinutes(1), "b"),
            Policy, T0.AddMinutes(1))!.Lines);
    }

    private static AlertGroup Group() => AlertMerge.Apply(null, Firing(T0, "a"), Policy, T0)!.Group;

    private static AlertGroup Over(DateTimeOffset at) => AlertMerge.Apply(Group(), Resolved("a", T0, at), Policy, at)!.Group;

    private static IncomingAlertGroup Firing(DateTimeOffset starts, params IReadOnlyList<string> instances) =>
        new("down", AlertSource.Alertmanager)
        {
            GroupLabels = new Dictionary<string, string> { ["alertname"] = "Down" },
            Alerts = [.. instances.Select(instance => Alert(instance, AlertStatus.Firing) with { StartsAt = starts })],
        };

    private static IncomingAlertGroup Resolved(string instance, DateTimeOffset starts, DateTimeOffset ends) =>
        new("down", AlertSource.Alertmanager)
        {
            GroupLabels = new Dictionary<string, string> { ["alertname"] = "Down" },
            Alerts = [Alert(instance, AlertStatus.Resolved) with { StartsAt = starts, EndsAt = ends }],
        };

    private static IncomingAlertGroup Alarm(AlertStatus status, DateTimeOffset at) =>
        new("alarm", AlertSource.CloudWatch) { Name = "cpu", Alerts = [Alert("cpu", status) with { At = at }] };

    private static IncomingAlert Alert(string instance, AlertStatus status) =>
        new(new Dictionary<string, string> { ["alertname"] = "Down", ["instance"] = instance }, new Dictionary<string, string>(), status);
}

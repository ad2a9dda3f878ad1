using ChatOps.Platform.Storage;

namespace ChatOps.Alerts.Tests;

/// <summary>CloudWatch's alarms as AWS's sample events have them.</summary>
public sealed class CloudWatchCasesTests
{
    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_muted_alarm_is_not_posted_until_its_mute_is_over(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        var muted = AlertCases.Text("eventbridge-alarm-muted.json");
        await world.ReadAsync(CloudWatchAlarm.EventKind, muted);

        var group = await world.GroupAsync();
        Assert.Equal((AlertState.Silenced, "deployments"), (group.State, Assert.Single(group.Suppressors).Who));
        Assert.Empty(world.Outbox.Requests);

        // The actions that were held back are made up for: the same change, told without the mute.
        await world.ReadAsync(CloudWatchAlarm.EventKind, muted.Replace("\"muteDetail\"", "\"was\"", StringComparison.Ordinal));
        Assert.Equal(AlertState.Firing, (await world.GroupAsync()).State);
        Assert.NotEmpty(world.Outbox.Requests);
    }

    [Theory]
    [InlineData("eventbridge-alarm-math.json", "Total network traffic", "SUM(METRICS())")]
    [InlineData("sns-message-alarm-math.json", "Error rate %", "100*m1/m2")]
    public void Of_metric_math_its_label_and_expression_are_named(string file, string compared, string expression)
    {
        var alarm = CloudWatchAlarm.Read(AlertCases.Text(file))!;

        Assert.Equal((compared, expression, 3), (alarm.Alarm!.Metric, alarm.Alarm.Inputs[0], alarm.Alarm.Inputs.Count));
        Assert.DoesNotContain("metric", alarm.Alerts[0].Labels.Keys);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_deleted_alarm_is_over(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        await world.ReadAsync(CloudWatchAlarm.EventKind, AlertCases.Text("eventbridge-alarm-deleted-1.json"));
        var changed = AlertCases.Text("eventbridge-alarm-deleted-2.json").Replace("\"delete\"", "\"update\"", StringComparison.Ordinal);
        await world.ReadAsync(CloudWatchAlarm.ConfigurationKind, changed);
        Assert.Equal(AlertState.Firing, (await world.GroupAsync()).State);

        await world.ReadAsync(CloudWatchAlarm.ConfigurationKind, AlertCases.Text("eventbridge-alarm-deleted-2.json"));

        var group = await world.GroupAsync();
        Assert.Equal((AlertState.Resolved, true), (group.State, group.Alarm!.IsDeleted));
    }

    [Fact]
    public void A_band_a_composite_and_what_suppresses_it_are_named()
    {
        var band = CloudWatchAlarm.Read("""
            {"AlarmName":"Latency","NewStateValue":"ALARM","StateChangeTime":"2026-03-04T05:01:12.345+0000","Trigger":{
              "ComparisonOperator":"LessThanLowerOrGreaterThanUpperThreshold","ThresholdMetricId":"ad1","EvaluationPeriods":2,"Metrics":[
              {"Id":"m1","ReturnData":true,"MetricStat":{"Metric":{"Namespace":"AWS/ELB","MetricName":"Latency","Dimensions":[]},
                "Period":60,"Stat":"Average"}},
              {"Id":"ad1","Expression":"ANOMALY_DETECTION_BAND(m1, 2)","Label":"Latency (expected)","ReturnData":true}]}}
            """)!.Alarm!;
        Assert.Equal(("AWS/ELB Latency", "↔ ANOMALY_DETECTION_BAND(m1, 2)"), (band.Metric, band.Condition));

        var composite = CloudWatchAlarm.Read("""
            {"detail-type":"CloudWatch Alarm State Change","account":"111122223333","time":"2026-03-04T05:00:00Z",
             "resources":["arn:aws:cloudwatch:ap-northeast-2:111122223333:alarm:Shop"],"detail":{"alarmName":"Shop",
             "alarmTags":{"severity":"critical"},
             "configuration":{"alarmRule":"ALARM(A) OR ALARM(B)",
               "actionsSuppressor":"arn:aws:cloudwatch:ap-northeast-2:111122223333:alarm:Deploying"},
             "state":{"value":"ALARM","timestamp":"2026-03-04T05:00:00.000+0000","actionsSuppressedBy":"Alarm",
               "actionsSuppressedReason":"Actions suppressed by Deploying",
               "reasonData":"{\"triggeringAlarms\":[{\"arn\":\"arn:aws:cloudwatch:r:1:alarm:A\",\"state\":{\"value\":\"ALARM\"}}]}"}}}
            """)!;
        Assert.Equal("ALARM(A) OR ALARM(B)", composite.Alarm!.Metric);
        Assert.Equal(["A"], composite.Alarm.Children);
        Assert.Equal("Deploying", Assert.Single(composite.Suppressors).Who);
        Assert.Equal(
            (Severity.Critical, "critical"), AlertWorld.Policy.Value.SeverityOfAlarm("Shop", composite.Alerts[0].Labels));
        var named = AlertWorld.Policy.Value with { Alarms = [("prod-*", Severity.Low)] };
        Assert.Equal(Severity.Low, named.SeverityOfAlarm("prod-x", new Dictionary<string, string>()).Rank);
    }
}

using System.Text.Json;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace ChatOps.Alerts.Tests;

public sealed class AlertReadingTests
{
    private static readonly DateTimeOffset Started = new(2026, 3, 4, 5, 0, 0, 123, TimeSpan.Zero);

    public static TheoryData<string> Files => [.. AlertEvents.Files];

    [Theory, MemberData(nameof(Files))]
    public void Every_file_is_recognized_and_read(string file)
    {
        var body = AlertEvents.Body(file);
        JsonElement? json = body.StartsWith('{') ? JsonDocument.Parse(body).RootElement : null;
        var kind = new AlertRecognizer().KindOf(new SnsContent("alerts", null, body, json));
        if (file != "cloudwatch-alarm/eventbridge-state-change.json")
            Assert.Equal(
                file.Contains("cloudwatch", StringComparison.Ordinal) ? AlertRecognizer.CloudWatch : AlertRecognizer.Alertmanager, kind);

        var incoming = AlertEventReader.Read(new IncomingEvent("e", "sns", kind ?? CloudWatchAlarm.EventKind, body));

        Assert.NotNull(incoming);
        Assert.NotEmpty(incoming.Alerts);
        Assert.All(incoming.Alerts, alert => Assert.NotEmpty(alert.Labels));
    }

    [Theory]
    [InlineData("alertmanager/webhook-v4-firing.json")]
    [InlineData("alertmanager/amp-sns-json-template.json")]
    [InlineData("alertmanager/amp-sns-default-text.txt")]
    [InlineData("sns/notification-v2-amp-json.json")]
    public void The_same_two_alerts_are_read_from_every_form(string file)
    {
        var incoming = AlertEventReader.Read(new IncomingEvent("e", "sns", AlertRecognizer.Alertmanager, AlertEvents.Body(file)))!;

        Assert.Equal(["10.0.1.10:9100", "10.0.1.11:9100"], incoming.Alerts.Select(alert => alert.Labels["instance"]));
        Assert.Equal(["InstanceDown"], incoming.GroupLabels.Values);
        Assert.All(incoming.Alerts, alert => Assert.Equal(
            ("critical", "Instance down", AlertStatus.Firing), (alert.Labels["severity"], alert.Annotations["summary"], alert.Status)));
        Assert.All(incoming.Alerts, alert => Assert.Equal("up == 0", AlertGraph.ExpressionIn(alert.GeneratorUrl)));
        if (!file.EndsWith("txt", StringComparison.Ordinal))
            Assert.All(incoming.Alerts, alert => Assert.Equal(Started, alert.StartsAt!.Value, TimeSpan.FromMilliseconds(1)));
        // Whichever way it comes, an alert is known by its labels.
        Assert.Equal(incoming.Alerts[0].Key, AlertEventReader.Read(
            new IncomingEvent("e", "x", "alertmanager/webhook", AlertEvents.Body("alertmanager/webhook-v4-firing.json")))!.Alerts[0].Key);
    }

    [Fact]
    public void AMPs_own_groups_are_one_in_JSON_and_text()
    {
        var identities = new[] { "alertmanager/amp-sns-json-template.json", "alertmanager/amp-sns-default-text.txt" }
            .Select(file =>
                AlertEventReader.Read(new IncomingEvent("e", "sns", AlertRecognizer.Alertmanager, AlertEvents.Body(file)))!.Identity);

        Assert.Single(identities.Distinct());
    }

    [Fact]
    public void A_template_that_does_not_escape_is_read_all_the_same()
    {
        const string Description = "the disk \"/data\", nearly full: C:\\new, see \"runbook\"";
        var body = AlertEvents.Body("alertmanager/amp-sns-json-template.json").Replace(
            "The instance has been down for more than 5 minutes.", Description, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(body));
        Assert.Equal(AlertRecognizer.Alertmanager, new AlertRecognizer().KindOf(new SnsContent("alerts", null, body, null)));

        var incoming = AlertmanagerNotification.Read(body)!;

        Assert.Equal(2, incoming.Alerts.Count);
        // A backslash and an n are a line break to JSON, whether it was meant or not.
        Assert.All(
            incoming.Alerts,
            alert => Assert.Equal(Description.Replace("\\n", "\n", StringComparison.Ordinal), alert.Annotations["description"]));
        Assert.Equal("Instance down", incoming.Alerts[0].Annotations["summary"]);
    }

    [Property(MaxTest = 300)]
    public void Mending_never_harms_JSON_that_is_whole(NonNull<string> key, NonNull<string> value)
    {
        var json = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            [key.Get] = value.Get,
            ["alerts"] = new[] { new { a = value.Get, b = key.Get } },
            ["c"] = 1.5,
        });

        Assert.Equal(
            JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement),
            JsonSerializer.Serialize(JsonDocument.Parse(BrokenJson.Mend(json)).RootElement));
    }

    [Property(MaxTest = 300)]
    public void No_text_whatever_breaks_the_readers(NonNull<string> text)
    {
        foreach (var body in (string[])[
            text.Get, $"{{\"alerts\": [{{\"labels\": {{\"a\": \"{text.Get}\"}}}}], \"receiver\": \"x\"}}",
            $"Alerts Firing:\nLabels:\n - a = {text.Get}\n{text.Get}"
        ])
        {
            foreach (var kind in (string[])[AlertRecognizer.Alertmanager, AlertRecognizer.CloudWatch])
                AlertEventReader.Read(new IncomingEvent("e", "sns", kind, body));
            new AlertRecognizer().KindOf(new SnsContent("t", null, body, null));
        }
    }

    [Theory]
    [InlineData("2026-03-04 05:00:00.123456789 +0000 UTC", "2026-03-04T05:00:00.1234567Z")]
    [InlineData("2026-03-04 14:00:00 +0900 KST m=+12.5", "2026-03-04T05:00:00Z")]
    [InlineData("2026-03-04T05:00:00.123456789Z", "2026-03-04T05:00:00.1234567Z")]
    [InlineData("0001-01-01 00:00:00 +0000 UTC", null)]
    [InlineData("0001-01-01T00:00:00Z", null)]
    [InlineData("soon", null)]
    public void Gos_times_are_read(string text, string? expected) =>
        Assert.Equal(
            expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            AlertmanagerNotification.Time(text));

    [Fact]
    public void An_alarm_says_the_same_by_SNS_and_by_EventBridge()
    {
        var sns = CloudWatchAlarm.Read(AlertEvents.Body("cloudwatch-alarm/sns-alarm.json"))!;
        var bus = CloudWatchAlarm.Read(AlertEvents.Body("cloudwatch-alarm/eventbridge-state-change.json"))!;
        var ok = CloudWatchAlarm.Read(AlertEvents.Body("cloudwatch-alarm/sns-ok.json"))!;

        Assert.Equal((sns.Identity, sns.Alerts[0].Key, sns.Alerts[0].At), (bus.Identity, bus.Alerts[0].Key, bus.Alerts[0].At));
        Assert.Equal(("web-cpu", "111122223333", "us-east-1"), (sns.Name, sns.Account, sns.Region));
        Assert.Equal(("AWS/EC2 CPUUtilization", "AVERAGE ≥ 80 (2 × 300 s)"), (sns.Alarm!.Metric, sns.Alarm.Condition));
        Assert.Equal((AlertStatus.Firing, AlertStatus.Resolved), (sns.Alerts[0].Status, ok.Alerts[0].Status));
    }

    [Theory]
    [InlineData("up == 0", "up", 0.0)]
    [InlineData("100 * rate(x{code=~\"5..\"}[5m]) > 5", "100 * rate(x{code=~\"5..\"}[5m])", 5.0)]
    [InlineData("sum by (a) (b) >= bool 1e-3", "sum by (a) (b)", 0.001)]
    [InlineData("x{a=\"> 1\"} < -2.5", "x{a=\"> 1\"}", -2.5)]
    [InlineData("a > (90)", "a", 90.0)]
    [InlineData("a > b", "a > b", null)]
    [InlineData("a > 1 and b < 2", "a > 1 and b < 2", null)]
    [InlineData("1 < a < 3", "1 < a < 3", null)]
    [InlineData("absent(up)", "absent(up)", null)]
    [InlineData("(a > 1)", "(a > 1)", null)]
    public void A_threshold_is_taken_from_a_simple_comparison(string expression, string drawn, double? threshold)
    {
        var read = PromExpression.Of(expression);

        Assert.Equal((drawn, threshold), (read.Drawn, read.Threshold));
    }

    [Property(MaxTest = 300)]
    public void An_expression_of_any_form_is_taken_apart_without_harm(NonNull<string> text) =>
        Assert.NotNull(PromExpression.Of(text.Get).Drawn);

    [Theory]
    [InlineData("HighErrorRate 2h deploying 1.8", "HighErrorRate", "", 120, "deploying 1.8")]
    [InlineData("service=\"check out\" severity=~warning|info 1h30m", null, "service=\"check out\" severity=~\"warning|info\"", 90, "")]
    [InlineData("alertname=“X” 1d", null, "alertname=\"X\"", 1440, "")]
    public void A_silence_is_asked_for_by_name_or_by_matchers(string typed, string? name, string matchers, int minutes, string reason)
    {
        Assert.True(SilenceRequest.TryParse(typed, out var request, out _));
        Assert.Equal((name, matchers, minutes, reason), (
            request.Name, string.Join(' ', request.Matchers.Select(matcher => matcher.ToString())), (int)request.Length.TotalMinutes,
            request.Reason));
    }

    [Theory]
    [InlineData("", "alert.silence.what")]
    [InlineData("2h", "alert.silence.what")]
    [InlineData("HighErrorRate", "alert.silence.how-long")]
    [InlineData("HighErrorRate 31d", "alert.silence.too-long")]
    [InlineData("job=~.* 1h", "alert.silence.matches-all")]
    [InlineData("job!=x 1h", "alert.silence.matches-all")]
    [InlineData("job=x nonsense 1h", "alert.silence.wrong-matcher")]
    public void What_is_wrong_with_a_silence_is_said(string typed, string key)
    {
        Assert.False(SilenceRequest.TryParse(typed, out _, out var wrong));
        Assert.Equal(key, wrong);
    }

    public static TheoryData<string, string, string> Slips => FilterSlips.Of("list", "show");

    [Theory, MemberData(nameof(Slips))]
    public async Task A_slip_in_a_filter_is_named_as_in_every_command(string verb, string typed, string answer)
    {
        await using var world = await AlertWorld.CreateAsync(DatabaseKind.Sqlite);
        var shown = verb == "list"
            ? await world.Queries.ListAsync(typed, 0, Locale.For("en", TimeZoneInfo.Utc), default)
            : await world.Queries.ShowAsync(typed, Locale.For("en", TimeZoneInfo.Utc), default);

        Assert.StartsWith(answer, shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_may_have_dots()
    {
        Assert.True(SilenceRequest.TryParse("namespace=\"shop\" container.image.tag=~\"1\\\\..*\" 2h", out var request, out _));
        Assert.Equal(
            [("namespace", "shop", false), ("container.image.tag", "1\\..*", true)],
            request.Matchers.Select(matcher => (matcher.Name, matcher.Value, matcher.IsRegex)));
    }

    [Theory]
    [InlineData("time() over:30m", "time()", null)]
    [InlineData("up over:30d", "up", null)]
    [InlineData("up over:12h", "up", 12)]
    [InlineData("up", "up", 3)]
    [InlineData("sum by (x) (y) over:requests", "sum by (x) (y) over:requests", 3)]
    public void A_length_that_cannot_be_drawn_is_not_sent_to_Prometheus(string typed, string expression, int? hours) =>
        Assert.Equal((expression, hours), AlertQueries.Asked(typed) is var asked ? (asked.Expression, asked.Hours) : default);
}

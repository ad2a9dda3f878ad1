using System.Globalization;
using System.Text.Json;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Prometheus;

namespace ChatOps.Alerts.Tests;

public sealed class AlertGraphTests
{
    public static TheoryData<string, string?> Addresses
    {
        get
        {
            var rows = new TheoryData<string, string?>();
            foreach (var line in AlertCases.Text("generator-urls.tsv").TrimEnd().Split('\n').Skip(1))
            {
                var cells = line.Split('\t');
                rows.Add(cells[0], cells[1].StartsWith("(none", StringComparison.Ordinal) ? null : cells[1]);
            }

            rows.Add("http://prometheus.example.com/graph?g0.expr=up+%3D%3D+0&g0.tab=1", "up == 0");
            rows.Add(
                "https://grafana.example.com/explore?schemaVersion=1&panes=" + Uri.EscapeDataString(
                    "{\"a1\":{\"datasource\":\"m\",\"queries\":[{\"refId\":\"A\",\"expr\":\"up > 1\"}]}}"), "up > 1");
            rows.Add("https://grafana.example.com/explore?left=%7Bnonsense", null);
            return rows;
        }
    }

    [Theory, MemberData(nameof(Addresses))]
    public void The_expression_is_found_in_the_address_of_its_rule_and_none_is_made_up(string url, string? expression) =>
        Assert.Equal(expression, AlertGraph.ExpressionIn(url));

    [Fact]
    public void Where_no_sample_was_no_line_is()
    {
        var chart = ChartOf("prometheus-range-gap.json", "x > 96");
        var points = Assert.Single(chart.Series).Points;
        var gap = Assert.Single(points, point => double.IsNaN(point.Value));
        var (before, after) = (points.Last(point => point.At < gap.At), points.First(point => point.At > gap.At));

        Assert.True(after.At - before.At > TimeSpan.FromMinutes(60));
    }

    [Fact]
    public void Values_far_from_zero_have_an_axis_of_their_own()
    {
        var chart = ChartOf("prometheus-range-far-from-zero.json", "x > 96");
        var values = chart.Series[0].Points.Select(point => point.Value).ToList();
        var scale = new ValueScale(values.Min(), values.Max(), 5, "%", AlertWorld.English, chart.Fitted);

        Assert.InRange(scale.Low, 90, 93);
        Assert.InRange(scale.High, 97, 100);
        Assert.InRange(scale.Ticks().Count, 3, 8);
        Assert.Equal(96, chart.Threshold!.Value.Value);
        // What is near zero beside its range is seen from zero.
        Assert.Equal(0, new ValueScale(1, 9, 5, "", AlertWorld.English, fitted: true).Low);
    }

    [Fact]
    public void Only_the_series_of_the_alert_are_drawn_the_worst_of_many_and_what_is_not_its_own_is_said()
    {
        static SampleSeries Of(string instance, double value) => new(
            new Dictionary<string, string> { ["instance"] = instance },
            [(DateTimeOffset.UnixEpoch, value), (DateTimeOffset.UnixEpoch.AddMinutes(1), value)]);
        var group = Group("a");

        var own = AlertGraph.ChartOf(group, new PromExpression("x", 5, ">"), [Of("a", 1), Of("b", 2)], "", AlertWorld.English);
        Assert.Equal((1, "Down"), (own.Series.Count, own.Title));

        var others = AlertGraph.ChartOf(
            group, new PromExpression("x", 5, "<"), [.. Enumerable.Range(0, 120).Select(i => Of($"n{i}", i))], "", AlertWorld.English);
        Assert.Equal("Down (all series: none has the alert's labels; worst 8 of 120)", others.Title);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (double)i), others.Series.Select(series => series.Points[^1].Value));
        Assert.Equal([group.Alerts[0].StartsAt], others.Marks);
    }

    [Theory]
    [InlineData("node_memory_free_bytes{job=\"x\"}", "B")]
    [InlineData("http_request_duration_seconds", "s")]
    [InlineData("shop_errors_percent", "%")]
    [InlineData("rate(node_network_receive_bytes[5m])", "")]
    public void The_unit_is_what_the_name_of_the_metric_says(string expression, string unit) =>
        Assert.Equal(unit, AlertGraph.UnitOf(expression));

    private static LineChart ChartOf(string file, string expression)
    {
        using var json = JsonDocument.Parse(AlertCases.Text(file));
        var series = json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(result => new SampleSeries(
            new Dictionary<string, string> { ["job"] = "api" },
            [.. result.GetProperty("values").EnumerateArray().Select(point => (
                DateTimeOffset.FromUnixTimeSeconds(point[0].GetInt64()),
                double.Parse(point[1].GetString()!, CultureInfo.InvariantCulture)))]))
            .ToList();
        return AlertGraph.ChartOf(Group("a"), PromExpression.Of(expression), series, "", AlertWorld.English);
    }

    private static AlertGroup Group(string instance) => AlertMerge.Apply(
        null,
        new IncomingAlertGroup("down", AlertSource.Alertmanager)
        {
            Name = "Down",
            Alerts =
            [
                new IncomingAlert(
                    new Dictionary<string, string> { ["alertname"] = "Down", ["instance"] = instance, ["job"] = "api" },
                    new Dictionary<string, string>(), AlertStatus.Firing)
                {
                    StartsAt = DateTimeOffset.UnixEpoch,
                },
            ],
        },
        AlertWorld.Policy.Value, DateTimeOffset.UnixEpoch)!.Group;
}

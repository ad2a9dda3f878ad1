using System.Text.Json.Nodes;

namespace ChatOps.Reports.Tests;

public sealed class GrafanaVariablesTests
{
    private static JsonObject Dashboard =>
        (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cases", "grafana-dashboard-variables.json")))![
            "dashboard"]!;

    [Fact]
    public void A_query_is_asked_with_the_values_that_the_dashboard_was_saved_with()
    {
        var query = Filled(Dashboard);

        Assert.Equal("prom-main", (string?)query["datasource"]!["uid"]);
        Assert.Equal("sum by (job) (rate(http_requests_total{job=~\".*\"}[$__rate_interval]))", (string?)query["expr"]);
    }

    [Fact]
    public void Without_a_saved_value_it_is_the_default_data_source_of_its_type()
    {
        var dashboard = Dashboard;
        dashboard["templating"]!["list"]![0]!["current"] = new JsonObject();
        Assert.Equal("the-default", (string?)Filled(dashboard)["datasource"]!["uid"]);

        dashboard = Dashboard;
        dashboard["templating"]!["list"]!.AsArray().RemoveAt(0);
        Assert.Equal("the-default", (string?)Filled(dashboard)["datasource"]!["uid"]);
    }

    [Fact]
    public void Several_values_are_alternatives_and_every_way_of_writing_a_variable_is_read()
    {
        var dashboard = Dashboard;
        dashboard["templating"]!["list"]![1]!["current"]!["value"] = new JsonArray("a.b", "c");

        var variables = new GrafanaVariables(dashboard, _ => "the-default");

        Assert.Equal(
            "(a\\.b|c) (a\\.b|c) (a\\.b|c) (a\\.b|c) $other $__interval",
            variables.In("$job ${job} ${job:regex} [[job]] $other $__interval"));
    }

    private static JsonObject Filled(JsonObject dashboard) =>
        new GrafanaVariables(dashboard, type => type == "prometheus" ? "the-default" : null)
            .In((JsonObject)dashboard["panels"]![0]!["targets"]![0]!);
}

using ChatOps.Sandbox.Aws.Aps;

namespace ChatOps.Sandbox.Tests.Aws;

public sealed class SignalTests
{
    [Theory]
    [InlineData("sum(rate(http_requests_total{service=\"search\"}[1h]))", "traffic", 3600)]
    [InlineData(
        "100 * sum(rate(http_requests_total{service=\"search\",code=~\"5..\"}[300s])) / " +
            "sum(rate(http_requests_total{service=\"search\"}[300s]))",
        "errors", 300)]
    [InlineData(
        "1000 * histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{service=\"search\"}[86400s])))", "latency",
        86_400)]
    [InlineData("100 * avg(avg_over_time(container_cpu_utilization{service=\"search\"}[1d]))", "saturation", 86_400)]
    public void The_usual_expressions_are_known(string expression, string kind, int seconds) =>
        Assert.Equal(new ApsSignal(kind, "search", TimeSpan.FromSeconds(seconds)), ApsSignal.Read(expression));

    [Theory]
    [InlineData("up")]
    [InlineData("sum(rate(http_requests_total[5m]))")]
    [InlineData("http_requests_total{service=\"search\"}")]
    public void Others_are_not(string expression) => Assert.Null(ApsSignal.Read(expression));
}

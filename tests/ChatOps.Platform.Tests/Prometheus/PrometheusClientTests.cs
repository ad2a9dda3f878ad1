using ChatOps.Aws;
using ChatOps.Platform.Prometheus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Tests.Prometheus;

public sealed class PrometheusClientTests : PlayedServerTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 25, 3, 0, 0, 500, TimeSpan.Zero);

    private IPrometheus Prometheus => Services.GetRequiredService<IPrometheus>();

    [Fact]
    public async Task The_value_now_is_a_row_per_series()
    {
        Server.Answer = _ => (200, """
            {"status":"success","data":{"resultType":"vector","result":[
              {"metric":{"__name__":"up","job":"a"},"value":[1764039600.5,"1"]},
              {"metric":{"job":"b"},"value":[1764039600.5,"NaN"]},{"metric":{},"value":[1764039600.5,"-Inf"]}]}}
            """);

        var samples = await Prometheus.QueryAsync("up{job=~\"a|b\"} > 0", At, default);

        Assert.Equal([1, double.NaN, double.NegativeInfinity], samples.Select(sample => sample.Value));
        Assert.Equal("a", samples[0].Labels["job"]);
        Assert.Equal(1764039600500, samples[0].At.ToUnixTimeMilliseconds());
        Assert.True(Server.Seen.TryDequeue(out var asked));
        Assert.Equal(("POST", "/api/v1/query"), (asked.Method, asked.Path));
        Assert.Equal("query=up%7Bjob%3D~%22a%7Cb%22%7D+%3E+0&time=1795575600.5", asked.Body);
        Assert.DoesNotContain("Authorization", asked.Headers.Keys);
    }

    [Fact]
    public async Task A_scalar_is_one_row_without_labels()
    {
        Server.Answer = _ => (200, """{"status":"success","data":{"resultType":"scalar","result":[1764039600,"42"]}}""");

        Assert.Equal(
            (42, 0), (Assert.Single(await Prometheus.QueryAsync("42", At, default)) is var sample ? sample.Value : 0, sample.Labels.Count));
    }

    [Fact]
    public async Task Values_over_time_come_oldest_first()
    {
        Server.Answer = _ => (
            200,
            """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"job":"a"},"values":[[1,"0.5"],[31,"+Inf"]]}]}}""");

        var series = Assert.Single(await Prometheus.QueryRangeAsync("x", At.AddHours(-3), At, TimeSpan.FromSeconds(30), default));

        Assert.Equal(
            [(DateTimeOffset.FromUnixTimeSeconds(1), 0.5), (DateTimeOffset.FromUnixTimeSeconds(31), double.PositiveInfinity)],
            series.Points);
        Assert.True(Server.Seen.TryDequeue(out var asked));
        Assert.Equal("query=x&start=1795564800.5&end=1795575600.5&step=30", asked.Body);
    }

    [Theory]
    [InlineData(
        400, """{"status":"error","errorType":"bad_data","error":"1:5: parse error: unexpected <op:+>"}""", PrometheusFault.BadQuery,
        "parse error")]
    [InlineData(
        422, """{"status":"error","errorType":"execution","error":"query processing would load too many samples"}""",
        PrometheusFault.BadQuery, "too many samples")]
    [InlineData(403, """{"message":"Missing Authentication Token"}""", PrometheusFault.Denied, "Missing Authentication Token")]
    [InlineData(404, "not here", PrometheusFault.Unavailable, "HTTP 404")]
    [InlineData(200, "<html>", PrometheusFault.Unavailable, "HTTP 200")]
    [InlineData(200, """{"status":"success","data":{"resultType":"matrix","result":[]}}""", PrometheusFault.BadQuery, "rate()")]
    [InlineData(200, """{"status":"success","data":{}}""", PrometheusFault.Unavailable, "cannot be read")]
    [InlineData(
        200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"many"]}]}}""",
        PrometheusFault.Unavailable, "cannot be read")]
    public async Task A_refusal_is_told_in_theServers_words(int status, string body, PrometheusFault fault, string words)
    {
        Server.Answer = _ => (status, body);

        var refusal = await Assert.ThrowsAsync<PrometheusException>(() => Prometheus.QueryAsync("x +", At, default));

        Assert.Equal(fault, refusal.Fault);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServer_that_stumbles_is_asked_again()
    {
        var answers = new Queue<(int, string)>([(503, ""), (200, """{"status":"success","data":{"resultType":"vector","result":[]}}""")]);
        Server.Answer = _ => answers.Dequeue();

        Assert.Empty(await Prometheus.QueryAsync("x", At, default));
        Assert.Equal(2, Server.Seen.Count);
    }

    [Fact]
    public async Task AServer_that_is_away_is_told_and_one_that_is_not_configured_too()
    {
        await using var away = Server.Services(("ChatOps:Prometheus:Url", "http://127.0.0.1:1"));
        await using var none = Server.Services(("ChatOps:Prometheus:Url", ""));

        var refusal = await Assert.ThrowsAsync<PrometheusException>(
            () => away.GetRequiredService<IPrometheus>().QueryAsync("x", At, default));
        Assert.Equal((PrometheusFault.Unavailable, "Prometheus does not answer."), (refusal.Fault, refusal.Message));
        Assert.False(none.GetRequiredService<IPrometheus>().IsConfigured);
        refusal = await Assert.ThrowsAsync<PrometheusException>(() => none.GetRequiredService<IPrometheus>().QueryAsync("x", At, default));
        Assert.Equal(PrometheusFault.NotConfigured, refusal.Fault);
    }

    [Fact]
    public async Task An_AMP_workspace_is_asked_with_a_signature_and_any_other_with_its_token()
    {
        Server.Answer = _ => (200, """{"status":"success","data":{"resultType":"vector","result":[]}}""");
        await using var amp = Server.Services(
            ("ChatOps:Aws:ServiceUrl", Server.Url), ("ChatOps:Prometheus:Url", $"{Server.Url}/workspaces/ws-1/"));
        await using var proxy = Server.Services(("ChatOps:Prometheus:BearerToken", "t0ken"));

        await amp.GetRequiredService<IPrometheus>().QueryAsync("x", At, default);
        await proxy.GetRequiredService<IPrometheus>().QueryAsync("x", At, default);

        var seen = Server.Seen.ToList();
        Assert.Equal("/workspaces/ws-1/api/v1/query", seen[0].Path);
        Assert.Contains($"Credential={AwsOptions.LoopbackAccessKey}/", seen[0].Headers.Authorization.ToString(), StringComparison.Ordinal);
        Assert.Contains("/ap-northeast-2/aps/aws4_request", seen[0].Headers.Authorization.ToString(), StringComparison.Ordinal);
        Assert.Equal("Bearer t0ken", seen[1].Headers.Authorization.ToString());
    }

    [Theory]
    [InlineData("https://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-1", "us-west-2")]
    [InlineData("https://aps-workspaces.us-west-2.amazonaws.com.evil.example/workspaces/ws-1", null)]
    [InlineData("http://prometheus:9090", null)]
    [InlineData("http://localhost:5082/workspaces/ws-1", "ap-northeast-2")]
    [InlineData("http://localhost:5082/other", null)]
    public void A_workspace_is_known_by_its_address(string url, string? region) =>
        Assert.Equal(
            region,
            AmpWorkspace.RegionOf(new Uri(url), new AwsOptions { Region = "ap-northeast-2", ServiceUrl = "http://localhost:5082" }));

    [Fact]
    public async Task Every_fault_of_the_options_is_named()
    {
        await using var services = Server.Services(
            ("ChatOps:Prometheus:Url", "prometheus:9090"), ("ChatOps:Prometheus:Account", "1"), ("ChatOps:Prometheus:Timeout", "00:00:00"),
            ("ChatOps:Alertmanager:Url", "ftp://x"));

        var prometheus = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<PrometheusOptions>>().Value);
        Assert.Equal(3, prometheus.Failures.Count());
        Assert.All(prometheus.Failures, fault => Assert.StartsWith("ChatOps:Prometheus:", fault, StringComparison.Ordinal));
        Assert.Single(
            Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<AlertmanagerOptions>>().Value).Failures);
    }
}

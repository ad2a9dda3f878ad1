using ChatOps.Aws;
using ChatOps.Platform.Prometheus;
using ChatOps.Sandbox.Aws;
using ChatOps.Sandbox.Aws.Aps;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Sandbox.Tests.Aws;

/// <summary>
/// The stand-in for Amazon Managed Prometheus, asked by the bot's own clients: signed PromQL, and Alertmanager's silences.
/// </summary>
public sealed class ApsTests : IAsyncLifetime
{
    private readonly RunningAws _aws = new();
    private ServiceProvider _services = null!;

    private IPrometheus Prometheus => _services.GetRequiredService<IPrometheus>();

    private IAlertmanager Alertmanager => _services.GetRequiredService<IAlertmanager>();

    public async Task InitializeAsync()
    {
        await _aws.InitializeAsync();
        _services = Services(ApsWorkspace.Id);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task A_rules_expression_is_calm_until_it_fires_and_the_threshold_tells_which()
    {
        var rule = ApsRule.All[0];
        Assert.Equal(rule.Series.Count, (await Prometheus.QueryAsync(rule.Expression, Now, default)).Count);
        Assert.Empty(await Prometheus.QueryAsync(rule.Condition, Now, default));
        Assert.Empty(await Prometheus.QueryAsync("ALERTS{alertstate=\"firing\"}", Now, default));

        await _aws.PressAsync("fire", new { rule = rule.Name });

        // The value rises for some minutes: at its end it is above the threshold on what fires, and there alone.
        var over = await Prometheus.QueryAsync(rule.Condition, Now.AddMinutes(15), default);
        Assert.Equal(
            rule.Series.Take(ApsRule.Firing).Select(labels => labels["instance"]).Order(),
            over.Select(sample => sample.Labels["instance"]).Order());
        Assert.All(over, sample => Assert.True(sample.Value > rule.Threshold));
        Assert.Equal(ApsRule.Firing, (await Prometheus.QueryAsync("ALERTS{alertstate=\"firing\"}", Now, default)).Count);
    }

    [Fact]
    public async Task A_range_has_a_point_a_step_the_same_at_the_same_time()
    {
        var (to, expression) = (Now, "sum by (service) (rate(http_requests_total[5m]))");

        var series = await Prometheus.QueryRangeAsync(expression, to.AddHours(-1), to, TimeSpan.FromMinutes(5), default);
        var again = await Prometheus.QueryRangeAsync(expression, to.AddHours(-1), to, TimeSpan.FromMinutes(5), default);

        Assert.NotEmpty(series);
        Assert.All(series, sampleSeries => Assert.Equal(13, sampleSeries.Points.Count));
        Assert.Equal(series.SelectMany(sampleSeries => sampleSeries.Points), again.SelectMany(sampleSeries => sampleSeries.Points));
    }

    [Theory]
    [InlineData("42", 42)]
    [InlineData("-1.5e3", -1500)]
    public async Task A_number_is_itself(string expression, double value) =>
        Assert.Equal(value, Assert.Single(await Prometheus.QueryAsync(expression, Now, default)).Value);

    [Fact]
    public async Task What_is_no_expression_or_asks_for_too_much_is_refused_in_Prometheus_words()
    {
        Assert.Equal(
            PrometheusFault.BadQuery,
            (await Assert.ThrowsAsync<PrometheusException>(() => Prometheus.QueryAsync("sum(rate(", Now, default))).Fault);
        var much = await Assert.ThrowsAsync<PrometheusException>(
            () => Prometheus.QueryRangeAsync("up", Now.AddDays(-1), Now, TimeSpan.FromSeconds(1), default));
        Assert.Equal(PrometheusFault.BadQuery, much.Fault);
        Assert.Contains("11,000 points", much.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silence_holds_what_it_matches_until_it_is_ended()
    {
        await _aws.PressAsync("fire", new { rule = "HighLatency" });
        Assert.All(await Alertmanager.AlertsAsync(default), alert => Assert.False(alert.IsSuppressed));

        var id = await Alertmanager.CreateSilenceAsync(new NewSilence(
            [new Matcher("alertname", "HighLatency"), new Matcher("instance", "a|b", IsRegex: true)], Now, Now.AddHours(1), "jiyeon",
            "배포 중"), default);

        var silence = (await Alertmanager.SilenceAsync(id, default))!;
        Assert.Equal((SilenceState.Active, "jiyeon", "배포 중"), (silence.State, silence.CreatedBy, silence.Comment));
        Assert.Equal([id], (await Alertmanager.SilencesAsync(default)).Select(item => item.Id));
        Assert.All(await Alertmanager.AlertsAsync(default), alert => Assert.Equal([id], alert.SilencedBy));

        await Alertmanager.ExpireSilenceAsync(id, default);

        Assert.Equal(SilenceState.Expired, (await Alertmanager.SilenceAsync(id, default))!.State);
        Assert.All(await Alertmanager.AlertsAsync(default), alert => Assert.False(alert.IsSuppressed));
        Assert.Null(await Alertmanager.SilenceAsync("none", default));
    }

    [Fact]
    public async Task A_silence_without_end_or_reason_is_refused()
    {
        var refused = await Assert.ThrowsAsync<AlertmanagerException>(() => Alertmanager.CreateSilenceAsync(
            new NewSilence([new Matcher("a", "b")], Now.AddHours(-2), Now.AddHours(-1), "jiyeon", "why"), default));
        Assert.Contains("past", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<AlertmanagerException>(
            () => Alertmanager.CreateSilenceAsync(new NewSilence([new Matcher("a", "b")], Now, Now.AddHours(1), "jiyeon", ""), default));
        Assert.Empty(await Alertmanager.SilencesAsync(default));
    }

    [Fact]
    public async Task What_is_silenced_is_not_told_to_the_bot_not_even_its_end()
    {
        await Alertmanager.CreateSilenceAsync(
            new NewSilence([new Matcher("alertname", "HighErrorRate")], Now, Now.AddHours(1), "jiyeon", "why"), default);
        await _aws.PressAsync("fire", new { rule = "HighErrorRate" });
        await _aws.PressAsync("resolve", new { rule = "HighErrorRate" });
        await _aws.PressAsync("fire", new { rule = "HighLatency" });

        // What is told first is what was fired last.
        Assert.Equal("HighLatency", (string?)(await _aws.NextAsync(post => post.Way == "alertmanager")).Json["groupLabels"]!["alertname"]);
    }

    [Fact]
    public async Task Nobody_asks_unsigned_nor_another_workspace()
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(_aws.Url, $"/workspaces/{ApsWorkspace.Id}/api/v1/query?query=up"));
        Assert.Equal(403, (int)answer.StatusCode);
        await using var other = Services("ws-00000000-0000-4000-8000-000000000000");
        await Assert.ThrowsAsync<PrometheusException>(() => other.GetRequiredService<IPrometheus>().QueryAsync("up", Now, default));
    }

    private static DateTimeOffset Now => DateTimeOffset.UtcNow;

    private ServiceProvider Services(string workspace)
    {
        var url = _aws.Url.ToString().TrimEnd('/');
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ChatOps:Aws:Region"] = AwsSandboxOptions.HomeRegion,
            ["ChatOps:Aws:ServiceUrl"] = url,
            ["ChatOps:Prometheus:Url"] = $"{url}/workspaces/{workspace}",
            ["ChatOps:Alertmanager:Url"] = $"{url}/workspaces/{workspace}/alertmanager",
        }).Build();
        return new ServiceCollection().AddLogging().AddAws(configuration).AddPrometheus(configuration).BuildServiceProvider();
    }
}

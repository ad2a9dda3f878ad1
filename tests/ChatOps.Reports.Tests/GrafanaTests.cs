using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatOps.Reports.Tests;

/// <summary>Grafana's HTTP API over loopback, as far as the report asks it.</summary>
public sealed class GrafanaTests : IAsyncLifetime
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly DateTimeOffset To = new(2026, 3, 4, 0, 0, 0, TimeSpan.Zero);
    private static readonly ReportPeriod Period = new(To.AddDays(-1), To, To.AddDays(-2));
    private static readonly Locale English = new GivenLocales("en").Default;

    private readonly ConcurrentQueue<(string Request, string Body, string? Authorization)> _seen = new();
    private readonly Dictionary<string, Func<(int Status, string Type, byte[] Body)>> _answers = new(StringComparer.Ordinal);
    private readonly GrafanaOptions _options = new() { Token = "glsa_secret" };
    private WebApplication _server = null!;
    private ServiceProvider _services = null!;

    private GrafanaClient Client => _services.GetRequiredService<GrafanaClient>();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var path = context.Request.Path.ToUriComponent();
            _seen.Enqueue((
                $"{context.Request.Method} {path}{context.Request.QueryString.ToUriComponent()}", await reader.ReadToEndAsync(),
                context.Request.Headers.Authorization));
            var (status, type, body) = _answers.FirstOrDefault(answer => path.StartsWith(answer.Key, StringComparison.Ordinal))
                .Value?.Invoke() ?? (404, "application/json", "{\"message\":\"Not found\"}"u8.ToArray());
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            await context.Response.Body.WriteAsync(body);
        });
        await _server.StartAsync();
        // Grafana often stands below a path of its own.
        _options.Url = _server.Urls.First() + "/grafana/";
        var services = new ServiceCollection().AddLogging().AddSingleton(Options.Create(_options));
        services.AddSingleton<IPolicy<ReportPolicy>>(new GivenPolicy<ReportPolicy>(Policy("chatops", 3)))
            .AddSingleton<ILocales>(new GivenLocales("en"));
        services.AddGrafana();
        _services = services.BuildServiceProvider();
        Answer(
            "/grafana/api/search",
            """[{"uid":"b","title":"Search","url":"/grafana/d/b/search","type":"dash-db"},{"uid":"a","title":"checkout","url":"/grafana/d/a/checkout"},{"title":"no uid","url":"/x"}]""");
        Answer("/grafana/api/dashboards/uid/", """
            {"meta":{},"dashboard":{"id":7,"uid":"a","title":"checkout","panels":[
              {"id":1,"type":"row","title":"Row","panels":[{"id":2,"type":"timeseries","title":"Errors","datasource":{"uid":"prom"},"targets":[{"refId":"A","expr":"up"}]}]},
              {"id":3,"type":"text","title":"Read me"},{"id":4,"type":"stat","title":"Traffic"}]}}
            """);
        Answer("/grafana/api/frontend/settings", """{"rendererAvailable":true}""");
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Dashboards_of_a_tag_come_by_title_with_links_and_the_token_goes_along()
    {
        var found = await Client.SearchAsync("daily & more", default);

        Assert.Equal(["checkout", "Search"], found.Select(dashboard => dashboard.Title));
        Assert.Equal(new Uri(new Uri(_options.Url!), "d/a/checkout"), found[0].Link);
        var (request, _, authorization) = Assert.Single(_seen);
        Assert.Equal(
            ("GET /grafana/api/search?type=dash-db&tag=daily%20%26%20more&limit=20", "Bearer glsa_secret"), (request, authorization));
    }

    [Fact]
    public async Task Panels_inside_rows_count_and_rows_and_texts_do_not()
    {
        var panels = GrafanaClient.Panels(await Client.DashboardAsync("a", default));
        Assert.Equal([(2L, "Errors"), (4L, "Traffic")], panels.Select(panel => (panel.Id, panel.Title)));
    }

    [Fact]
    public async Task With_a_renderer_the_report_has_pictures_as_many_as_policy_says()
    {
        Answer("/grafana/render/", () => (200, "image/png", Png));

        var section = await ReadAsync();

        // Two panels of the first dashboard and one of the second: three in all.
        Assert.Equal(["checkout: Errors", "checkout: Traffic", "Search: Errors"], section.Pictures.Select(picture => picture.Alt));
        Assert.All(section.Pictures, picture => Assert.Equal(Png, picture.Png.ToArray()));
        Assert.Equal(["checkout", "Search"], section.Lines.Select(line => line.Text));
        var render = _seen.First(seen => seen.Request.Contains("/render/", StringComparison.Ordinal)).Request;
        Assert.StartsWith(
            $"GET /grafana/render/d-solo/a/_?panelId=2&from={Period.From.ToUnixTimeMilliseconds()}&to={To.ToUnixTimeMilliseconds()}&",
            render, StringComparison.Ordinal);
        Assert.Contains("tz=Asia%2FSeoul", render, StringComparison.Ordinal);
        Assert.DoesNotContain(_seen, seen => seen.Request.Contains("snapshots", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_panel_that_cannot_be_drawn_costs_its_picture_alone()
    {
        var calls = 0;
        Answer("/grafana/render/", () => ++calls switch
        {
            1 => (500, "text/plain", "boom"u8.ToArray()),
            2 => (200, "text/html", "<html>sign in</html>"u8.ToArray()),
            _ => (200, "image/png", Png),
        });

        var section = await ReadAsync();

        Assert.Equal(["Search: Errors", "Search: Traffic"], section.Pictures.Select(picture => picture.Alt));
        Assert.Equal(["checkout", "Search"], section.Lines.Select(line => line.Text));
    }

    [Fact]
    public async Task Without_a_renderer_a_snapshot_carries_its_data()
    {
        Answer("/grafana/api/frontend/settings", """{"rendererAvailable":false}""");
        Answer(
            "/grafana/api/ds/query",
            """{"results":{"A":{"frames":[{"schema":{"refId":"A","fields":[{"name":"Time","type":"time"},{"name":"Value","type":"number"}]},"data":{"values":[[1,2],[0.5,0.7]]}}]}}}""");
        Answer("/grafana/api/snapshots", """{"key":"k","url":"https://grafana.example.com/dashboard/snapshot/k"}""");

        var section = await ReadAsync();

        Assert.Empty(section.Pictures);
        Assert.Equal(4, section.Lines.Count);
        Assert.Equal(
            ("checkout: snapshot of this period, kept for a week", new Uri("https://grafana.example.com/dashboard/snapshot/k")),
            (section.Lines[1].Text, section.Lines[1].Link));
        var query = JsonNode.Parse(_seen.First(seen => seen.Request.EndsWith("/api/ds/query", StringComparison.Ordinal)).Body)!;
        Assert.Equal(
            ("prom", "up", To.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ((string?)query["queries"]![0]!["datasource"]!["uid"], (string?)query["queries"]![0]!["expr"], (string?)query["to"]));
        var made = JsonNode.Parse(_seen.First(seen => seen.Request.EndsWith("/api/snapshots", StringComparison.Ordinal)).Body)!;
        Assert.Equal(604800, (int)made["expires"]!);
        var panel = made["dashboard"]!["panels"]![0]!["panels"]![0]!;
        Assert.Equal("[0.5,0.7]", panel["snapshotData"]![0]!["fields"]![1]!["values"]!.ToJsonString());
        Assert.Equal("[]", panel["targets"]!.ToJsonString());
    }

    [Fact]
    public async Task Where_snapshots_are_forbidden_the_link_is_there()
    {
        Answer("/grafana/api/frontend/settings", "{}");
        Answer("/grafana/api/ds/query", """{"results":{}}""");
        Answer("/grafana/api/snapshots", () => (403, "application/json", "{}"u8.ToArray()));

        var section = await ReadAsync();

        Assert.Equal(["checkout", "Search"], section.Lines.Select(line => line.Text));
        Assert.All(section.Lines, line => Assert.NotNull(line.Link));
    }

    [Fact]
    public async Task No_dashboard_with_the_tag_is_said()
    {
        Answer("/grafana/api/search", "[]");
        Assert.Equal("No dashboard has the tag chatops.", Assert.Single((await ReadAsync()).Lines).Text);
        Assert.DoesNotContain(_seen, seen => seen.Request.Contains("settings", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401, "{}", "the token (ChatOps:Grafana:Token) is wrong or has expired")]
    [InlineData(403, "{}", "the service account may not do this")]
    [InlineData(502, "bad gateway", "Grafana says 502.")]
    [InlineData(200, "<html>a proxy's page</html>", "Does ChatOps:Grafana:Url lead to Grafana itself?")]
    public async Task What_is_wrong_is_said_and_never_the_token(int status, string body, string text)
    {
        Answer("/grafana/api/search", () => (status, "text/plain", System.Text.Encoding.UTF8.GetBytes(body)));

        var fault = await Assert.ThrowsAsync<GrafanaException>(() => Client.SearchAsync("x", default));

        Assert.Contains(text, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("glsa_secret", fault.ToString(), StringComparison.Ordinal);
        Assert.Equal(fault.Message, ReportReader.Say(fault, English));
    }

    [Fact]
    public async Task A_Grafana_that_is_away_is_said_with_its_place()
    {
        await _server.StopAsync();
        var fault = await Assert.ThrowsAsync<GrafanaException>(() => Client.SearchAsync("x", default));
        Assert.Equal($"Grafana cannot be reached at {new Uri(_options.Url!).Authority}.", fault.Message);
    }

    [Fact]
    public async Task Without_a_Grafana_or_a_tag_nobody_is_asked()
    {
        var untagged = new GrafanaReport(
            Client, new GivenPolicy<ReportPolicy>(Policy(null, 2)), new GivenLocales("en"), NullLogger<GrafanaReport>.Instance);
        Assert.Empty((await untagged.ReadAsync(Period, default)).Render(English).Lines);
        _options.Url = null;
        Assert.Empty((await ReadAsync()).Lines);
        Assert.Empty(_seen);
    }

    private static ReportPolicy Policy(string? tag, int panels) => new([], [], tag, panels, TimeSpan.FromSeconds(30));

    private async Task<ReportSection> ReadAsync() =>
        (await _services.GetRequiredService<IEnumerable<IReportSource>>().Single(source => source.Id == "grafana")
            .ReadAsync(Period, default)).Render(English);

    private void Answer(string path, string json) =>
        Answer(path, () => (200, "application/json", System.Text.Encoding.UTF8.GetBytes(json)));

    private void Answer(string path, Func<(int Status, string Type, byte[] Body)> answer) => _answers[path] = answer;
}

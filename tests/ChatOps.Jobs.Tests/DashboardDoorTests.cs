using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using ChatOps.Platform.Storage;
using Hangfire;
using Hangfire.InMemory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOps.Jobs.Tests;

/// <summary>The door of the jobs' dashboard: guessing, forged clicks, framing, several replicas.</summary>
public sealed partial class DashboardDoorTests : IAsyncLifetime
{
    private const string Right = "ops:secret";

    private readonly JobStorage _jobs = new InMemoryStorage();
    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await Databases.CreateAsync(DatabaseKind.Sqlite);

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData(null, null, HttpStatusCode.NotFound)]
    [InlineData("ops:secret", null, HttpStatusCode.Unauthorized)]
    [InlineData("ops:secret", "ops:wrong", HttpStatusCode.Unauthorized)]
    [InlineData("ops:secret", "ops:", HttpStatusCode.Unauthorized)]
    [InlineData("ops:secret", "ops:secret", HttpStatusCode.OK)]
    public async Task The_dashboard_is_absent_without_a_password_and_asks_for_it_otherwise(
        string? configured, string? given, HttpStatusCode expected)
    {
        await using var app = await StartAsync(configured);
        using var http = Client(app);
        if (given is not null) http.DefaultRequestHeaders.Authorization = Basic(given);
        using var answer = await http.GetAsync(new Uri("/hangfire", UriKind.Relative));
        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.Unauthorized) Assert.Equal("Basic", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Of_150_wrong_passwords_in_a_row_60_are_judged_at_most_and_the_right_one_passes_again_soon()
    {
        await using var replica = await StartAsync();
        using var http = Client(replica);
        var began = TimeProvider.System.GetTimestamp();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 150; i++)
        {
            using var answer = await GetAsync(http, $"ops:wrong{i}");
            answers.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) Assert.NotNull(answer.Headers.RetryAfter);
        }

        var seconds = (int)TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var judged = answers.Count(status => status == HttpStatusCode.Unauthorized);
        Assert.InRange(judged, 10, 11 + seconds);
        Assert.Equal(150 - judged, answers.Count(status => status == HttpStatusCode.TooManyRequests));
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await GetAsync(http, Right);
            return answer.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task Many_guesses_at_once_are_not_judged_beyond_the_limit()
    {
        await using var replica = await StartAsync();
        using var http = Client(replica);
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => GetAsync(http, $"ops:wrong{i}")));

        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized), 10, 30);
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task The_right_password_has_no_limit()
    {
        await using var replica = await StartAsync();
        using var http = Client(replica);
        for (var i = 0; i < 100; i++)
        {
            using var answer = await GetAsync(http, Right);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_pages_own_buttons_work_at_another_replica_and_a_forged_click_does_nothing()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        var cookies = new CookieContainer();
        using var here = Client(first, cookies);
        using var there = Client(second, cookies);
        using var page = await GetAsync(here, Right);
        var token = await page.Content.ReadAsStringAsync() is var html && Token().Match(html) is { Success: true } found
            ? WebUtility.HtmlDecode(found.Groups["token"].Value)
            : "";
        Assert.NotEmpty(token);

        foreach (var http in (HttpClient[])[here, there])
        {
            Assert.Equal(HttpStatusCode.NoContent, await RemoveAsync(http, token));
            Assert.Equal(HttpStatusCode.Forbidden, await RemoveAsync(http, null));
        }

        using var stranger = Client(second);
        // Another site has the browser's password, but neither the page's token nor its cookie.
        Assert.Equal(HttpStatusCode.Forbidden, await RemoveAsync(stranger, token));
    }

    [Fact]
    public async Task Nobody_may_frame_it_and_only_its_own_scripts_run()
    {
        await using var replica = await StartAsync();
        using var http = Client(replica);
        using var answer = await GetAsync(http, Right);

        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotMatch("<script(?![^>]* src=)[^>]*>", html);
        Assert.DoesNotMatch("""\son\w+\s*=\s*["']""", html);
    }

    private async Task<WebApplication> StartAsync(string? configured = Right)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (configured?.Split(':') is [var user, var password])
            (builder.Configuration["ChatOps:Dashboard:User"], builder.Configuration["ChatOps:Dashboard:Password"]) = (user, password);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_database.Database);
        builder.Services.AddSingleton(_jobs);
        builder.Services.AddDashboard(builder.Configuration);
        var app = builder.Build();
        app.MapDashboard();
        await app.StartAsync();
        return app;
    }

    private static HttpClient Client(WebApplication app, CookieContainer? cookies = null) =>
        new(new SocketsHttpHandler { UseCookies = cookies is not null, CookieContainer = cookies ?? new CookieContainer() })
        {
            BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };

    private static async Task<HttpResponseMessage> GetAsync(HttpClient http, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/hangfire/recurring") { Headers = { Authorization = Basic(password) } };
        return await http.SendAsync(request);
    }

    private static async Task<HttpStatusCode> RemoveAsync(HttpClient http, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hangfire/recurring/remove")
        {
            Content = new FormUrlEncodedContent([new("jobs[]", "nothing")]),
            Headers = { Authorization = Basic(Right) },
        };
        if (token is not null) request.Headers.Add("RequestVerificationToken", token);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    private static AuthenticationHeaderValue Basic(string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(password)));

    [GeneratedRegex("<meta name=\"csrf-token\" content=\"(?<token>[^\"]+)\"")]
    private static partial Regex Token();
}

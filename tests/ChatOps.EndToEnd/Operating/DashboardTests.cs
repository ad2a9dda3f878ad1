using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using ChatOps.EndToEnd.Manifests;
using ChatOps.Sandbox;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.EndToEnd.Operating;

/// <summary>Who may see the jobs' dashboard, of the whole bot and of the sandbox.</summary>
public class DashboardTests
{
    [Theory]
    [InlineData(null, null, null, HttpStatusCode.NotFound)]
    // Half a configuration opens nothing.
    [InlineData("operator", null, "operator:", HttpStatusCode.NotFound)]
    [InlineData("operator", "secret", null, HttpStatusCode.Unauthorized)]
    [InlineData("operator", "secret", "operator:wrong", HttpStatusCode.Unauthorized)]
    [InlineData("operator", "secret", "operator:secret", HttpStatusCode.OK)]
    public async Task In_production_it_is_there_for_who_knows_the_password_alone(
        string? user, string? password, string? given, HttpStatusCode expected)
    {
        using var database = new TemporaryDatabase();
        await using var bot = Product.Build(
            database.ConnectionString, new() { ["ChatOps:Dashboard:User"] = user, ["ChatOps:Dashboard:Password"] = password });
        await bot.StartAsync();
        using var http = new HttpClient
        {
            BaseAddress = new Uri(bot.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
        if (given is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(given)));

        foreach (var path in (string[])["/hangfire", "/hangfire/recurring", "/hangfire/jobs/failed"])
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(expected, answer.StatusCode);
        }

        // To delete a job is asked as strictly as to see it.
        using var act = await http.PostAsync(
            new Uri("/hangfire/recurring/remove", UriKind.Relative), new FormUrlEncodedContent([new("jobs[]", "suppression-expiry")]));
        Assert.True(expected == HttpStatusCode.OK || act.StatusCode == expected, $"{act.StatusCode}");
        await bot.StopAsync();
    }

    [Fact]
    public async Task In_the_sandbox_it_is_open_on_this_machine_and_closed_to_others()
    {
        await using var host = new SandboxHost(SandboxAddresses.Free, args: ["--Logging:LogLevel:Default=None"]);
        await host.StartAsync();
        using var http = new HttpClient();
        using var open = await http.GetAsync(new Uri(host.Addresses.Bot + "/hangfire"));

        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        Assert.Contains("ChatOps", await open.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        // The sandbox listens on this machine alone.
        Assert.True(new Uri(host.Addresses.Bot).IsLoopback);
    }

    [Fact]
    public async Task Open_on_loopback_is_closed_to_a_request_from_elsewhere()
    {
        // An address of this machine that is not loopback stands for another machine; without one there is no elsewhere.
        var elsewhere = Dns.GetHostAddresses(Dns.GetHostName()).FirstOrDefault(
            address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        if (elsewhere is null) return;
        using var database = new TemporaryDatabase();
        await using var bot = Product.Build(database.ConnectionString, new() { ["ChatOps:Dashboard:OpenOnLoopback"] = "true" });
        bot.Urls.Clear();
        bot.Urls.Add($"http://{elsewhere}:0");
        await bot.StartAsync();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(
            new Uri(bot.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/hangfire"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        await bot.StopAsync();
    }
}

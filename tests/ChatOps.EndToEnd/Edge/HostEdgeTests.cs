using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ChatOps.EndToEnd.Manifests;
using ChatOps.EndToEnd.Operating;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.EndToEnd.Edge;

/// <summary>What holds for every address of the bot.</summary>
public class HostEdgeTests(RunningBot bot) : IClassFixture<RunningBot>
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/nowhere")]
    public async Task No_answer_names_the_server(string path)
    {
        using var answer = await bot.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Empty(answer.Headers.Server);
    }

    [Fact]
    public async Task Kestrels_limits_are_those_of_the_configuration()
    {
        using var database = new TemporaryDatabase();
        await using var small = Product.Build(database.ConnectionString, new()
        {
            ["Kestrel:Limits:MaxRequestBodySize"] = "1000",
            ["ChatOps:Ingest:EventBridge:ApiKey"] = "a-key-of-some-length",
        });
        await small.StartAsync();
        using var http = new HttpClient
        {
            BaseAddress = new Uri(small.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events/eventbridge")
        {
            Content = new StringContent(new string('x', 2000), Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
            Headers = { { "X-Api-Key", "a-key-of-some-length" } },
        };
        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        await small.StopAsync();
    }
}

using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace ChatOps.Reports.Tests;

public sealed class GrafanaClientTests
{
    [Theory]
    [InlineData("https://grafana.example.com", "/d/abc/golden", "https://grafana.example.com/d/abc/golden")]
    [InlineData("https://example.com/grafana/", "/grafana/d/abc/golden", "https://example.com/grafana/d/abc/golden")]
    public async Task A_dashboards_link_leads_there_under_whatever_path_Grafana_is_served(string root, string url, string link)
    {
        var grafana = new GrafanaClient(
            new Answering($$"""[{"uid":"abc","title":"Golden signals","url":"{{url}}"}]"""),
            Options.Create(new GrafanaOptions { Url = root, Token = "t" }));

        Assert.Equal(new Uri(link), Assert.Single(await grafana.SearchAsync("report", default)).Link);
    }

    private sealed class Answering(string json) : HttpMessageHandler, IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(
                new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") });
    }
}

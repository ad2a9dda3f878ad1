using Amazon.Runtime;
using ChatOps.Platform.Prometheus;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Tests.Prometheus;

/// <summary>
/// A workspace of AMP whose account's role cannot be assumed: a refusal like any other, for whoever asks waits for one of those.
/// </summary>
public sealed class CredentialsTests
{
    private const string Workspace = "https://aps-workspaces.ap-northeast-2.amazonaws.com/workspaces/ws-1";

    [Fact]
    public async Task Prometheus_refuses()
    {
        var client = new PrometheusClient(new NoRole(), Options.Create(new PrometheusOptions { Url = Workspace }));

        var refusal = await Assert.ThrowsAsync<PrometheusException>(() => client.QueryAsync("up", DateTimeOffset.UnixEpoch, default));

        Assert.Equal((PrometheusFault.Denied, "AWS gives no credentials for Prometheus: no role"), (refusal.Fault, refusal.Message));
    }

    [Fact]
    public async Task Alertmanager_refuses_and_may_not_tomorrow()
    {
        var client = new AlertmanagerClient(
            new NoRole(), AlertmanagerClient.HttpClient, new AlertmanagerOptions { Url = $"{Workspace}/alertmanager" });

        Assert.True((await Assert.ThrowsAsync<AlertmanagerException>(() => client.SilencesAsync(default))).MayPass);
    }

    private sealed class NoRole : HttpMessageHandler, IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new AmazonClientException("no role");
    }
}

using System.Net;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Aws.Tests;

public sealed class AwsJsonClientTests : IAsyncLifetime
{
    private FakeAws _aws = null!;
    private ServiceProvider? _services;

    public async Task InitializeAsync() => _aws = await FakeAws.Start();

    public async Task DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task The_signature_is_the_one_the_documentation_describes()
    {
        await Client().GetFindingPage(FindingQuery.ById(new FindingIdentifier("한국어", "p")), null);
        await Clients().Tagging(FakeAws.Account, "us-east-1").TagResources(["a"], new Dictionary<string, string> { ["a"] = "b" });

        Assert.All(_aws.Seen, request =>
        {
            var signed = request.Headers["authorization"];
            Assert.Equal(SigV4.Authorization(request, AwsOptions.LoopbackAccessKey, AwsOptions.LoopbackSecretKey), signed);
            Assert.Contains("host;", signed, StringComparison.Ordinal);
            Assert.Contains("x-amz-date", signed, StringComparison.Ordinal);
        });
        Assert.Contains($"/{FakeAws.Region}/securityhub/aws4_request", _aws.Seen[0].Headers["authorization"], StringComparison.Ordinal);
        Assert.Contains("/us-east-1/tagging/aws4_request", _aws.Seen[1].Headers["authorization"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, """{"__type":"ThrottlingException","message":"Rate exceeded"}""")]
    [InlineData(HttpStatusCode.BadRequest, """{"__type":"ThrottlingException","message":"Rate exceeded"}""")]
    [InlineData(HttpStatusCode.TooManyRequests, "")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "")]
    [InlineData(HttpStatusCode.InternalServerError, """{"__type":"InternalException"}""")]
    public async Task Throttling_and_faults_of_the_service_are_tried_again(HttpStatusCode status, string body)
    {
        _aws.RespondInTurn(new Answer(status, body), Answer.Json("""{"Findings":[{"Id":"a"}]}"""));

        var page = await Client().GetFindingPage(new FindingQuery(), null);

        Assert.Single(page.Findings);
        Assert.Equal(2, _aws.Seen.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, AwsErrorKind.Unavailable)]
    [InlineData(HttpStatusCode.TooManyRequests, AwsErrorKind.Throttled)]
    [InlineData(HttpStatusCode.Forbidden, AwsErrorKind.AccessDenied)]
    [InlineData(HttpStatusCode.NotFound, AwsErrorKind.NotFound)]
    [InlineData(HttpStatusCode.BadGateway, AwsErrorKind.Unavailable)]
    [InlineData(HttpStatusCode.Conflict, AwsErrorKind.Other)]
    public async Task An_empty_body_is_understood_by_its_status(HttpStatusCode status, AwsErrorKind kind)
    {
        _aws.RespondInTurn(new Answer(status));

        var error = await Assert.ThrowsAsync<AwsServiceException>(
            () => Client(("ChatOps:Aws:MaxRetries", "0")).GetFindingPage(new FindingQuery(), null));

        Assert.Equal((kind, status), (error.Kind, error.StatusCode));
        Assert.NotEmpty(error.ErrorCode);
    }

    [Theory]
    [InlineData("<html><body>Bad gateway</body></html>")]
    [InlineData("not json")]
    [InlineData("{")]
    public async Task An_error_that_is_not_JSON_is_still_an_error_of_the_service(string body)
    {
        _aws.RespondInTurn(new Answer(HttpStatusCode.BadGateway, body, "text/html"));

        var error = await Assert.ThrowsAsync<AwsServiceException>(
            () => Client(("ChatOps:Aws:MaxRetries", "0")).GetFindingPage(new FindingQuery(), null));

        Assert.Equal(AwsErrorKind.Unavailable, error.Kind);
        Assert.DoesNotContain(body, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("")]
    public async Task A_reply_that_is_not_what_was_asked_for_is_an_error_of_the_service(string body)
    {
        _aws.RespondInTurn(new Answer(HttpStatusCode.OK, body));

        await Assert.ThrowsAsync<AwsServiceException>(
            () => Client(("ChatOps:Aws:MaxRetries", "0")).GetFindingPage(new FindingQuery(), null));
    }

    [Fact]
    public async Task A_service_that_does_not_answer_times_out()
    {
        _aws.Respond = async (_, aborted) =>
        {
            await Task.Delay(Timeout.Infinite, aborted);
            return Answer.Json("{}");
        };

        await Assert.ThrowsAsync<TimeoutException>(
            () => Client(("ChatOps:Aws:Timeout", "00:00:00.2"), ("ChatOps:Aws:MaxRetries", "0")).GetFindingPage(new FindingQuery(), null));
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_let_go()
    {
        using var give = new CancellationTokenSource();
        _aws.Respond = async (_, aborted) =>
        {
            await give.CancelAsync();
            await Task.Delay(Timeout.Infinite, aborted);
            return Answer.Json("{}");
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client().GetFindingPage(new FindingQuery(), null, give.Token));

        Assert.Single(_aws.Seen);
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_is_unavailable()
    {
        var client = Client(("ChatOps:Aws:ServiceUrl", "http://127.0.0.1:1"), ("ChatOps:Aws:MaxRetries", "0"));

        var error = await Assert.ThrowsAsync<AwsServiceException>(() => client.GetFindingPage(new FindingQuery(), null));

        Assert.Equal(AwsErrorKind.Unavailable, error.Kind);
    }

    [Fact]
    public async Task Without_a_service_address_AWS_itself_is_called_in_the_Region()
    {
        using var http = new FakeHttp { Respond = _ => FakeHttp.Text("""{"Findings":[]}""") };
        using var client = new SecurityHubClient(new AwsJsonConfig(SecurityHubClient.Service, FakeAws.Region, serviceUrl: null)
        {
            HttpClientFactory = new OneHttpClient(http),
        }.Apply(new AwsOptions { Region = FakeAws.Region }, FakeAws.Region, new BasicAWSCredentials("key", "secret"), role: null));

        await client.GetFindingPage(new FindingQuery(), null);

        Assert.Equal(["https://securityhub.ap-northeast-2.amazonaws.com/findings"], http.Asked);
    }

    [Theory]
    [InlineData("ap-northeast-2", "https://securityhub.ap-northeast-2.amazonaws.com")]
    [InlineData("cn-north-1", "https://securityhub.cn-north-1.amazonaws.com.cn")]
    [InlineData("us-gov-west-1", "https://securityhub.us-gov-west-1.amazonaws.com")]
    public void A_Region_has_its_own_address(string region, string address) =>
        Assert.Equal(address, SecurityHubClient.Service.Endpoint(region));

    private sealed class OneHttpClient(FakeHttp http) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(http, disposeHandler: false);
    }

    private IAwsClients Clients(params (string, string)[] settings) =>
        (_services ??= _aws.Services(settings)).GetRequiredService<IAwsClients>();

    private ISecurityHubClient Client(params (string, string)[] settings) => Clients(settings).SecurityHub(FakeAws.Account, FakeAws.Region);
}

using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Aws.Tests;

public sealed class ConfigClientTests : IAsyncLifetime
{
    private const string Expression = "SELECT resourceId, tags WHERE resourceType = 'AWS::S3::Bucket'";
    private static readonly ServiceModel Model = ServiceModel.Load("config");

    private FakeAws _aws = null!;
    private ServiceProvider _services = null!;
    private IConfigClient _client = null!;

    public async Task InitializeAsync()
    {
        _aws = await FakeAws.Start();
        _services = _aws.Services();
        _client = _services.GetRequiredService<IAwsClients>().Config(FakeAws.Account, FakeAws.Region);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task Resources_come_page_by_page()
    {
        _aws.RespondInTurn(
            Answer.Json(
                """{"Results":["{\"resourceId\":\"a\",\"tags\":[]}"],"QueryInfo":{"SelectFields":[{"Name":"resourceId"}]},"NextToken":"more"}"""),
            Answer.Json("""{"Results":["{\"resourceId\":\"b\"}"]}"""));

        var ids = new List<string?>();
        await foreach (var resource in _client.SelectResourceConfig(Expression))
            ids.Add(resource.GetProperty("resourceId").GetString());

        Assert.Equal(["a", "b"], ids);
        Assert.Equal(2, _aws.Seen.Count);
        Assert.All(_aws.Seen, request => Assert.Empty(Model.Faults(request, "SelectResourceConfig")));
    }

    [Fact]
    public async Task An_aggregator_is_asked_in_its_own_form()
    {
        _aws.RespondAlways("""{"Results":[]}""");

        await foreach (var _ in _client.SelectAggregateResourceConfig("chatops", Expression))
            Assert.Fail("There is no resource.");

        Assert.Empty(Model.Faults(Assert.Single(_aws.Seen), "SelectAggregateResourceConfig"));
    }

    [Fact]
    public async Task A_result_that_is_not_JSON_is_an_error_of_the_service()
    {
        _aws.RespondAlways("""{"Results":["{"]}""");

        await Assert.ThrowsAsync<AwsServiceException>(async () =>
        {
            await foreach (var _ in _client.SelectResourceConfig(Expression))
                Assert.Fail("There is no resource.");
        });
    }
}

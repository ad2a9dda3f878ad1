using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Aws.Tests;

public sealed class ResourceGroupsClientTests : IAsyncLifetime
{
    private static readonly ServiceModel Model = ServiceModel.Load("resource-groups");

    private FakeAws _aws = null!;
    private ServiceProvider _services = null!;
    private IResourceGroupsClient _client = null!;

    public async Task InitializeAsync()
    {
        _aws = await FakeAws.Start();
        _services = _aws.Services();
        _client = _services.GetRequiredService<IAwsClients>().ResourceGroups(FakeAws.Account, FakeAws.Region);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task Groups_come_page_by_page_with_the_token_in_the_address()
    {
        _aws.RespondInTurn(
            Answer.Json(
                """{"GroupIdentifiers":[{"GroupName":"payroll","GroupArn":"arn:aws:resource-groups:ap-northeast-2:111122223333:group/payroll","Description":"pay"}],"NextToken":"a+b/c=="}"""),
            Answer.Json(
                """{"GroupIdentifiers":[{"GroupName":"web","GroupArn":"arn:aws:resource-groups:ap-northeast-2:111122223333:group/web"}]}"""));

        var groups = new List<ResourceGroup>();
        await foreach (var group in _client.ListGroups()) groups.Add(group);

        Assert.Equal([("payroll", "pay"), ("web", "")], groups.Select(group => (group.Name, group.Description)));
        Assert.Equal(
            ["/groups-list?maxResults=50", "/groups-list?maxResults=50&nextToken=a%2Bb%2Fc%3D%3D"],
            _aws.Seen.Select(request => request.Path));
        Assert.All(_aws.Seen, request =>
        {
            Assert.Empty(Model.Faults(request, "ListGroups"));
            Assert.Equal(
                SigV4.Authorization(request, AwsOptions.LoopbackAccessKey, AwsOptions.LoopbackSecretKey), request.Headers["authorization"]);
        });
    }

    [Fact]
    public async Task A_groups_resources_come_page_by_page()
    {
        _aws.RespondInTurn(
            Answer.Json(
                """{"Resources":[{"Identifier":{"ResourceArn":"arn:aws:s3:::a","ResourceType":"AWS::S3::Bucket"}}],"NextToken":"more"}"""),
            Answer.Json("""{"Resources":[{"Identifier":{"ResourceArn":"arn:aws:s3:::b"},"Status":{"Name":"PENDING"}}]}"""));

        var arns = new List<string>();
        await foreach (var arn in _client.ListGroupResources("arn:aws:resource-groups:ap-northeast-2:111122223333:group/payroll"))
            arns.Add(arn);

        Assert.Equal(["arn:aws:s3:::a", "arn:aws:s3:::b"], arns);
        Assert.Equal(2, _aws.Seen.Count);
        Assert.All(_aws.Seen, request => Assert.Empty(Model.Faults(request, "ListGroupResources")));
    }

    [Fact]
    public async Task A_part_of_a_group_does_not_pass_for_the_whole()
    {
        _aws.RespondAlways(
            """{"Resources":[],"QueryErrors":[{"ErrorCode":"CLOUDFORMATION_STACK_INACTIVE","Message":"The stack is gone."}]}""");

        var fault = await Assert.ThrowsAsync<AwsServiceException>(async () =>
        {
            await foreach (var arn in _client.ListGroupResources("old")) Assert.Fail(arn);
        });

        Assert.Equal(("CLOUDFORMATION_STACK_INACTIVE", "The stack is gone."), (fault.ErrorCode, fault.Message));
    }
}

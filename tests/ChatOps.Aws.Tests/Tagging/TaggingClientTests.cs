using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Aws.Tests;

public sealed class TaggingClientTests : IAsyncLifetime
{
    private static readonly ServiceModel Model = ServiceModel.Load("resourcegroupstaggingapi");

    private FakeAws _aws = null!;
    private ServiceProvider _services = null!;
    private ITaggingClient _client = null!;

    public async Task InitializeAsync()
    {
        _aws = await FakeAws.Start();
        _services = _aws.Services();
        _client = _services.GetRequiredService<IAwsClients>().Tagging(FakeAws.Account, FakeAws.Region);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task Resources_come_page_by_page_until_the_token_is_empty()
    {
        _aws.RespondInTurn(
            Answer.Json(
                """{"PaginationToken":"more","ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::a","Tags":[{"Key":"team","Value":"red"}]}]}"""),
            Answer.Json("""{"PaginationToken":"","ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::b","Tags":[]}]}"""));

        var found = new List<TaggedResource>();
        await foreach (var resource in _client.GetResources(
            new TagQuery { ResourceTypes = ["s3"], Tags = [new TagFilter("team", ["red", "blue"]), new TagFilter("any", [])] }))
            found.Add(resource);

        Assert.Equal(["arn:aws:s3:::a", "arn:aws:s3:::b"], found.Select(resource => resource.Arn));
        Assert.Equal("red", found[0].Tags["team"]);
        Assert.Equal(2, _aws.Seen.Count);
        Assert.All(_aws.Seen, request => Assert.Empty(Model.Faults(request, "GetResources")));
    }

    [Fact]
    public async Task TagResources_reports_what_failed()
    {
        _aws.RespondAlways(
            """{"FailedResourcesMap":{"arn:aws:s3:::b":{"StatusCode":403,"ErrorCode":"InvalidParameterException","ErrorMessage":"no"}}}""");

        var failures = await _client.TagResources(["arn:aws:s3:::a", "arn:aws:s3:::b"], new Dictionary<string, string> { ["팀"] = "red" });

        Assert.Empty(Model.Faults(Assert.Single(_aws.Seen), "TagResources"));
        Assert.Equal(new TaggingFailure("arn:aws:s3:::b", "InvalidParameterException", "no", 403), Assert.Single(failures));
    }

    [Fact]
    public async Task The_type_in_the_body_names_the_error()
    {
        _aws.RespondInTurn(
            new Answer(System.Net.HttpStatusCode.BadRequest, """{"__type":"com.amazonaws#InvalidParameterException","message":"bad"}"""));

        var error = await Assert.ThrowsAsync<AwsServiceException>(
            () => _client.TagResources(["a"], new Dictionary<string, string> { ["a"] = "b" }));

        Assert.Equal(("InvalidParameterException", "bad", AwsErrorKind.Invalid), (error.ErrorCode, error.Message, error.Kind));
    }

    [Fact]
    public async Task Too_many_resources_or_tags_are_refused_before_AWS_is_asked()
    {
        var tags = new Dictionary<string, string> { ["a"] = "b" };

        await Assert.ThrowsAsync<ArgumentException>(() => _client.TagResources([], tags));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.TagResources([.. Enumerable.Repeat("a", 21)], tags));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.TagResources(["a"], new Dictionary<string, string>()));

        Assert.Empty(_aws.Seen);
    }

    [Fact]
    public async Task Tags_are_removed_and_read_of_given_resources_alone()
    {
        _aws.RespondInTurn(
            Answer.Json("""{"FailedResourcesMap":{}}"""),
            Answer.Json(
                """{"PaginationToken":"","ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::a","Tags":[{"Key":"team","Value":"red"}]}]}"""));

        Assert.Empty(await _client.UntagResources(["arn:aws:s3:::a"], ["team", "팀"]));
        var found = new List<TaggedResource>();
        await foreach (var resource in _client.GetResources(new TagQuery { Arns = ["arn:aws:s3:::a", "arn:aws:s3:::b"] }))
            found.Add(resource);

        Assert.Equal("red", Assert.Single(found).Tags["team"]);
        Assert.Empty(Model.Faults(_aws.Seen[0], "UntagResources"));
        Assert.Empty(Model.Faults(_aws.Seen[1], "GetResources"));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.UntagResources(["arn:aws:s3:::a"], []));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.UntagResources([], ["team"]));
    }
}

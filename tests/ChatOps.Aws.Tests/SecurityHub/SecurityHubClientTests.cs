using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Aws.Tests;

public sealed class SecurityHubClientTests : IAsyncLifetime
{
    private static readonly ServiceModel Model = ServiceModel.Load("securityhub");
    private static readonly FindingIdentifier Finding = new(
        "arn:aws:securityhub:us-east-1:111122223333:security-control/S3.8/finding/1",
        "arn:aws:securityhub:us-east-1::product/aws/securityhub");

    private FakeAws _aws = null!;
    private ServiceProvider _services = null!;
    private ISecurityHubClient _client = null!;

    public async Task InitializeAsync()
    {
        _aws = await FakeAws.Start();
        _services = _aws.Services();
        _client = _services.GetRequiredService<IAwsClients>().SecurityHub(FakeAws.Account, FakeAws.Region);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _aws.DisposeAsync();
    }

    public static TheoryData<string, FindingQuery> Queries => new()
    {
        { "everything", new FindingQuery() },
        { "one", FindingQuery.ById(Finding) },
        {
            "many", new FindingQuery
            {
                PageSize = 20,
                Sort = [FindingSort.LatestFirst],
                Filters = new AwsSecurityFindingFilters
                {
                    Id = [StringFilter.Is(Finding.Id)], ProductArn = [StringFilter.StartsWith("arn:")],
                    ProductName = [StringFilter.Is("Inspector")],
                    AwsAccountId = [StringFilter.Is("111122223333")], Region = [StringFilter.IsNot("us-east-1")],
                    GeneratorId = [StringFilter.Contains("S3")],
                    Title = [StringFilter.Contains("한국어")], Type = [StringFilter.StartsWith("Software")],
                    SeverityLabel = [StringFilter.Is("HIGH"), StringFilter.Is("CRITICAL")], WorkflowStatus = [StringFilter.Is("NEW")],
                    RecordState = [StringFilter.Is("ACTIVE")], ComplianceStatus = [StringFilter.Is("FAILED")],
                    ComplianceSecurityControlId = [StringFilter.Is("S3.8")], ResourceId = [StringFilter.Is("arn:aws:s3:::b")],
                    ResourceType = [StringFilter.Is("AwsS3Bucket")], ResourceTags = [new MapFilter("team", "red")],
                    CreatedAt = [DateFilter.LastDays(7)],
                    UpdatedAt = [DateFilter.Between(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1))],
                },
            }
        },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task GetFindings_is_what_the_service_model_asks_for(string name, FindingQuery query)
    {
        _aws.RespondAlways("""{"Findings":[]}""");

        var page = await _client.GetFindingPage(query, name == "many" ? "token" : null);

        Assert.Empty(page.Findings);
        Assert.Empty(Model.Faults(Assert.Single(_aws.Seen), "GetFindings"));
    }

    [Fact]
    public void Every_filter_is_covered_by_the_query_that_is_checked()
    {
        var filters = ((FindingQuery)Queries.Single(query => (string)query[0] == "many")[1]).Filters!;

        Assert.All(typeof(AwsSecurityFindingFilters).GetProperties(), property => Assert.NotNull(property.GetValue(filters)));
    }

    [Fact]
    public async Task Findings_come_page_by_page_as_AWS_wrote_them()
    {
        _aws.RespondInTurn(
            Answer.Json("""{"Findings":[{"Id":"a","Unknown":{"Kept":1}},{"Id":"b"}],"NextToken":"more"}"""),
            Answer.Json("""{"Findings":[{"Id":"c"}]}"""));

        var ids = new List<string?>();
        await foreach (var finding in _client.GetFindings(new FindingQuery()))
            ids.Add(finding.ToString());

        Assert.Equal(["""{"Id":"a","Unknown":{"Kept":1}}""", """{"Id":"b"}""", """{"Id":"c"}"""], ids);
        Assert.Equal("more", Data.Json(_aws.Seen[1].Text).GetProperty("NextToken").GetString());
    }

    [Fact]
    public async Task Pages_are_fetched_only_as_findings_are_consumed()
    {
        _aws.RespondAlways("""{"Findings":[{"Id":"a"}],"NextToken":"more"}""");

        await foreach (var _ in _client.GetFindings(new FindingQuery()))
            break;

        Assert.Single(_aws.Seen);
    }

    [Fact]
    public async Task BatchUpdateFindingsV2_is_what_the_service_model_asks_for()
    {
        _aws.RespondAlways(
            """{"ProcessedFindings":[],"UnprocessedFindings":[{"MetadataUid":"m","ErrorCode":"ConflictException"}]}""");

        var result = await _client.BatchUpdateFindingsV2(new FindingUpdateV2(
            [new OcsfFindingIdentifier("111122223333", Finding.Id, "arn:aws:securityhub:us-east-1::productv2/aws/securityhub")],
            FindingUpdateV2.InProgress));

        Assert.Equal("ConflictException", Assert.Single(result.Unprocessed).ErrorCode);
        Assert.Empty(Model.Faults(Assert.Single(_aws.Seen), "BatchUpdateFindingsV2"));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.BatchUpdateFindingsV2(new FindingUpdateV2([], 1)));
    }

    [Fact]
    public async Task BatchUpdateFindings_is_what_the_service_model_asks_for()
    {
        _aws.RespondAlways($$"""
            {"ProcessedFindings":[{"Id":"{{Finding.Id}}","ProductArn":"{{Finding.ProductArn}}"}],
             "UnprocessedFindings":[{"FindingIdentifier":{"Id":"x","ProductArn":"y"},"ErrorCode":"FindingNotFound","ErrorMessage":"gone"}]}
            """);

        var result = await _client.BatchUpdateFindings(new FindingUpdate
        {
            FindingIdentifiers = [Finding, new FindingIdentifier("x", "y")],
            Note = new NoteUpdate("사유: 승인됨 <!channel>", "minho"),
            Workflow = new FindingWorkflow(FindingWorkflow.Suppressed),
            UserDefinedFields = new Dictionary<string, string> { ["chatops.until"] = "2026-12-31" },
        });

        Assert.Empty(Model.Faults(Assert.Single(_aws.Seen), "BatchUpdateFindings"));
        Assert.Equal("사유: 승인됨 <!channel>", Data.Json(_aws.Seen[0].Text).GetProperty("Note").GetProperty("Text").GetString());
        Assert.Equal(Finding, Assert.Single(result.Processed));
        Assert.Equal(new UnprocessedFinding(new FindingIdentifier("x", "y"), "FindingNotFound", "gone"), Assert.Single(result.Unprocessed));
    }

    [Fact]
    public async Task What_an_update_leaves_out_is_not_sent()
    {
        await _client.BatchUpdateFindings(
            new FindingUpdate { FindingIdentifiers = [Finding], Workflow = new FindingWorkflow(FindingWorkflow.New) });

        Assert.Equal(["FindingIdentifiers", "Workflow"], Data.Json(_aws.Seen[0].Text).EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task BatchImportFindings_takes_real_findings_and_reports_those_that_failed()
    {
        var findings = Data.Events("securityhub-imported").SelectMany(file =>
            Data.Json(System.Text.Encoding.UTF8.GetString(Data.Event("securityhub-imported", file))).GetProperty("detail")
                .GetProperty("findings").EnumerateArray()).ToList();
        _aws.RespondAlways(
            """{"FailedCount":1,"SuccessCount":26,"FailedFindings":[{"Id":"a","ErrorCode":"InvalidInput","ErrorMessage":"no"}]}""");

        var result = await _client.BatchImportFindings(findings);

        var request = Assert.Single(_aws.Seen);
        Assert.Equal("POST /findings/import", $"{request.Method} {request.Path}");
        Assert.Equal(findings.Count, Data.Json(request.Text).GetProperty("Findings").GetArrayLength());
        Assert.Equal((26, 1), (result.SuccessCount, result.FailedCount));
        Assert.Equal(new FailedImport("a", "InvalidInput", "no"), Assert.Single(result.Failed));
    }

    [Fact]
    public async Task BatchImportFindings_is_what_the_service_model_asks_for()
    {
        var finding = Data.Json("""
            {"SchemaVersion":"2018-10-08","Id":"a","ProductArn":"p","GeneratorId":"g","AwsAccountId":"111122223333","CreatedAt":"2026-03-04T05:06:07Z",
             "UpdatedAt":"2026-03-04T05:06:07Z","Title":"t","Description":"d","Severity":{"Label":"HIGH"},"Resources":[{"Type":"AwsS3Bucket","Id":"arn:aws:s3:::b"}]}
            """);
        _aws.RespondAlways("""{"FailedCount":0,"SuccessCount":1}""");

        Assert.Empty((await _client.BatchImportFindings([finding])).Failed);

        Assert.Empty(Model.Faults(Assert.Single(_aws.Seen), "BatchImportFindings"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task None_and_more_than_a_hundred_findings_are_refused_before_AWS_is_asked(int count)
    {
        var many = Enumerable.Repeat(Finding, count).ToList();

        await Assert.ThrowsAsync<ArgumentException>(() => _client.BatchUpdateFindings(new FindingUpdate { FindingIdentifiers = many }));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.BatchImportFindings([.. many.Select(_ => default(JsonElement))]));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.GetFindingPage(new FindingQuery { PageSize = count }, null));

        Assert.Empty(_aws.Seen);
    }

    [Fact]
    public async Task The_code_and_message_of_AWS_are_kept()
    {
        _aws.RespondInTurn(new Answer(
            HttpStatusCode.Unauthorized,
            """{"Code":"InvalidAccessException","Message":"Account 111122223333 is not subscribed to AWS Security Hub"}""")
        {
            Headers = new Dictionary<string, string>
            {
                ["x-amzn-ErrorType"] = "InvalidAccessException:http://internal.amazon.com/",
                ["x-amzn-RequestId"] = "r-1",
            },
        });

        var error = await Assert.ThrowsAsync<AwsServiceException>(() => _client.GetFindingPage(new FindingQuery(), null));

        Assert.Equal(
            (
                "InvalidAccessException", "Account 111122223333 is not subscribed to AWS Security Hub", "r-1", AwsErrorKind.AccessDenied,
                HttpStatusCode.Unauthorized),
            (error.ErrorCode, error.Message, error.RequestId, error.Kind, error.StatusCode));
    }
}

using System.Globalization;
using System.Net;
using Amazon.EC2.Model;
using Amazon.S3.Model;
using Amazon.SimpleSystemsManagement.Model;
using Amazon.SQS.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOps.Aws.Tests;

public sealed class AwsClientsTests : IAsyncLifetime
{
    private FakeAws _aws = null!;
    private ServiceProvider _services = null!;
    private IAwsClients _clients = null!;

    public async Task InitializeAsync()
    {
        _aws = await FakeAws.Start();
        _services = _aws.Services();
        _clients = _services.GetRequiredService<IAwsClients>();
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public void The_accounts_are_as_configured()
    {
        var accounts = _services.GetRequiredService<IAwsAccounts>();

        Assert.Equal(["prod", FakeAws.OtherAccount], accounts.All.Select(account => account.Name));
        Assert.Equal([FakeAws.Region], accounts.Find(FakeAws.Account)!.Regions);
        Assert.Equal(["us-east-1"], accounts.Find(FakeAws.OtherAccount)!.Regions);
        Assert.Null(accounts.Find("999999999999"));
        Assert.Equal(FakeAws.Region, accounts.HomeRegion);
    }

    [Fact]
    public void A_client_is_made_once_for_its_account_and_Region()
    {
        Assert.Same(_clients.Ssm(FakeAws.Account, "us-east-1"), _clients.Ssm(FakeAws.Account, "us-east-1"));
        Assert.NotSame(_clients.Ssm(FakeAws.Account, "us-east-1"), _clients.Ssm(FakeAws.Account, "us-west-2"));
        Assert.NotSame(_clients.Ssm(FakeAws.Account, "us-east-1"), _clients.Ssm(FakeAws.OtherAccount, "us-east-1"));
        Assert.NotSame((object)_clients.SecurityHub(FakeAws.Account, "us-east-1"), _clients.Tagging(FakeAws.Account, "us-east-1"));
    }

    [Fact]
    public void An_account_that_is_not_configured_is_named()
    {
        var error = Assert.Throws<UnknownAwsAccountException>(() => _clients.SecurityHub("999999999999", "us-east-1"));

        Assert.Equal("The AWS account '999999999999' is not configured. Add it to ChatOps:Aws:Accounts.", error.Message);
    }

    [Fact]
    public async Task Another_accounts_role_is_assumed_once_for_all_its_clients()
    {
        _aws.Respond = (request, _) => Task.FromResult(
            request.Text.Contains("Action=AssumeRole", StringComparison.Ordinal) ? AssumeRoleReply : Answer.Json("""{"Findings":[]}"""));

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            _clients.SecurityHub(FakeAws.OtherAccount, i % 2 == 0 ? "us-east-1" : "ap-northeast-2")
                .GetFindingPage(new FindingQuery(), null)));

        var assume = Assert.Single(_aws.Seen, request => request.Text.Contains("Action=AssumeRole", StringComparison.Ordinal));
        Assert.Contains(
            WebUtility.UrlEncode($"arn:aws:iam::{FakeAws.OtherAccount}:role/ChatOpsMember"), assume.Text, StringComparison.Ordinal);
        Assert.Contains($"Credential={AwsOptions.LoopbackAccessKey}/", assume.Headers["authorization"], StringComparison.Ordinal);
        Assert.All(_aws.Seen.Where(request => request != assume), request =>
        {
            Assert.Contains("Credential=ASIAMEMBER/", request.Headers["authorization"], StringComparison.Ordinal);
            Assert.Equal("member-session", request.Headers["x-amz-security-token"]);
        });
    }

    [Fact]
    public async Task A_role_that_cannot_be_assumed_is_an_error_of_the_service()
    {
        _aws.RespondInTurn(new Answer(HttpStatusCode.Forbidden, """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error><RequestId>r</RequestId></ErrorResponse>
            """, "text/xml"));

        var error = await Assert.ThrowsAsync<AwsServiceException>(
            () => _clients.SecurityHub(FakeAws.OtherAccount, "us-east-1").GetFindingPage(new FindingQuery(), null));

        Assert.Equal(("AccessDenied", AwsErrorKind.AccessDenied), (error.ErrorCode, error.Kind));
    }

    [Theory]
    [InlineData(FakeAws.Account, AwsOptions.LoopbackAccessKey)]
    [InlineData(FakeAws.OtherAccount, "ASIAMEMBER")]
    public async Task The_packages_clients_use_the_same_address_credentials_and_Region(string account, string key)
    {
        _aws.Respond = (request, _) => Task.FromResult(request switch
        {
            _ when request.Text.Contains("Action=AssumeRole", StringComparison.Ordinal) => AssumeRoleReply,
            _ when request.Headers.ContainsKey("x-amz-target") => Answer.Json("{}"),
            _ => new Answer(HttpStatusCode.OK, """<R xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"></R>""", "text/xml"),
        });

        await _clients.Ssm(account, "us-west-2").GetAutomationExecutionAsync(
            new GetAutomationExecutionRequest { AutomationExecutionId = new string('a', 36) });
        await _clients.S3(account, "us-west-2").GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = "my-bucket" });
        await _clients.Ec2(account, "us-west-2").DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest());

        var calls = _aws.Seen.Where(request => !request.Text.Contains("Action=AssumeRole", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, calls.Count);
        Assert.All(calls.Zip((string[])["ssm", "s3", "ec2"]), pair => Assert.Contains(
            Credential(pair.First, key, pair.Second), pair.First.Headers["authorization"], StringComparison.Ordinal));
        Assert.StartsWith("/my-bucket", calls[1].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_queues_are_read_with_our_own_credentials()
    {
        await _clients.Sqs("us-west-2").ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = $"{_aws.Url}/111122223333/events" });

        var request = Assert.Single(_aws.Seen);
        Assert.Contains(
            Credential(request, AwsOptions.LoopbackAccessKey, "sqs"), request.Headers["authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_is_logged_or_told_in_an_error()
    {
        using var log = new RecordingLog();
        _services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        _aws.Respond = (request, _) => Task.FromResult(request.Text.Contains("Action=AssumeRole", StringComparison.Ordinal)
            ? AssumeRoleReply
            : new Answer(HttpStatusCode.Forbidden, """{"__type":"AccessDeniedException","message":"no"}"""));

        var error = await Assert.ThrowsAsync<AwsServiceException>(
            () => _clients.SecurityHub(FakeAws.OtherAccount, "us-east-1").GetFindingPage(new FindingQuery(), null));

        var text = string.Join('\n', log.Lines.Append(error.ToString()));
        Assert.Contains("Assumed arn:aws:iam", text, StringComparison.Ordinal);
        Assert.All(
            (string[])["member-secret", "member-session", AwsOptions.LoopbackSecretKey],
            secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    private static Answer AssumeRoleReply => new(HttpStatusCode.OK, $"""
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAMEMBER</AccessKeyId>
        <SecretAccessKey>member-secret</SecretAccessKey><SessionToken>member-session</SessionToken>
        <Expiration>{DateTime.UtcNow.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
        """, "text/xml");

    private static string Credential(SeenRequest request, string key, string service) =>
        $"Credential={key}/{request.Headers["x-amz-date"][..8]}/us-west-2/{service}/aws4_request";
}

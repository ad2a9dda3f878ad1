using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Aws.Tests;

public sealed class RdsClientTests : IAsyncLifetime
{
    private const string Described =
        """
        <DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">
          <DescribeDBInstancesResult><DBInstances><DBInstance>
            <DBInstanceIdentifier>payroll-main</DBInstanceIdentifier>
            <DbiResourceId>db-PAYROLLEXAMPLE000000000001</DbiResourceId>
            <DBInstanceArn>arn:aws:rds:ap-northeast-2:111122223333:db:payroll-main</DBInstanceArn>
            <Engine>postgres</Engine><PubliclyAccessible>true</PubliclyAccessible><DeletionProtection>false</DeletionProtection>
            <TagList><Tag><Key>Env</Key><Value>DEV</Value></Tag></TagList>
          </DBInstance></DBInstances></DescribeDBInstancesResult>
        </DescribeDBInstancesResponse>
        """;

    private FakeAws _aws = null!;
    private ServiceProvider _services = null!;
    private IRdsClient _client = null!;

    public async Task InitializeAsync()
    {
        _aws = await FakeAws.Start();
        _services = _aws.Services();
        _client = _services.GetRequiredService<IAwsClients>().Rds(FakeAws.Account, FakeAws.Region);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task An_instance_is_described_by_its_members()
    {
        _aws.RespondInTurn(Xml(200, Described));

        var instance = (await _client.DescribeDbInstance("payroll-main"))!.Value;

        Assert.Equal("db-PAYROLLEXAMPLE000000000001", instance.GetProperty("DbiResourceId").GetString());
        Assert.Equal("true", instance.GetProperty("PubliclyAccessible").GetString());
        var request = Assert.Single(_aws.Seen);
        Assert.Equal(
            "Action=DescribeDBInstances&Version=2014-10-31&DBInstanceIdentifier=payroll-main", request.Text);
        Assert.Equal(
            SigV4.Authorization(request, AwsOptions.LoopbackAccessKey, AwsOptions.LoopbackSecretKey), request.Headers["authorization"]);
    }

    [Fact]
    public async Task A_change_is_made_at_once_and_leaves_what_it_does_not_name()
    {
        _aws.RespondInTurn(Xml(
            200,
            "<ModifyDBInstanceResponse><ModifyDBInstanceResult><DBInstance/></ModifyDBInstanceResult></ModifyDBInstanceResponse>"));

        await _client.ModifyDbInstance(new DbInstanceChange("payroll-main", PubliclyAccessible: true));

        Assert.Equal(
            "Action=ModifyDBInstance&Version=2014-10-31&DBInstanceIdentifier=payroll-main&PubliclyAccessible=true&ApplyImmediately=true",
            Assert.Single(_aws.Seen).Text);
    }

    [Theory]
    [InlineData(404, "DBInstanceNotFound", AwsErrorKind.NotFound)]
    [InlineData(403, "AccessDenied", AwsErrorKind.AccessDenied)]
    public async Task A_refusal_keeps_AWSs_code_and_words(int status, string code, AwsErrorKind kind)
    {
        _aws.RespondInTurn(Xml(
            status,
            $"<ErrorResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><Error><Type>Sender</Type><Code>{code}</Code>" +
            "<Message>payroll-main</Message></Error><RequestId>r</RequestId></ErrorResponse>"));

        var fault = await Assert.ThrowsAsync<AwsServiceException>(
            () => _client.ModifyDbInstance(new DbInstanceChange("payroll-main", DeletionProtection: false)));

        Assert.Equal((code, "payroll-main", kind), (fault.ErrorCode, fault.Message, fault.Kind));
    }

    [Fact]
    public async Task An_instance_that_is_not_there_is_none()
    {
        _aws.RespondInTurn(Xml(404, "<ErrorResponse><Error><Code>DBInstanceNotFound</Code></Error></ErrorResponse>"));

        Assert.Null(await _client.DescribeDbInstance("gone"));
    }

    private static Answer Xml(int status, string text) => new((System.Net.HttpStatusCode)status, text, "text/xml");
}

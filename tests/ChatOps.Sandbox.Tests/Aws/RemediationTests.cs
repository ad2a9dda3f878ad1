using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using ChatOps.Sandbox.Aws;

namespace ChatOps.Sandbox.Tests.Aws;

public sealed class RemediationTests(RunningAws aws) : IClassFixture<RunningAws>
{
    private const string Role = "arn:aws:iam::111122223333:role/ChatOpsMember";

    [Fact]
    public async Task An_automation_run_by_the_command_line_client_resolves_the_finding_of_the_bucket_that_it_changed()
    {
        var pressed = await aws.PressAsync("import", new { scenario = "public-bucket" });
        Assert.True((bool)pressed["ok"]!);
        var id = (string)pressed["findingIds"]![0]!;
        // Other tests of this account may have left events of theirs.
        bool IsOurs(JsonNode detail) => (string?)detail["findings"]?[0]?["Id"] == id;
        var imported = await aws.NextAsync(p => p.DetailType == "Security Hub Findings - Imported" && IsOurs(p.Detail));
        Assert.Equal("sandbox-eventbridge-key", imported.Headers["X-Api-Key"]);
        var event1 = imported.Detail["findings"]![0]!;
        var bucket = ((string)event1["Resources"]![0]!["Id"]!).Split(":::")[1];

        var filters = new JsonObject { ["Id"] = new JsonArray(new JsonObject { ["Value"] = id, ["Comparison"] = "EQUALS" }) };
        var before = (await aws.CliAsync("securityhub", "get-findings", "--filters", filters.ToJsonString())).Json["Findings"]!.AsArray();
        Assert.Equal("FAILED", (string)Assert.Single(before)!["Compliance"]!["Status"]!);

        var parameters = new JsonObject { ["BucketName"] = new JsonArray(bucket), ["AutomationAssumeRole"] = new JsonArray(Role) };
        var started = await aws.CliAsync(
            "ssm", "start-automation-execution",
            "--document-name", "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock",
            "--parameters", parameters.ToJsonString());
        var execution = (string)started.Json["AutomationExecutionId"]!;

        var ended = await aws.NextAsync(p => p.DetailType == "EC2 Automation Execution Status-change Notification"
            && (string?)p.Detail["ExecutionId"] == execution && (string?)p.Detail["Status"] is "Success" or "Failed");
        Assert.Equal("Success", (string)ended.Detail["Status"]!);
        var resolved =
            (await aws.NextAsync(p => p.DetailType == "Security Hub Findings - Imported" && IsOurs(p.Detail))).Detail["findings"]![0]!;
        Assert.Equal(("PASSED", "RESOLVED"), ((string)resolved["Compliance"]!["Status"]!, (string)resolved["Workflow"]!["Status"]!));
        Assert.True(string.CompareOrdinal((string)resolved["UpdatedAt"]!, (string)event1["UpdatedAt"]!) > 0);

        var described = (await aws.CliAsync("ssm", "get-automation-execution", "--automation-execution-id", execution))
            .Json["AutomationExecution"]!;
        Assert.Equal("Success", (string)described["AutomationExecutionStatus"]!);
        Assert.Equal(
            ["PutBucketPublicAccessBlock", "GetBucketPublicAccessBlock"],
            described["StepExecutions"]!.AsArray().Select(s => (string)s!["StepName"]!));
    }

    [Theory]
    [InlineData("public-bucket", "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock", "BucketName")]
    [InlineData("readable-bucket", "AWS-DisableS3BucketPublicReadWrite", "S3BucketName")]
    [InlineData("unencrypted-stage-bucket", "AWS-EnableS3BucketEncryption", "BucketName")]
    [InlineData("default-security-group", "AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules", "GroupId")]
    [InlineData("ebs-encryption-off", "AWSConfigRemediation-EnableEbsEncryptionByDefault", null)]
    [InlineData("open-ssh", "AWS-DisablePublicAccessForSecurityGroup", "GroupId")]
    [InlineData("open-rdp", "AWS-DisablePublicAccessForSecurityGroup", "GroupId")]
    [InlineData("open-high-risk-ports", "AWS-DisablePublicAccessForSecurityGroup", "GroupId")]
    [InlineData("open-database-port", "ASR-DisableUnrestrictedAccessToHighRiskPorts", "SecurityGroupId")]
    [InlineData("public-database", "AWSConfigRemediation-DisablePublicAccessToRDSInstance", "DbiResourceId")]
    [InlineData("unprotected-database", "AWSConfigRemediation-EnableRDSInstanceDeletionProtection", "DbInstanceResourceId")]
    [InlineData("no-minor-upgrades", "AWSConfigRemediation-EnableMinorVersionUpgradeOnRDSDBInstance", "DbiResourceId")]
    public async Task Every_scenario_of_a_control_is_resolved_by_its_document(string scenario, string document, string? parameter)
    {
        var id = (string)(await aws.PressAsync("import", new { scenario }))["findingIds"]![0]!;
        var finding = Stored(id);
        var resource = finding["Resources"]![0]!;
        var (account, region) = ((string)finding["AwsAccountId"]!, (string)finding["Region"]!);
        using var ssm = await SsmAsync(account, region);
        var request = new StartAutomationExecutionRequest
        {
            DocumentName = document,
            Parameters = new() { ["AutomationAssumeRole"] = [$"arn:aws:iam::{account}:role/ChatOpsAutomation"] },
        };
        if (parameter is not null)
        {
            var arn = (string)resource["Id"]!;
            request.Parameters[parameter] =
            [
                (string?)resource["Details"]?["AwsRdsDbInstance"]?["DbiResourceId"] ?? arn.Split(':', '/')[^1],
            ];
        }

        await ssm.StartAutomationExecutionAsync(request);
        await UntilAsync(() => (string)Stored(id)["Workflow"]!["Status"]! == "RESOLVED");
        Assert.Equal("PASSED", (string)Stored(id)["Compliance"]!["Status"]!);
    }

    /// <summary>Waits for a change of the local AWS after which the condition holds.</summary>
    private async Task UntilAsync(Func<bool> holds)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (holds())
                held.TrySetResult();
        }

        aws.Sandbox.Background.OnChanged += Look;
        try
        {
            Look();
            await held.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
        finally
        {
            aws.Sandbox.Background.OnChanged -= Look;
        }
    }

    private JsonObject Stored(string id)
    {
        lock (aws.Sandbox.State.Sync)
            return aws.Sandbox.State.Findings.Find(id)!.Body.DeepClone().AsObject();
    }

    private async Task<AmazonSimpleSystemsManagementClient> SsmAsync(string account, string region)
    {
        var prod = new BasicAWSCredentials(AwsSandboxOptions.AccessKeyId, AwsSandboxOptions.SecretAccessKey);
        using var sts = new AmazonSecurityTokenServiceClient(
            prod, new AmazonSecurityTokenServiceConfig { ServiceURL = aws.Url.ToString(), AuthenticationRegion = region });
        var role = await sts.AssumeRoleAsync(new() { RoleArn = $"arn:aws:iam::{account}:role/ChatOpsMember", RoleSessionName = "test" });
        return new AmazonSimpleSystemsManagementClient(
            role.Credentials, new AmazonSimpleSystemsManagementConfig { ServiceURL = aws.Url.ToString(), AuthenticationRegion = region });
    }

    [Fact]
    public async Task The_caller_of_an_assumed_role_is_the_member_account()
    {
        var role = (await aws.CliAsync(
            "sts", "assume-role", "--role-arn", "arn:aws:iam::444455556666:role/ChatOpsMember", "--role-session-name",
            "test")).Json["Credentials"]!;
        var identity = await aws.CliAsAsync(
            (string)role["AccessKeyId"]!, (string)role["SecretAccessKey"]!, (string)role["SessionToken"]!, "sts", "get-caller-identity");
        Assert.Equal("444455556666", (string)identity.Json["Account"]!);
    }

    [Fact]
    public async Task An_unknown_role_is_refused()
    {
        var refused = await aws.CliAsync(
            "sts", "assume-role", "--role-arn", "arn:aws:iam::111122223333:role/Other", "--role-session-name", "test");
        Assert.Contains("(AccessDenied)", refused.Error, StringComparison.Ordinal);
    }
}

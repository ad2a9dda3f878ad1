using System.Text.Json.Nodes;

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
        var imported = await aws.NextAsync(p => p.DetailType == "Security Hub Findings - Imported");
        Assert.Equal("sandbox-eventbridge-key", imported.Headers["X-Api-Key"]);
        var event1 = imported.Detail["findings"]![0]!;
        Assert.Equal(id, (string)event1["Id"]!);
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

        var ended = await aws.NextAsync(p => p.DetailType == "EC2 Automation Execution Status-change Notification" && (string?)p.Detail["Status"] is "Success" or "Failed");
        Assert.Equal((execution, "Success"), ((string)ended.Detail["ExecutionId"]!, (string)ended.Detail["Status"]!));
        var resolved = (await aws.NextAsync(p => p.DetailType == "Security Hub Findings - Imported")).Detail["findings"]![0]!;
        Assert.Equal(("PASSED", "RESOLVED"), ((string)resolved["Compliance"]!["Status"]!, (string)resolved["Workflow"]!["Status"]!));
        Assert.True(string.CompareOrdinal((string)resolved["UpdatedAt"]!, (string)event1["UpdatedAt"]!) > 0);

        var described = (await aws.CliAsync("ssm", "get-automation-execution", "--automation-execution-id", execution)).Json["AutomationExecution"]!;
        Assert.Equal("Success", (string)described["AutomationExecutionStatus"]!);
        Assert.Equal(
            ["PutBucketPublicAccessBlock", "GetBucketPublicAccessBlock"],
            described["StepExecutions"]!.AsArray().Select(s => (string)s!["StepName"]!));
    }

    [Fact]
    public async Task The_caller_of_an_assumed_role_is_the_member_account()
    {
        var role = (await aws.CliAsync("sts", "assume-role", "--role-arn", "arn:aws:iam::444455556666:role/ChatOpsMember", "--role-session-name", "test")).Json["Credentials"]!;
        var identity = await aws.CliAsAsync((string)role["AccessKeyId"]!, (string)role["SecretAccessKey"]!, (string)role["SessionToken"]!, "sts", "get-caller-identity");
        Assert.Equal("444455556666", (string)identity.Json["Account"]!);
    }

    [Fact]
    public async Task An_unknown_role_is_refused()
    {
        var refused = await aws.CliAsync("sts", "assume-role", "--role-arn", "arn:aws:iam::111122223333:role/Other", "--role-session-name", "test");
        Assert.Contains("(AccessDenied)", refused.Error, StringComparison.Ordinal);
    }
}

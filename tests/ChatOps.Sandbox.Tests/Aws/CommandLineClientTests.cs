using ChatOps.Sandbox.Aws;

namespace ChatOps.Sandbox.Tests.Aws;

/// <summary>Debian's AWS command line client against the local AWS: every service, and its errors in its own protocol.</summary>
public sealed class CommandLineClientTests(RunningAws aws) : IClassFixture<RunningAws>
{
    [Theory]
    [InlineData("InvalidSignatureException", "ssm", "get-parameter", "--name", "x")]
    [InlineData("InvalidSignatureException", "securityhub", "get-findings")]
    [InlineData("SignatureDoesNotMatch", "sts", "get-caller-identity")]
    [InlineData("SignatureDoesNotMatch", "s3api", "list-buckets")]
    [InlineData("AuthFailure", "ec2", "describe-instances")]
    public async Task A_wrong_secret_is_refused_in_the_services_own_words(string code, params string[] command)
    {
        var refused = await aws.CliAsAsync(AwsSandboxOptions.AccessKeyId, "wrong", null, command);
        Assert.Contains($"({code})", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UnrecognizedClientException", "ssm", "get-parameter", "--name", "x")]
    [InlineData("InvalidClientTokenId", "rds", "describe-db-instances")]
    [InlineData("InvalidAccessKeyId", "s3api", "list-buckets")]
    public async Task An_unknown_key_is_refused_in_the_services_own_words(string code, params string[] command)
    {
        var refused = await aws.CliAsAsync("AKIAUNKNOWN", "wrong", null, command);
        Assert.Contains($"({code})", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_the_sandbox_lacks_is_named()
    {
        var refused = await aws.CliAsync("logs", "describe-log-groups");
        Assert.Contains("UnknownOperationException", refused.Error, StringComparison.Ordinal);
        Assert.Contains("DescribeLogGroups", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Buckets_are_made_configured_and_listed()
    {
        Assert.Equal(0, (await aws.CliAsync(
            "s3api", "create-bucket", "--bucket", "cli-bucket", "--create-bucket-configuration",
            "LocationConstraint=ap-northeast-2")).ExitCode);
        await aws.CliAsync(
            "s3api", "put-public-access-block", "--bucket", "cli-bucket", "--public-access-block-configuration",
            "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=false,RestrictPublicBuckets=false");
        var block = (await aws.CliAsync("s3api", "get-public-access-block", "--bucket", "cli-bucket"))
            .Json["PublicAccessBlockConfiguration"]!;
        Assert.Equal((true, false), ((bool)block["BlockPublicAcls"]!, (bool)block["BlockPublicPolicy"]!));
        await aws.CliAsync(
            "s3api", "put-bucket-logging", "--bucket", "cli-bucket", "--bucket-logging-status",
            """{"LoggingEnabled":{"TargetBucket":"bighead-access-logs","TargetPrefix":"cli/"}}""");
        Assert.Equal(
            "cli/",
            (string)(await aws.CliAsync("s3api", "get-bucket-logging", "--bucket", "cli-bucket")).Json["LoggingEnabled"]!["TargetPrefix"]!);
        Assert.Contains(
            "NoSuchTagSet", (await aws.CliAsync("s3api", "get-bucket-tagging", "--bucket", "cli-bucket")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_feeds_a_queue()
    {
        var queue = (string)(await aws.CliAsync("sqs", "create-queue", "--queue-name", "cli-queue")).Json["QueueUrl"]!;
        var arn = (string)(await aws.CliAsync("sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "QueueArn"))
            .Json["Attributes"]!["QueueArn"]!;
        var topic = (string)(await aws.CliAsync("sns", "create-topic", "--name", "cli-topic")).Json["TopicArn"]!;
        await aws.CliAsync("sns", "subscribe", "--topic-arn", topic, "--protocol", "sqs", "--notification-endpoint", arn);
        await aws.CliAsync("sns", "publish", "--topic-arn", topic, "--subject", "hello", "--message", "a message");

        var received =
            (await aws.CliAsync("sqs", "receive-message", "--queue-url", queue, "--wait-time-seconds", "5")).Json["Messages"]![0]!;
        var envelope = System.Text.Json.Nodes.JsonNode.Parse((string)received["Body"]!)!;
        Assert.Equal(
            ("Notification", "hello", "a message"),
            ((string)envelope["Type"]!, (string)envelope["Subject"]!, (string)envelope["Message"]!));
        Assert.Equal(0, (await aws.CliAsync(
            "sqs", "delete-message", "--queue-url", queue, "--receipt-handle", (string)received["ReceiptHandle"]!)).ExitCode);
        Assert.Contains(
            "NonExistentQueue", (await aws.CliAsync("sqs", "get-queue-url", "--queue-name", "none")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instances_databases_and_tags_are_shown_and_changed()
    {
        var instance = (await aws.CliAsync("ec2", "describe-instances", "--filters", "Name=tag:Env,Values=PROD"))
            .Json["Reservations"]![0]!["Instances"]![0]!;
        Assert.Equal("required", (string)instance["MetadataOptions"]!["HttpTokens"]!);
        var database = (await aws.CliAsync(
            "rds", "modify-db-instance", "--db-instance-identifier", "orders", "--backup-retention-period", "30")).Json["DBInstance"]!;
        Assert.Equal(30, (int)database["BackupRetentionPeriod"]!);

        var arn = (string)database["DBInstanceArn"]!;
        await aws.CliAsync("resourcegroupstaggingapi", "tag-resources", "--resource-arn-list", arn, "--tags", "Team=core");
        var tagged = (await aws.CliAsync("resourcegroupstaggingapi", "get-resources", "--tag-filters", "Key=Team,Values=core"))
            .Json["ResourceTagMappingList"]!.AsArray();
        Assert.Equal(arn, (string)Assert.Single(tagged)!["ResourceARN"]!);
    }

    [Fact]
    public async Task A_finding_is_annotated_and_an_unknown_one_comes_back_unprocessed()
    {
        var pressed = await aws.PressAsync("import", new { scenario = "unprotected-database" });
        var id = (string)pressed["findingIds"]![0]!;
        const string product = "arn:aws:securityhub:ap-northeast-2::product/aws/securityhub";
        var updated = (await aws.CliAsync(
            "securityhub", "batch-update-findings",
            "--finding-identifiers", $"Id={id},ProductArn={product}", $"Id=none,ProductArn={product}",
            "--note", "Text=accepted,UpdatedBy=minho", "--workflow", "Status=SUPPRESSED")).Json;
        Assert.Equal("none", (string)Assert.Single(updated["UnprocessedFindings"]!.AsArray())!["FindingIdentifier"]!["Id"]!);

        var found = (await aws.CliAsync(
            "securityhub", "get-findings", "--filters",
            """{"WorkflowStatus":[{"Value":"SUPPRESSED","Comparison":"EQUALS"}],"Title":[{"Value":"RDS","Comparison":"PREFIX"}],"ComplianceStatus":[{"Value":"PASSED","Comparison":"NOT_EQUALS"}]}"""))
                .Json["Findings"]!.AsArray();
        Assert.Equal(("accepted", id), ((string)Assert.Single(found)!["Note"]!["Text"]!, (string)found[0]!["Id"]!));
    }

    [Fact]
    public async Task While_throttled_each_protocol_says_so_in_its_own_way()
    {
        await using var throttled = new ThrottledAws();
        await throttled.StartAsync();
        Assert.Contains(
            "(ThrottlingException)", (await throttled.Aws.CliAsync("ssm", "get-parameter", "--name", "x")).Error, StringComparison.Ordinal);
        Assert.Contains("(SlowDown)", (await throttled.Aws.CliAsync("s3api", "list-buckets")).Error, StringComparison.Ordinal);
        Assert.Contains("(Throttling)", (await throttled.Aws.CliAsync("sts", "get-caller-identity")).Error, StringComparison.Ordinal);
        await throttled.Aws.PressAsync("throttle", new { seconds = 0 });
        Assert.Equal(0, (await throttled.Aws.CliAsync("sts", "get-caller-identity")).ExitCode);
    }

    private sealed class ThrottledAws : IAsyncDisposable
    {
        public RunningAws Aws { get; } = new();

        public async Task StartAsync()
        {
            await Aws.InitializeAsync();
            await Aws.PressAsync("throttle", new { seconds = 600 });
        }

        public async ValueTask DisposeAsync() => await Aws.DisposeAsync();
    }
}

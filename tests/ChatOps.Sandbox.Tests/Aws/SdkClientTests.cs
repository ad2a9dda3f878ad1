using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Amazon.SQS;
using Amazon.SQS.Model;
using ChatOps.Sandbox.Aws;
using Ec2Filter = Amazon.EC2.Model.Filter;

namespace ChatOps.Sandbox.Tests.Aws;

/// <summary>The official SDK against the local AWS, in process.</summary>
public sealed class SdkClientTests(RunningAws aws) : IClassFixture<RunningAws>
{
    private static readonly BasicAWSCredentials Prod = new(AwsSandboxOptions.AccessKeyId, AwsSandboxOptions.SecretAccessKey);

    private T Config<T>()
        where T : ClientConfig, new() => new()
        {
            ServiceURL = aws.Url.ToString(),
            AuthenticationRegion = AwsSandboxOptions.HomeRegion,
            MaxErrorRetry = 0,
        };

    [Fact]
    public async Task Ssm_pages_parameters_by_path()
    {
        using var ssm = new AmazonSimpleSystemsManagementClient(Prod, Config<AmazonSimpleSystemsManagementConfig>());
        for (var i = 0; i < 13; i++)
            await ssm.PutParameterAsync(new PutParameterRequest
            {
                Name = $"/paging/p{i:00}",
                Value = $"v{i}",
                Type = i == 0 ? ParameterType.SecureString : ParameterType.String,
            });

        var names = new List<string>();
        string? token = null;
        do
        {
            var page = await ssm.GetParametersByPathAsync(
                new GetParametersByPathRequest { Path = "/paging", Recursive = true, WithDecryption = true, NextToken = token });
            names.AddRange(page.Parameters.Select(p => p.Value));
            token = page.NextToken;
        }
        while (token is not null);

        Assert.Equal(Enumerable.Range(0, 13).Select(i => $"v{i}"), names);
        await Assert.ThrowsAsync<ParameterAlreadyExistsException>(
            () => ssm.PutParameterAsync(new PutParameterRequest { Name = "/paging/p01", Value = "again", Type = ParameterType.String }));
        await Assert.ThrowsAsync<ParameterNotFoundException>(() => ssm.GetParameterAsync(new GetParameterRequest { Name = "/none" }));
    }

    [Fact]
    public async Task A_client_token_starts_one_execution_however_often_it_is_sent()
    {
        using var ssm = new AmazonSimpleSystemsManagementClient(Prod, Config<AmazonSimpleSystemsManagementConfig>());
        var request = new StartAutomationExecutionRequest
        {
            DocumentName = "AWSConfigRemediation-EnableEbsEncryptionByDefault",
            Parameters = new() { ["AutomationAssumeRole"] = ["arn:aws:iam::111122223333:role/ChatOpsAutomation"] },
            ClientToken = Guid.NewGuid().ToString(),
        };
        var first = await ssm.StartAutomationExecutionAsync(request);
        var second = await ssm.StartAutomationExecutionAsync(request);
        Assert.Equal(first.AutomationExecutionId, second.AutomationExecutionId);

        request.DocumentName = "AWSConfigRemediation-EnforceEC2InstanceIMDSv2";
        request.Parameters["InstanceId"] = ["i-0fedcba9876543210"];
        await Assert.ThrowsAsync<IdempotentParameterMismatchException>(() => ssm.StartAutomationExecutionAsync(request));
    }

    [Fact]
    public async Task Automation_refuses_unknown_documents_and_parameters_as_aws_does()
    {
        using var ssm = new AmazonSimpleSystemsManagementClient(Prod, Config<AmazonSimpleSystemsManagementConfig>());
        await Assert.ThrowsAsync<AutomationDefinitionNotFoundException>(
            () => ssm.StartAutomationExecutionAsync(new StartAutomationExecutionRequest { DocumentName = "AWS-Nothing" }));
        var request = new StartAutomationExecutionRequest
        {
            DocumentName = "AWS-ConfigureS3BucketVersioning",
            Parameters = new() { ["Bucket"] = ["x"] },
        };
        await Assert.ThrowsAsync<InvalidAutomationExecutionParametersException>(() => ssm.StartAutomationExecutionAsync(request));
        request.Parameters = [];
        await Assert.ThrowsAsync<InvalidAutomationExecutionParametersException>(() => ssm.StartAutomationExecutionAsync(request));
        await Assert.ThrowsAsync<InvalidDocumentException>(() => ssm.DescribeDocumentAsync("AWS-Nothing"));
        var document = (await ssm.DescribeDocumentAsync("AWS-ConfigureS3BucketVersioning")).Document;
        Assert.Equal(("Amazon", DocumentStatus.Active), (document.Owner, document.Status));
        Assert.Contains(document.Parameters, p => p.Name == "BucketName" && p.DefaultValue is null);
    }

    [Fact]
    public async Task A_step_that_the_panel_fails_names_awss_error_and_the_next_automation_succeeds()
    {
        using var ssm = new AmazonSimpleSystemsManagementClient(Prod, Config<AmazonSimpleSystemsManagementConfig>());
        await aws.PressAsync("fail-next-automation");
        var request = new StartAutomationExecutionRequest
        {
            DocumentName = "AWS-ConfigureS3BucketVersioning",
            Parameters = new() { ["BucketName"] = ["bighead-assets"] },
        };

        var failed = await EndedAsync(ssm, (await ssm.StartAutomationExecutionAsync(request)).AutomationExecutionId);
        var step = Assert.Single(failed.StepExecutions);
        Assert.Equal(
            (AutomationExecutionStatus.Failed, AutomationExecutionStatus.Failed), (failed.AutomationExecutionStatus, step.StepStatus));
        Assert.Contains("(AccessDenied) when calling the PutBucketVersioning operation", step.FailureMessage, StringComparison.Ordinal);

        var retried = await EndedAsync(ssm, (await ssm.StartAutomationExecutionAsync(request)).AutomationExecutionId);
        Assert.Equal(AutomationExecutionStatus.Success, retried.AutomationExecutionStatus);
    }

    [Fact]
    public async Task Every_bucket_setting_that_a_control_reads_can_be_written_and_read()
    {
        using var s3 = new AmazonS3Client(Prod, PathStyle());
        const string bucket = "sdk-settings";
        await s3.PutBucketAsync(bucket);
        Assert.Contains((await s3.ListBucketsAsync()).Buckets, b => b.BucketName == bucket);
        await s3.DeletePublicAccessBlockAsync(new DeletePublicAccessBlockRequest { BucketName = bucket });
        var missing = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => s3.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = bucket }));
        Assert.Equal("NoSuchPublicAccessBlockConfiguration", missing.ErrorCode);

        await s3.PutPublicAccessBlockAsync(new PutPublicAccessBlockRequest
        {
            BucketName = bucket,
            PublicAccessBlockConfiguration = new() { BlockPublicAcls = true, IgnorePublicAcls = true },
        });
        var block = (await s3.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = bucket }))
            .PublicAccessBlockConfiguration;
        Assert.Equal(
            (true, true, false, false),
            (block.BlockPublicAcls, block.IgnorePublicAcls, block.BlockPublicPolicy, block.RestrictPublicBuckets));

        await s3.PutBucketVersioningAsync(
            new PutBucketVersioningRequest { BucketName = bucket, VersioningConfig = new() { Status = VersionStatus.Enabled } });
        Assert.Equal(VersionStatus.Enabled, (await s3.GetBucketVersioningAsync(bucket)).VersioningConfig.Status);
        await s3.PutBucketTaggingAsync(bucket, [new Amazon.S3.Model.Tag { Key = "Env", Value = "DEV" }]);
        Assert.Equal(
            "DEV", Assert.Single((await s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = bucket })).TagSet).Value);
        var encryption = await s3.GetBucketEncryptionAsync(new GetBucketEncryptionRequest { BucketName = bucket });
        Assert.Equal("AES256", encryption.ServerSideEncryptionConfiguration.ServerSideEncryptionRules[0].ServerSideEncryptionByDefault
            .ServerSideEncryptionAlgorithm.Value);
        await s3.PutBucketPolicyAsync(
            bucket,
            """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::sdk-settings/*"}]}""");
        Assert.True((await s3.GetBucketPolicyStatusAsync(new GetBucketPolicyStatusRequest { BucketName = bucket })).PolicyStatus.IsPublic);
        await s3.DeleteBucketAsync(bucket);
        Assert.Equal("NoSuchBucket", (await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.GetBucketVersioningAsync(bucket))).ErrorCode);
    }

    [Fact]
    public async Task A_rule_opened_by_ec2s_client_makes_a_finding_and_revoking_it_resolves_it()
    {
        using var ec2 = new AmazonEC2Client(Prod, Config<AmazonEC2Config>());
        var group = (await ec2.CreateSecurityGroupAsync(
            new CreateSecurityGroupRequest { GroupName = "sdk-open", Description = "test", VpcId = "vpc-0a1b2c3d4e5f60718" })).GroupId;
        IpPermission[] ssh =
        [
            new() { IpProtocol = "tcp", FromPort = 22, ToPort = 22, Ipv4Ranges = [new IpRange { CidrIp = "0.0.0.0/0" }] },
        ];
        await ec2.AuthorizeSecurityGroupIngressAsync(
            new AuthorizeSecurityGroupIngressRequest { GroupId = group, IpPermissions = [.. ssh] });
        var described = Assert.Single((await ec2.DescribeSecurityGroupsAsync(
            new DescribeSecurityGroupsRequest { Filters = [new Ec2Filter("group-name", ["sdk-open"])] })).SecurityGroups);
        Assert.Equal((22, "0.0.0.0/0"), (described.IpPermissions[0].FromPort, described.IpPermissions[0].Ipv4Ranges[0].CidrIp));
        await aws.NextAsync(p => Finding(p, "EC2.13", group) is { } f && f["Compliance"]!["Status"]!.ToString() == "FAILED");

        await ec2.RevokeSecurityGroupIngressAsync(new RevokeSecurityGroupIngressRequest { GroupId = group, IpPermissions = [.. ssh] });
        await aws.NextAsync(p => Finding(p, "EC2.13", group) is { } f && f["Workflow"]!["Status"]!.ToString() == "RESOLVED");
        var unknown = await Assert.ThrowsAsync<AmazonEC2Exception>(() => ec2.RevokeSecurityGroupIngressAsync(
            new RevokeSecurityGroupIngressRequest { GroupId = "sg-none", IpPermissions = [.. ssh] }));
        Assert.Equal("InvalidGroup.NotFound", unknown.ErrorCode);
    }

    [Fact]
    public async Task A_received_message_is_invisible_until_its_time_is_over_and_a_deleted_one_never_returns()
    {
        using var sqs = new AmazonSQSClient(Prod, Config<AmazonSQSConfig>());
        var url = (await sqs.CreateQueueAsync(
            new CreateQueueRequest { QueueName = "sdk", Attributes = new() { ["VisibilityTimeout"] = "1" } })).QueueUrl;
        await sqs.SendMessageAsync(url, "안녕");

        var received = Assert.Single((await sqs.ReceiveMessageAsync(
            new ReceiveMessageRequest { QueueUrl = url, MaxNumberOfMessages = 10, MessageSystemAttributeNames = ["All"] })).Messages);
        Assert.Equal(("안녕", "1"), (received.Body, received.Attributes["ApproximateReceiveCount"]));
        Assert.Empty((await sqs.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = url })).Messages ?? []);
        var again = Assert.Single(
            (await sqs.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = url, WaitTimeSeconds = 5 })).Messages);
        var deleted = await sqs.DeleteMessageBatchAsync(
            url, [new DeleteMessageBatchRequestEntry("one", again.ReceiptHandle), new DeleteMessageBatchRequestEntry("bad", "no-handle")]);
        Assert.Equal(("one", "bad"), (Assert.Single(deleted.Successful).Id, Assert.Single(deleted.Failed).Id));
        Assert.Empty((await sqs.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = url, WaitTimeSeconds = 2 })).Messages ?? []);
        await Assert.ThrowsAsync<QueueDoesNotExistException>(() => sqs.GetQueueUrlAsync("none"));
    }

    [Fact]
    public async Task A_waiting_receiver_gets_a_message_when_it_is_sent()
    {
        using var sqs = new AmazonSQSClient(Prod, Config<AmazonSQSConfig>());
        var url = (await sqs.CreateQueueAsync("sdk-wait")).QueueUrl;
        var waiting = sqs.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = url, WaitTimeSeconds = 20 });
        await sqs.SendMessageBatchAsync(url, [new SendMessageBatchRequestEntry("a", "hello")]);
        Assert.Equal("hello", Assert.Single((await waiting).Messages).Body);
    }

    [Fact]
    public async Task An_assumed_role_acts_in_its_own_account()
    {
        using var sts = new AmazonSecurityTokenServiceClient(Prod, Config<AmazonSecurityTokenServiceConfig>());
        var role = await sts.AssumeRoleAsync(
            new AssumeRoleRequest { RoleArn = "arn:aws:iam::444455556666:role/ChatOpsMember", RoleSessionName = "sdk" });
        Assert.True(role.Credentials.Expiration > DateTime.UtcNow.AddMinutes(50));
        using var s3 = new AmazonS3Client(role.Credentials, PathStyle());
        Assert.Contains((await s3.ListBucketsAsync()).Buckets, b => b.BucketName == "bighead-stage-artifacts");
        Assert.Equal(
            "AccessDenied", (await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.GetBucketVersioningAsync("bighead-assets"))).ErrorCode);
    }

    private AmazonS3Config PathStyle()
    {
        var config = Config<AmazonS3Config>();
        config.ForcePathStyle = true;
        return config;
    }

    private static System.Text.Json.Nodes.JsonNode? Finding(ReceivedPost post, string control, string resource) =>
        post.DetailType != "Security Hub Findings - Imported" ? null : post.Detail["findings"]!.AsArray().FirstOrDefault(f =>
            (string?)f!["Compliance"]?["SecurityControlId"] == control
                && ((string)f["Resources"]![0]!["Id"]!).EndsWith(resource, StringComparison.Ordinal));

    private static async Task<AutomationExecution> EndedAsync(AmazonSimpleSystemsManagementClient ssm, string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var execution = (await ssm.GetAutomationExecutionAsync(
                new GetAutomationExecutionRequest { AutomationExecutionId = id }, limit.Token)).AutomationExecution;
            if (execution.ExecutionEndTime is not null)
                return execution;
        }
    }
}

using ChatOps.Aws;
using ChatOps.Platform.Policy;

namespace ChatOps.Tagging.Tests;

/// <summary>Create calls as CloudTrail really writes them, each with the ARN, the name and the tags that must be read from it.</summary>
public sealed class CreateCallCases
{
    private const string Own = "111122223333";

    /// <summary>File, ARN, name, creator, own tags.</summary>
    public static TheoryData<string, string, string, string, string> Calls => new()
    {
        { "create-secret", $"arn:aws:secretsmanager:us-east-1:{Own}:secret:garden/mail-Ab3dEf", "garden/mail", "sora", "" },
        {
            "put-parameter-first", $"arn:aws:ssm:us-east-1:{Own}:parameter/garden/mail/password", "/garden/mail/password", "sora",
            "Team=garden"
        },
        { "create-instance-profile", $"arn:aws:iam::{Own}:instance-profile/garden-web", "garden-web", "sora", "Team=garden" },
        { "create-trail", $"arn:aws:cloudtrail:us-east-1:{Own}:trail/garden-trail", "garden-trail", "sora", "Team=garden" },
        {
            "create-flow-logs", $"arn:aws:ec2:us-east-1:{Own}:vpc-flow-log/fl-0123456789abcdef0", "fl-0123456789abcdef0", "sora",
            "Team=garden"
        },
        {
            "create-db-snapshot", $"arn:aws:rds:us-east-1:{Own}:snapshot:garden-before-move", "Garden-Before-Move", "sora", "Team=garden"
        },
        { "create-topic", $"arn:aws:sns:ap-northeast-2:{Own}:garden-orders", "garden-orders", "sora", "" },
        {
            "create-key", $"arn:aws:kms:ap-northeast-2:{Own}:key/1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
            "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d", "sora", ""
        },
        {
            "run-instances-from-the-console", $"arn:aws:ec2:ap-northeast-2:{Own}:instance/i-0a1b2c3d4e5f60001", "i-0a1b2c3d4e5f60001",
            "sora", ""
        },
        {
            "run-instances-volume-specification", $"arn:aws:ec2:ap-northeast-2:{Own}:instance/i-0a1b2c3d4e5f60002",
            "i-0a1b2c3d4e5f60002", "sora", ""
        },
        {
            "create-load-balancer",
            $"arn:aws:elasticloadbalancing:ap-northeast-2:{Own}:loadbalancer/app/prod-garden/50dc6c495c0c9188", "prod-garden", "sora", ""
        },
        { "create-stage", "arn:aws:apigateway:ap-northeast-2::/restapis/a1b2c3d4e5/stages/beta", "beta", "sora", "" },
        {
            "create-nat-gateway", "arn:aws:ec2:*:natgateway/nat-0123456789abcdef0", "garden-nat-a", "",
            "Managed=true Name=garden-nat-a"
        },
        { "create-bucket-by-a-pod", "arn:aws:s3:::garden-uploads", "garden-uploads", "garden-uploader-irsa", "" },
        { "create-bucket-by-terraform", "arn:aws:s3:::garden-state", "garden-state", "terraform-apply", "" },
        {
            "allocate-address", $"arn:aws:ec2:ap-northeast-2:{Own}:elastic-ip/eipalloc-0fedcba9876543210", "eipalloc-0fedcba9876543210",
            "sora", ""
        },
        {
            "create-auto-scaling-group",
            $"arn:aws:autoscaling:ap-northeast-2:{Own}:autoScalingGroup:*:autoScalingGroupName/garden-web", "garden-web", "sora",
            "Name=garden-web"
        },
    };

    [Theory, MemberData(nameof(Calls))]
    public async Task A_call_is_read_as_what_it_created(string file, string arn, string name, string creator, string tags)
    {
        await using var world = await TaggingWorld.CreateAsync(ChatOps.Platform.Storage.DatabaseKind.Sqlite);
        var creation = Assert.Single(world.Reader.Of(CloudTrailCall.Read(Body(file))!));

        Assert.True(TextPattern.Matches(arn, creation.Arn!) || creation.Arn == arn, creation.Arn);
        Assert.Equal(name, creation.Name);
        if (creator.Length > 0) Assert.Equal(creator, creation.Creator.Name);
        Assert.Equal(tags, string.Join(' ', creation.OwnTags.OrderBy(tag => tag.Key).Select(tag => $"{tag.Key}={tag.Value}")));
        Assert.Equal(CreationState.Pending, creation.State);
    }

    [Fact]
    public void Every_case_of_a_create_call_is_asserted() => Assert.Empty(
        Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Where(file => !file.StartsWith("delete-", StringComparison.Ordinal))
            .Where(file => !file.StartsWith("terminate-", StringComparison.Ordinal))
            .Except(Calls.Select(row => (string)row[0]!)));

    [Fact]
    public async Task A_load_balancer_gets_what_its_name_tells()
    {
        await using var world = await TaggingWorld.CreateAsync(ChatOps.Platform.Storage.DatabaseKind.Sqlite);
        await world.ReadAsync(Body("create-load-balancer"));
        await world.WorkAsync();

        var tags = world.Aws.Of($"arn:aws:elasticloadbalancing:ap-northeast-2:{Own}:loadbalancer/app/prod-garden/50dc6c495c0c9188");
        Assert.Equal(("PROD", "sora"), (tags["bighead:Env"], tags["bighead:Creator"]));
    }

    [Fact]
    public async Task Tags_of_a_volume_are_not_the_instances()
    {
        await using var world = await TaggingWorld.CreateAsync(ChatOps.Platform.Storage.DatabaseKind.Sqlite);
        world.Aws.Parameters["/auto-tag/ec2/tag/bighead_Env"] = "DEV";
        await world.ReadAsync(Body("run-instances-volume-specification"));
        await world.WorkAsync();

        var tags = world.Aws.Of($"arn:aws:ec2:ap-northeast-2:{Own}:instance/i-0a1b2c3d4e5f60002");
        Assert.Equal("DEV", tags["bighead:Env"]);
        Assert.DoesNotContain("bighead:Owner", tags.Keys);
    }

    [Theory]
    [InlineData("garden-deploy", "1764201000123456789", "garden-deploy")]
    [InlineData("garden-deploy", "botocore-session-1764201000", "garden-deploy")]
    [InlineData("github-actions", "GitHubActions", "github-actions")]
    [InlineData("stacksets-exec-0a1b2c3d4e5f", "0a1b2c3d-1111-2222-3333-444455556666", "stacksets-exec-0a1b2c3d4e5f")]
    [InlineData("node", "i-0a1b2c3d4e5f60001", "node")]
    [InlineData("AWSReservedSSO_Admin_0123456789abcdef", "sora@bighead.example", "sora@bighead.example")]
    [InlineData("AWSReservedSSO_Admin_0123456789abcdef", "sora123456", "sora123456")]
    [InlineData("Developer", "jiyeon", "jiyeon")]
    [InlineData("Developer", "ji-yeon.kim", "ji-yeon.kim")]
    [InlineData("terraform", "sora@bighead.example", "sora@bighead.example")]
    public void A_person_is_known_by_the_session_and_a_machine_by_the_role(string role, string session, string creator) =>
        Assert.Equal(creator, Creator.Of(CloudTrailCall.Read(CreateEventTests.Event(
            "s3", "CreateBucket", identity: new System.Text.Json.Nodes.JsonObject
            {
                ["type"] = "AssumedRole",
                ["arn"] = $"arn:aws:sts::{Own}:assumed-role/{role}/{session}",
            }))!).Name);

    [Fact]
    public void An_operator_adds_and_corrects_rows_without_a_build()
    {
        var events = PolicyDocument.Read(
            AutoTagEvents.File,
            """
            events:
              - source: orchard.amazonaws.com
                event: CreateTree
                id: responseElements.tree.treeId
                arn: arn:{p}:orchard:{r}:{a}:tree/{id}
                type: AWS::Orchard::Tree
              - source: s3
                event: CreateBucket
                id: requestParameters.bucketName
                arn: arn:{p}:s3:::{id}
                type: AWS::S3::Bucket
                tagging: never
            """,
            AutoTagEvents.Read);
        var table = CreateEventTable.Shipped.With(events.Rows);
        var tree = CloudTrailCall.Read(CreateEventTests.Event(
            "orchard", "CreateTree",
            new System.Text.Json.Nodes.JsonObject { ["tree"] = new System.Text.Json.Nodes.JsonObject { ["treeId"] = "t-1" } }))!;

        Assert.Equal([$"arn:aws:orchard:us-east-1:{Own}:tree/t-1"], table.Find(tree)!.ArnsOf(tree));
        Assert.Equal(TaggingMethod.Never, table.Find(CloudTrailCall.Read(CreateEventTests.Event("s3", "CreateBucket"))!)!.Way);
        Assert.Contains($"aws.orchard/{CloudTrailCall.DetailType}", table.Kinds);
    }

    [Fact]
    public void A_wrong_row_of_an_operator_is_reported()
    {
        var fault = Assert.Throws<PolicyException>(() => PolicyDocument.Read(
            AutoTagEvents.File,
            "events: [{ source: x, event: CreateY, id: tree.id, type: 'AWS::X::Y' }, { source: x, event: CreateZ, type: 'AWS::X::Z' }]",
            AutoTagEvents.Read));

        Assert.Equal(2, fault.Faults.Count);
    }

    [Theory]
    [InlineData("arn:aws:ec2:us-east-1:111122223333:eip-allocation/eipalloc-1", "arn:aws:ec2:us-east-1:111122223333:elastic-ip/eipalloc-1")]
    [InlineData("arn:aws:ec2:us-east-1:111122223333:snapshot/snap-1", "arn:aws:ec2:us-east-1::snapshot/snap-1")]
    [InlineData("arn:aws:logs:us-east-1:111122223333:log-group:/a/b:*", "arn:aws:logs:us-east-1:111122223333:log-group:/a/b")]
    [InlineData("arn:aws:s3:::garden", "arn:aws:s3:::garden")]
    [InlineData("not an arn", "not an arn")]
    public void One_resource_has_one_ARN(string form, string canonical) => Assert.Equal(canonical, ArnForms.Canonical(form));

    internal static string Folder => Path.Combine(AppContext.BaseDirectory, "data", "cases", "cloudtrail");

    internal static string Body(string file) => File.ReadAllText(Path.Combine(Folder, file + ".json"));
}

using System.Text.Json.Nodes;
using ChatOps.Platform.Storage;

namespace ChatOps.Tagging.Tests;

public sealed class CreateEventTests
{
    private static readonly AutoTagRules Rules = TaggingWorld.SandboxPolicy().AutoTag;
    private static readonly HashSet<string> OurRoles = ["ChatOpsMember"];

    /// <summary>Every file of real and composed events, with what it must be read as.</summary>
    public static TheoryData<string, string, string, string?> Files => new()
    {

        {
            "cloudhsm-create-cluster",
            "arn:aws:cloudhsm:us-east-1:111122223333:cluster/cluster-dqf7m6ithhc",
            "pratyush.mishra@example.com",
            null
        },
        { "create-bucket", "arn:aws:s3:::custodian-create-bucket-v4", "root", null },
        { "create-db-instance", "arn:aws:rds:us-east-1:111122223333:db:onenessdb", "userid", null },
        { "create-distribution", "arn:aws:cloudfront::111122223333:distribution/E53370FUHBNLK", "HarishAchappa", null },
        { "create-volume", "arn:aws:ec2:us-east-1:111122223333:volume/vol-97c02b3e", "AWS_DCS_DEV", null },
        { "dynamodb-create-table", "arn:aws:dynamodb:us-east-1:111122223333:table/orders", "alice", null },
        { "ecs-create-cluster-access-denied", "", "alice", null },
        { "eks-create-cluster", "arn:aws:eks:us-east-1:111122223333:cluster/shop", "alice", null },
        { "lambda-create-function", "arn:aws:lambda:us-east-1:111122223333:function:report", "alice", null },
        { "run-instances-assumed-role", "arn:aws:ec2:us-east-1:444455556666:instance/i-0f7c711dc84bedda0", "Radiant", null },

        {
            "run-instances-autoscaling",
            "arn:aws:ec2:us-west-1:111122223333:instance/i-784cdacd arn:aws:ec2:us-west-1:111122223333:instance/i-7b4cdace",
            "root",
            SkipReasons.Service
        },
    };

    [Theory, MemberData(nameof(Files))]
    public void Every_event_says_what_was_created_and_by_whom(string file, string arns, string creator, string? skip)
    {
        var call = CloudTrailCall.Read(Body(file))!;
        var row = CreateEventTable.Shipped.Find(call);

        Assert.NotNull(row);
        Assert.Equal(arns.Split(' ', StringSplitOptions.RemoveEmptyEntries), row.ArnsOf(call));
        Assert.Equal(creator, Creator.Of(call).Name);
        Assert.Equal(skip, Creator.Of(call).SkipReason(Rules, OurRoles));
    }

    [Fact]
    public void No_file_of_events_is_left_out() =>
        Assert.Equal(
            Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(),
            Files.Select(row => (string)row[0]!).Order());

    [Fact]
    public void The_table_knows_two_hundred_calls_of_seventy_services_and_each_once()
    {
        var rows = CreateEventTable.Shipped.Rows;

        Assert.True(CreateEventTable.Shipped.Calls >= 700);
        Assert.True(CreateEventTable.Shipped.Services >= 140);
        Assert.Equal(rows.Count, rows.Select(row => (row.Source, row.Name, row.When)).Distinct().Count());
        Assert.All(rows, row => Assert.StartsWith("AWS::", row.Type, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("redshift", "CreateCluster", "AWS::Redshift::Cluster")]
    [InlineData("eks", "CreateCluster", "AWS::EKS::Cluster")]
    [InlineData("cloudhsm", "CreateCluster", "AWS::CloudHSM::Cluster")]
    [InlineData("cloudfront", "CreateDistribution2020_05_31", "AWS::CloudFront::Distribution")]
    [InlineData("lambda", "CreateFunction20150331", "AWS::Lambda::Function")]
    public void A_call_is_found_by_its_source_and_its_name_without_the_date(string source, string name, string type) =>
        Assert.Equal(type, CreateEventTable.Shipped.Find(Call(source, name))?.Type);

    [Fact]
    public void A_name_alone_is_no_row() => Assert.Null(CreateEventTable.Shipped.Find(Call("orchard", "CreateService")));

    [Fact]
    public void The_two_load_balancers_of_one_name_are_told_apart()
    {
        const string Arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188";
        var application = Call(
            "elasticloadbalancing", "CreateLoadBalancer",
            new JsonObject { ["loadBalancers"] = new JsonArray(new JsonObject { ["loadBalancerArn"] = Arn }) });
        var classic = Call(
            "elasticloadbalancing", "CreateLoadBalancer", new JsonObject { ["dNSName"] = "x" },
            new JsonObject { ["loadBalancerName"] = "old" });

        Assert.Equal([Arn], CreateEventTable.Shipped.Find(application)!.ArnsOf(application));
        Assert.Equal(
            ["arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/old"],
            CreateEventTable.Shipped.Find(classic)!.ArnsOf(classic));
    }

    [Fact]
    public void Ids_in_lists_and_wrapped_answers_and_odd_casing_are_found()
    {
        var many = Call("ec2", "RunInstances", new JsonObject
        {
            ["instancesSet"] = new JsonObject
            {
                ["items"] = new JsonArray(new JsonObject { ["instanceId"] = "i-1" }, new JsonObject { ["instanceId"] = "i-2" }),
            }
        });
        var wrapped = Call("ec2", "CreateNatGateway", new JsonObject
        {
            ["CreateNatGatewayResponse"] = new JsonObject { ["natGateway"] = new JsonObject { ["natGatewayId"] = "nat-1" } },
        });
        var cased = Call(
            "wafv2", "CreateWebACL",
            new JsonObject { ["summary"] = new JsonObject { ["ARN"] = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/a/1" } });
        var oneForList = Call(
            "ec2", "CreateFlowLogs",
            new JsonObject { ["CreateFlowLogsResponse"] = new JsonObject { ["flowLogIdSet"] = new JsonObject { ["item"] = "fl-1" } } });

        Assert.Equal(["arn:aws:ec2:us-east-1:111122223333:instance/i-1", "arn:aws:ec2:us-east-1:111122223333:instance/i-2"], Arns(many));
        Assert.Equal(["arn:aws:ec2:us-east-1:111122223333:natgateway/nat-1"], Arns(wrapped));
        Assert.Equal(["arn:aws:wafv2:us-east-1:111122223333:regional/webacl/a/1"], Arns(cased));
        Assert.Equal(["arn:aws:ec2:us-east-1:111122223333:vpc-flow-log/fl-1"], Arns(oneForList));
    }

    [Fact]
    public void Snapshots_have_no_account_and_functions_no_version_in_their_ARN()
    {
        Assert.Equal(
            ["arn:aws:ec2:us-east-1::snapshot/snap-1"], Arns(Call("ec2", "CreateSnapshot", new JsonObject { ["snapshotId"] = "snap-1" })));
        Assert.Equal(
            ["arn:aws:lambda:us-east-1:111122223333:function:report"],
            Arns(Call(
                "lambda", "CreateFunction20150331",
                new JsonObject { ["functionArn"] = "arn:aws:lambda:us-east-1:111122223333:function:report:7" })));
    }

    [Fact]
    public void A_stage_needs_both_its_ids()
    {
        var request = new JsonObject { ["restApiId"] = "abc", ["createStageInput"] = new JsonObject { ["stageName"] = "live" } };

        Assert.Equal(["arn:aws:apigateway:us-east-1::/restapis/abc/stages/live"], Arns(Call("apigateway", "CreateStage", null, request)));
        request.Remove("restApiId");
        Assert.Empty(Arns(Call("apigateway", "CreateStage", null, request.DeepClone().AsObject())));
    }

    [Fact]
    public void Tags_that_the_call_set_are_read_from_lists_and_maps()
    {
        var specification = Call("ec2", "RunInstances", null, new JsonObject
        {
            ["tagSpecificationSet"] = new JsonObject
            {
                ["items"] = new JsonArray(new JsonObject
                {
                    ["resourceType"] = "instance",
                    ["tags"] = new JsonArray(new JsonObject { ["key"] = "Env", ["value"] = "PROD" }),
                })
            },
        });
        var map = Call("eks", "CreateCluster", null, new JsonObject { ["name"] = "shop", ["tags"] = new JsonObject { ["team"] = "red" } });

        Assert.Equal(new Dictionary<string, string> { ["Env"] = "PROD" }, specification.OwnTags());
        Assert.Equal(new Dictionary<string, string> { ["team"] = "red" }, map.OwnTags());
    }

    [Fact]
    public void AWS_itself_and_we_ourselves_and_who_policy_skips_are_skipped()
    {
        string? Skip(JsonObject identity) =>
            Creator.Of(Call("ec2", "CreateVolume", identity: identity)).SkipReason(Rules with { SkipCreators = ["EMR_*"] }, OurRoles);
        JsonObject Role(string role, string? invokedBy = null) => new()
        {
            ["type"] = "AssumedRole",
            ["arn"] = $"arn:aws:sts::111122223333:assumed-role/{role}/x",
            ["invokedBy"] = invokedBy,
            ["sessionContext"] = new JsonObject { ["sessionIssuer"] = new JsonObject { ["userName"] = role } },
        };

        Assert.Equal(SkipReasons.Service, Skip(new JsonObject { ["type"] = "AWSService", ["invokedBy"] = "batch.amazonaws.com" }));
        Assert.Equal(SkipReasons.Service, Skip(Role("AWSServiceRoleForAutoScaling")));
        Assert.Equal(SkipReasons.Service, Skip(Role("Developer", "elasticmapreduce.amazonaws.com")));
        Assert.Equal(SkipReasons.Ourselves, Skip(Role("ChatOpsMember")));
        Assert.Equal(SkipReasons.Policy, Skip(Role("EMR_EC2_DefaultRole")));
        Assert.Null(Skip(Role("Developer", "cloudformation.amazonaws.com")));
        Assert.Null(Skip(Role("Developer")));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Reading_all_files_twice_keeps_each_creation_once(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        string[] bodies = [.. Directory.EnumerateFiles(Folder, "*.json").Select(File.ReadAllText)];

        await world.ReadAsync(bodies);
        await world.ReadAsync(bodies);

        var counts = await world.CountsAsync();
        // One call launched two instances.
        Assert.Equal(bodies.Length + 1, counts.Sum(count => count.Count));
        Assert.Equal(1, counts.Single(count => count is { State: CreationState.Skipped, Detail: SkipReasons.Refused }).Count);
        Assert.Equal(2, counts.Single(count => count is { State: CreationState.Skipped, Detail: SkipReasons.Service }).Count);
        Assert.Equal("alice", world.Assets["arn:aws:dynamodb:us-east-1:111122223333:table/orders"].Creator);
    }

    internal static string Folder => Path.Combine(AppContext.BaseDirectory, "data", "events", "cloudtrail");

    internal static string Body(string file) => File.ReadAllText(Path.Combine(Folder, file + ".json"));

    internal static string Event(
        string source, string name, JsonNode? response = null, JsonNode? request = null, JsonNode? identity = null,
        string? id = null, DateTimeOffset? at = null) => new JsonObject
        {
            ["id"] = id ?? Guid.NewGuid().ToString(),
            ["detail-type"] = CloudTrailCall.DetailType,
            ["source"] = $"aws.{source}",
            ["account"] = "111122223333",
            ["region"] = "us-east-1",
            ["time"] = "2026-11-25T02:59:00Z",
            ["detail"] = new JsonObject
            {
                ["eventSource"] = $"{source}.amazonaws.com",
                ["eventName"] = name,
                ["eventID"] = id ?? Guid.NewGuid().ToString(),
                ["awsRegion"] = "us-east-1",
                ["recipientAccountId"] = "111122223333",
                ["eventTime"] = at?.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture)
                    ?? "2026-11-25T02:59:00Z",
                ["userIdentity"] = identity
                ?? new JsonObject { ["type"] = "IAMUser", ["arn"] = "arn:aws:iam::111122223333:user/jiyeon", ["userName"] = "jiyeon" },
                ["requestParameters"] = request,
                ["responseElements"] = response,
            },
        }.ToJsonString();

    private static CloudTrailCall Call(
        string source, string name, JsonNode? response = null, JsonNode? request = null, JsonNode? identity = null) =>
        CloudTrailCall.Read(Event(source, name, response, request, identity))!;

    private static IReadOnlyList<string> Arns(CloudTrailCall call) => CreateEventTable.Shipped.Find(call)?.ArnsOf(call) ?? [];
}

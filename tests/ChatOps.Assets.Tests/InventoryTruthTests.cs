using System.Text.Json.Nodes;
using ChatOps.Aws;
using ChatOps.Platform.Storage;

namespace ChatOps.Assets.Tests;

/// <summary>One resource is one asset; what AWS lists may be old; what is not listed is not deleted.</summary>
public sealed class InventoryTruthTests
{
    private const string Elastic = "arn:aws:ec2:ap-northeast-2:111122223333:elastic-ip/eipalloc-0fedcba9876543210";

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_address_that_Config_calls_otherwise_is_one_asset_and_keeps_its_creator(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        await world.RecordAsync(Elastic, creator: "sora", type: "AWS::EC2::EIP");
        world.Aws.Add(
            "arn:aws:ec2:ap-northeast-2:111122223333:eip-allocation/eipalloc-0fedcba9876543210", "AWS::EC2::EIP", "203.0.113.20");
        world.Aws.Remembered.Add(new TaggedResource(Elastic, new Dictionary<string, string> { ["Name"] = "garden-gate" }));
        await world.SyncAsync();

        Assert.Equal(["garden-gate"], await world.FindAsync("type:AWS::EC2::EIP"));
        var asset = (await world.Register.FindAsync(Elastic, default))!;
        Assert.Equal(("sora", "garden-gate"), (asset.Creator, asset.Tags["Name"]));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Records_of_Config_about_a_resource_are_no_assets(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        world.Aws.Add("arn:aws:ec2:ap-northeast-2:111122223333:instance/i-0a1b2c3d4e5f60003", "AWS::EC2::Instance");
        foreach (var type in (string[])["AWS::Config::ResourceCompliance", "AWS::Config::ConformancePackCompliance",
            "AWS::SSM::PatchCompliance", "AWS::SSM::AssociationCompliance", "AWS::SSM::ManagedInstanceInventory"])
            world.Aws.Add($"arn:aws:config:ap-northeast-2:111122223333:{type}/i-0a1b2c3d4e5f60003", type);
        await world.SyncAsync();

        Assert.Equal(["i-0a1b2c3d4e5f60003"], await world.FindAsync("i-0a1b2c3d4e5f60003"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_kind_that_is_no_longer_recorded_is_not_deleted_and_the_last_of_one_that_is_recorded_is(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        world.Aws.Add("arn:aws:s3:::garden", "AWS::S3::Bucket");
        world.Aws.Add("arn:aws:ec2:ap-northeast-2:111122223333:instance/i-1", "AWS::EC2::Instance");
        world.Aws.Add("arn:aws:rds:ap-northeast-2:111122223333:db:plants", "AWS::RDS::DBInstance");
        await world.SyncAsync();

        world.Time.Advance(TimeSpan.FromHours(2));
        world.Aws.Recorders[0] = new ConfigRecorder("default", ["AWS::S3::Bucket", "AWS::RDS::DBInstance"], []);
        world.Aws.Resources.RemoveAll(resource => resource.Type != "AWS::S3::Bucket");
        await world.SyncAsync();

        Assert.Equal(["garden", "i-1"], (await world.FindAsync("")).Order());
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Aws.Recorders[0] = new ConfigRecorder("default", [], ["AWS::S3::Bucket"]);
        await world.SyncAsync();
        // Now instances are recorded again, and there is none.
        Assert.Equal(["garden"], await world.FindAsync(""));
    }

    [Theory]
    [InlineData(true, "no recorder")]
    [InlineData(false, "does not record")]
    public async Task A_Region_where_Config_does_not_record_is_no_Region_that_is_well(bool none, string expected)
    {
        await using var world = await AssetWorld.CreateAsync(DatabaseKind.Sqlite);
        if (none) world.Aws.Recorders.Clear();
        else world.Aws.IsRecording = false;
        var state = await world.SyncAsync();

        var line = AssetSyncStatus.Render(0, [state], _ => "prod", world.Time.GetUtcNow(), world.Locales.Default);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.DoesNotContain("✅", line, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Where_Config_is_denied_what_has_tags_is_known(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        (world.Aws.Fail, world.Aws.FailCode) = ("GROUP BY", "AccessDeniedException");
        world.Aws.Remembered.Add(new TaggedResource(
            "arn:aws:lambda:us-east-1:111122223333:function:garden-resize", new Dictionary<string, string> { ["Team"] = "garden" }));
        var state = await world.SyncAsync(region: "us-east-1");

        Assert.Equal(["garden-resize"], await world.FindAsync("tag:Team=garden"));
        Assert.Equal("denied", state.Notice);
    }

    [Theory]
    [InlineData("arn:aws:cloudformation:ap-northeast-2:111122223333:stack/garden-network/5f0e1d2c-3b4a-11ef-8f9e-0a1b2c3d4e5f",
        "garden-network")]
    [InlineData("arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/garden-front/9a8b7c6d5e4f3a2b", "garden-front")]
    [InlineData("arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:targetgroup/garden-tg/9a8b7c6d5e4f3a2b", "garden-tg")]
    [InlineData("arn:aws:secretsmanager:us-east-1:111122223333:secret:garden/mail-Ab3dEf", "garden/mail")]
    [InlineData("arn:aws:kafka:us-east-1:111122223333:cluster/garden/5f0e1d2c-3b4a-11ef-8f9e-0a1b2c3d4e5f-3", "garden")]
    [InlineData("arn:aws:kms:us-east-1:111122223333:key/5f0e1d2c-3b4a-11ef-8f9e-0a1b2c3d4e5f", "5f0e1d2c-3b4a-11ef-8f9e-0a1b2c3d4e5f")]
    public void A_name_is_what_people_call_it_and_not_the_id_at_the_end(string arn, string name) =>
        Assert.Equal(name, AssetRow.NameOf(arn, null, new Dictionary<string, string>()));

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Tags_that_somebody_changed_are_there_without_a_sync_and_an_older_event_changes_nothing(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        await world.RecordAsync("arn:aws:s3:::garden-plans", type: "AWS::S3::Bucket", tags: [("Old", "1"), ("Team", "x")]);
        world.Time.Advance(TimeSpan.FromDays(10));
        await ReadAsync(world, TagChange(3, ("Team", "orchard"), ("Cost", "c-12")));
        await ReadAsync(world, TagChange(2, ("Team", "late")));

        var tags = (await world.Register.FindAsync("arn:aws:s3:::garden-plans", default))!.Tags;
        Assert.Equal(["Cost=c-12", "Team=orchard"], tags.Select(tag => $"{tag.Key}={tag.Value}").Order());
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_is_deleted_is_found_no_more_and_a_listing_that_is_older_does_not_bring_it_back(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        const string Instance = "arn:aws:ec2:ap-northeast-2:111122223333:instance/i-0a1b2c3d4e5f60003";
        world.Aws.Add(Instance, "AWS::EC2::Instance");
        await world.SyncAsync();
        await world.Database.WriteAsync(
            uow => world.Register.RecordDeletedAsync(
                uow, new DeletedAsset(null, "AWS::EC2::Instance", AssetWorld.Prod, AssetWorld.Seoul, "i-0a1b2c3d4e5f60003",
                    world.Time.GetUtcNow()), default), default);
        Assert.Empty(await world.FindAsync("i-0a1b2c3d4e5f60003"));

        world.Time.Advance(TimeSpan.FromHours(2));
        await world.SyncAsync();
        Assert.Empty(await world.FindAsync("i-0a1b2c3d4e5f60003"));
        Assert.NotNull((await world.Register.FindAsync(Instance, default))!.DeletedAt);
        // Kept for 90 days.
        world.Time.Advance(TimeSpan.FromDays(91));
        world.Aws.Resources.Clear();
        await world.SyncAsync();
        Assert.Null(await world.Register.FindAsync(Instance, default));
    }

    private static Task ReadAsync(AssetWorld world, string body) => world.ReadAsync(body);

    private static string TagChange(int version, params (string Key, string Value)[] tags)
    {
        var all = new JsonObject();
        foreach (var (key, value) in tags) all[key] = value;
        return new JsonObject
        {
            ["version"] = "0",
            ["id"] = Guid.NewGuid().ToString(),
            ["detail-type"] = "Tag Change on Resource",
            ["source"] = "aws.tag",
            ["account"] = AssetWorld.Prod,
            ["time"] = "2026-11-27T02:12:00Z",
            ["region"] = AssetWorld.Seoul,
            ["resources"] = new JsonArray("arn:aws:s3:::garden-plans"),
            ["detail"] = new JsonObject { ["changed-tag-keys"] = new JsonArray("Team"), ["version"] = version, ["tags"] = all },
        }.ToJsonString();
    }
}

using System.Text.Json.Nodes;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using ChatOps.Platform.Storage;

namespace ChatOps.Tagging.Tests;

public sealed class AttachedResourcesTests
{
    private const string Launched = "arn:aws:ec2:us-east-1:111122223333:instance/i-1";
    private const string Volume = "arn:aws:ec2:us-east-1:111122223333:volume/vol-1";
    private const string Interface = "arn:aws:ec2:us-east-1:111122223333:network-interface/eni-1";
    private const string OldInterface = "arn:aws:ec2:us-east-1:111122223333:network-interface/eni-0";
    private static readonly DateTime At = new(2026, 11, 25, 3, 0, 0, DateTimeKind.Utc);

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Volumes_and_interfaces_that_came_with_an_instance_get_its_tags(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        world.Aws.Parameters["/auto-tag/ec2/tag/cost_center"] = "42";
        world.Aws.Instances["i-1"] = new Instance
        {
            InstanceId = "i-1",
            State = new InstanceState { Name = InstanceStateName.Pending },
            RootDeviceType = DeviceType.Ebs,
            LaunchTime = At,
        };
        world.Aws.Of(Launched)["bighead:Owner"] = "DEVOPS";
        world.Aws.Of(Launched)["Name"] = "web-prod-1";
        world.Aws.Of(Launched)["team"] = "red";
        world.Aws.Of(Interface)["bighead:Env"] = "DEV";

        await world.ReadAsync(Launch("web-prod-1"));
        await world.WorkAsync();
        Assert.Equal("PROD", world.Aws.Of(Launched)["bighead:Env"]);
        Assert.False(world.Aws.Tags.ContainsKey(Volume));

        // EC2 attaches the volumes a moment after it has answered.
        world.Aws.Instances["i-1"] = Running();
        await world.WorkAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["bighead:AssetType"] = "WEB",
                ["bighead:Env"] = "PROD",
                ["bighead:Owner"] = "DEVOPS",
                ["bighead:Creator"] = "jiyeon",
                ["bighead:CreateDate"] = "2026-11-25",
                ["cost:center"] = "42",
            },
            world.Aws.Of(Volume));
        // What exists is never overwritten, here neither; what was there before the launch is none of ours.
        Assert.Equal(("DEV", "DEVOPS"), (world.Aws.Of(Interface)["bighead:Env"], world.Aws.Of(Interface)["bighead:Owner"]));
        Assert.False(world.Aws.Tags.ContainsKey(OldInterface));
        Assert.Equal(
            (CreationState.Tagged, 3), Assert.Single((await world.CountsAsync()).Select(count => (count.State, (int)count.Count))));
        Assert.Equal(("AWS::EC2::Volume", "jiyeon"), (world.Assets[Volume].Type, world.Assets[Volume].Creator));
        Assert.Null(await world.AutoTag.NextDueAsync());
    }

    [Fact]
    public async Task The_same_launch_again_changes_nothing()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Aws.Instances["i-1"] = Running();
        await world.ReadAsync(Launch("web-prod-1"));
        await world.WorkAsync(TimeSpan.FromMinutes(2));
        var calls = world.Aws.Calls.Count;

        await world.ReadAsync(Launch("web-prod-1"));
        await world.WorkAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(calls, world.Aws.Calls.Count);
        Assert.Equal(3, Assert.Single(await world.CountsAsync()).Count);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task That_EC2_may_not_be_asked_is_counted_with_why_and_not_tried_for_ever(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        world.Aws.Ec2Fault = new AmazonEC2Exception(
            "You are not authorized to perform: ec2:DescribeInstances", ErrorType.Sender, "UnauthorizedOperation", "r",
            System.Net.HttpStatusCode.Forbidden);
        await world.ReadAsync(Launch("web-prod-1"));
        await world.WorkAsync(TimeSpan.FromHours(3));

        Assert.Contains(
            "ec2:DescribeInstances", (await world.CountsAsync()).Single(count => count.State == CreationState.Failed).Detail,
            StringComparison.Ordinal);
        Assert.Equal("PROD", world.Aws.Of(Launched)["bighead:Env"]);
        Assert.Null(await world.AutoTag.NextDueAsync());
    }

    [Fact]
    public async Task An_instance_that_never_shows_its_volumes_is_given_up()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Aws.Instances["i-1"] = new Instance
        {
            InstanceId = "i-1",
            State = new InstanceState { Name = InstanceStateName.Pending },
            RootDeviceType = DeviceType.Ebs,
        };
        await world.ReadAsync(Launch("web-prod-1"));
        await world.WorkAsync(TimeSpan.FromHours(3));

        Assert.Contains(
            "NotReady", (await world.CountsAsync()).Single(count => count.State == CreationState.Failed).Detail, StringComparison.Ordinal);
        Assert.Null(await world.AutoTag.NextDueAsync());
    }

    private static Instance Running() => new()
    {
        InstanceId = "i-1",
        State = new InstanceState { Name = InstanceStateName.Running },
        RootDeviceType = DeviceType.Ebs,
        LaunchTime = At,
        BlockDeviceMappings =
        [
            new InstanceBlockDeviceMapping
            {
                DeviceName = "/dev/xvda",
                Ebs = new EbsInstanceBlockDevice { VolumeId = "vol-1", AttachTime = At.AddSeconds(2) },
            },
            new InstanceBlockDeviceMapping
            {
                DeviceName = "/dev/xvdf",
                Ebs = new EbsInstanceBlockDevice { VolumeId = "vol-2", AttachTime = At.AddHours(1) },
            },
        ],
        NetworkInterfaces =
        [
            new InstanceNetworkInterface
            {
                NetworkInterfaceId = "eni-1",
                Attachment = new InstanceNetworkInterfaceAttachment { DeleteOnTermination = true, AttachTime = At },
            },
            new InstanceNetworkInterface
            {
                NetworkInterfaceId = "eni-0",
                Attachment = new InstanceNetworkInterfaceAttachment { DeleteOnTermination = false, AttachTime = At },
            },
        ],
    };

    private static string Launch(string name) => CreateEventTests.Event(
        "ec2", "RunInstances",
        new JsonObject
        {
            ["instancesSet"] = new JsonObject
            {
                ["items"] = new JsonArray(new JsonObject { ["instanceId"] = "i-1", ["blockDeviceMapping"] = new JsonObject() }),
            }
        },
        new JsonObject
        {
            ["tagSpecificationSet"] = new JsonObject
            {
                ["items"] = new JsonArray(new JsonObject
                {
                    ["resourceType"] = "instance",
                    ["tags"] = new JsonArray(new JsonObject { ["key"] = "Name", ["value"] = name }),
                }),
            },
        },
        id: "launch-1");
}

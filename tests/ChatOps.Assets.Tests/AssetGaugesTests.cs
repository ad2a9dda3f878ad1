using ChatOps.Platform.Storage;

namespace ChatOps.Assets.Tests;

public sealed class AssetGaugesTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_inventory_says_how_large_it_is_and_how_old(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        var gauges = new AssetGauges(world.Database, world.Time);
        Assert.Equal("", await GaugeText.ReadAsync(gauges));

        world.Aws.Add("arn:aws:s3:::a", "AWS::S3::Bucket", "a");
        world.Aws.Add("arn:aws:s3:::b", "AWS::S3::Bucket", "b");
        await world.SyncAsync();
        world.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(
            $"chatops.assets.known{{account={AssetWorld.Prod}}} 2, " +
            $"chatops.assets.sync_age{{account={AssetWorld.Prod},region={AssetWorld.Seoul}}} 600",
            await GaugeText.ReadAsync(gauges));
    }
}

using ChatOps.Platform.Storage;

namespace ChatOps.Tagging.Tests;

public sealed class TagGaugesTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Gaps_in_the_tags_are_counted_by_account_until_they_are_closed(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var gauges = new TagGauges(world.Database);
        Assert.Equal("", await GaugeText.ReadAsync(gauges));

        var servers = world.Servers(2);
        await JudgeAsync();
        Assert.Equal("chatops.tags.missing{account=111122223333} 2", await GaugeText.ReadAsync(gauges));

        world.Assets.Put(world.Assets[servers[0]] with
        {
            Tags = new Dictionary<string, string>
            {
                ["bighead:AssetType"] = "WEB",
                ["bighead:PIHandling"] = "N",
                ["bighead:Env"] = "DEV",
                ["bighead:Owner"] = "DEVOPS",
                ["bighead:ExternalAccess"] = "N",
            },
        });
        await JudgeAsync();
        Assert.Equal("chatops.tags.missing{account=111122223333} 1", await GaugeText.ReadAsync(gauges));

        Task JudgeAsync() => world.Database.WriteAsync(
            uow => world.Compliance.JudgeAsync(uow, [.. servers.Select(arn => world.Assets[arn])], null, default), default);
    }
}

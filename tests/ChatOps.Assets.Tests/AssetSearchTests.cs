using ChatOps.Platform.Storage;

namespace ChatOps.Assets.Tests;

public sealed class AssetSearchTests
{
    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Words_are_found_in_name_ARN_type_and_tags_whatever_their_case(DatabaseKind kind)
    {
        await using var world = await EstateAsync(kind);

        Assert.Equal(["payroll-exports", "payroll-exports-old"], await world.FindAsync("PAYROLL-exp"));
        Assert.Equal(["web-1"], await world.FindAsync("0abc"));
        Assert.Equal(["orders"], await world.FindAsync("dbinst"));
        Assert.Equal(["orders"], await world.FindAsync("R&D_100%"));
        Assert.Equal(["orders"], await world.FindAsync("\"team seoul\""));
        Assert.Equal(["급여-내보내기"], await world.FindAsync("내보내"));
        Assert.Empty(await world.FindAsync("payroll nothing"));
        Assert.Empty(await world.FindAsync("100_"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task One_or_two_letters_are_found_where_a_word_begins(DatabaseKind kind)
    {
        await using var world = await EstateAsync(kind);

        // The account's number begins so too, but a name goes before it.
        Assert.Equal(["web-1", "orders"], await world.FindAsync("1"));
        Assert.Equal(["web-1"], await world.FindAsync("we"));
        Assert.Equal(["급여-내보내기"], await world.FindAsync("급여"));
        Assert.Equal(["orders"], await world.FindAsync("db type:rds"));
        Assert.DoesNotContain("orders", await world.FindAsync("er"));
        Assert.DoesNotContain("payroll-exports", await world.FindAsync("-pa"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Filters_narrow_and_minus_excludes(DatabaseKind kind)
    {
        await using var world = await EstateAsync(kind);

        Assert.Equal(
            ["payroll-exports", "payroll-exports-old", "급여-내보내기"], (await world.FindAsync("type:s3")).Order(StringComparer.Ordinal));
        Assert.Equal(["payroll-exports"], await world.FindAsync("payroll tag:Env=prod"));
        Assert.Equal(["payroll-exports"], await world.FindAsync("tag:bighead:env=PROD type:bucket"));
        Assert.Equal(["payroll-exports-old"], await world.FindAsync("payroll -tag:Env"));
        Assert.Equal(["web-1"], await world.FindAsync("tag:Env=DEV,STAGE"));
        Assert.Equal(["payroll-exports"], await world.FindAsync("tag:Env=PR* type:s3"));
        Assert.Equal(["orders", "payroll-exports", "web-1"], (await world.FindAsync("tag:Env=*")).Order(StringComparer.Ordinal));
        Assert.Equal(["payroll-exports"], await world.FindAsync("owner:security"));
        Assert.Equal(["orders"], await world.FindAsync("created:2026-11-10"));
        Assert.DoesNotContain("orders", await world.FindAsync("-created:2026-11-10"));
        Assert.Equal(5, (await world.FindAsync("account:prod")).Count);
        Assert.Empty(await world.FindAsync("account:stage"));
        Assert.Equal(5, (await world.FindAsync("account:111122223333 region:ap-northeast-2")).Count);
        Assert.Empty(await world.FindAsync("type:nonsense"));
        Assert.DoesNotContain("web-1", await world.FindAsync("-web"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_best_come_first_and_pages_follow_one_another(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        await world.RecordAsync("arn:aws:s3:::zzz", tags: ("Note", "for exports"));
        await world.RecordAsync("arn:aws:s3:::old-exports-2");
        await world.RecordAsync("arn:aws:s3:::exports");
        await world.RecordAsync("arn:aws:s3:::exports-2025");

        Assert.Equal(["exports", "exports-2025", "old-exports-2", "zzz"], await world.FindAsync("exports"));
        Assert.Equal(["old-exports-2", "zzz"], await world.FindAsync("exports", 2, 2));
        var page = await world.Register.SearchAsync(new AssetSearch("exports", 1, 1), default);
        Assert.Equal((4, 4), (page.Total, page.Estate));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_very_common_word_is_counted_up_to_a_bound_and_still_ranked(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        var at = world.Time.GetUtcNow();
        var rows = Enumerable.Range(0, 25_000).Select(i => AssetRow.Of(
            FormattableString.Invariant($"arn:aws:ec2:ap-northeast-2:111122223333:volume/vol-{i:D8}"), "AWS::EC2::Volume",
            FormattableString.Invariant($"data-{i:D5}"),
            AssetWorld.Prod, AssetWorld.Seoul,
            new Dictionary<string, string> { ["Env"] = "PROD", ["Team"] = i % 1000 == 7 ? "rare" : "core" }, null, null, at, at)).ToList();
        await world.Database.WriteAsync(uow => AssetStore.SaveAsync(uow, rows, default), default);
        await world.RecordAsync("arn:aws:ec2:ap-northeast-2:111122223333:volume/vol-zz", tags: ("Name", "volume"));

        var common = await world.Register.SearchAsync(new AssetSearch("volume"), default);
        var rare = await world.Register.SearchAsync(new AssetSearch("tag:Team=rare", 0, 100), default);

        Assert.Equal(("volume", common.CountedTo), (common.Assets[0].Name, common.Total));
        Assert.Equal((25, 25), (rare.Total, rare.Assets.Count));
        var first = await world.FindAsync("tag:Env=PROD", 0, 10);
        Assert.Equal(first, await world.FindAsync("tag:Env=PROD", 0, 10));
        Assert.Empty(first.Intersect(await world.FindAsync("tag:Env=PROD", 10, 10)));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_recorded_is_merged_into_what_is_known(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        const string Arn = "arn:aws:ec2:ap-northeast-2:111122223333:instance/i-0abc";
        var born = world.Time.GetUtcNow();
        await world.RecordAsync(Arn, "jiyeon", born, tags: [("Env", "DEV"), ("Name", "web")]);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.RecordAsync(Arn, tags: [("Env", "PROD"), ("Name", null)]);

        var asset = await world.Register.FindAsync(Arn, default);

        Assert.NotNull(asset);
        Assert.Equal(("i-0abc", "jiyeon", born, "AWS::EC2::Instance"), (asset.Name, asset.Creator, asset.CreatedAt, asset.Type));
        Assert.Equal("PROD", Assert.Single(asset.Tags).Value);
        Assert.Equal(asset.Arn, (await world.Register.FindByIdAsync(asset.Id, default))!.Arn);
        Assert.Equal(["i-0abc"], await world.FindAsync("tag:Env=PROD"));
        Assert.Empty(await world.FindAsync("tag:Env=DEV"));
        Assert.Equal([Arn], (await world.Register.FindAsync(["arn:aws:s3:::none", Arn], default)).Select(item => item.Arn));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_asset_is_found_by_the_type_it_was_last_said_to_be(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        var now = world.Time.GetUtcNow();
        AssetRow Row(string type, string env, DateTimeOffset tagsAt) => AssetRow.Of(
            "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/shop", type, "shop", AssetWorld.Prod, AssetWorld.Seoul,
            new Dictionary<string, string> { ["Env"] = env }, null, null, tagsAt, now);
        await world.Database.WriteAsync(
            uow => AssetStore.SaveAsync(uow, [Row("AWS::ElasticLoadBalancingV2::LoadBalancer", "PROD", now)], default), default);

        // AWS Config knows the type, but its tags are of yesterday.
        await world.Database.WriteAsync(
            uow => AssetStore.SaveAsync(uow, [Row("AWS::ElasticLoadBalancing::LoadBalancer", "DEV", now.AddDays(-1))], default), default);

        Assert.Equal(["shop"], await world.FindAsync("type:AWS::ElasticLoadBalancing::LoadBalancer tag:Env=PROD"));
        Assert.Equal(["shop"], await world.FindAsync("elasticloadbalancing::loadbalancer"));
        Assert.Empty(await world.FindAsync("type:AWS::ElasticLoadBalancingV2::LoadBalancer"));
        Assert.Empty(await world.FindAsync("elasticloadbalancingv2"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_tag_with_the_policys_prefix_overrides_the_one_without(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        await world.RecordAsync("arn:aws:s3:::a", tags: [("bighead:Env", "PROD"), ("Env", "DEV")]);
        await world.RecordAsync("arn:aws:s3:::b", tags: [("Env", "DEV")]);

        Assert.Equal(["a"], await world.FindAsync("tag:Env=PROD"));
        Assert.Equal(["b"], await world.FindAsync("tag:Env=DEV"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_search_that_cannot_be_read_says_why(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);

        var fault = await Assert.ThrowsAsync<UserFacingException>(() => world.FindAsync("created:soon"));

        Assert.Equal("filter.not-a-time", fault.Key);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Names_near_a_slip_are_offered(DatabaseKind kind)
    {
        await using var world = await EstateAsync(kind);
        Assert.True(world.Searcher.TryRead("payrol-exprots", out var query, out _));

        Assert.Equal("payroll-exports", (await world.Searcher.NearestAsync(query, 3, default))[0]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task All_are_streamed_in_order_of_ARN(DatabaseKind kind)
    {
        await using var world = await EstateAsync(kind);
        var arns = new List<string>();
        await foreach (var asset in world.Register.AllAsync(default)) arns.Add(asset.Arn);

        Assert.Equal(5, arns.Count);
        Assert.Equal(arns.Order(StringComparer.Ordinal), arns);
    }

    private static async Task<AssetWorld> EstateAsync(DatabaseKind kind)
    {
        var world = await AssetWorld.CreateAsync(kind);
        await world.RecordAsync("arn:aws:s3:::payroll-exports", tags: [("bighead:Env", "PROD"), ("Owner", "SECURITY")]);
        await world.RecordAsync("arn:aws:s3:::payroll-exports-old");
        await world.RecordAsync("arn:aws:s3:::급여-내보내기");
        await world.RecordAsync("arn:aws:ec2:ap-northeast-2:111122223333:instance/i-0abcdef", tags: [("Name", "web-1"), ("Env", "DEV")]);
        await world.RecordAsync(
            "arn:aws:rds:ap-northeast-2:111122223333:db:orders", createdAt: new DateTimeOffset(2026, 11, 10, 3, 0, 0, TimeSpan.Zero),
            tags: [("Env", "TEST"), ("Cost", "R&D_100%"), ("Contact", "team seoul")]);
        return world;
    }
}

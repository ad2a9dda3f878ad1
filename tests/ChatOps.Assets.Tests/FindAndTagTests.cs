using System.Text.Json;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Tagging;

namespace ChatOps.Assets.Tests;

/// <summary>What <c>find</c> shows is what <c>tag</c> changes.</summary>
public sealed class FindAndTagTests
{
    private const int Searches = 1000;

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Find_and_tag_mean_the_same_assets_in_a_thousand_searches(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        await EstateAsync(world);
        var random = new Random(20261129);
        var found = 0;
        for (var i = 0; i < Searches; i++)
        {
            var typed = Searched(random);
            Assert.True(world.Searcher.TryRead(typed, out var filter, out var fault), $"{typed}: {fault}");
            var finds = await FoundAsync(world, typed);
            var tags = await TaggedAsync(world, $"{typed} Reviewed=Y");

            // A whole name means what is called so, and not what its name begins.
            var named = filter.SingleText is { } name ? finds.Where(asset => TagTargets.IsNamed(asset, name)).ToList() : [];
            Assert.Equal((named.Count > 0 ? named : finds).Select(asset => asset.Arn).Order(), tags.Order());
            if (finds.Count > 0) found++;
        }

        // Searches that find nothing agree too easily.
        Assert.InRange(found, Searches / 3, Searches);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Quoted_text_is_one_text_in_every_verb(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        using var cases = Case("quoted.json");
        await RecordAsync(world, cases);
        foreach (var command in cases.RootElement.GetProperty("commands").EnumerateArray())
        {
            var text = command.GetProperty("text").GetString()!["tag ".Length..];
            Assert.Equal(
                Names(command.GetProperty("touches")), (await TaggedAsync(world, text)).Select(arn => arn[(arn.LastIndexOf(':') + 1)..]));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_whole_name_takes_nothing_along_that_only_holds_it(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        using var cases = Case("same-name.json");
        foreach (var asset in cases.RootElement.GetProperty("assets").EnumerateArray())
            await world.RecordAsync(asset.GetProperty("arn").GetString()!);
        foreach (var command in cases.RootElement.GetProperty("commands").EnumerateArray())
        {
            var tagged = await TaggedAsync(world, command.GetProperty("text").GetString()!["tag ".Length..]);
            Assert.Equal(Names(command.GetProperty("touches-at-most")).Order(), tagged.Order());
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Forms_of_other_search_boxes_are_understood(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        using var cases = Case("forms-of-others.json");
        await RecordAsync(world, cases);
        await world.RecordAsync(
            "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/front/50dc6c495c0c9188", tags: ("Env", "PROD"));
        foreach (var search in cases.RootElement.GetProperty("searches").EnumerateArray())
        {
            var means = search.GetProperty("means");
            var finds = await world.FindAsync(search.GetProperty("find").GetString()!);
            if (means.ValueKind == JsonValueKind.Array) Assert.Equal(Names(means), finds);
            else Assert.Equal(["front"], finds);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Names_ids_creators_wildcards_and_alternatives_narrow(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        await EstateAsync(world);

        Assert.Equal(["payroll", "payroll-exports"], (await world.FindAsync("payroll*")).Order());
        Assert.Equal(["old-payroll", "payroll"], (await world.FindAsync("*payroll")).Order());
        Assert.Equal(["old-payroll", "payroll", "payroll-exports"], (await world.FindAsync("name:payroll")).Order());
        Assert.Equal(["payroll", "payroll-exports"], (await world.FindAsync("name:pay*")).Order());
        Assert.Equal(["web-1"], await world.FindAsync("id:i-0abc"));
        Assert.Equal(["web-1"], await world.FindAsync("id:i-0*"));
        Assert.Equal(["payroll"], await world.FindAsync($"id:{AssetRow.IdOf("arn:aws:s3:::payroll")}"));
        Assert.Equal(["orders"], await world.FindAsync("creator:jiyeon"));
        Assert.Equal(["orders", "web-1"], (await world.FindAsync("id:i-0abc OR orders")).Order());
        Assert.Equal(["orders"], await world.FindAsync("id:i-0abc OR orders -type:ec2"));
        Assert.Equal(["web-1"], await world.FindAsync("tag:Name=*b-1"));
        Assert.Equal(
            ["old-payroll", "orders", "payroll-exports", "급여 대장"], (await world.FindAsync("tag:Env!=PROD")).Order(StringComparer.Ordinal));
        Assert.Equal(["old-payroll"], await world.FindAsync("tag:*team=*search*"));
        Assert.Equal(["orders"], await world.FindAsync("type:db*"));
        Assert.Equal(6, (await world.FindAsync("account:prod")).Count);
        Assert.Empty(await world.FindAsync("account:stage"));
        Assert.Equal(6, (await world.FindAsync("account:pro* region:ap-*")).Count);
    }

    private static async Task EstateAsync(AssetWorld world)
    {
        await world.RecordAsync("arn:aws:s3:::payroll", tags: [("bighead:Env", "PROD"), ("Team", "online school")]);
        await world.RecordAsync("arn:aws:s3:::payroll-exports", tags: [("Env", "DEV"), ("Team", "online")]);
        await world.RecordAsync("arn:aws:sqs:ap-northeast-2:111122223333:old-payroll", tags: ("company:team", "A search team"));
        await world.RecordAsync(
            "arn:aws:rds:ap-northeast-2:111122223333:db:orders", "jiyeon", world.Time.GetUtcNow().AddDays(-3),
            tags: [("Note", "web server room, \"left\""), ("Share", "100%")]);
        await world.RecordAsync("arn:aws:ec2:ap-northeast-2:111122223333:instance/i-0abc", tags: [("Name", "web-1"), ("Env", "PROD")]);
        await world.RecordAsync("arn:aws:s3:::salaries", tags: [("Name", "급여 대장"), ("서비스", "온라인결제")]);
    }

    /// <summary>A search as people write them, of words and values that are in the estate and some that are not.</summary>
    private static string Searched(Random random)
    {
        string Of(params string[] choices) => choices[random.Next(choices.Length)];
        string Term() => Of("", "", "", "-", "!", "not ") + random.Next(7) switch
        {
            0 => Of("payroll", "orders", "web", "급여", "결제", "pa", "1", "nothing", "exports"),
            1 => Of("\"web server\"", "“online school”", "\"급여 대장\"", "\"-payroll\"", "payroll*", "*roll*", "web-?", "\"100%\""),
            2 => "tag:" + Of(
                "Env", "Env=PROD", "Env=PROD,DEV", "Env!=PROD", "Team=\"online school\"", "Team=on*", "Note=*\"room, \\\"left\\\"\"",
                "*=*on*", "서비스=온라인결제", "team=*search*"),
            3 => "type:" + Of("s3", "rds:dbinstance", "ec2,sqs", "bucket", "*instance"),
            4 => Of("account:prod", "account:stage", "region:ap-northeast-2", "region:us-*", "account:111122223333"),
            5 => Of("name:pay*", "name:payroll", "id:i-0abc", "creator:ji*", "creator:jiyeon", "owner:SECURITY", "group:none"),
            _ => "created:" + Of("7d", ">2d", "2026-11", "어제", "<2026-11-01"),
        };

        var text = Term();
        for (var more = random.Next(3); more > 0; more--) text += Of(" ", " ", "  ", " OR ", " | ") + Term();
        return text;
    }

    private static async Task<IReadOnlyList<Asset>> FoundAsync(AssetWorld world, string typed) =>
        (await world.Register.SearchAsync(new AssetSearch(typed, 0, 100), default)).Assets;

    /// <summary>The ARNs that <c>/asset tag</c> would change; none when it says that nothing is found.</summary>
    private static async Task<IReadOnlyList<string>> TaggedAsync(AssetWorld world, string command)
    {
        var policy = new GivenPolicy<TagPolicy>(PolicyDocument.Read(
            TagPolicy.File, await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "policy", TagPolicy.File)),
            TagPolicyFile.Read));
        var gaps = new TagGapFilters(new TwoAccounts(), policy, world.Locales, world.Time);
        var scope = new TagScope(world.Register, new CreationStore(world.Database), new TagGapStore(world.Database), gaps);
        var (what, assignments) = TagAssignment.Split(command, world.Register.Grammar);
        Assert.Single(assignments);
        try
        {
            var arns = new List<string>();
            await foreach (var asset in scope.AssetsAsync(await new TagTargets(world.Register).FindAsync(what, default), default))
                arns.Add(asset.Arn);
            return arns;
        }
        catch (UserFacingException fault) when (fault.Key == "tag.fault.not-found"
            || fault.Key.StartsWith("filter.unknown-", StringComparison.Ordinal))
        {
            return [];
        }
    }

    private static async Task RecordAsync(AssetWorld world, JsonDocument cases)
    {
        foreach (var asset in cases.RootElement.GetProperty("assets").EnumerateArray())
        {
            (string, string?)[] tags = [.. asset.GetProperty("tags").EnumerateObject().Select(tag => (tag.Name, tag.Value.GetString()))];
            await world.RecordAsync($"arn:aws:s3:::{asset.GetProperty("name").GetString()}", tags: tags);
        }
    }

    private static IEnumerable<string> Names(JsonElement names) => names.EnumerateArray().Select(name => name.GetString()!);

    private static JsonDocument Case(string file) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", file)));
}

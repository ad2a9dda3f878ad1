using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Reports;

namespace ChatOps.Tagging.Tests;

public sealed class TagCensusTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_census_counts_and_brings_the_gaps_in_line(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var bare = world.Servers(3, ("bighead:Owner", "DEVOPS"));
        world.Assets.Add(
            "arn:aws:sqs:ap-northeast-2:111122223333:jobs", "AWS::SQS::Queue", "jobs", ("bighead:Env", "DEV"),
            ("bighead:Owner", "SECURITY"));
        world.Assets.Add("arn:aws:ec2:ap-northeast-2:111122223333:subnet/s", "AWS::EC2::Subnet", "s");

        var figures = (await world.Census.TakeAsync(default)).Figures;

        Assert.Equal((5L, 4L, 1L), (figures.Assets, figures.Concerned, figures.Complete));
        Assert.Equal(3, figures.FaultsByKey["Env"]);
        Assert.Equal(new CensusShare(3, 3), figures.ByOwner["DEVOPS"]);
        Assert.Equal(3, await world.Gaps.CountAsync(Filter.All, default));
        Assert.Equal(3, await world.Gaps.CountAsync(world.GapFilters.Read("key:env type:instance account:111122223333 web"), default));
        Assert.Equal(0, await world.Gaps.CountAsync(world.GapFilters.Read("key:Owner"), default));

        // One is mended in the console, one is deleted; the next census finds both.
        var mended = world.Assets[bare[0]];
        world.Assets.Put(mended with
        {
            Tags = new Dictionary<string, string>
            {
                ["bighead:AssetType"] = "WEB",
                ["bighead:PIHandling"] = "N",
                ["bighead:Env"] = "DEV",
                ["bighead:Owner"] = "DEVOPS",
                ["bighead:ExternalAccess"] = "N",
            }
        });
        world.Assets.Put(world.Assets[bare[1]] with { DeletedAt = world.Time.GetUtcNow() });
        world.Time.Advance(TimeSpan.FromHours(1));
        await world.Census.TakeAsync(default);

        Assert.Equal([bare[2]], (await world.Gaps.PageAsync(Filter.All, 0, 10, default)).Select(gap => gap.Arn));
        Assert.Equal(2, (await world.Gaps.CensusAsync(world.Time.GetUtcNow(), default))!.Figures.Complete);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_second_census_of_the_same_estate_keeps_since_when_a_gap_is_known(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        world.Servers(1);
        await world.Census.TakeAsync(default);
        var first = Assert.Single(await world.Gaps.PageAsync(Filter.All, 0, 10, default));
        world.Time.Advance(TimeSpan.FromDays(1));
        world.Servers(1, ("bighead:Env", "DEV"));
        await world.Census.TakeAsync(default);

        var second = Assert.Single(await world.Gaps.PageAsync(Filter.All, 0, 10, default));
        Assert.Equal(first.Since, second.Since);
        Assert.DoesNotContain(second.Faults, fault => fault.Key == "Env");
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_report_compares_with_the_day_before(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        world.Servers(4);
        await world.Census.TakeAsync(default);
        world.Time.Advance(TimeSpan.FromDays(1));
        foreach (var arn in world.Servers(
            2, ("bighead:AssetType", "WEB"), ("bighead:PIHandling", "N"), ("bighead:Env", "DEV"), ("bighead:Owner", "DEVOPS"),
            ("bighead:ExternalAccess", "N")))
            world.Assets.Put(world.Assets[arn] with { CreatedAt = world.Time.GetUtcNow().AddHours(-3) });
        await world.Census.TakeAsync(default);

        var to = world.Time.GetUtcNow().AddHours(1);
        var content = await new TagReport(world.Gaps, world.Creations, world.Census).ReadAsync(
            new ReportPeriod(to.AddDays(-1), to, to.AddDays(-2)), default);
        foreach (var language in Locale.Languages)
        {
            var section = content.Render(Locale.For(language, TimeZoneInfo.Utc));
            Assert.Equal(
                ["50", "2", "4", "2"],
                section.Figures.Select(figure => figure.Value.Replace(" ", "", StringComparison.Ordinal).TrimEnd('%')));
            Assert.Equal(["+50.0 %p", "−2", "±0", "+2"], section.Figures.Select(figure => figure.Change));
            Assert.Equal([true, true, null, null], section.Figures.Select(figure => figure.Better));
            Assert.Equal(ReportVerdictLevel.Quiet, section.Verdict.Mood);
            Assert.All(section.Tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Headers.Count, row.Count)));
        }
    }

    [Fact]
    public async Task A_list_of_what_is_untagged_pages_and_filters_by_key()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Servers(20, ("bighead:Env", "DEV"));
        var pages = new UntaggedPages(world.Gaps, world.Census, world.GapFilters, world.Time);

        var first = await pages.PageAsync("owner", 0, world.Locales.Default, default);
        Assert.StartsWith("20 resources have tag violations", first.Text, StringComparison.Ordinal);
        var next = first.Blocks.OfType<Slack.Blocks.ActionsBlock>().SelectMany(actions => actions.Elements).OfType<Slack.Blocks.Button>()
            .Single(button => button.ActionId == GapsPageButton.Next);
        Assert.Equal(new ListPage(8, "owner"), ListPage.Read(next.Value));
        Assert.Contains(
            "Nothing matches", (await pages.PageAsync("Env", 0, world.Locales.Default, default)).Text, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Slips => FilterSlips.Of("");

    [Theory, MemberData(nameof(Slips))]
    public async Task A_slip_in_a_filter_is_named_as_in_every_command(string verb, string typed, string answer)
    {
        Assert.Empty(verb);
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        var pages = new UntaggedPages(world.Gaps, world.Census, world.GapFilters, world.Time);

        Assert.StartsWith(answer, (await pages.PageAsync(typed, 0, world.Locales.Default, default)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Untagged_resources_of_an_account_are_found_by_its_name()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Servers(3, ("bighead:Env", "DEV"));
        var pages = new UntaggedPages(world.Gaps, world.Census, world.GapFilters, world.Time);

        Assert.StartsWith(
            "3 resources", (await pages.PageAsync("account:prod type:ec2:instance", 0, world.Locales.Default, default)).Text,
            StringComparison.Ordinal);
        Assert.Contains(
            "the nearest is `key:Owner`", (await pages.PageAsync("Onwer", 0, world.Locales.Default, default)).Text,
            StringComparison.Ordinal);
    }
}

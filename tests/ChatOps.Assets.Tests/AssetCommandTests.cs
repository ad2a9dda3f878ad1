using ChatOps.Platform.Charts;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using ChatOps.Tagging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.Assets.Tests;

public sealed class AssetCommandTests
{
    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Find_lists_pages_and_refines(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        for (var i = 0; i < 11; i++) await world.RecordAsync(FormattableString.Invariant($"arn:aws:s3:::payroll-{i:D2}"));

        var first = await AskAsync(world, "find payroll");
        Assert.Equal("11 assets match", first.Text);
        var next = AssetWorld.Buttons(first).Single(button => button.ActionId == AssetPageButton.Next);
        await new AssetNextPageButton(world.Answers, world.Locales, world.Slack).Handle(Click(next), default);
        var second = Assert.Single(world.Slack.Responses);
        Assert.True(second.ReplaceOriginal);
        Assert.Equal(3, AssetWorld.Buttons(second.Message!).Count(button => button.ActionId == AssetOpenButton.ActionId));
        Assert.DoesNotContain(AssetWorld.Buttons(second.Message!), button => button.ActionId == AssetPageButton.Next);

        // What begins with no verb is searched for.
        Assert.Equal("1 asset matches", (await AskAsync(world, "payroll-07")).Text);
        // Nobody here can tag, so nobody is offered to.
        Assert.DoesNotContain(AssetWorld.Buttons(first), button => button.ActionId == AssetActions.TagThese);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Show_opens_the_one_that_is_meant_and_offers_a_choice_of_several(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        await world.RecordAsync("arn:aws:s3:::payroll");
        await world.RecordAsync("arn:aws:s3:::payroll-exports");
        await world.RecordAsync("arn:aws:sqs:ap-northeast-2:111122223333:orders");
        await world.RecordAsync("arn:aws:sns:ap-northeast-2:111122223333:orders");

        Assert.StartsWith("payroll ·", (await AskAsync(world, "show PAYROLL")).Text, StringComparison.Ordinal);
        Assert.StartsWith("payroll-exports ·", (await AskAsync(world, "show arn:aws:s3:::payroll-exports")).Text, StringComparison.Ordinal);
        Assert.StartsWith(
            "payroll-exports ·", (await AskAsync(world, $"show {AssetRow.IdOf("arn:aws:s3:::payroll-exports")}")).Text,
            StringComparison.Ordinal);
        Assert.StartsWith("payroll-exports ·", (await AskAsync(world, "show exports")).Text, StringComparison.Ordinal);
        Assert.Equal("2 assets are called orders. Which one?", (await AskAsync(world, "show orders")).Text);
        Assert.Contains("Nothing matches in 4 assets", (await AskAsync(world, "show nobody")).Text, StringComparison.Ordinal);
        Assert.Contains("/asset show", (await AskAsync(world, "show")).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Show_says_which_tags_are_missing_or_wrong_by_the_shipped_policy(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        world.TagRules.Add(new TagRules(new GivenPolicy<TagPolicy>(PolicyDocument.Read(
            TagPolicy.File, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sandbox-policy", TagPolicy.File)),
            TagPolicyFile.Read))));
        await world.RecordAsync(
            "arn:aws:s3:::exports",
            tags: [("bighead:Env", "prod"), ("bighead:Owner", "MARKETING"), ("bighead:assettype", "STORAGE"), ("Name", "exports")]);

        var tags = AssetWorld.Texts(await AskAsync(world, "show exports"))
            .Single(text => text.StartsWith("*Tags*", StringComparison.Ordinal)).Split('\n');

        Assert.Contains("tag violations", tags[0], StringComparison.Ordinal);
        Assert.Contains("🟡 `bighead:Env`  prod should be written PROD", tags);
        Assert.Contains("🟡 `bighead:Owner`  MARKETING is not one of SECURITY, DEVELOPER, DEVOPS, BILLING", tags);
        Assert.Contains("🟡 `bighead:AssetType`  is written `bighead:assettype`", tags);
        Assert.Contains("🟡 `bighead:PIHandling`  is missing: one of Y, N", tags);
        Assert.Equal("`Name`  exports", tags[^1]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Nothing_found_offers_near_names_and_what_to_leave_out(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        await world.RecordAsync("arn:aws:s3:::payroll-exports");

        var slip = await AskAsync(world, "find payrol-exprots");
        Assert.Equal(
            AssetRow.IdOf("arn:aws:s3:::payroll-exports"),
            AssetWorld.Buttons(slip).First(button => button.ActionId == AssetOpenButton.ActionId).Value);
        Assert.Contains(
            AssetWorld.Texts(await AskAsync(world, "find payroll tag:Env=PROD")),
            text => text.Contains("Without `tag:Env=PROD` there is 1.", StringComparison.Ordinal));
        Assert.Contains("`soon`", (await AskAsync(world, "find created:soon")).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Until_all_was_read_for_the_first_time_nothing_found_says_how_far_it_is(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        Assert.Contains("about to be read", (await AskAsync(world, "find payroll")).Text, StringComparison.Ordinal);

        for (var i = 0; i < 3; i++) world.Aws.Add($"arn:aws:s3:::b{i}", "AWS::S3::Bucket", $"b{i}");
        await world.SyncAsync();
        Assert.Contains(
            AssetWorld.Texts(await AskAsync(world, "find payroll")), text => text.Contains("first time: 3 of 3", StringComparison.Ordinal));
        Assert.Contains(
            AssetWorld.Texts(await AskAsync(world, "find b1")), text => text.Contains("first time: 3 of 3", StringComparison.Ordinal));

        foreach (var account in new TwoAccounts().All)
        {
            foreach (var region in account.Regions) await world.SyncAsync(account.Id, region);
        }

        Assert.DoesNotContain(
            AssetWorld.Texts(await AskAsync(world, "find payroll")), text => text.Contains("first time", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Stats_draws_what_there_is(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        await world.RecordAsync("arn:aws:s3:::a", createdAt: world.Time.GetUtcNow(), tags: ("Env", "PROD"));
        await world.RecordAsync("arn:aws:s3:::b");
        await world.RecordAsync("arn:aws:sqs:ap-northeast-2:111122223333:q");
        var painter = new PlayedPainter();

        var answer = await AskAsync(world, "stats", painter);

        Assert.Equal([("S3 Bucket", 2, null), ("SQS Queue", 1, null)], painter.Drawn!.Bars);
        Assert.Equal("F1", Assert.Single(answer.Blocks.OfType<ImageBlock>()).SlackFile!.Id);
        Assert.Contains(AssetWorld.Texts(answer), text => text.Contains("2 without any tag (67 %)", StringComparison.Ordinal)
            && text.Contains("1 created", StringComparison.Ordinal));
        Assert.Empty((await AskAsync(world, "stats")).Blocks.OfType<ImageBlock>());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_CSV_holds_every_match_and_no_formula(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        await world.RecordAsync("arn:aws:s3:::a", "jiyeon", world.Time.GetUtcNow(), tags: [("Note", "=1+1"), ("Name", "=cmd, \"x\"")]);
        await world.RecordAsync("arn:aws:s3:::b");
        Assert.True(world.Searcher.TryRead("", out var all, out _));

        using var file = new MemoryStream();
        Assert.Equal(
            (2, false),
            await AssetExport.WriteAsync(file, world.Searcher.StreamAsync(all, default), world.Answers.AccountNames, 10, default));
        Assert.Equal(
            (1, true),
            await AssetExport.WriteAsync(Stream.Null, world.Searcher.StreamAsync(all, default), world.Answers.AccountNames, 1, default));

        var lines = System.Text.Encoding.UTF8.GetString(file.ToArray()).Split("\r\n");
        Assert.Equal(
            "\"'=cmd, \"\"x\"\"\",AWS::S3::Bucket,111122223333,prod,ap-northeast-2,2026-11-20T03:00:00Z,jiyeon,,\"Name==cmd, \"\"x\"\"; " +
            "Note==1+1\",arn:aws:s3:::a",
            lines[1]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_group_lists_what_is_in_it(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        world.Aws.Add("arn:aws:s3:::payroll", "AWS::S3::Bucket", "payroll");
        world.Aws.Groups["pay"] = ["arn:aws:s3:::payroll"];
        await world.SyncAsync();

        Assert.Equal("1 resource group", (await AskAsync(world, "group")).Text);
        Assert.Contains(AssetWorld.Texts(await AskAsync(world, "group PAY")), text => text.Contains("payroll", StringComparison.Ordinal));
        Assert.Contains("`none`", (await AskAsync(world, "group none")).Text, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Slips => FilterSlips.Of("find", "show", "group", "");

    [Theory, MemberData(nameof(Slips))]
    public async Task A_slip_in_a_filter_is_named_as_in_every_command(string verb, string typed, string answer)
    {
        await using var world = await AssetWorld.CreateAsync(DatabaseKind.Sqlite);

        Assert.StartsWith(answer, (await AskAsync(world, $"{verb} {typed}".Trim())).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("find account:999988887777", "The account `999988887777` is not configured here")]
    [InlineData("find type:bukcet", "`type:` has no value `bukcet`; the nearest is `type:bucket`.")]
    [InlineData("stats type:bukcet", "`type:` has no value `bukcet`; the nearest is `type:bucket`.")]
    [InlineData("find ip:10.0.0.1", "`ip:` is not a filter here; the nearest is `id:10.0.0.1`.")]
    [InlineData("find state:running", "`state:` is not a filter here. Filters here: `name:`")]
    public async Task What_is_not_known_is_named_and_not_answered_by_nothing(string typed, string answer)
    {
        await using var world = await AssetWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.RecordAsync("arn:aws:s3:::payroll");

        Assert.StartsWith(answer, (await AskAsync(world, typed)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stats_of_a_filter_are_of_what_it_finds()
    {
        await using var world = await AssetWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.RecordAsync("arn:aws:s3:::payroll");
        await world.RecordAsync("arn:aws:sqs:ap-northeast-2:111122223333:q");

        var answer = await AskAsync(world, "stats type:s3");

        Assert.StartsWith("1 ", answer.Text, StringComparison.Ordinal);
        Assert.Contains(AssetWorld.Texts(answer), text => text.Contains("`type:s3`", StringComparison.Ordinal));
    }

    private static async Task<Message> AskAsync(AssetWorld world, string text, PlayedPainter? painter = null)
    {
        IAssetVerb[] verbs = [];
        verbs =
        [
            new FindVerb(world.Answers), new ShowVerb(world.Answers),
            new GroupVerb(world.Database, world.Answers, new TwoAccounts(), world.Locales, world.Time),
            new StatsVerb(
                world.Database, world.Searcher, world.Answers, painter is null ? [] : [painter], painter is null ? [] : [painter],
                world.Time, NullLogger<StatsVerb>.Instance),
            new HelpVerb(new Lazy<IEnumerable<IAssetVerb>>(() => verbs), world.Searcher),
        ];
        world.Slack.Responses.Clear();
        await new AssetCommand(verbs, world.Locales).Handle(
            new SlashCommand { Command = "/asset", Text = text, UserId = "U0ALEX" },
            new SlashCommandResponder(world.Slack, "https://hooks.slack.com/x"), default);
        var answer = Assert.Single(world.Slack.Responses);
        Assert.False(answer.IsInChannel);
        world.Slack.Responses.Clear();
        return BlockKitLimits.Fit(answer.Message!);
    }

    private static BlockActionRequest Click(Button button) => new()
    {
        UserId = "U0ALEX",
        ActionId = button.ActionId,
        Action = new StateValue { Type = "button", Value = button.Value },
        ResponseUrl = "https://hooks.slack.com/x",
        TriggerId = "t",
    };

    private sealed class PlayedPainter : IPainter, IPictures
    {
        public BarChart? Drawn { get; private set; }

        public Picture Draw(LineChart chart, Locale locale) => throw new NotSupportedException();

        public Picture Draw(BarChart chart, Locale locale)
        {
            Drawn = chart;
            return new Picture(new byte[] { 1 }, 1, 1, chart.Title);
        }

        public Picture Draw(StackedChart chart, Locale locale) => throw new NotSupportedException();

        public Picture Compose(string title, IReadOnlyList<Picture> pictures) => throw new NotSupportedException();

        public Task<string> UploadAsync(Picture picture, string fileName, CancellationToken cancellationToken) => Task.FromResult("F1");
    }
}

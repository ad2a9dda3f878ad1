using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings.Tests;

public sealed class FindingCommandTests
{
    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task List_shows_the_open_ones_worst_first_and_pages(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);

        var first = await world.Ask("");
        var open = Events.Files.SelectMany(file => Events.Read(file).Findings).Count(finding => finding.Open);

        Assert.Equal($"{open} findings match", first.Text);
        Assert.Equal(FindingListMessage.PageSize, Rows(first).Count);
        Assert.All(Rows(first).Take(2), row => Assert.Contains("CRITICAL", row.Text!.Text, StringComparison.Ordinal));
        var next = Assert.Single(first.Blocks.OfType<ActionsBlock>().Single().Elements.Cast<Button>());
        Assert.Equal(FindingPageButton.Next, next.ActionId);

        await new FindingNextPageButton(world.Queries, world.Locales, world.Slack).Handle(
            FindingWorldActs.Click(FindingPageButton.Next, next.Value), default);
        var second = Assert.Single(world.Slack.Responses);
        Assert.True(second.ReplaceOriginal);
        Assert.Empty(Ids(first).Intersect(Ids(second.Message!)));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Filters_select(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        var all = Events.Files.SelectMany(file => Events.Read(file).Findings).ToList();

        async Task Expect(string typed, Func<Finding, bool> matches)
        {
            var expected = all.Count(matches);
            Assert.True(expected > 0, typed);
            Assert.StartsWith(
                FormattableString.Invariant($"{expected} finding"), (await world.Ask($"list {typed}")).Text, StringComparison.Ordinal);
        }

        await Expect("state:all", _ => true);
        await Expect("severity:critical", finding => finding.Open && finding.Severity == Severity.Critical);
        await Expect("severity:high+ state:all", finding => finding.Severity <= Severity.High);
        await Expect("severity:low,informational", finding => finding.Open && finding.Severity >= Severity.Low);
        await Expect("state:suppressed", finding => finding.State == FindingState.Suppressed);
        await Expect("account:stage", finding => finding.Account == "444455556666");
        await Expect("account:444455556666", finding => finding.Account == "444455556666");
        await Expect("control:ec2.19", finding => finding.ControlId == "EC2.19");
        await Expect("region:eu-west-1", finding => finding.Open && finding.Region == "eu-west-1");
        await Expect("openssh", finding => finding.Title.Contains("openssh", StringComparison.Ordinal));
        await Expect(
            "cve-2021-44228 shop-api", finding => finding.Vulnerabilities.Any(vulnerability => vulnerability.Id == "CVE-2021-44228"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Nothing_found_says_how_to_widen(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);

        // What looked through all states already cannot be widened by them.
        foreach (var (typed, next) in new[]
        {
            ("list no_such%thing", "state:all"), ("list 100%", "state:all"), ("show nobody", "/finding help"),
        })
            Assert.Contains(next, string.Join(' ', (await world.Ask(typed)).Blocks.OfType<ContextBlock>()
                .SelectMany(block => block.Elements).Cast<Mrkdwn>().Select(text => text.Text)), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Wrong_words_are_named_and_answered_with_help(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);

        Assert.Matches("`hihg`.*`high`", (await world.Ask("list severity:hihg")).Text);
        Assert.Contains("`owner:`", (await world.Ask("list owner:me")).Text, StringComparison.Ordinal);
        Assert.Contains("`nowhere`", (await world.Ask("list account:nowhere")).Text, StringComparison.Ordinal);
        Assert.Contains("`frobnicate`", (await world.Ask("frobnicate")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("was not understood", (await world.Ask("help")).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Show_finds_by_id_by_ARN_and_by_words(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        var finding = Events.Finding("securityhub-imported/inspector-cve-ec2");

        foreach (var name in new[] { finding.Id, finding.Arn, "CVE-2024-6387 openssh" })
            Assert.Contains("CVE-2024-6387", (await world.Ask($"show {name}")).Text, StringComparison.Ordinal);
        Assert.EndsWith("findings match", (await world.Ask("show security")).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Delivery_gets_messages_lines_and_group_titles(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        var subject = new FindingSubject(
            world.Database, new FindingViewReader(world.Home, [], GivenVocabulary.Bare), new FindingThread([]), world.Home);
        var finding = Events.Finding("securityhub-imported/control-ec2-19-consolidated");
        var cve = Events.Finding("securityhub-imported/inspector-cve-ec2");

        Assert.NotNull(await subject.RenderAsync(finding.Id, world.English, default));
        Assert.Null(await subject.RenderAsync("nobody", world.English, default));
        var lines = await subject.DescribeAsync([cve.Id, "nobody", finding.Id], world.English, default);
        Assert.Equal([cve.Id, finding.Id], lines.Select(line => line.Key));
        Assert.Equal((Severity.Critical, true), (lines[1].Rank, lines[1].Open));
        Assert.Contains(new KeyValuePair<string, string>("account_name", "prod"), lines[1].Csv);
        Assert.Contains("*EC2.19*", await subject.DescribeGroupAsync(finding.Group, world.English, default), StringComparison.Ordinal);
        Assert.StartsWith("*CVE-2024-6387*", await subject.DescribeGroupAsync(cve.Group, world.English, default), StringComparison.Ordinal);
        Assert.Equal("nothing", await subject.DescribeGroupAsync("nothing", world.English, default));
    }

    private static async Task<FindingWorld> StartAsync(DatabaseKind kind)
    {
        var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync([.. Events.Files.Select(Events.Body)]);
        return world;
    }

    public static TheoryData<string, string, string> Slips => FilterSlips.Of("list", "show");

    [Theory, MemberData(nameof(Slips))]
    public async Task A_slip_in_a_filter_is_named_as_in_every_command(string verb, string typed, string answer)
    {
        await using var world = await FindingWorld.CreateAsync(DatabaseKind.Sqlite);

        Assert.StartsWith(answer, (await world.Ask($"{verb} {typed}")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("severity:<high>")]
    [InlineData("sevrity:high")]
    public async Task What_begins_with_a_filter_is_a_list(string typed)
    {
        await using var world = await FindingWorld.CreateAsync(DatabaseKind.Sqlite);

        Assert.Equal((await world.Ask($"list {typed}")).Text, (await world.Ask(typed)).Text);
    }

    private static List<SectionBlock> Rows(Message message) =>
        [.. message.Blocks.OfType<SectionBlock>().Where(block => block.Accessory is Button)];

    private static IEnumerable<string?> Ids(Message message) => Rows(message).Select(row => ((Button)row.Accessory!).Value);
}

internal static class FindingWorldCommand
{
    public static async Task<Message> Ask(this FindingWorld world, string text)
    {
        world.Slack.Responses.Clear();
        await new FindingCommand(world.Queries, world.Filters, world.Locales).Handle(
            new SlashCommand { Command = "/finding", Text = text, UserId = "U0ALEX", ResponseUrl = "https://hooks/" },
            new SlashCommandResponder(world.Slack, "https://hooks/"), default);
        var answer = Assert.Single(world.Slack.Responses);
        Assert.False(answer.IsInChannel);
        world.Slack.Responses.Clear();
        return BlockKitLimits.Fit(answer.Message!);
    }
}

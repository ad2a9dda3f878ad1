using System.Text.Json;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Delivery.Grouping;
using ChatOps.Platform.Localization;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Tests.Delivery;

/// <summary>What group and storm messages say, and their list.</summary>
public class GroupMessageTests
{
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 0, 16, 20, TimeSpan.Zero);

    public static TheoryData<string> Languages => [.. Locale.Languages];

    [Fact]
    public void A_group_says_how_many_are_open_by_severity_and_that_there_are_more()
    {
        var message = GroupMessage.Render(Group, Locale.For("en", Seoul));

        Assert.Contains("412", message.Text, StringComparison.Ordinal);
        Assert.Contains("7 critical", message.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("405 high", message.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(message.Blocks.OfType<ContextBlock>(), block => Json(block).Contains("409", StringComparison.Ordinal));
    }

    [Fact]
    public void A_domain_adds_counts_and_what_can_be_done_with_all()
    {
        var message = GroupMessage.Render(
            Group with
            {
                Summary = new GroupSummary(
                ["*Accounts*  prod 288 · stage 124", "*Owners*  DEVOPS 301 · none 111"], "400 not acknowledged yet",
                [new Button("thing.all", "All of them", "k")])
            },
            Locale.For("en", Seoul));

        Assert.Contains(
            "*Accounts*  prod 288 · stage 124\n*Owners*  DEVOPS 301 · none 111", ((Mrkdwn)((SectionBlock)message.Blocks[1]).Text!).Text,
            StringComparison.Ordinal);
        Assert.Equal(
            ["thing.all", GroupListButton.Id, GroupExportButton.Id],
            message.Blocks.OfType<ActionsBlock>().Single().Elements.Cast<Button>().Select(button => button.ActionId));
        Assert.Contains("400 not acknowledged yet", Json(message.Blocks.OfType<ContextBlock>().Single()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_offers_only_pages_that_are_there()
    {
        var locale = Locale.For("en", Seoul);
        string[] First() => Turns(GroupListModal.Render(new("k", 0), 412, Lines(20), locale));
        string[] Middle() => Turns(GroupListModal.Render(new("k", 20), 412, Lines(20), locale));
        string[] Last() => Turns(GroupListModal.Render(new("k", 400), 412, Lines(12), locale));

        Assert.Equal([GroupPageButton.Id], First());
        Assert.Equal([GroupPreviousPageButton.Id, GroupPageButton.Id], Middle());
        Assert.Equal([GroupPreviousPageButton.Id], Last());
    }

    /// <summary>Writes all there is to RENDERED_DIR, for the check against Slack's own types.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public void Everything_fits_into_Slacks_limits_in_every_language(string language)
    {
        var locale = Locale.For(language, Seoul);
        var rendered = new Dictionary<string, string>
        {
            ["group"] = Json(BlockKitLimits.Fit(GroupMessage.Render(Group, locale))),
            ["storm"] = Json(BlockKitLimits.Fit(GroupMessage.Render(Storm, locale))),
            ["list"] = JsonSerializer.Serialize(
                BlockKitLimits.Fit(GroupListModal.Render(new("k3v9", 20), 412, Lines(20), locale)), SlackJson.Context.View),
        };

        foreach (var (name, json) in rendered)
        {
            Assert.DoesNotContain("{count", json, StringComparison.Ordinal);
            RenderedFiles.Write($"delivery-{name}", language, System.Text.Json.Nodes.JsonNode.Parse(json)!);
        }
    }

    private static GroupView Group => new(
        "k3v9", "*EC2.19*  Security groups should not allow unrestricted access",
        [new(Severity.Critical, 7, 9), new(Severity.High, 405, 410)], [], false, Lines(10), Now);

    private static GroupView Storm => new(
        "k3va", null, [new(Severity.Critical, 40, 40), new(Severity.High, 5000, 5020), new(Severity.Medium, 4940, 4940)],
        [
            new("*EC2.19*  Security groups …", Severity.Critical, 2000, 2020), new("*S3.8*  Buckets …", Severity.High, 1500, 1500),
            new(null, Severity.Medium, 3, 3)
        ], true, Lines(10), Now);

    private static GroupLine[] Lines(int count) =>
    [
        .. Enumerable.Range(1, count).Select(number => new GroupLine(
            new SubjectLine(
                $"key{number}", number < 3 ? Severity.Critical : Severity.High, true,
                $"🔴 *Critical* · sg-{number:x8} {new string('x', 500)}", []), "finding.open")),
    ];

    private static string[] Turns(ModalView modal) =>
        [.. modal.Blocks.OfType<ActionsBlock>().SelectMany(block => block.Elements).OfType<Button>().Select(button => button.ActionId!)];

    private static string Json(Message message) => JsonSerializer.Serialize(message, SlackJson.Context.Message);

    private static string Json(Block block) => JsonSerializer.Serialize(block, SlackJson.Context.Block);
}

using System.Text.Json;
using ChatOps.Slack.Blocks;
using FsCheck;
using FsCheck.Xunit;

namespace ChatOps.Slack.Tests;

public class BlockKitLimitsTests
{
    private static readonly Option One = new("One", "1");

    public static TheoryData<string, Message> Refused => new()
    {
        { "blocks", Of([.. Enumerable.Repeat(new DividerBlock(), 51)]) },
        { "blocks[1].block_id", Of(new DividerBlock { BlockId = "x" }, new DividerBlock { BlockId = "x" }) },
        { "blocks[0].block_id", Of(new DividerBlock { BlockId = Long(256) }) },
        { "blocks[0]", Of(new SectionBlock((TextObject?)null)) },
        { "blocks[0].text.text", Of(new SectionBlock("")) },
        { "blocks[0].text", Of(new HeaderBlock("")) },
        { "blocks[0].fields", Of(SectionBlock.OfFields([.. Enumerable.Repeat<TextObject>("x", 11)])) },
        { "blocks[0].elements", Of(new ActionsBlock([.. Enumerable.Range(0, 26).Select(i => new Button($"a{i}", "x"))])) },
        { "blocks[0].elements", Of(new ActionsBlock()) },
        { "blocks[0].elements", Of(new ContextBlock([.. Enumerable.Repeat<IContextElement>(new Mrkdwn("x"), 11)])) },
        { "blocks[0].elements[1].value", Of(new ActionsBlock(new Button("a", "x"), new Button("b", "x", Long(2001)))) },
        { "blocks[0].elements[1].action_id", Of(new ActionsBlock(new Button("a", "x"), new Button("a", "x"))) },
        { "blocks[0].elements[0].action_id", Of(new ActionsBlock(new Button("", "x"))) },
        { "blocks[0].elements[0].action_id", Of(new ActionsBlock(new Button(Long(256), "x"))) },
        { "blocks[0].elements[0].url", Of(new ActionsBlock(new Button("a", "x", Url: Long(3001)))) },
        { "blocks[0].elements[0].text", Of(new ActionsBlock(new Button("a", " "))) },
        { "blocks[0].elements[0]", Of(new ActionsBlock(new PlainTextInput("a"))) },
        { "blocks[0].elements[0].options", Of(new ActionsBlock(new StaticSelect("a", [.. Enumerable.Repeat(One, 101)]))) },
        { "blocks[0].elements[0]", Of(new ActionsBlock(new StaticSelect("a"))) },
        { "blocks[0].elements[0].options[0].value", Of(new ActionsBlock(new StaticSelect("a", [One with { Value = Long(151) }]))) },
        { "blocks[0].elements[0].options[0].text", Of(new ActionsBlock(new StaticSelect("a", [new Option(new Mrkdwn("*x*"), "1")]))) },
        { "blocks[0].elements[0].options", Of(new ActionsBlock(new Overflow("a", [.. Enumerable.Repeat(One, 6)]))) },
        { "blocks[0].elements[0].options", Of(new ActionsBlock(new Checkboxes("a", [.. Enumerable.Repeat(One, 11)]))) },

        {
            "blocks[0].elements[0].option_groups[0].options",
            Of(new ActionsBlock(new StaticSelect("a") { OptionGroups = [new OptionGroup("g", [])] }))
        },
        { "blocks[0].elements[0].max_selected_items", Of(new ActionsBlock(new MultiUsersSelect("a") { MaxSelectedItems = 0 })) },
        { "blocks[0]", Of(new ImageBlock("alt")) },
        { "blocks[0].alt_text", Of(new ImageBlock("", "https://x")) },
        { "blocks[0].image_url", Of(new ImageBlock("alt", Long(3001))) },
        { "blocks[0].element", Of(new InputBlock("l", new Button("a", "x"))) },
        { "blocks[0].element.max_length", Of(new InputBlock("l", new PlainTextInput("a") { MaxLength = 3001 })) },
        { "blocks[1]", Of(Table(1, 1), Table(1, 1)) },
        { "blocks[0].rows", Of(Table(101, 1)) },
        { "blocks[0].rows[0]", Of(Table(1, 21)) },
        { "blocks[0].rows[0][0].text", Of(new TableBlock([[new RawText("")]])) },
        { "blocks[0].elements[0].elements[0].text", Of(new RichTextBlock(new RichTextSection(new RichText("")))) },
        { "metadata.event_payload", Of() with { Metadata = new MessageMetadata("e", JsonDocument.Parse("[]").RootElement) } },
        { "text", new Message { Text = " " } },
    };

    public static TheoryData<string, Block, int, Func<Block, string>> Cut => new()
    {
        { "header", new HeaderBlock(Long(151)), 150, b => ((HeaderBlock)b).Text.Text },
        { "section", new SectionBlock(new Mrkdwn(Long(3001))), 3000, b => ((SectionBlock)b).Text!.Text },
        { "field", SectionBlock.OfFields(new Mrkdwn(Long(2001))), 2000, b => ((SectionBlock)b).Fields![0].Text },
        { "context", new ContextBlock(new Mrkdwn(Long(3001))), 3000, b => ((Mrkdwn)((ContextBlock)b).Elements[0]).Text },
        { "button", new ActionsBlock(new Button("a", Long(76))), 75, b => ((Button)((ActionsBlock)b).Elements[0]).Text.Text },

        {
            "label",
            new ActionsBlock(new Button("a", "x", AccessibilityLabel: Long(76))),
            75,
            b => ((Button)((ActionsBlock)b).Elements[0]).AccessibilityLabel!
        },

        {
            "confirm title",
            new ActionsBlock(new Button("a", "x", Confirm: new(Long(101), "t", "y", "n"))),
            100,
            b => ((Button)((ActionsBlock)b).Elements[0]).Confirm!.Title.Text
        },

        {
            "confirm text",
            new ActionsBlock(new Button("a", "x", Confirm: new("t", Long(301), "y", "n"))),
            300,
            b => ((Button)((ActionsBlock)b).Elements[0]).Confirm!.Text.Text
        },

        {
            "confirm yes",
            new ActionsBlock(new Button("a", "x", Confirm: new("t", "t", Long(31), "n"))),
            30,
            b => ((Button)((ActionsBlock)b).Elements[0]).Confirm!.Confirm.Text
        },

        {
            "option",
            new ActionsBlock(new Overflow("a", [new Option(Long(76), "1")])),
            75,
            b => ((Overflow)((ActionsBlock)b).Elements[0]).Options[0].Text.Text
        },

        {
            "option description",
            new ActionsBlock(new RadioButtons("a", [new Option("x", "1", Long(76))])),
            75,
            b => ((RadioButtons)((ActionsBlock)b).Elements[0]).Options[0].Description!.Text
        },

        {
            "group",
            new ActionsBlock(new StaticSelect("a") { OptionGroups = [new OptionGroup(Long(76), [One])] }),
            75,
            b => ((StaticSelect)((ActionsBlock)b).Elements[0]).OptionGroups![0].Label.Text
        },

        {
            "placeholder",
            new ActionsBlock(new UsersSelect("a") { Placeholder = Long(151) }),
            150,
            b => ((UsersSelect)((ActionsBlock)b).Elements[0]).Placeholder!.Text
        },
        { "image title", new ImageBlock("alt", "https://x") { Title = Long(2001) }, 2000, b => ((ImageBlock)b).Title!.Text },
        { "alt text", new ImageBlock(Long(2001), "https://x"), 2000, b => ((ImageBlock)b).AltText },
        { "input label", new InputBlock(Long(2001), new EmailInput("a")), 2000, b => ((InputBlock)b).Label.Text },
        { "input hint", new InputBlock("l", new EmailInput("a")) { Hint = Long(2001) }, 2000, b => ((InputBlock)b).Hint!.Text },
        { "markdown", new MarkdownBlock(Long(12_001)), 11_970, b => ((MarkdownBlock)b).Text },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_cut_is_refused_with_its_path(string path, Message message) =>
        Assert.Equal(path, Assert.Throws<BlockKitException>(() => BlockKitLimits.Fit(message)).Path);

    [Theory]
    [MemberData(nameof(Cut))]
    public void What_can_be_cut_is_cut_to_its_limit(string what, Block block, int limit, Func<Block, string> text)
    {
        var cut = text(BlockKitLimits.Fit(Of(block)).Blocks[0]);
        Assert.True(cut.Length <= limit && cut.Length > limit * 3 / 4, $"{what} is {cut.Length} long");
        Assert.EndsWith("…", cut, StringComparison.Ordinal);
    }

    [Fact]
    public void What_fits_is_left_as_it_is()
    {
        var message = Of(
            new HeaderBlock(Long(150)),
            new SectionBlock(new Mrkdwn(Long(3000))) { Accessory = new Overflow("o", [One]) },
            new ActionsBlock(new Button("a", Long(75), Long(2000)), new StaticSelect(
                "s", [.. Enumerable.Range(0, 20).Select(i => new Option($"o{i}", $"{i}"))])
            { InitialOption = new("o1", "1") }),
            Table(3, 3));
        Assert.Equal(Json(message), Json(BlockKitLimits.Fit(message)));
    }

    [Fact]
    public void A_view_is_held_to_its_own_limits()
    {
        var modal = new ModalView { Title = Long(25), Submit = Long(25), Close = Long(25), Blocks = [new DividerBlock()] };
        var fitted = BlockKitLimits.Fit(modal);
        Assert.All([fitted.Title, fitted.Submit!, fitted.Close!], t => Assert.Equal(24, t.Text.Length));
        Refuses("private_metadata", modal with { PrivateMetadata = Long(3001) });
        Refuses("callback_id", modal with { CallbackId = Long(256) });
        Refuses("external_id", modal with { ExternalId = Long(256) });
        Refuses("title", modal with { Title = "" });
        Refuses("submit", modal with { Submit = null, Blocks = [new InputBlock("l", new EmailInput("a"))] });
        Refuses("blocks", modal with { Blocks = [.. Enumerable.Repeat(new DividerBlock(), 101)] });
        Refuses("blocks[0]", modal with { Blocks = [Table(1, 1)] });
        Refuses("blocks[0]", modal with { Blocks = [new MarkdownBlock("x")] });
        Assert.Equal(100, BlockKitLimits.Fit(new HomeView { Blocks = [.. Enumerable.Repeat(new DividerBlock(), 100)] }).Blocks.Count);
    }

    [Fact]
    public void A_modal_may_hold_more_text_than_a_message()
    {
        var blocks = Enumerable.Repeat(new SectionBlock(new Mrkdwn(Long(2900))), 10).ToList();
        var modal = BlockKitLimits.Fit(new ModalView { Title = "t", Blocks = blocks });
        Assert.All(modal.Blocks, b => Assert.Equal(2900, ((SectionBlock)b).Text!.Text.Length));
    }

    [Fact]
    public void Too_much_together_shortens_the_longest_texts_first()
    {
        var fitted = BlockKitLimits.Fit(Of(
            new SectionBlock(new Mrkdwn("short")),
            new SectionBlock(new Mrkdwn(Long(3000))),
            new SectionBlock(new Mrkdwn(Long(3000))),
            new SectionBlock(new Mrkdwn(Long(3000))),
            new SectionBlock(new Mrkdwn(Long(3000))),
            new SectionBlock(new Mrkdwn(Long(1000)))));
        var lengths = fitted.Blocks.Select(b => ((SectionBlock)b).Text!.Text.Length).ToList();
        Assert.Equal((5, 1000), (lengths[0], lengths[5]));
        Assert.All(lengths[1..5], l => Assert.Equal(lengths[1], l));
        Assert.InRange(lengths.Sum(), 11_000, 12_000);
    }

    [Fact]
    public void A_table_of_too_much_text_is_shortened_too()
    {
        var table = new TableBlock([.. Enumerable.Repeat<IReadOnlyList<ITableCell>>([new RawText(Long(600)), new RawText("x")], 20)]);
        var fitted = (TableBlock)BlockKitLimits.Fit(Of(table)).Blocks[0];
        Assert.InRange(fitted.Rows.Sum(r => r.Sum(c => ((RawText)c).Text.Length)), 8_000, 10_000);
    }

    [Fact]
    public void What_is_too_much_even_when_cut_is_to_be_split()
    {
        var rich = new RichTextBlock([.. Enumerable.Range(0, 400).Select(i => new RichTextSection(new RichText($"line {i}")))]);
        Assert.Equal("blocks", Assert.Throws<BlockKitException>(() => BlockKitLimits.Fit(Of(rich))).Path);
    }

    [Fact]
    public void A_notification_text_stays_changeable() =>
        Assert.Equal(4000, BlockKitLimits.Fit(new Message { Text = Long(5000) }).Text.Length);

    [Property(MaxTest = 200)]
    public void Fitting_twice_changes_nothing_more(NonNull<string>[] texts, PositiveInt times)
    {
        var sections =
            texts.Select(t => string.Concat(Enumerable.Repeat(Mrkdwn.Escape(t.Get) + "가😀 <https://a.example|b>", (times.Get % 50) + 1)))
                .Take(49).Select(t => (Block)new SectionBlock(new Mrkdwn(t)));
        var once = BlockKitLimits.Fit(Of([.. sections, new DividerBlock()]));
        Assert.Equal(Json(once), Json(BlockKitLimits.Fit(once)));
        Assert.True(once.Blocks.OfType<SectionBlock>().Sum(s => s.Text!.Text.Length) <= BlockKitLimits.MessageWeight);
    }

    private static void Refuses(string path, ModalView view) =>
        Assert.Equal(path, Assert.Throws<BlockKitException>(() => BlockKitLimits.Fit(view)).Path);

    private static Message Of(params Block[] blocks) => new() { Text = "t", Blocks = blocks };

    private static TableBlock Table(int rows, int columns) =>
        new([.. Enumerable.Repeat<IReadOnlyList<ITableCell>>([.. Enumerable.Repeat(new RawText("x"), columns)], rows)]);

    private static string Json(Message message) => JsonSerializer.Serialize(message, SlackJson.Context.Message);

    private static string Long(int length) => new('x', length);
}

using System.Text.Json.Nodes;
using ChatOps.Sandbox.Slack;
using ChatOps.Sandbox.Slack.BlockKit;
using FsCheck.Xunit;

namespace ChatOps.Sandbox.Tests.Slack;

public class BlockKitRulesTests
{
    private const string Button = """{"type":"button","action_id":"a","text":{"type":"plain_text","text":"Go"}}""";

    private const string PlainButton = """{"type":"button","text":{"type":"plain_text","text":"Go"}}""";
    private const string Mrkdwn = """{"type":"mrkdwn","text":"x"}""";
    private const string Cell = """{"type":"raw_text","text":"x"}""";
    private const string Row = $"[{Cell}]";

    [Theory]
    [InlineData("""{"type":"sektion"}""", "unsupported type: sektion [json-pointer:/blocks/0/type]")]
    [InlineData("""{"text":"x"}""", "missing required field: type [json-pointer:/blocks/0]")]
    [InlineData("""{"type":"divider","colour":"red"}""", "invalid additional property: colour [json-pointer:/blocks/0]")]
    [InlineData("""{"type":"section"}""", "must define either `text` or `fields` [json-pointer:/blocks/0]")]
    [InlineData("""{"type":"section","text":"bare"}""", "must provide an object [json-pointer:/blocks/0/text]")]
    [InlineData(
        """{"type":"section","text":{"type":"mrkdwn","text":""}}""", "must be more than 0 characters [json-pointer:/blocks/0/text/text]")]
    [InlineData(
        """{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}""",
        "invalid additional property: emoji [json-pointer:/blocks/0/text]")]
    [InlineData("""{"type":"header","text":{"type":"mrkdwn","text":"x"}}""", "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]")]
    [InlineData("""{"type":"context","elements":[]}""", "must provide at least 1 items [json-pointer:/blocks/0/elements]")]
    [InlineData(
        """{"type":"context","elements":[{"type":"button"}]}""", "unsupported type: button [json-pointer:/blocks/0/elements/0/type]")]
    [InlineData("""{"type":"image","image_url":"https://x.example/a.png"}""", "missing required field: alt_text [json-pointer:/blocks/0]")]
    [InlineData("""{"type":"image","image_url":"not a url","alt_text":"x"}""", "must be a valid URL [json-pointer:/blocks/0/image_url]")]
    [InlineData(
        """{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Go"},"style":"green"}]}""",
        "must be one of the following values: primary, danger [json-pointer:/blocks/0/elements/0/style]")]
    [InlineData(
        """{"type":"actions","elements":[{"type":"plain_text_input"}]}""",
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]")]
    [InlineData(
        """{"type":"actions","elements":[{"type":"overflow","options":[{"text":{"type":"plain_text","text":"a"},"value":"a"}]}]}""",
        "must provide at least 2 items [json-pointer:/blocks/0/elements/0/options]")]
    [InlineData(
        """{"type":"actions","elements":[{"type":"static_select"}]}""",
        "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]")]
    [InlineData(
        """{"type":"actions","elements":[{"type":"datepicker","initial_date":"2026-02-30"}]}""",
        "must be a valid date or time [json-pointer:/blocks/0/elements/0/initial_date]")]
    [InlineData(
        """{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":""}]}]}""",
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]")]
    [InlineData(
        """{"type":"table","rows":[[{"type":"mrkdwn","text":"x"}]]}""", "unsupported type: mrkdwn [json-pointer:/blocks/0/rows/0/0/type]")]
    public void A_faulty_block_is_refused_naming_the_place(string block, string message)
    {
        var refusal = Assert.Throws<SlackRefusal>(() => BlockKitRules.CheckMessage([JsonNode.Parse(block)]));

        Assert.Equal("invalid_blocks", refusal.Code);
        Assert.Contains("[ERROR] " + message, refusal.Messages);
    }

    [Theory]
    [InlineData("""{"type":"divider"}""", 51, "no more than 50 items allowed [json-pointer:/blocks]")]
    public void A_message_has_fifty_blocks_at_most(string block, int count, string message)
    {
        BlockKitRules.CheckMessage(Repeat(block, count - 1));

        var refusal = Assert.Throws<SlackRefusal>(() => BlockKitRules.CheckMessage(Repeat(block, count)));
        Assert.Equal(["[ERROR] " + message], refusal.Messages);
    }

    [Theory]
    [InlineData("section text", 3000)]
    [InlineData("section field", 2000)]
    [InlineData("header", 150)]
    [InlineData("button text", 75)]
    [InlineData("button value", 2000)]
    [InlineData("action_id", 255)]
    [InlineData("block_id", 255)]
    [InlineData("option value", 150)]
    public void A_text_at_its_limit_passes_and_one_more_character_is_refused(string what, int limit)
    {
        BlockKitRules.CheckMessage([JsonNode.Parse(WithText(what, limit))]);

        var refusal = Assert.Throws<SlackRefusal>(() => BlockKitRules.CheckMessage([JsonNode.Parse(WithText(what, limit + 1))]));
        Assert.Contains(refusal.Messages, m => m.StartsWith($"[ERROR] must be less than {limit + 1} characters", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fields", 10)]
    [InlineData("context", 10)]
    [InlineData("actions", 25)]
    [InlineData("options", 100)]
    [InlineData("overflow", 5)]
    [InlineData("table rows", 100)]
    [InlineData("table cells", 20)]
    public void A_list_at_its_limit_passes_and_one_more_item_is_refused(string what, int limit)
    {
        BlockKitRules.CheckMessage([JsonNode.Parse(WithItems(what, limit))]);

        var refusal = Assert.Throws<SlackRefusal>(() => BlockKitRules.CheckMessage([JsonNode.Parse(WithItems(what, limit + 1))]));
        Assert.Contains(refusal.Messages, m => m.StartsWith($"[ERROR] no more than {limit} items allowed", StringComparison.Ordinal));
    }

    [Fact]
    public void Ids_are_unique_among_blocks_and_within_a_block()
    {
        var twice = JsonNode.Parse(
            $$"""[{"type":"divider","block_id":"b"},{"type":"actions","block_id":"b","elements":[{{Button}},{{Button}}]}]""");

        var refusal = Assert.Throws<SlackRefusal>(() => BlockKitRules.CheckMessage((JsonArray)twice!));

        Assert.Equal(
            [
                "[ERROR] `block_id` \"b\" already exists [json-pointer:/blocks/1/block_id]",
                "[ERROR] `action_id` \"a\" already exists [json-pointer:/blocks/1/elements/1/action_id]"
            ],
            refusal.Messages);
    }

    [Fact]
    public void The_same_action_id_in_two_blocks_is_allowed() =>
        BlockKitRules.CheckMessage(
            (JsonArray)JsonNode.Parse($$"""[{"type":"actions","elements":[{{Button}}]},{"type":"actions","elements":[{{Button}}]}]""")!);

    [Fact]
    public void A_message_has_one_table_at_most()
    {
        const string table = """{"type":"table","rows":[[{"type":"raw_text","text":"x"}]]}""";
        BlockKitRules.CheckMessage(Repeat(table, 1));

        var refusal = Assert.Throws<SlackRefusal>(() => BlockKitRules.CheckMessage(Repeat(table, 2)));
        Assert.Equal(["[ERROR] only_one_table_allowed [json-pointer:/blocks]"], refusal.Messages);
    }

    /// <summary>Both figures were measured against Slack by others.</summary>
    [Fact]
    public void Blocks_are_too_long_together_between_the_measured_messages()
    {
        BlockKitRules.CheckMessage(Sections(50, 9_597));

        Assert.Equal("msg_blocks_too_long", Assert.Throws<SlackRefusal>(() => BlockKitRules.CheckMessage(Sections(45, 11_341))).Code);
    }

    [Theory]
    [InlineData("""{"type":"modal","blocks":[]}""", "missing required field: title [json-pointer:/view]")]
    [InlineData(
        """{"type":"modal","title":{"type":"plain_text","text":"1234567890123456789012345"},"blocks":[]}""",
        "must be less than 25 characters [json-pointer:/view/title/text]")]
    [InlineData("""{"type":"home","blocks":[]}""", "unsupported type: home [json-pointer:/view/type]")]
    [InlineData(
        """{"type":"modal","title":{"type":"plain_text","text":"x"},"blocks":[{"type":"input","label":{"type":"plain_text","text":"l"},"element":{"type":"plain_text_input"}}]}""",
        "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]")]
    [InlineData(
        """{"type":"modal","title":{"type":"plain_text","text":"x"},"blocks":[{"type":"table","rows":[]}]}""",
        "unsupported type: table [json-pointer:/view/blocks/0/type]")]
    public void A_faulty_modal_is_refused_naming_the_place(string view, string message)
    {
        var refusal = Assert.Throws<SlackRefusal>(() => BlockKitRules.CheckView((JsonObject)JsonNode.Parse(view)!, "modal"));

        Assert.Equal("invalid_arguments", refusal.Code);
        Assert.Contains("[ERROR] " + message, refusal.Messages);
    }

    [Fact]
    public void A_view_has_a_hundred_blocks_and_3000_characters_of_metadata_at_most()
    {
        BlockKitRules.CheckView(Modal(100, 3000), "modal");

        Assert.Contains(
            "[ERROR] no more than 100 items allowed [json-pointer:/view/blocks]",
            Assert.Throws<SlackRefusal>(() => BlockKitRules.CheckView(Modal(101, 0), "modal")).Messages);
        Assert.Contains(
            "[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]",
            Assert.Throws<SlackRefusal>(() => BlockKitRules.CheckView(Modal(1, 3001), "modal")).Messages);
    }

    [Property]
    public bool No_json_makes_the_rules_fail_otherwise_than_by_a_refusal(string type, string field, int number)
    {
        JsonArray blocks =
        [
            new JsonObject { ["type"] = type, [field ?? ""] = number, ["elements"] = new JsonArray(number, null, type) }, null, number,
        ];
        return Assert.Throws<SlackRefusal>(() => BlockKitRules.CheckMessage(blocks)).Code == "invalid_blocks";
    }

    private static JsonArray Repeat(string block, int count) => new([.. Enumerable.Range(0, count).Select(_ => JsonNode.Parse(block))]);

    private static JsonArray Sections(int count, int characters) => new([.. Enumerable.Range(0, count).Select(i =>
        JsonNode.Parse(
            $$$"""{"type":"section","text":{"type":"mrkdwn","text":"{{{new string(
                'x', characters / count + (i < characters % count ? 1 : 0))}}}"}}"""))]);

    private static JsonObject Modal(int blocks, int metadata) => new()
    {
        ["type"] = "modal",
        ["title"] = new JsonObject { ["type"] = "plain_text", ["text"] = "t" },
        ["private_metadata"] = new string('m', metadata),
        ["blocks"] = Repeat("""{"type":"divider"}""", blocks),
    };

    private static string WithText(string what, int length)
    {
        var x = new string('x', length);
        return what switch
        {
            "section text" => $$$"""{"type":"section","text":{"type":"mrkdwn","text":"{{{x}}}"}}""",
            "section field" => $$"""{"type":"section","fields":[{"type":"mrkdwn","text":"{{x}}"}]}""",
            "header" => $$$"""{"type":"header","text":{"type":"plain_text","text":"{{{x}}}"}}""",
            "button text" => $$$"""{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"{{{x}}}"}}]}""",
            "button value" =>
                $$$"""{"type":"actions","elements":[{"type":"button","value":"{{{x}}}","text":{"type":"plain_text","text":"Go"}}]}""",
            "action_id" =>
                $$$"""{"type":"actions","elements":[{"type":"button","action_id":"{{{x}}}","text":{"type":"plain_text","text":"Go"}}]}""",
            "block_id" => $$"""{"type":"divider","block_id":"{{x}}"}""",
            _ =>
                $$"""{"type":"actions","elements":[{"type":"static_select","options":[{"text":{"type":"plain_text","text":"a"},"value":"{{x}}"}]}]}""",
        };
    }

    private static string WithItems(string what, int count)
    {
        string Items(Func<int, string> item) => string.Join(',', Enumerable.Range(0, count).Select(item));
        string Options() => Items(i => $$"""{"text":{"type":"plain_text","text":"o{{i}}"},"value":"{{i}}"}""");
        return what switch
        {
            "fields" => $$"""{"type":"section","fields":[{{Items(_ => Mrkdwn)}}]}""",
            "context" => $$"""{"type":"context","elements":[{{Items(_ => Mrkdwn)}}]}""",
            "actions" => $$"""{"type":"actions","elements":[{{Items(_ => PlainButton)}}]}""",
            "options" => $$"""{"type":"actions","elements":[{"type":"static_select","options":[{{Options()}}]}]}""",
            "overflow" =>
                $$$"""{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"overflow","options":[{{{Options()}}}]}}""",
            "table rows" => $$"""{"type":"table","rows":[{{Items(_ => Row)}}]}""",
            _ => $$"""{"type":"table","rows":[[{{Items(_ => Cell)}}]]}""",
        };
    }
}

using static ChatOps.Sandbox.Slack.BlockKit.Composition;
using static ChatOps.Sandbox.Slack.BlockKit.Rules;

namespace ChatOps.Sandbox.Slack.BlockKit;

/// <summary>The rich_text block: sections, lists, quotes and preformatted text, and what stands inside them.</summary>
internal static class RichText
{
    private static readonly Rule Style = Fields(new()
    {
        ["bold"] = Flag,
        ["italic"] = Flag,
        ["strike"] = Flag,
        ["underline"] = Flag,
        ["code"] = Flag,
        ["highlight"] = Flag,
        ["client_highlight"] = Flag,
        ["unlink"] = Flag,
    });

    private static readonly Rule Inline = ByType(
        ("text", new() { ["text!"] = Text(13_000), ["style"] = Style }, null),
        ("link", new() { ["url!"] = Link, ["text"] = Text(13_000), ["unsafe"] = Flag, ["style"] = Style }, null),
        ("emoji", new() { ["name!"] = Text(100), ["unicode"] = Text(100), ["style"] = Style }, null),
        ("user", new() { ["user_id!"] = Id, ["style"] = Style }, null),
        ("usergroup", new() { ["usergroup_id!"] = Id, ["style"] = Style }, null),
        ("channel", new() { ["channel_id!"] = Id, ["style"] = Style }, null),
        ("team", new() { ["team_id!"] = Id, ["style"] = Style }, null),
        ("broadcast", new() { ["range!"] = OneOf("here", "channel", "everyone"), ["style"] = Style }, null),
        ("color", new() { ["value!"] = Text(20), ["style"] = Style }, null),
        ("date", new()
        {
            ["timestamp!"] = Whole(0, 9_999_999_999),
            ["format!"] = Text(1000),
            ["url"] = Link,
            ["fallback"] = Text(1000),
            ["style"] = Style,
        }, null));

    private static readonly (
        string, Dictionary<string, Rule>, Rule?) Section = ("rich_text_section", new() { ["elements!"] = List(Inline, 0, 1000) }, null);

    private static readonly Rule Part = ByType(
        Section,
        ("rich_text_list", new()
        {
            ["elements!"] = List(ByType(Section), 1, 1000),
            ["style!"] = OneOf("bullet", "ordered"),
            ["indent"] = Whole(0, 8),
            ["offset"] = Whole(0, 10_000),
            ["border"] = Whole(0, 1),
        }, null),
        (
            "rich_text_preformatted", new() { ["elements!"] = List(Inline, 0, 1000), ["border"] = Whole(0, 1), ["language"] = Text(50) },
            null),
        ("rich_text_quote", new() { ["elements!"] = List(Inline, 0, 1000), ["border"] = Whole(0, 1) }, null));

    public static readonly (string Type, Dictionary<string, Rule> Fields, Rule? Also) Shape =
        ("rich_text", new() { ["elements!"] = List(Part, 1, 1000), ["block_id"] = Id }, null);

    public static readonly Rule Block = ByType(Shape);
}

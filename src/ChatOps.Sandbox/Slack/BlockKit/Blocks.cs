using System.Text.Json.Nodes;
using static ChatOps.Sandbox.Slack.BlockKit.Composition;
using static ChatOps.Sandbox.Slack.BlockKit.Rules;

namespace ChatOps.Sandbox.Slack.BlockKit;

/// <summary>The layout blocks, by the surface that takes them. Blocks only Slack's AI and canvas features use are refused.</summary>
internal static class Blocks
{
    private static readonly (string, Dictionary<string, Rule>, Rule?)[] Everywhere =
    [
        ("actions", Block(new() { ["elements!"] = List(Elements.Action, 1, 25) }), null),
        ("context", Block(new() { ["elements!"] = List(Elements.ContextElement, 1, 10) }), null),
        ("divider", Block([]), null),
        ("header", Block(new() { ["text!"] = Plain(150) }), null),
        ("image", Block(new()
        {
            ["alt_text!"] = Text(2000),
            ["image_url"] = Link,
            ["slack_file"] = SlackFile,
            ["title"] = Plain(2000),
        }), Either("image_url", "slack_file")),
        ("input", Block(new()
        {
            ["label!"] = Plain(2000),
            ["element!"] = Elements.InputElement,
            ["hint"] = Plain(2000),
            ["optional"] = Flag,
            ["dispatch_action"] = Flag,
        }), null),
        ("section", Block(new()
        {
            ["text"] = PlainOrMrkdwn(3000),
            ["fields"] = List(PlainOrMrkdwn(2000), 1, 10),
            ["accessory"] = Elements.Accessory,
            ["expand"] = Flag,
        }), TextOrFields),
        ("video", Block(new()
        {
            ["alt_text!"] = Text(2000),
            ["title!"] = Plain(199),
            ["thumbnail_url!"] = Link,
            ["video_url!"] = Link,
            ["title_url"] = Link,
            ["author_name"] = Text(49),
            ["description"] = Plain(199),
            ["provider_icon_url"] = Link,
            ["provider_name"] = Text(50),
        }), null),
        RichText.Shape,
    ];

    private static readonly (string, Dictionary<string, Rule>, Rule?)[] MessagesOnly =
    [
        ("file", Block(new() { ["external_id!"] = Text(255), ["source!"] = OneOf("remote") }), null),
        ("markdown", Block(new() { ["text!"] = Text(12_000) }), null),
        ("table", Block(new()
        {
            ["rows!"] = List(List(ByType(("raw_text", new() { ["text!"] = Text(3000) }, null), RichText.Shape), 1, 20), 1, 100),
            ["column_settings"] = List(ColumnSetting, 0, 20),
        }), null),
    ];

    public static readonly Rule InMessage = ByType([.. Everywhere, .. MessagesOnly]);
    public static readonly Rule InView = ByType(Everywhere);

    private static Dictionary<string, Rule> Block(Dictionary<string, Rule> own) => new(own) { ["block_id"] = Id };

    private static void TextOrFields(JsonNode? node, string pointer, Verdict verdict)
    {
        var section = (JsonObject)node!;
        if (!section.ContainsKey("text") && !section.ContainsKey("fields"))
        {
            verdict.Add("must define either `text` or `fields`", pointer);
        }
    }

    /// <summary>A column may be skipped with null.</summary>
    private static void ColumnSetting(JsonNode? node, string pointer, Verdict verdict)
    {
        if (node is not null)
        {
            Fields(new() { ["align"] = OneOf("left", "center", "right"), ["is_wrapped"] = Flag })(node, pointer, verdict);
        }
    }
}

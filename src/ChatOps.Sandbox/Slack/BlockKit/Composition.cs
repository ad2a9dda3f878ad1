using System.Text.Json.Nodes;
using static ChatOps.Sandbox.Slack.BlockKit.Rules;

namespace ChatOps.Sandbox.Slack.BlockKit;

/// <summary>Block Kit's composition objects: texts, confirmations, options, filters.</summary>
internal static class Composition
{
    public const int OptionValue = 150;

    public static readonly Rule Id = Text(255);

    public static readonly Rule Confirm = Fields(new()
    {
        ["title!"] = Plain(100),
        ["text!"] = PlainOrMrkdwn(300),
        ["confirm!"] = Plain(30),
        ["deny!"] = Plain(30),
        ["style"] = OneOf("primary", "danger"),
    });

    public static readonly Rule DispatchConfig = Fields(new()
    {
        ["trigger_actions_on!"] = List(OneOf("on_enter_pressed", "on_character_entered"), 1, 2),
    });

    public static readonly Rule ConversationFilter = Fields(new()
    {
        ["include"] = List(OneOf("im", "mpim", "private", "public"), 1, 4),
        ["exclude_external_shared_channels"] = Flag,
        ["exclude_bot_users"] = Flag,
    });

    public static readonly Rule SlackFile = Fields(new() { ["id"] = Id, ["url"] = Link });

    public static readonly Rule Option = OptionOf(Plain(75), withUrl: false);

    /// <summary>Options of checkboxes and radio buttons may be formatted.</summary>
    public static readonly Rule FormattedOption = OptionOf(PlainOrMrkdwn(75), withUrl: false);

    public static readonly Rule OverflowOption = OptionOf(Plain(75), withUrl: true);

    public static readonly Rule OptionGroup = Fields(new() { ["label!"] = Plain(75), ["options!"] = List(Option, 1, 100) });

    public static Rule Plain(int max, int min = 1) => ByType(("plain_text", new() { ["text!"] = Text(max, min), ["emoji"] = Flag }, null));

    public static Rule PlainOrMrkdwn(int max)
    {
        var either = ByType(
            ("plain_text", new() { ["text!"] = Text(max), ["emoji"] = Flag }, null),
            ("mrkdwn", new() { ["text!"] = Text(max), ["verbatim"] = Flag }, null));
        return (node, pointer, verdict) =>
        {
            var before = verdict.Count;
            either(node, pointer, verdict);
            if (verdict.Count > before && node is JsonObject)
            {
                verdict.AddBefore(before, "failed to match all allowed schemas", pointer);
            }
        };
    }

    private static Rule OptionOf(Rule text, bool withUrl)
    {
        var fields = new Dictionary<string, Rule> { ["text!"] = text, ["value!"] = Text(OptionValue), ["description"] = Plain(75) };
        if (withUrl)
        {
            fields["url"] = Link;
        }
        return Fields(fields);
    }

    /// <summary>Exactly one of two fields.</summary>
    public static Rule Either(string text, string other) => (node, pointer, verdict) =>
    {
        var given = (JsonObject)node!;
        if (given.ContainsKey(text) == given.ContainsKey(other))
        {
            verdict.Add($"must define either `{text}` or `{other}`", pointer);
        }
    };
}

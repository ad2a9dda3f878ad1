using System.Text.Json.Nodes;
using static ChatOps.Sandbox.Slack.BlockKit.Composition;
using static ChatOps.Sandbox.Slack.BlockKit.Rules;

namespace ChatOps.Sandbox.Slack.BlockKit;

/// <summary>Block Kit's elements, and which block takes which.</summary>
internal static class Elements
{
    private static readonly (string, Dictionary<string, Rule>, Rule?) Button = ("button", new()
    {
        ["text!"] = Plain(75),
        ["action_id"] = Id,
        ["url"] = Link,
        ["value"] = Text(2000, 0),
        ["style"] = OneOf("primary", "danger"),
        ["confirm"] = Confirm,
        ["accessibility_label"] = Text(75),
    }, null);

    private static readonly (string, Dictionary<string, Rule>, Rule?) Checkboxes = ("checkboxes", Interactive(new()
    {
        ["options!"] = List(FormattedOption, 1, 10),
        ["initial_options"] = List(FormattedOption, 1, 10),
        ["focus_on_load"] = Flag,
    }), InitialAmongOptions);

    private static readonly (string, Dictionary<string, Rule>, Rule?) Radios = ("radio_buttons", Interactive(new()
    {
        ["options!"] = List(FormattedOption, 1, 10),
        ["initial_option"] = FormattedOption,
        ["focus_on_load"] = Flag,
    }), InitialAmongOptions);

    private static readonly (
        string, Dictionary<string, Rule>,
        Rule?) Overflow = ("overflow", Interactive(new() { ["options!"] = List(OverflowOption, 2, 5) }), null);

    private static readonly (
        string, Dictionary<string, Rule>, Rule?) Date = ("datepicker", Menu(new() { ["initial_date"] = Dated("yyyy-MM-dd") }), null);

    private static readonly (
        string, Dictionary<string, Rule>,
        Rule?) Time = ("timepicker", Menu(new() { ["initial_time"] = Dated("HH:mm"), ["timezone"] = Text(100) }), null);

    private static readonly (string, Dictionary<string, Rule>, Rule?) DateAndTime = ("datetimepicker", Interactive(new()
    {
        ["initial_date_time"] = Whole(1_000_000_000, 9_999_999_999),
        ["focus_on_load"] = Flag,
    }), null);

    private static readonly (string, Dictionary<string, Rule>, Rule?) Image = ("image", new()
    {
        ["alt_text!"] = Text(2000),
        ["image_url"] = Link,
        ["slack_file"] = SlackFile,
    }, Either("image_url", "slack_file"));

    private static readonly (string, Dictionary<string, Rule>, Rule?)[] Selects =
    [
        (
            "static_select",
            Menu(new() { ["options"] = List(Option, 1, 100), ["option_groups"] = List(OptionGroup, 1, 100), ["initial_option"] = Option }),
            OptionsOrGroups),
        ("external_select", Menu(new() { ["initial_option"] = Option, ["min_query_length"] = Whole(0, 1000) }), null),
        ("users_select", Menu(new() { ["initial_user"] = Id }), null),
        ("conversations_select", Menu(new()
        {
            ["initial_conversation"] = Id,
            ["default_to_current_conversation"] = Flag,
            ["response_url_enabled"] = Flag,
            ["filter"] = ConversationFilter,
        }), null),
        ("channels_select", Menu(new() { ["initial_channel"] = Id, ["response_url_enabled"] = Flag }), null),
    ];

    private static readonly (string, Dictionary<string, Rule>, Rule?)[] MultiSelects =
    [
        ("multi_static_select", MultiMenu(new()
        {
            ["options"] = List(Option, 1, 100),
            ["option_groups"] = List(OptionGroup, 1, 100),
            ["initial_options"] = List(Option, 1, 100),
        }), OptionsOrGroups),
        (
            "multi_external_select", MultiMenu(new() { ["initial_options"] = List(Option, 1, 100), ["min_query_length"] = Whole(0, 1000) }),
            null),
        ("multi_users_select", MultiMenu(new() { ["initial_users"] = List(Id, 0, 100) }), null),
        ("multi_conversations_select", MultiMenu(new()
        {
            ["initial_conversations"] = List(Id, 0, 100),
            ["default_to_current_conversation"] = Flag,
            ["filter"] = ConversationFilter,
        }), null),
        ("multi_channels_select", MultiMenu(new() { ["initial_channels"] = List(Id, 0, 100) }), null),
    ];

    private static readonly (string, Dictionary<string, Rule>, Rule?)[] TextInputs =
    [
        ("plain_text_input", Input(new()
        {
            ["initial_value"] = Text(3000, 0),
            ["multiline"] = Flag,
            ["min_length"] = Whole(0, 3000),
            ["max_length"] = Whole(1, 3000),
        }), null),
        ("email_text_input", Input(new() { ["initial_value"] = Text(3000, 0) }), null),
        ("url_text_input", Input(new() { ["initial_value"] = Text(3000, 0) }), null),
        ("number_input", Input(new()
        {
            ["is_decimal_allowed!"] = Flag,
            ["initial_value"] = Text(100),
            ["min_value"] = Text(100),
            ["max_value"] = Text(100),
        }), null),
        ("rich_text_input", Input(new() { ["initial_value"] = RichText.Block }), null),
        ("file_input", new() { ["action_id"] = Id, ["filetypes"] = List(Text(20), 1, 100), ["max_files"] = Whole(1, 10) }, null),
    ];

    /// <summary>What a section takes beside its text.</summary>
    public static readonly Rule Accessory = ByType([Button, Checkboxes, Radios, Overflow, Date, Time, Image, .. Selects, .. MultiSelects]);

    /// <summary>What an actions block takes.</summary>
    public static readonly Rule Action = ByType(
        [Button, Checkboxes, Radios, Overflow, Date, Time, DateAndTime, .. Selects, .. MultiSelects]);

    /// <summary>What an input block takes.</summary>
    public static readonly Rule InputElement = ByType(
        [Checkboxes, Radios, Date, Time, DateAndTime, .. Selects, .. MultiSelects, .. TextInputs]);

    /// <summary>What a context block takes.</summary>
    public static readonly Rule ContextElement = ByType(
        Image,
        ("plain_text", new() { ["text!"] = Text(3000), ["emoji"] = Flag }, null),
        ("mrkdwn", new() { ["text!"] = Text(3000), ["verbatim"] = Flag }, null));

    private static Dictionary<string, Rule> Interactive(Dictionary<string, Rule> own) =>
        new(own) { ["action_id"] = Id, ["confirm"] = Confirm };

    private static Dictionary<string, Rule> Menu(Dictionary<string, Rule> own) =>
        new(Interactive(own)) { ["placeholder"] = Plain(150), ["focus_on_load"] = Flag };

    private static Dictionary<string, Rule> MultiMenu(Dictionary<string, Rule> own) =>
        new(Menu(own)) { ["max_selected_items"] = Whole(1, 100) };

    private static Dictionary<string, Rule> Input(Dictionary<string, Rule> own) => new(own)
    {
        ["action_id"] = Id,
        ["placeholder"] = Plain(150),
        ["focus_on_load"] = Flag,
        ["dispatch_action_config"] = DispatchConfig,
    };

    private static void OptionsOrGroups(JsonNode? node, string pointer, Verdict verdict)
    {
        Either("options", "option_groups")(node, pointer, verdict);
        InitialAmongOptions(node, pointer, verdict);
    }

    private static void InitialAmongOptions(JsonNode? node, string pointer, Verdict verdict)
    {
        var values = node.Objects("options").Concat(node.Objects("option_groups").SelectMany(g => g.Objects("options"))).ToList();
        if (node.Object("initial_option") is { } item && !values.Exists(v => Same(v, item)))
        {
            verdict.Add("`initial_option` must match one of the options", $"{pointer}/initial_option");
        }
        foreach (var (initial, index) in node.Objects("initial_options").Select((o, i) => (o, i)))
        {
            if (!values.Exists(v => Same(v, initial)))
            {
                verdict.Add("`initial_options` must match the options", $"{pointer}/initial_options/{index}");
            }
        }
    }

    private static bool Same(JsonObject left, JsonObject right) =>
        left.Text("value") == right.Text("value") && left["text"].Text("text") == right["text"].Text("text");
}

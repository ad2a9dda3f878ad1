using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack;

/// <summary>The <c>state.values</c> of blocks: every stateful element with its present value, as Slack sends it.</summary>
internal static class BlockState
{
    /// <summary>An element within its block.</summary>
    public readonly record struct Placed(JsonObject Block, JsonObject Element)
    {
        public string BlockId => Block.Text("block_id") ?? "";
        public string ActionId => Element.Text("action_id") ?? "";
        public string Type => Element.Text("type") ?? "";
    }

    /// <summary>All interactive elements of the blocks: inputs, actions and accessories.</summary>
    public static IEnumerable<Placed> Elements(JsonArray? blocks)
    {
        foreach (var block in blocks?.OfType<JsonObject>() ?? [])
        {
            switch (block.Text("type"))
            {
                case "input" when block["element"] is JsonObject element:
                    yield return new Placed(block, element);
                    break;
                case "section" when block["accessory"] is JsonObject accessory && accessory.Text("type") != "image":
                    yield return new Placed(block, accessory);
                    break;
                case "actions" or "context_actions":
                    foreach (var element in block.Objects("elements"))
                    {
                        yield return new Placed(block, element);
                    }
                    break;
            }
        }
    }

    public static Placed? Find(JsonArray? blocks, string blockId, string actionId)
    {
        foreach (var placed in Elements(blocks))
        {
            if (placed.BlockId == blockId && placed.ActionId == actionId)
            {
                return placed;
            }
        }
        return null;
    }

    /// <summary>The values of all stateful elements: what the page sent, else the initial value.</summary>
    public static JsonObject Complete(JsonArray? blocks, JsonObject? typed)
    {
        var values = new JsonObject();
        foreach (var placed in Elements(blocks))
        {
            if (ValueFields(placed.Type) is not { } fields)
            {
                continue;
            }
            if (values[placed.BlockId] is not JsonObject ofBlock)
            {
                values[placed.BlockId] = ofBlock = [];
            }
            var given = typed?[placed.BlockId]?[placed.ActionId] as JsonObject;
            ofBlock[placed.ActionId] = given is not null && (given.Text("type") ?? placed.Type) == placed.Type
                ? Typed(placed.Element, fields, given)
                : Initial(placed.Element, fields);
        }
        return values;
    }

    /// <summary>The blocks whose required input is empty: Slack's own client refuses to submit them.</summary>
    public static IEnumerable<string> MissingRequired(JsonArray? blocks, JsonObject values) =>
        from placed in Elements(blocks)
        where placed.Block.Text("type") == "input" && !placed.Block.Flag("optional") && ValueFields(placed.Type) is not null
        let value = values[placed.BlockId]?[placed.ActionId]?[ValueFields(placed.Type)!.Value.Value]
        where value is null || value is JsonArray { Count: 0 } || value.AsText() is { } text && string.IsNullOrEmpty(text)
        select placed.BlockId;

    /// <summary>What the page sent for an element, with options completed from the stored block.</summary>
    public static JsonNode? Value(JsonObject element, string field, JsonNode? sent) => field switch
    {
        "selected_option" => CompleteOption(element, sent),
        "selected_options" =>
            sent is JsonArray many ? new JsonArray([.. many.Select(o => (JsonNode?)CompleteOption(element, o))]) : new JsonArray(),
        _ when field.EndsWith('s') && field.StartsWith("selected_", StringComparison.Ordinal) => sent?.DeepClone() ?? new JsonArray(),
        _ => sent?.DeepClone(),
    };

    /// <summary>The names of an element's value in state and of its initial value; null for what has no state.</summary>
    public static (string Value, string Initial)? ValueFields(string type) => type switch
    {
        "plain_text_input" or "email_text_input" or "url_text_input" or "number_input" => ("value", "initial_value"),
        "rich_text_input" => ("rich_text_value", "initial_value"),
        "static_select" or "external_select" or "radio_buttons" => ("selected_option", "initial_option"),
        "multi_static_select" or "multi_external_select" or "checkboxes" => ("selected_options", "initial_options"),
        "users_select" => ("selected_user", "initial_user"),
        "multi_users_select" => ("selected_users", "initial_users"),
        "conversations_select" => ("selected_conversation", "initial_conversation"),
        "multi_conversations_select" => ("selected_conversations", "initial_conversations"),
        "channels_select" => ("selected_channel", "initial_channel"),
        "multi_channels_select" => ("selected_channels", "initial_channels"),
        "datepicker" => ("selected_date", "initial_date"),
        "timepicker" => ("selected_time", "initial_time"),
        "datetimepicker" => ("selected_date_time", "initial_date_time"),
        _ => null,
    };

    private static JsonObject Typed(JsonObject element, (string Value, string Initial) fields, JsonObject given) => new()
    {
        ["type"] = element.Text("type"),
        [fields.Value] = Value(element, fields.Value, given[fields.Value]),
    };

    private static JsonObject Initial(JsonObject element, (string Value, string Initial) fields) => new()
    {
        ["type"] = element.Text("type"),
        [fields.Value] = element[fields.Initial]?.DeepClone()
            ?? (fields.Value.EndsWith('s') && fields.Value != "rich_text_value" ? new JsonArray() : null),
    };

    private static JsonObject? CompleteOption(JsonObject element, JsonNode? sent)
    {
        var value = sent.AsText() ?? sent.Text("value");
        var options = element.Objects("options").Concat(element.Objects("option_groups").SelectMany(g => g.Objects("options")));
        return options.FirstOrDefault(o => o.Text("value") == value)?.Copy() ?? (sent as JsonObject)?.Copy();
    }
}

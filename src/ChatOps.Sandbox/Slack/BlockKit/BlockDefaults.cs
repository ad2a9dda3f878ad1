using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack.BlockKit;

/// <summary>Fills in what Slack adds to blocks it accepts: block and action ids, <c>emoji</c>, <c>verbatim</c>, <c>optional</c>.</summary>
internal static class BlockDefaults
{
    public static JsonArray Fill(JsonArray blocks)
    {
        var filled = blocks.Copy();
        foreach (var block in filled.OfType<JsonObject>())
        {
            if (string.IsNullOrEmpty(block.Text("block_id")))
            {
                block["block_id"] = RandomId();
            }
            if (block.Text("type") == "input")
            {
                block["optional"] ??= false;
                block["dispatch_action"] ??= false;
            }
            if (block.Text("type") != "rich_text" && block.Text("type") != "table")
            {
                FillTexts(block);
            }
            foreach (var placed in BlockState.Elements([block.Copy()]))
            {
                if (placed.ActionId.Length == 0)
                {
                    FillActionIds(block);
                    break;
                }
            }
        }
        return filled;
    }

    private static string RandomId() =>
        RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 5);

    private static void FillActionIds(JsonObject block)
    {
        IEnumerable<JsonObject?> elements =
        [
            block["element"] as JsonObject, block["accessory"] as JsonObject,
            .. block.Objects("elements"),
        ];
        foreach (var element in elements)
        {
            if (element is not null && string.IsNullOrEmpty(element.Text("action_id"))
                && element.Text("type") is not ("image" or "mrkdwn" or "plain_text"))
            {
                element["action_id"] = RandomId();
            }
        }
    }

    private static void FillTexts(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject text when text.Text("type") == "plain_text" && text.Text("text") is not null:
                text["emoji"] ??= true;
                break;
            case JsonObject text when text.Text("type") == "mrkdwn" && text.Text("text") is not null:
                text["verbatim"] ??= false;
                break;
            case JsonObject other:
                foreach (var (name, value) in other)
                {
                    if (name != "initial_value")
                    {
                        FillTexts(value);
                    }
                }
                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    FillTexts(item);
                }
                break;
        }
    }
}

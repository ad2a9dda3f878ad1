using System.Text.Json.Nodes;
using ChatOps.Sandbox.Slack.BlockKit;

namespace ChatOps.Sandbox.Slack.WebApi;

/// <summary>Reads and judges what a message consists of: text, blocks, attachments.</summary>
internal static class MessageContent
{
    public const int MaxText = 40_000;

    /// <summary>The fields of a message body that were given, valid and completed.</summary>
    /// <exception cref="SlackRefusal">no_text, msg_too_long, invalid_blocks_format, invalid_blocks, msg_blocks_too_long.</exception>
    public static JsonObject Read(Func<string, JsonNode?> json, string? text, bool textMayBeMissing = false, int maxText = MaxText)
    {
        var content = new JsonObject();
        var blocks = json("blocks");
        var attachments = json("attachments");
        if (blocks is not (null or JsonArray))
        {
            throw new SlackRefusal("invalid_blocks_format");
        }
        if (attachments is not (null or JsonArray))
        {
            throw new SlackRefusal("invalid_attachments");
        }
        if (!textMayBeMissing && string.IsNullOrEmpty(text) && blocks is not JsonArray { Count: > 0 }
            && attachments is not JsonArray { Count: > 0 })
        {
            throw new SlackRefusal("no_text");
        }
        if (text?.Length > maxText)
        {
            throw new SlackRefusal("msg_too_long");
        }
        if (text is not null)
        {
            content["text"] = text;
        }
        if (blocks is JsonArray list)
        {
            BlockKitRules.CheckMessage(list);
            content["blocks"] = BlockDefaults.Fill(list);
        }
        if (attachments is JsonArray attached)
        {
            foreach (var (attachment, index) in attached.OfType<JsonObject>().Select((a, i) => (a, i)))
            {
                if (attachment["blocks"] is JsonArray inner)
                {
                    BlockKitRules.CheckMessage(inner, $"/attachments/{index}/blocks");
                    attachment["blocks"] = BlockDefaults.Fill(inner);
                }
            }
            content["attachments"] = attached.Copy();
        }
        return content;
    }
}

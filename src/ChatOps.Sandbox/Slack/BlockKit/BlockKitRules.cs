using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack.BlockKit;

/// <summary>Slack's judgement of blocks and views.</summary>
internal static class BlockKitRules
{
    public static void CheckMessage(JsonArray blocks, string pointer = "/blocks")
    {
    }

    public static void CheckView(JsonObject view, string type)
    {
        if (view["blocks"] is not JsonArray)
        {
            throw new SlackRefusal("invalid_arguments", ["[ERROR] missing required field: blocks [json-pointer:/view]"]);
        }
    }
}

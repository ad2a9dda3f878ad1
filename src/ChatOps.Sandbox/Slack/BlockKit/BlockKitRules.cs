using System.Text.Json.Nodes;
using static ChatOps.Sandbox.Slack.BlockKit.Composition;
using static ChatOps.Sandbox.Slack.BlockKit.Rules;

namespace ChatOps.Sandbox.Slack.BlockKit;

/// <summary>Slack's judgement of a message's blocks and of views: the schema, and what holds across blocks.</summary>
internal static class BlockKitRules
{
    public const int MaxMessageBlocks = 50;
    public const int MaxViewBlocks = 100;

    /// <summary>
    /// A message's texts together, with an allowance for each block. Slack documents no figure; messages of 9,600
    /// characters in 50 blocks pass and of 11,300 in 45 blocks are refused, which these two numbers reproduce.
    /// </summary>
    public const int MaxMessageWeight = 13_000;

    private const int BlockWeight = 40;

    private static readonly Rule MessageBlocks = List(Blocks.InMessage, 0, MaxMessageBlocks);

    private static readonly Dictionary<string, Rule> HomeFields = new()
    {
        ["blocks!"] = List(Blocks.InView, 0, MaxViewBlocks),
        ["private_metadata"] = Text(3000, 0),
        ["callback_id"] = Text(255, 0),
        ["external_id"] = Text(255, 0),
    };

    private static readonly Dictionary<string, Rule> ModalFields = new(HomeFields)
    {
        ["title!"] = Plain(24),
        ["submit"] = Plain(24),
        ["close"] = Plain(24),
        ["clear_on_close"] = Flag,
        ["notify_on_close"] = Flag,
        ["submit_disabled"] = Flag,
    };

    private static readonly Rule Modal = ByType(("modal", ModalFields, null));
    private static readonly Rule Home = ByType(("home", HomeFields, null));

    /// <exception cref="SlackRefusal">invalid_blocks with the places; only_one_table_allowed; msg_blocks_too_long.</exception>
    public static void CheckMessage(JsonArray blocks, string pointer = "/blocks")
    {
        var verdict = new Verdict();
        MessageBlocks(blocks, pointer, verdict);
        CheckTogether(blocks, pointer, verdict);
        if (verdict.Count > 0)
        {
            throw new SlackRefusal("invalid_blocks", verdict.Messages);
        }
        if (blocks.Count(b => b.Text("type") == "table") > 1)
        {
            throw new SlackRefusal("invalid_blocks", [$"[ERROR] only_one_table_allowed [json-pointer:{pointer}]"]);
        }
        if (Weight(blocks) + blocks.Count * BlockWeight > MaxMessageWeight)
        {
            throw new SlackRefusal("msg_blocks_too_long");
        }
    }

    /// <param name="view">The view as the app sent it.</param>
    /// <param name="type"><c>modal</c> or <c>home</c>: what the method or the view in place asks for.</param>
    /// <exception cref="SlackRefusal">invalid_arguments with the places.</exception>
    public static void CheckView(JsonObject view, string type)
    {
        var verdict = new Verdict();
        (type == "home" ? Home : Modal)(view, "/view", verdict);
        if (view["blocks"] is JsonArray blocks)
        {
            CheckTogether(blocks, "/view/blocks", verdict);
            if (type == "modal" && !view.ContainsKey("submit"))
            {
                foreach (var (block, index) in blocks.Select((b, i) => (b, i)).Where(b => b.b.Text("type") == "input").Take(1))
                {
                    verdict.Add("must define `submit` to use an `input` block in modals", $"/view/blocks/{index}/input");
                }
            }
        }
        if (verdict.Count > 0)
        {
            throw new SlackRefusal("invalid_arguments", verdict.Messages);
        }
    }

    private static void CheckTogether(JsonArray blocks, string pointer, Verdict verdict)
    {
        HashSet<string> blockIds = new(StringComparer.Ordinal);
        var focused = 0;
        for (var i = 0; i < blocks.Count; i++)
        {
            if (blocks[i].Text("block_id") is { } id && !blockIds.Add(id))
            {
                verdict.Add($"`block_id` \"{id}\" already exists", $"{pointer}/{i}/block_id");
            }
            HashSet<string> actionIds = new(StringComparer.Ordinal);
            var elements = (blocks[i] as JsonObject)?["elements"] as JsonArray ?? [];
            for (var j = 0; j < elements.Count; j++)
            {
                if (elements[j].Text("action_id") is { } action && !actionIds.Add(action))
                {
                    verdict.Add($"`action_id` \"{action}\" already exists", $"{pointer}/{i}/elements/{j}/action_id");
                }
            }
            foreach (var placed in BlockState.Elements([blocks[i]?.DeepClone()]))
            {
                if (placed.Element.Flag("focus_on_load") && ++focused > 1)
                {
                    verdict.Add("only one element may have `focus_on_load`", $"{pointer}/{i}");
                }
            }
        }
    }

    /// <summary>The characters of all <c>text</c> values, however deep.</summary>
    private static int Weight(JsonNode? node) => node switch
    {
        JsonObject given => given.Sum(f => f.Key == "text" && f.Value.AsText() is { } text ? text.Length : Weight(f.Value)),
        JsonArray list => list.Sum(Weight),
        _ => 0,
    };
}

using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Tests.Page;

/// <summary>Small Slack objects for tests of the page.</summary>
internal static class Samples
{
    public static JsonObject Message(string ts, string text, string? threadTs = null) => new()
    {
        ["type"] = "message",
        ["user"] = "U0CHATOPS",
        ["bot_id"] = "B0CHATOPS",
        ["ts"] = ts,
        ["text"] = text,
        ["thread_ts"] = threadTs,
    };

    public static JsonObject Event(string channel, JsonObject message) => new() { ["channel"] = channel, ["message"] = message };

    public static JsonObject Text(string text) => new() { ["type"] = "plain_text", ["text"] = text };

    /// <summary>A modal with one required input, block <c>b</c> and action <c>a</c>, and a button <c>modal.more</c>.</summary>
    public static JsonObject View(string id, string title, string hash = "1") => new()
    {
        ["id"] = id,
        ["type"] = "modal",
        ["hash"] = hash,
        ["title"] = Text(title),
        ["submit"] = Text("Save"),
        ["blocks"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "input",
                ["block_id"] = "b",
                ["label"] = Text("Why"),
                ["element"] = new JsonObject { ["type"] = "plain_text_input", ["action_id"] = "a" },
            },
            new JsonObject
            {
                ["type"] = "actions",
                ["block_id"] = "c",
                ["elements"] = new JsonArray(
                    new JsonObject { ["type"] = "button", ["action_id"] = "modal.more", ["text"] = Text("More"), ["value"] = "v" }),
            }),
    };
}

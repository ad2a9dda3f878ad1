using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Slack.BlockKit;

namespace ChatOps.Sandbox.Slack.WebApi;

/// <summary>views.open, push, update, publish.</summary>
internal static class ViewMethods
{
    private const int MaxBytes = 250_000;

    public static JsonObject Open(SlackWorkspace workspace, ApiCall call)
    {
        var view = Read(call, "modal");
        var (user, _) = workspace.Triggers.Exchange(call.Required("trigger_id"), workspace.Now);
        var stored = workspace.Views.Open(user, view, workspace.Now);
        workspace.ViewsChanged(user);
        return Answer(stored);
    }

    public static JsonObject Push(SlackWorkspace workspace, ApiCall call)
    {
        var view = Read(call, "modal");
        var (user, from) = workspace.Triggers.Exchange(call.Required("trigger_id"), workspace.Now);
        if (from is null || workspace.Views.Find(from) is not { } below)
        {
            throw new SlackRefusal("not_found");
        }
        if (!below.IsModal)
        {
            throw new SlackRefusal(
                "invalid_arguments",
                ["[ERROR] must match the `type` of the root view whose stack we're pushing onto [json-pointer:/view/type]"]);
        }
        var stored = workspace.Views.Push(user, view, workspace.Now);
        workspace.ViewsChanged(user);
        return Answer(stored);
    }

    public static JsonObject Update(SlackWorkspace workspace, ApiCall call)
    {
        var stored = call.Text("view_id") is { Length: > 0 } id ? workspace.Views.Find(id)
            : call.Text("external_id") is { Length: > 0 } external ? workspace.Views.FindExternal(external)
            : throw new SlackRefusal("invalid_arguments", ["[ERROR] must provide one of `view_id` or `external_id`"]);
        if (stored is null)
        {
            throw new SlackRefusal("not_found");
        }
        var view = Read(call, stored.IsModal ? "modal" : "home");
        ViewStore.Update(stored, view, call.Text("hash"), workspace.Now, workspace.Options);
        Tell(workspace, stored);
        return Answer(stored);
    }

    public static JsonObject Publish(SlackWorkspace workspace, ApiCall call)
    {
        var user = workspace.User(call.Required("user_id")) ?? throw new SlackRefusal("user_not_found");
        var view = Read(call, "home");
        var stored = workspace.Views.Publish(user.Id, view, call.Text("hash"), workspace.Now);
        Tell(workspace, stored);
        return Answer(stored);
    }

    /// <summary>A view that is valid, with Slack's additions.</summary>
    /// <exception cref="SlackRefusal">view_too_large; invalid_arguments with the places.</exception>
    public static JsonObject Checked(JsonNode? node, string type)
    {
        if (node is not JsonObject view)
        {
            throw new SlackRefusal("invalid_arguments", ["[ERROR] must provide an object [json-pointer:/view]"]);
        }
        if (Encoding.UTF8.GetByteCount(view.ToJsonString()) > MaxBytes)
        {
            throw new SlackRefusal("view_too_large");
        }
        BlockKitRules.CheckView(view, type);
        var complete = view.Copy();
        complete["blocks"] = BlockDefaults.Fill((JsonArray)view["blocks"]!);
        foreach (var name in (string[])["title", "submit", "close"])
        {
            if (complete[name] is JsonObject text)
            {
                text["emoji"] ??= true;
            }
        }
        return complete;
    }

    public static void Tell(SlackWorkspace workspace, StoredView view)
    {
        if (view.IsModal)
        {
            workspace.ViewsChanged(view.User);
        }
        else
        {
            workspace.Stream.Publish("home", SlackWorkspace.ViewJson(view), view.User);
        }
    }

    private static JsonObject Read(ApiCall call, string type)
    {
        call.Required("view", isJson: true);
        return Checked(call.Json("view", "invalid_arguments"), type);
    }

    private static void Required(this ApiCall call, string name, bool isJson)
    {
        if (isJson && !call.Has(name))
        {
            throw new SlackRefusal("invalid_arguments", [$"[ERROR] missing required field: {name}"]);
        }
    }

    private static JsonObject Answer(StoredView view) => new() { ["view"] = view.Json.Copy() };
}

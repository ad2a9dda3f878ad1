using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack;

/// <summary>The payloads Slack sends to an app, field by field. Called under the workspace's lock.</summary>
internal sealed class BotPayloads(SlackWorkspace workspace)
{
    private SlackWorkspaceOptions Options => workspace.Options;

    /// <param name="user">Who types.</param>
    /// <param name="channel">Where.</param>
    /// <param name="command">With its slash.</param>
    /// <param name="text">What follows it.</param>
    /// <param name="answers">What the command's response_url answers to.</param>
    public List<KeyValuePair<string, string>> Command(
        SlackUser user, SlackChannel channel, string command, string text, ResponseTarget answers) =>
    [
        new("token", "sandbox-verification-token"),
        new("team_id", Options.TeamId),
        new("team_domain", Options.TeamDomain),
        new("channel_id", channel.Id),
        new("channel_name", channel.Name),
        new("user_id", user.Id),
        new("user_name", user.Name),
        new("command", command),
        // As Slack does in whatever people type.
        new("text", text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)),
        new("api_app_id", Options.AppId),
        new("is_enterprise_install", "false"),
        new("response_url", ResponseUrl(answers)),
        new("trigger_id", workspace.Triggers.Issue(user.Id, null, workspace.Now)),
    ];

    /// <summary>block_actions from a message.</summary>
    public JsonObject MessageAction(SlackUser user, StoredMessage message, JsonObject action, JsonObject state)
    {
        var channel = workspace.Channel(message.Channel)!;
        var container = MessageContainer(message);
        var payload = Interaction("block_actions", user);
        payload["container"] = container;
        payload["trigger_id"] = workspace.Triggers.Issue(user.Id, null, workspace.Now);
        payload["channel"] = new JsonObject { ["id"] = channel.Id, ["name"] = channel.Name };
        if (message.EphemeralUser is null)
        {
            payload["message"] = workspace.Messages.Render(message);
        }
        payload["state"] = new JsonObject { ["values"] = state };
        payload["response_url"] = ResponseUrl(
            new ResponseTarget("actions", channel.Id, user.Id, message.Ts, message.IsReply ? message.ThreadTs : null));
        payload["actions"] = new JsonArray(action);
        return payload;
    }

    /// <summary>block_actions from a modal or home tab.</summary>
    public JsonObject ViewAction(SlackUser user, StoredView view, JsonObject action)
    {
        var payload = Interaction("block_actions", user);
        payload["container"] = new JsonObject { ["type"] = "view", ["view_id"] = view.Id };
        payload["trigger_id"] = workspace.Triggers.Issue(user.Id, view.Id, workspace.Now);
        payload["view"] = view.Json.Copy();
        payload["actions"] = new JsonArray(action);
        return payload;
    }

    public JsonObject ViewSubmission(SlackUser user, StoredView view)
    {
        var payload = Interaction("view_submission", user);
        payload["trigger_id"] = workspace.Triggers.Issue(user.Id, view.Id, workspace.Now);
        payload["view"] = view.Json.Copy();
        payload["response_urls"] = ResponseUrls(user, view);
        return payload;
    }

    public JsonObject ViewClosed(SlackUser user, StoredView view, bool cleared)
    {
        var payload = Interaction("view_closed", user);
        payload["view"] = view.Json.Copy();
        payload["is_cleared"] = cleared;
        return payload;
    }

    /// <summary>block_suggestion: what an external select asks for.</summary>
    public JsonObject Suggestion(SlackUser user, StoredMessage? message, StoredView? view, string blockId, string actionId, string value)
    {
        var payload = Interaction("block_suggestion", user);
        payload["action_id"] = actionId;
        payload["block_id"] = blockId;
        payload["value"] = value;
        if (view is not null)
        {
            payload["container"] = new JsonObject { ["type"] = "view", ["view_id"] = view.Id };
            payload["view"] = view.Json.Copy();
        }
        else if (message is not null)
        {
            var channel = workspace.Channel(message.Channel)!;
            payload["container"] = MessageContainer(message);
            payload["channel"] = new JsonObject { ["id"] = channel.Id, ["name"] = channel.Name };
            if (message.EphemeralUser is null)
            {
                payload["message"] = workspace.Messages.Render(message);
            }
        }
        return payload;
    }

    /// <summary>The wrapper of an event.</summary>
    public JsonObject Envelope(JsonObject inner) => new()
    {
        ["token"] = "sandbox-verification-token",
        ["team_id"] = Options.TeamId,
        ["context_team_id"] = Options.TeamId,
        ["context_enterprise_id"] = null,
        ["api_app_id"] = Options.AppId,
        ["event"] = inner,
        ["type"] = "event_callback",
        ["event_id"] = "Ev0" + RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 9),
        ["event_time"] = workspace.Now.ToUnixTimeSeconds(),
        ["authorizations"] = new JsonArray(new JsonObject
        {
            ["enterprise_id"] = null,
            ["team_id"] = Options.TeamId,
            ["user_id"] = Options.BotUserId,
            ["is_bot"] = true,
            ["is_enterprise_install"] = false,
        }),
        ["is_ext_shared_channel"] = false,
        ["event_context"] = "4-" + RandomNumberGenerator.GetHexString(24, true),
    };

    /// <summary>The event of a message someone typed: <c>app_mention</c> or <c>message</c>.</summary>
    public JsonObject MessageEvent(StoredMessage message, string type)
    {
        var inner = message.Body.Copy();
        inner["type"] = type;
        inner["channel"] = message.Channel;
        inner["event_ts"] = message.Ts;
        if (type == "message")
        {
            inner["channel_type"] = workspace.Channel(message.Channel)!.IsDirectMessage ? "im" : "channel";
        }
        return inner;
    }

    public JsonObject HomeOpened(SlackUser user)
    {
        var inner = new JsonObject
        {
            ["type"] = "app_home_opened",
            ["user"] = user.Id,
            ["channel"] = workspace.Channel(user.Id)?.Id,
            ["tab"] = "home",
            ["event_ts"] = Timestamp(),
        };
        if (workspace.Views.Home(user.Id) is { } home)
        {
            inner["view"] = home.Json.Copy();
        }
        return inner;
    }

    /// <summary>Now, as action_ts and event_ts are written.</summary>
    public string Timestamp()
    {
        var now = workspace.Now;
        return string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeSeconds()}.{now.Millisecond * 1000 + now.Microsecond:D6}");
    }

    private JsonObject Interaction(string type, SlackUser user) => new()
    {
        ["type"] = type,
        ["user"] = new JsonObject { ["id"] = user.Id, ["username"] = user.Name, ["name"] = user.Name, ["team_id"] = Options.TeamId },
        ["api_app_id"] = Options.AppId,
        ["token"] = "sandbox-verification-token",
        ["team"] = new JsonObject { ["id"] = Options.TeamId, ["domain"] = Options.TeamDomain },
        ["enterprise"] = null,
        ["is_enterprise_install"] = false,
    };

    private static JsonObject MessageContainer(StoredMessage message)
    {
        var container = new JsonObject
        {
            ["type"] = "message",
            ["message_ts"] = message.Ts,
            ["channel_id"] = message.Channel,
            ["is_ephemeral"] = message.EphemeralUser is not null,
        };
        if (message.ThreadTs is { } thread)
        {
            container["thread_ts"] = thread;
        }
        return container;
    }

    private JsonArray ResponseUrls(SlackUser user, StoredView view)
    {
        var urls = new JsonArray();
        foreach (var placed in BlockState.Elements(view.Json["blocks"] as JsonArray).Where(p => p.Element.Flag("response_url_enabled")))
        {
            var state = view.Json["state"]?["values"]?[placed.BlockId]?[placed.ActionId];
            if ((state.Text("selected_conversation") ?? state.Text("selected_channel")) is { } channel)
            {
                urls.Add((JsonNode)new JsonObject
                {
                    ["block_id"] = placed.BlockId,
                    ["action_id"] = placed.ActionId,
                    ["channel_id"] = channel,
                    ["response_url"] = ResponseUrl(new ResponseTarget("commands", channel, user.Id)),
                });
            }
        }
        return urls;
    }

    private string ResponseUrl(ResponseTarget target) =>
        $"{workspace.SlackUrl}/{target.Kind}/{Options.TeamId}/{Options.AppId}/{workspace.ResponseUrls.Issue(target, workspace.Now)}";
}

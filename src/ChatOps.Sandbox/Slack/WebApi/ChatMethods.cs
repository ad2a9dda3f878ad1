using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack.WebApi;

/// <summary>chat.postMessage, postEphemeral, update, delete, getPermalink.</summary>
internal static class ChatMethods
{
    /// <summary>chat.update takes a shorter text than chat.postMessage.</summary>
    private const int MaxUpdatedText = 4_000;

    public static JsonObject PostMessage(SlackWorkspace workspace, ApiCall call)
    {
        var channel = Writable(workspace, call);
        var content = Content(call);
        var metadata = Metadata(call);
        var threadTs = ThreadTs(workspace, channel, call.Text("thread_ts"));
        if (threadTs is not null && call.Flag("reply_broadcast"))
        {
            content["subtype"] = "thread_broadcast";
        }
        if (call.Text("username") is { Length: > 0 } name)
        {
            content["username"] = name;
        }
        var message = workspace.PostAsBot(channel, content, threadTs, metadata: metadata);
        var body = message.Body.Copy();
        if (metadata is not null)
        {
            body["metadata"] = metadata.Copy();
        }
        return new JsonObject { ["channel"] = channel.Id, ["ts"] = message.Ts, ["message"] = body };
    }

    public static JsonObject PostEphemeral(SlackWorkspace workspace, ApiCall call)
    {
        var channel = Writable(workspace, call);
        var user = workspace.User(call.Required("user")) ?? throw new SlackRefusal("user_not_found");
        if (!channel.Members.Contains(user.Id))
        {
            throw new SlackRefusal("user_not_in_channel");
        }
        var message = workspace.PostAsBot(channel, Content(call), ThreadTs(workspace, channel, call.Text("thread_ts")), user.Id);
        return new JsonObject { ["message_ts"] = message.Ts };
    }

    public static JsonObject Update(SlackWorkspace workspace, ApiCall call)
    {
        var message = Own(workspace, call, "cant_update_message");
        var hasContent = call.Has("blocks") || call.Has("attachments") || call.Has("metadata");
        var content = MessageContent.Read(
            name => call.Json(name, $"invalid_{name}"), call.Text("text"), textMayBeMissing: hasContent, MaxUpdatedText);
        Replace(workspace, message, content);
        if (Metadata(call) is { } metadata)
        {
            message.Metadata = metadata;
        }
        workspace.Changed(message);
        return new JsonObject
        {
            ["channel"] = message.Channel,
            ["ts"] = message.Ts,
            ["text"] = message.Body.Text("text") ?? "",
            ["message"] = message.Body.Copy(),
        };
    }

    public static JsonObject Delete(SlackWorkspace workspace, ApiCall call)
    {
        var message = Own(workspace, call, "cant_delete_message");
        workspace.Delete(message);
        return new JsonObject { ["channel"] = message.Channel, ["ts"] = message.Ts };
    }

    public static JsonObject GetPermalink(SlackWorkspace workspace, ApiCall call)
    {
        var channel = workspace.Channel(call.Required("channel")) ?? throw new SlackRefusal("channel_not_found");
        var message = workspace.Messages.Find(channel.Id, call.Required("message_ts"));
        if (message is null || message.EphemeralUser is not null)
        {
            throw new SlackRefusal("message_not_found");
        }
        return new JsonObject { ["channel"] = channel.Id, ["permalink"] = workspace.Permalink(channel.Id, message.Ts) };
    }

    /// <summary>Puts new content into a message and marks it edited. Fields not given stay; an empty blocks list removes them.</summary>
    public static void Replace(SlackWorkspace workspace, StoredMessage message, JsonObject content)
    {
        foreach (var (name, value) in content)
        {
            if (value is JsonArray { Count: 0 })
            {
                message.Body.Remove(name);
            }
            else
            {
                message.Body[name] = value?.DeepClone();
            }
        }
        message.Body["edited"] = new JsonObject
        {
            ["user"] = workspace.Options.BotId,
            ["ts"] = $"{workspace.Now.ToUnixTimeSeconds()}.000000",
        };
    }

    /// <summary>The parent a reply hangs on: replying to a reply goes to its parent.</summary>
    /// <exception cref="SlackRefusal">thread_not_found, as Slack says since 2024 for a parent that does not exist.</exception>
    public static string? ThreadTs(SlackWorkspace workspace, SlackChannel channel, string? ts)
    {
        if (string.IsNullOrEmpty(ts))
        {
            return null;
        }
        var parent = workspace.Messages.Find(channel.Id, ts) ?? throw new SlackRefusal("thread_not_found");
        return parent.IsReply ? parent.ThreadTs : parent.Ts;
    }

    private static JsonObject Content(ApiCall call) =>
        MessageContent.Read(name => call.Json(name, name == "blocks" ? "invalid_blocks_format" : "invalid_attachments"), call.Text("text"));

    private static SlackChannel Writable(SlackWorkspace workspace, ApiCall call)
    {
        var id = call.Required("channel");
        var channel = workspace.Channel(id) ?? workspace.Channels.FirstOrDefault(c => !c.IsDirectMessage && "#" + c.Name == id)
            ?? throw new SlackRefusal("channel_not_found");
        if (channel.IsArchived)
        {
            throw new SlackRefusal("is_archived");
        }
        return channel.Members.Contains(workspace.Options.BotUserId) ? channel : throw new SlackRefusal("not_in_channel");
    }

    private static StoredMessage Own(SlackWorkspace workspace, ApiCall call, string notOwn)
    {
        var id = call.Required("channel");
        // Unlike postMessage, these take no person's id for their direct message.
        var channel = workspace.Channels.FirstOrDefault(c => c.Id == id) ?? throw new SlackRefusal("channel_not_found");
        var message = workspace.Messages.Find(channel.Id, call.Required("ts"));
        if (message is null || message.EphemeralUser is not null)
        {
            throw new SlackRefusal("message_not_found");
        }
        return message.Body.Text("bot_id") == workspace.Options.BotId ? message : throw new SlackRefusal(notOwn);
    }

    private static JsonObject? Metadata(ApiCall call)
    {
        if (!call.Has("metadata"))
        {
            return null;
        }
        if (call.Json("metadata", "invalid_metadata_format") is not JsonObject metadata)
        {
            throw new SlackRefusal("invalid_metadata_format");
        }
        if (metadata.Text("event_type") is not { Length: > 0 } || metadata["event_payload"] is not JsonObject)
        {
            throw new SlackRefusal("invalid_metadata_schema");
        }
        return metadata.Copy();
    }
}

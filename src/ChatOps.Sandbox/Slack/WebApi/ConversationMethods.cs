using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack.WebApi;

/// <summary>conversations.list, info, history, replies, join, open, members.</summary>
internal static class ConversationMethods
{
    public static JsonObject List(SlackWorkspace workspace, ApiCall call)
    {
        var types = (call.Text("types") is { Length: > 0 } given ? given : "public_channel").Split(',', StringSplitOptions.TrimEntries);
        var known = new[] { "public_channel", "private_channel", "mpim", "im" };
        if (types.Except(known).Any())
        {
            throw new SlackRefusal("invalid_types");
        }
        var all = workspace.Channels
            .Where(c => types.Contains(c.IsDirectMessage ? "im" : "public_channel"))
            .Where(c => !(call.Flag("exclude_archived") && c.IsArchived))
            .ToList();
        var (page, next) = call.Page(all, 100, 1000);
        return new JsonObject
        {
            ["channels"] = new JsonArray([.. page.Select(c => c.ToJson(workspace.Options, withMemberCount: true))]),
            ["response_metadata"] = Paging.Metadata(next),
        };
    }

    public static JsonObject Info(SlackWorkspace workspace, ApiCall call) => new()
    {
        ["channel"] = Find(workspace, call).ToJson(workspace.Options, call.Flag("include_num_members")),
    };

    public static JsonObject History(SlackWorkspace workspace, ApiCall call)
    {
        var channel = Readable(workspace, call);
        var all = workspace.Messages.In(channel.Id)
            .Where(m => m.EphemeralUser is null && (!m.IsReply || m.IsBroadcast) && InRange(call, m.Ts)).Reverse().ToList();
        var (page, next) = call.Page(all, 100, 999);
        return Messages(workspace, call, page, next);
    }

    public static JsonObject Replies(SlackWorkspace workspace, ApiCall call)
    {
        var channel = Readable(workspace, call);
        var asked = workspace.Messages.Find(channel.Id, call.Required("ts")) ?? throw new SlackRefusal("thread_not_found");
        var parent = asked.IsReply ? workspace.Messages.Find(channel.Id, asked.ThreadTs!) ?? asked : asked;
        if (parent.EphemeralUser is not null)
        {
            throw new SlackRefusal("thread_not_found");
        }
        List<StoredMessage> all = [parent, .. workspace.Messages.Replies(channel.Id, parent.Ts).Where(m => InRange(call, m.Ts))];
        var (page, next) = call.Page(all, 1000, 1000);
        return Messages(workspace, call, page, next);
    }

    public static JsonObject Join(SlackWorkspace workspace, ApiCall call)
    {
        var channel = Find(workspace, call);
        if (channel.IsArchived)
        {
            throw new SlackRefusal("is_archived");
        }
        if (channel.IsDirectMessage)
        {
            throw new SlackRefusal("method_not_supported_for_channel_type");
        }
        var joined = channel.Members.Add(workspace.Options.BotUserId);
        var answer = new JsonObject { ["channel"] = channel.ToJson(workspace.Options, withMemberCount: false) };
        if (!joined)
        {
            answer["warning"] = "already_in_channel";
            answer["response_metadata"] = new JsonObject { ["warnings"] = new JsonArray("already_in_channel") };
        }
        return answer;
    }

    public static JsonObject Open(SlackWorkspace workspace, ApiCall call)
    {
        if (call.Text("channel") is { Length: > 0 } id)
        {
            var existing = workspace.Channel(id) ?? throw new SlackRefusal("channel_not_found");
            return Opened(workspace, call, existing);
        }
        var users = (call.Text("users") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (users.Length == 0)
        {
            throw new SlackRefusal("users_list_not_supplied");
        }
        if (users.Any(u => workspace.User(u) is null))
        {
            throw new SlackRefusal("user_not_found");
        }
        if (users.Length > 1)
        {
            throw new SlackRefusal("method_not_supported_for_channel_type");
        }
        var channel = workspace.Channels.FirstOrDefault(c => c.DirectMessageUser == users[0]) ?? throw new SlackRefusal("cannot_dm_bot");
        return Opened(workspace, call, channel);
    }

    public static JsonObject Members(SlackWorkspace workspace, ApiCall call)
    {
        var channel = Find(workspace, call);
        var (page, next) = call.Page(channel.Members.Order(StringComparer.Ordinal).ToList(), 100, 1000);
        return new JsonObject
        {
            ["members"] = new JsonArray([.. page.Select(m => (JsonNode)m)]),
            ["response_metadata"] = Paging.Metadata(next),
        };
    }

    private static JsonObject Opened(SlackWorkspace workspace, ApiCall call, SlackChannel channel) => new()
    {
        ["no_op"] = true,
        ["already_open"] = true,
        ["channel"] = call.Flag("return_im")
            ? channel.ToJson(workspace.Options, withMemberCount: false)
            : new JsonObject { ["id"] = channel.Id },
    };

    private static JsonObject Messages(SlackWorkspace workspace, ApiCall call, List<StoredMessage> page, string next)
    {
        var messages = new JsonArray();
        foreach (var message in page)
        {
            var body = workspace.Messages.Render(message);
            if (message.Metadata is not null && call.Flag("include_all_metadata"))
            {
                body["metadata"] = message.Metadata.Copy();
            }
            messages.Add((JsonNode)body);
        }
        var answer = new JsonObject { ["messages"] = messages, ["has_more"] = next.Length > 0 };
        if (call.Method == "conversations.history")
        {
            answer["pin_count"] = 0;
        }
        if (next.Length > 0)
        {
            answer["response_metadata"] = Paging.Metadata(next);
        }
        return answer;
    }

    private static bool InRange(ApiCall call, string ts)
    {
        var inclusive = call.Flag("inclusive");
        var oldest = call.Text("oldest") is { Length: > 1 } from ? CompareTs(ts, from) : 1;
        var latest = call.Text("latest") is { Length: > 1 } until ? CompareTs(ts, until) : -1;
        return (oldest > 0 || inclusive && oldest == 0) && (latest < 0 || inclusive && latest == 0);
    }

    private static int CompareTs(string left, string right) =>
        decimal.TryParse(right, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var bound)
            ? decimal.Parse(left, System.Globalization.CultureInfo.InvariantCulture).CompareTo(bound)
            : throw new SlackRefusal("invalid_ts_latest");

    private static SlackChannel Find(SlackWorkspace workspace, ApiCall call) =>
        workspace.Channel(call.Required("channel")) ?? throw new SlackRefusal("channel_not_found");

    private static SlackChannel Readable(SlackWorkspace workspace, ApiCall call)
    {
        var channel = Find(workspace, call);
        return channel.Members.Contains(workspace.Options.BotUserId) ? channel : throw new SlackRefusal("not_in_channel");
    }
}

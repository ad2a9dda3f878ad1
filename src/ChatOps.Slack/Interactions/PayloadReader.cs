using System.Text.Json;

namespace ChatOps.Slack.Interactions;

/// <summary>
/// Reads interaction payloads. Everything but the kind and the user may be missing: organisations send <c>team: null</c>.
/// </summary>
internal static class PayloadReader
{
    public static IEnumerable<BlockActionRequest> BlockActions(JsonElement payload)
    {
        var view = payload.Object("view") is { } v ? ViewReader.View(v) : null;
        var message = Message(payload);
        var state = view?.State ?? ViewReader.State(payload.Object("state"));
        foreach (var action in payload.Items("actions"))
        {
            yield return new BlockActionRequest
            {
                ActionId = action.Text("action_id") ?? "",
                BlockId = action.Text("block_id") ?? "",
                ActionTs = action.Text("action_ts") ?? "",
                Action = ViewReader.Value(action),
                Message = view is null ? message : null,
                View = view,
                State = state,
                UserId = UserId(payload),
                UserName = UserName(payload),
                TeamId = TeamId(payload),
                EnterpriseId = EnterpriseId(payload),
                UserTeamId = UserTeamId(payload),
                AppId = payload.Text("api_app_id"),
                ChannelId = ChannelId(payload),
                TriggerId = payload.Text("trigger_id"),
                ResponseUrl = payload.Text("response_url"),
            };
        }
    }

    public static ViewSubmission ViewSubmission(JsonElement payload) => new()
    {
        View = ViewReader.View(payload.Object("view") ?? default),
        ResponseUrls =
        [
            .. from url in payload.Items("response_urls") where url.Text("response_url") is not null select url.Text("response_url")!,
        ],
        UserId = UserId(payload),
        UserName = UserName(payload),
        TeamId = TeamId(payload),
        EnterpriseId = EnterpriseId(payload),
        UserTeamId = UserTeamId(payload),
        AppId = payload.Text("api_app_id"),
        TriggerId = payload.Text("trigger_id"),
    };

    public static ViewClosed ViewClosed(JsonElement payload) => new()
    {
        View = ViewReader.View(payload.Object("view") ?? default),
        IsCleared = payload.Flag("is_cleared"),
        UserId = UserId(payload),
        UserName = UserName(payload),
        TeamId = TeamId(payload),
        EnterpriseId = EnterpriseId(payload),
        UserTeamId = UserTeamId(payload),
        AppId = payload.Text("api_app_id"),
    };

    public static BlockOptionsRequest Options(JsonElement payload) => new()
    {
        ActionId = payload.Text("action_id") ?? "",
        BlockId = payload.Text("block_id") ?? "",
        Query = payload.Text("value") ?? "",
        View = payload.Object("view") is { } view ? ViewReader.View(view) : null,
        Message = payload.Object("view") is null ? Message(payload) : null,
        UserId = UserId(payload),
        UserName = UserName(payload),
        TeamId = TeamId(payload),
        EnterpriseId = EnterpriseId(payload),
        UserTeamId = UserTeamId(payload),
        AppId = payload.Text("api_app_id"),
        ChannelId = ChannelId(payload),
    };

    public static ShortcutRequest Shortcut(JsonElement payload) => new()
    {
        CallbackId = payload.Text("callback_id") ?? "",
        ActionTs = payload.Text("action_ts") ?? "",
        Message = payload.Text("type") == "message_action" ? Message(payload) : null,
        UserId = UserId(payload),
        UserName = UserName(payload),
        TeamId = TeamId(payload),
        EnterpriseId = EnterpriseId(payload),
        UserTeamId = UserTeamId(payload),
        AppId = payload.Text("api_app_id"),
        ChannelId = ChannelId(payload),
        TriggerId = payload.Text("trigger_id"),
        ResponseUrl = payload.Text("response_url"),
    };

    /// <summary>Null when it is no event that can be told apart.</summary>
    public static EventRequest? Event(JsonElement envelope)
    {
        if (envelope.Object("event") is not { } inner || inner.Text("type") is not { } type || envelope.Text("event_id") is not { } id)
        {
            return null;
        }

        return new EventRequest
        {
            EventId = id,
            Type = type,
            TeamId = envelope.Text("team_id") ?? "",
            EnterpriseId = envelope.Text("enterprise_id"),
            AppId = envelope.Text("api_app_id"),
            Time = envelope.Number("event_time") is { } seconds and >= 0 and <= 253_402_300_799
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : default,
            Event = inner.Clone(),
        };
    }

    public static string UserId(JsonElement payload) => payload.Object("user")?.Text("id") ?? "";

    private static string UserName(JsonElement payload) =>
        payload.Object("user") is { } user ? user.Text("username") ?? user.Text("name") ?? "" : "";

    private static string TeamId(JsonElement payload) =>
        payload.Object("team")?.Text("id") ?? payload.Object("user")?.Text("team_id") ?? "";

    private static string? UserTeamId(JsonElement payload) => payload.Object("user")?.Text("team_id");

    private static string? EnterpriseId(JsonElement payload) => payload.Object("enterprise")?.Text("id");

    private static string? ChannelId(JsonElement payload) =>
        payload.Object("channel")?.Text("id") ?? payload.Object("container")?.Text("channel_id");

    private static MessageContainer? Message(JsonElement payload)
    {
        var container = payload.Object("container");
        var message = payload.Object("message");
        var ts = container?.Text("message_ts") ?? message?.Text("ts") ?? payload.Text("message_ts");
        return ts is null ? null : new MessageContainer(
            ChannelId(payload) ?? "",
            ts,
            container?.Text("thread_ts") ?? message?.Text("thread_ts"),
            container?.Flag("is_ephemeral") ?? false,
            message?.Text("text"),
            message is { } m ? ViewReader.Metadata(m) : null);
    }
}

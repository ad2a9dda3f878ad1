using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Slack.Api;

/// <summary>The Web API over HTTP.</summary>
internal sealed class SlackApiClient(SlackTransport transport)
    : ISlackApiClient, IAuthApi, IChatApi, IViewsApi, IConversationsApi, IUsersApi, IUserGroupsApi, IFilesApi
{
    public IAuthApi Auth => this;

    public IChatApi Chat => this;

    public IViewsApi Views => this;

    public IConversationsApi Conversations => this;

    public IUsersApi Users => this;

    public IUserGroupsApi UserGroups => this;

    public IFilesApi Files => this;

    public async Task Respond(string responseUrl, InteractionResponse response, CancellationToken cancellationToken)
    {
        var message = response.Message is null ? null : BlockKitLimits.Fit(response.Message);
        var body = new ResponseUrlBody(
            message is null ? null : response.IsInChannel ? "in_channel" : "ephemeral",
            message?.Text,
            NoneIfEmpty(message?.Blocks),
            response.ReplaceOriginal,
            response.DeleteOriginal ? true : null,
            response.ThreadTs,
            message?.UnfurlLinks,
            message?.UnfurlMedia);
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, SlackWireJson.Context.ResponseUrlBody));
        content.Headers.ContentType = new("application/json", "utf-8");
        await transport.PostTo("response_url", responseUrl, content, cancellationToken);
    }

    async Task<Identity> IAuthApi.Test(CancellationToken cancellationToken)
    {
        using var answer = await transport.Form("auth.test", [], cancellationToken);
        return Whole("auth.test", answer, SlackWireJson.Context.Identity);
    }

    async Task<PostedMessage> IChatApi.PostMessage(
        string channel, Message message, string? threadTs, bool replyBroadcast, CancellationToken cancellationToken)
    {
        var fitted = BlockKitLimits.Fit(message);
        var body = new PostMessageBody(
            channel, fitted.Text, NoneIfEmpty(fitted.Blocks), fitted.Metadata, threadTs, replyBroadcast ? true : null, fitted.UnfurlLinks,
            fitted.UnfurlMedia);
        using var answer = await transport.Json("chat.postMessage", body, SlackWireJson.Context.PostMessageBody, cancellationToken);
        return Whole("chat.postMessage", answer, SlackWireJson.Context.PostedMessage);
    }

    async Task<PostedMessage> IChatApi.Update(string channel, string ts, Message message, CancellationToken cancellationToken)
    {
        var fitted = BlockKitLimits.Fit(message);
        var body = new UpdateMessageBody(channel, ts, fitted.Text, fitted.Blocks, fitted.Metadata);
        using var answer = await transport.Json("chat.update", body, SlackWireJson.Context.UpdateMessageBody, cancellationToken);
        return Whole("chat.update", answer, SlackWireJson.Context.PostedMessage);
    }

    async Task<string> IChatApi.PostEphemeral(
        string channel, string user, Message message, string? threadTs, CancellationToken cancellationToken)
    {
        var fitted = BlockKitLimits.Fit(message);
        var body = new PostEphemeralBody(channel, user, fitted.Text, NoneIfEmpty(fitted.Blocks), threadTs);
        using var answer = await transport.Json("chat.postEphemeral", body, SlackWireJson.Context.PostEphemeralBody, cancellationToken);
        return answer.RootElement.Text("message_ts") ?? throw Missing("chat.postEphemeral", "message_ts");
    }

    async Task IChatApi.Delete(string channel, string ts, CancellationToken cancellationToken)
    {
        using var answer = await transport.Json(
            "chat.delete", new MessageBody(channel, ts), SlackWireJson.Context.MessageBody, cancellationToken);
    }

    async Task<string> IChatApi.GetPermalink(string channel, string ts, CancellationToken cancellationToken)
    {
        using var answer = await transport.Form("chat.getPermalink", [("channel", channel), ("message_ts", ts)], cancellationToken);
        return answer.RootElement.Text("permalink") ?? throw Missing("chat.getPermalink", "permalink");
    }

    async Task<ViewInfo> IViewsApi.Open(string triggerId, ModalView view, CancellationToken cancellationToken)
    {
        using var answer = await transport.Json(
            "views.open", new OpenViewBody(triggerId, BlockKitLimits.Fit(view)), SlackWireJson.Context.OpenViewBody, cancellationToken);
        return View("views.open", answer);
    }

    async Task<ViewInfo> IViewsApi.Update(string viewId, ModalView view, string? hash, CancellationToken cancellationToken)
    {
        var body = new UpdateViewBody(viewId, hash, BlockKitLimits.Fit(view));
        using var answer = await transport.Json("views.update", body, SlackWireJson.Context.UpdateViewBody, cancellationToken);
        return View("views.update", answer);
    }

    async Task<ViewInfo> IViewsApi.Push(string triggerId, ModalView view, CancellationToken cancellationToken)
    {
        using var answer = await transport.Json(
            "views.push", new OpenViewBody(triggerId, BlockKitLimits.Fit(view)), SlackWireJson.Context.OpenViewBody, cancellationToken);
        return View("views.push", answer);
    }

    async Task<ViewInfo> IViewsApi.Publish(string userId, HomeView view, string? hash, CancellationToken cancellationToken)
    {
        var body = new PublishViewBody(userId, hash, BlockKitLimits.Fit(view));
        using var answer = await transport.Json("views.publish", body, SlackWireJson.Context.PublishViewBody, cancellationToken);
        return View("views.publish", answer);
    }

    IAsyncEnumerable<Conversation> IConversationsApi.List(string types, bool excludeArchived, CancellationToken cancellationToken) =>
        Pages(
            "conversations.list",
            [("types", types), ("exclude_archived", excludeArchived ? "true" : "false"), ("limit", "200")],
            "channels",
            SlackWireJson.Context.Conversation,
            cancellationToken);

    async Task<ConversationPage> IConversationsApi.ListPage(
        string? cursor, int limit, string types, bool excludeArchived, CancellationToken cancellationToken)
    {
        using var answer = await transport.Form(
            "conversations.list",
            [
                ("types", types), ("exclude_archived", excludeArchived ? "true" : "false"),
                ("limit", Math.Clamp(limit, 1, 1000).ToString(System.Globalization.CultureInfo.InvariantCulture)), ("cursor", cursor),
            ],
            cancellationToken);
        var next = answer.RootElement.Object("response_metadata")?.Text("next_cursor");
        return new ConversationPage(
            [
                .. answer.RootElement.Items("channels").Select(item => ReadOrNull(item, SlackWireJson.Context.Conversation))
                    .OfType<Conversation>(),
            ],
            string.IsNullOrEmpty(next) ? null : next);
    }

    async Task<Conversation> IConversationsApi.Info(string channel, CancellationToken cancellationToken)
    {
        using var answer = await transport.Form("conversations.info", [("channel", channel)], cancellationToken);
        return Part("conversations.info", answer, "channel", SlackWireJson.Context.Conversation);
    }

    IAsyncEnumerable<SlackMessage> IConversationsApi.History(string channel, HistoryRange? range, CancellationToken cancellationToken) =>
        Pages(
            "conversations.history", [("channel", channel), .. Arguments(range)], "messages", SlackWireJson.Context.SlackMessage,
            cancellationToken);

    IAsyncEnumerable<SlackMessage> IConversationsApi.Replies(
        string channel, string ts, HistoryRange? range, CancellationToken cancellationToken) =>
        Pages(
            "conversations.replies", [("channel", channel), ("ts", ts), .. Arguments(range)], "messages",
            SlackWireJson.Context.SlackMessage, cancellationToken);

    async Task<Conversation> IConversationsApi.Join(string channel, CancellationToken cancellationToken)
    {
        using var answer = await transport.Json(
            "conversations.join", new ChannelBody(channel), SlackWireJson.Context.ChannelBody, cancellationToken);
        return Part("conversations.join", answer, "channel", SlackWireJson.Context.Conversation);
    }

    async Task<string> IConversationsApi.Open(IReadOnlyList<string> users, CancellationToken cancellationToken)
    {
        using var answer = await transport.Json(
            "conversations.open", new UsersBody(string.Join(',', users)), SlackWireJson.Context.UsersBody, cancellationToken);
        return answer.RootElement.Object("channel")?.Text("id") ?? throw Missing("conversations.open", "channel.id");
    }

    async Task<User> IUsersApi.Info(string user, CancellationToken cancellationToken)
    {
        using var answer = await transport.Form("users.info", [("user", user), ("include_locale", "true")], cancellationToken);
        return Part("users.info", answer, "user", SlackWireJson.Context.User);
    }

    IAsyncEnumerable<User> IUsersApi.List(CancellationToken cancellationToken) =>
        Pages("users.list", [("include_locale", "true"), ("limit", "200")], "members", SlackWireJson.Context.User, cancellationToken);

    async Task<User> IUsersApi.LookupByEmail(string email, CancellationToken cancellationToken)
    {
        using var answer = await transport.Form("users.lookupByEmail", [("email", email)], cancellationToken);
        return Part("users.lookupByEmail", answer, "user", SlackWireJson.Context.User);
    }

    async Task<IReadOnlyList<UserGroup>> IUserGroupsApi.List(CancellationToken cancellationToken)
    {
        using var answer = await transport.Form("usergroups.list", [("include_users", "true")], cancellationToken);
        return [
            .. from item in answer.RootElement.Items("usergroups") select Read("usergroups.list", item, SlackWireJson.Context.UserGroup)
        ];
    }

    async Task<IReadOnlyList<string>> IUserGroupsApi.ListUsers(string userGroup, CancellationToken cancellationToken)
    {
        using var answer = await transport.Form("usergroups.users.list", [("usergroup", userGroup)], cancellationToken);
        return answer.RootElement.Texts("users");
    }

    async Task<UploadedFile> IFilesApi.Upload(FileUpload file, CancellationToken cancellationToken)
    {
        string id, url;
        using (var place = await transport.Form(
            "files.getUploadURLExternal",
            [
                ("filename", file.FileName), ("length", file.Content.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                ("alt_txt", file.AltText)
            ],
            cancellationToken))
        {
            id = place.RootElement.Text("file_id") ?? throw Missing("files.getUploadURLExternal", "file_id");
            url = place.RootElement.Text("upload_url") ?? throw Missing("files.getUploadURLExternal", "upload_url");
        }

        using (var content = new ReadOnlyMemoryContent(file.Content))
        {
            content.Headers.ContentType = new("application/octet-stream");
            await transport.PostTo("files.upload", url, content, cancellationToken);
        }

        var uploaded = new UploadedFile(id, file.Title ?? file.FileName);
        var body = new CompleteUploadBody([uploaded], file.ChannelId, file.ThreadTs, file.InitialComment);
        using var answer = await transport.Json(
            "files.completeUploadExternal", body, SlackWireJson.Context.CompleteUploadBody, cancellationToken);
        return uploaded;
    }

    private static IReadOnlyList<Block>? NoneIfEmpty(IReadOnlyList<Block>? blocks) => blocks is { Count: > 0 } ? blocks : null;

    private static (string, string?)[] Arguments(HistoryRange? range) => range is null
        ? []
        :
        [
            ("oldest", range.Oldest),
            ("latest", range.Latest),
            ("inclusive", range.Inclusive ? "true" : null),
            ("limit", Math.Clamp(range.PageSize, 1, 999).ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("include_all_metadata", range.IncludeAllMetadata ? "true" : null),
        ];

    private async IAsyncEnumerable<T> Pages<T>(
        string method, (string Name, string? Value)[] arguments, string list, JsonTypeInfo<T> type,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        string? cursor = null;
        do
        {
            using var answer = await transport.Form(method, [.. arguments, ("cursor", cursor)], cancellationToken);
            foreach (var item in answer.RootElement.Items(list))
            {
                // One entry that cannot be read is no reason to miss the others.
                if (ReadOrNull(item, type) is { } read)
                {
                    yield return read;
                }
            }

            var next = answer.RootElement.Object("response_metadata")?.Text("next_cursor");
            if (next is { Length: > 0 } && next == cursor)
            {
                throw new SlackTransportException(method, "the same cursor twice: the list would never end");
            }

            cursor = next;
        }
        while (!string.IsNullOrEmpty(cursor));
    }

    private static ViewInfo View(string method, JsonDocument answer) =>
        ViewReader.View(answer.RootElement.Object("view") ?? throw Missing(method, "view"));

    private static T Part<T>(string method, JsonDocument answer, string name, JsonTypeInfo<T> type) =>
        Read(method, answer.RootElement.Object(name) ?? throw Missing(method, name), type);

    private static T Whole<T>(string method, JsonDocument answer, JsonTypeInfo<T> type) => Read(method, answer.RootElement, type);

    private static T Read<T>(string method, JsonElement element, JsonTypeInfo<T> type)
    {
        try
        {
            return element.Deserialize(type) ?? throw Missing(method, typeof(T).Name);
        }
        catch (JsonException e)
        {
            throw new SlackTransportException(method, $"an answer whose {typeof(T).Name} cannot be read", e, 200);
        }
    }

    /// <summary>Null for what is not of the type.</summary>
    private static T? ReadOrNull<T>(JsonElement element, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return element.Deserialize(type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static SlackTransportException Missing(string method, string what) => new(method, $"an answer without '{what}'", status: 200);
}

using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack;

/// <summary>
/// The state of the local workspace: people, channels, messages, views, files. One lock, <see cref="Gate"/>, guards all of it;
/// callers hold it for the length of one request and never over I/O.
/// </summary>
internal sealed class SlackWorkspace
{
    private readonly Dictionary<(string User, string Channel), string> _lastRead = [];

    public SlackWorkspace(SlackWorkspaceOptions? options = null, TimeProvider? time = null)
    {
        Options = options ?? new SlackWorkspaceOptions();
        Time = time ?? TimeProvider.System;
        Views = new ViewStore(Options);
        Triggers = new TriggerStore(Options);
        RateLimits = new SlackRateLimits(Time);
        Faults = new SlackFaults(Time);
        Users = [.. DefaultWorkspace.Users(Options)];
        Channels = [.. DefaultWorkspace.Channels(Options, Users)];
        UserGroups = [.. DefaultWorkspace.UserGroups()];
        Commands = [.. SlackApp.Commands()];
    }

    public SlackWorkspaceOptions Options { get; }
    public TimeProvider Time { get; }
    public Lock Gate { get; } = new();

    /// <summary>Where the bot listens, without a trailing slash; requests are delivered below <c>/slack/</c>.</summary>
    public string BotUrl { get; set; } = "http://localhost:5080";

    /// <summary>Where the Web API listens, without a trailing slash; the base of response_url and upload addresses.</summary>
    public string SlackUrl { get; set; } = "http://localhost:5081";

    public List<SlackUser> Users { get; }
    public List<SlackChannel> Channels { get; }
    public List<SlackUserGroup> UserGroups { get; }
    public List<SlackCommand> Commands { get; }
    public MessageStore Messages { get; } = new();
    public ViewStore Views { get; }
    public FileStore Files { get; } = new();
    public TriggerStore Triggers { get; }
    public ResponseUrlStore ResponseUrls { get; } = new();
    public SlackRateLimits RateLimits { get; }
    public SlackFaults Faults { get; }
    public PageStream Stream { get; } = new();
    public DateTimeOffset Now => Time.GetUtcNow();

    public SlackUser? User(string? id) => Users.FirstOrDefault(u => u.Id == id);

    /// <summary>A channel by its id; a person's id means their direct message with the app, as in Slack.</summary>
    public SlackChannel? Channel(string? id) =>
        Channels.FirstOrDefault(c => c.Id == id || c.DirectMessageUser is not null && c.DirectMessageUser == id);

    /// <summary>Posts as the app.</summary>
    /// <param name="channel">Where.</param>
    /// <param name="content">text, blocks, attachments, files; what is there is kept as given.</param>
    /// <param name="threadTs">The parent, for a reply.</param>
    /// <param name="ephemeralUser">Who alone sees it; null for everyone.</param>
    /// <param name="metadata">Metadata of the message, not shown to people.</param>
    public StoredMessage PostAsBot(
        SlackChannel channel, JsonObject content, string? threadTs = null, string? ephemeralUser = null, JsonObject? metadata = null)
    {
        var ts = Messages.NextTs(channel.Id, Now);
        var body = new JsonObject
        {
            ["user"] = Options.BotUserId,
            ["type"] = "message",
            ["ts"] = ts,
            ["bot_id"] = Options.BotId,
            ["app_id"] = Options.AppId,
            ["team"] = Options.TeamId,
            ["bot_profile"] = BotProfile(),
        };
        foreach (var (name, value) in content)
        {
            body[name] = value?.DeepClone();
        }
        body["text"] ??= "";
        return Add(channel, body, ts, threadTs, ephemeralUser, metadata);
    }

    /// <summary>Posts as a person who types.</summary>
    public StoredMessage PostAsUser(SlackChannel channel, SlackUser user, string text, string? threadTs)
    {
        var ts = Messages.NextTs(channel.Id, Now);
        var body = new JsonObject
        {
            ["user"] = user.Id,
            ["type"] = "message",
            ["ts"] = ts,
            ["client_msg_id"] = Guid.NewGuid().ToString(),
            ["text"] = text,
            ["team"] = Options.TeamId,
        };
        return Add(channel, body, ts, threadTs, null, null);
    }

    public void Changed(StoredMessage message) => Tell("message_changed", message);

    public void Delete(StoredMessage message)
    {
        Messages.Remove(message);
        Stream.Publish("message_deleted", Event(message), Audience(message));
        TellParent(message);
    }

    /// <summary>The person's modal stack, told to their page.</summary>
    public void ViewsChanged(string user) => Stream.Publish("view", new JsonObject { ["stack"] = StackJson(user) }, user);

    public JsonArray StackJson(string user) => new([.. Views.Stack(user).Select(v => ViewJson(v))]);

    public static JsonObject ViewJson(StoredView view)
    {
        var json = view.Json.Copy();
        if (view.Errors is not null)
        {
            json["errors"] = view.Errors.Copy();
        }
        return json;
    }

    /// <summary>What Slackbot would tell the person.</summary>
    public void Notice(string user, string text, string kind = "error") =>
        Stream.Publish("notice", new JsonObject { ["text"] = text, ["kind"] = kind }, user);

    /// <summary>A message as its reader sees it.</summary>
    public JsonObject Render(StoredMessage message)
    {
        var body = Messages.Render(message);
        if (message.EphemeralUser is not null)
        {
            body["is_ephemeral"] = true;
        }
        return body;
    }

    public void MarkRead(string user, string channel)
    {
        if (Messages.In(channel).LastOrDefault() is { } last)
        {
            _lastRead[(user, channel)] = last.Ts;
        }
    }

    public int Unread(string user, string channel)
    {
        var last = _lastRead.GetValueOrDefault((user, channel), "");
        return Messages.In(channel).Count(
            m => string.CompareOrdinal(m.Ts, last) > 0 && !m.IsReply && m.EphemeralUser is null && m.Body.Text("user") != user);
    }

    public string Permalink(string channel, string ts) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"https://{Options.TeamDomain}.slack.com/archives/{channel}/p{ts.Replace(".", "", StringComparison.Ordinal)}");

    private StoredMessage Add(
        SlackChannel channel, JsonObject body, string ts, string? threadTs, string? ephemeralUser, JsonObject? metadata)
    {
        if (threadTs is not null)
        {
            body["thread_ts"] = threadTs;
            if (Messages.Find(channel.Id, threadTs)?.Body.Text("user") is { } parentUser)
            {
                body["parent_user_id"] = parentUser;
            }
        }
        var message = new StoredMessage(channel.Id, ts, body) { EphemeralUser = ephemeralUser, Metadata = metadata };
        Messages.Add(message);
        Tell("message", message);
        TellParent(message);
        return message;
    }

    private void Tell(string type, StoredMessage message) => Stream.Publish(type, Event(message), Audience(message));

    private void TellParent(StoredMessage message)
    {
        if (message.IsReply && message.EphemeralUser is null && Messages.Find(message.Channel, message.ThreadTs!) is { } parent)
        {
            Tell("message_changed", parent);
        }
    }

    private JsonObject Event(StoredMessage message) => new() { ["channel"] = message.Channel, ["message"] = Render(message) };

    private string? Audience(StoredMessage message) => message.EphemeralUser ?? Channel(message.Channel)?.DirectMessageUser;

    private JsonObject BotProfile() => new()
    {
        ["id"] = Options.BotId,
        ["deleted"] = false,
        ["name"] = User(Options.BotUserId)?.Name,
        ["updated"] = 1772000000,
        ["app_id"] = Options.AppId,
        ["user_id"] = Options.BotUserId,
        ["icons"] = new JsonObject(),
        ["team_id"] = Options.TeamId,
    };
}

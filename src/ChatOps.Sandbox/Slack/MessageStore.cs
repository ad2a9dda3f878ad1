using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack;

/// <summary>A message as kept: its JSON as Slack returns it, and what Slack does not return to everyone.</summary>
internal sealed class StoredMessage(string channel, string ts, JsonObject body)
{
    public string Channel { get; } = channel;
    public string Ts { get; } = ts;
    public JsonObject Body { get; set; } = body;
    public JsonObject? Metadata { get; set; }

    /// <summary>Who alone sees an ephemeral message; null when everyone in the channel does.</summary>
    public string? EphemeralUser { get; init; }

    public string? ThreadTs => Body.Text("thread_ts");
    public bool IsReply => ThreadTs is { } parent && parent != Ts;
    public bool IsBroadcast => Body.Text("subtype") == "thread_broadcast";
}

/// <summary>The messages of all channels, oldest first. Not thread-safe: the workspace's lock guards it.</summary>
internal sealed class MessageStore
{
    private readonly Dictionary<string, SortedList<string, StoredMessage>> _channels = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Channel, string ParentTs), List<StoredMessage>> _threads = [];
    private readonly Dictionary<string, long> _lastMicroseconds = new(StringComparer.Ordinal);

    /// <summary>A message id: seconds and microseconds, unique and ascending in its channel.</summary>
    public string NextTs(string channel, DateTimeOffset now)
    {
        var micros = now.ToUnixTimeMilliseconds() * 1000 + now.Microsecond;
        if (_lastMicroseconds.TryGetValue(channel, out var last) && micros <= last)
        {
            micros = last + 1;
        }
        _lastMicroseconds[channel] = micros;
        return string.Create(CultureInfo.InvariantCulture, $"{micros / 1_000_000}.{micros % 1_000_000:D6}");
    }

    public void Add(StoredMessage message)
    {
        if (!_channels.TryGetValue(message.Channel, out var list))
        {
            _channels[message.Channel] = list = new SortedList<string, StoredMessage>(StringComparer.Ordinal);
        }
        list.Add(message.Ts, message);
        if (message.IsReply && message.EphemeralUser is null)
        {
            Thread(message.Channel, message.ThreadTs!).Add(message);
        }
    }

    public void Remove(StoredMessage message)
    {
        if (_channels.TryGetValue(message.Channel, out var list) && list.Remove(message.Ts) && message.IsReply)
        {
            Thread(message.Channel, message.ThreadTs!).Remove(message);
        }
    }

    public StoredMessage? Find(string channel, string ts) =>
        _channels.TryGetValue(channel, out var list) && list.TryGetValue(ts, out var message) ? message : null;

    public IEnumerable<StoredMessage> In(string channel) => _channels.TryGetValue(channel, out var list) ? list.Values : [];

    /// <summary>Replies in a thread, oldest first, ephemeral ones left out.</summary>
    public IReadOnlyList<StoredMessage> Replies(string channel, string parentTs) =>
        _threads.TryGetValue((channel, parentTs), out var replies) ? replies : [];

    /// <summary>The message with what Slack computes at reading: the reply counts of a parent.</summary>
    public JsonObject Render(StoredMessage message)
    {
        var body = message.Body.Copy();
        var replies = message.IsReply || message.EphemeralUser is not null ? [] : Replies(message.Channel, message.Ts);
        if (replies.Count > 0)
        {
            var people = replies.Select(r => r.Body.Text("user") ?? "").Distinct().ToList();
            body["thread_ts"] = message.Ts;
            body["reply_count"] = replies.Count;
            body["reply_users_count"] = people.Count;
            body["latest_reply"] = replies[^1].Ts;
            body["reply_users"] = new JsonArray([.. people.Take(5).Select(p => (JsonNode)p)]);
            body["is_locked"] = false;
            body["subscribed"] = false;
        }
        return body;
    }

    private List<StoredMessage> Thread(string channel, string parentTs)
    {
        if (!_threads.TryGetValue((channel, parentTs), out var replies))
        {
            _threads[(channel, parentTs)] = replies = [];
        }
        return replies;
    }
}

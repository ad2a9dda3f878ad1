using System.Net.Http.Json;
using System.Text.Json;

namespace ChatOps.EndToEnd.Crash;

/// <summary>What stands in a channel, read as any Slack client would.</summary>
internal sealed class SlackHistory(string slackUrl) : IDisposable
{
    private readonly HttpClient _client = new()
    {
        BaseAddress = new Uri(slackUrl),
        DefaultRequestHeaders = { { "Authorization", "Bearer xoxb-sandbox" } },
    };

    public void Dispose() => _client.Dispose();

    /// <summary>All messages at the top of a channel, newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> MessagesAsync(string channel)
    {
        var all = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await _client.GetFromJsonAsync<JsonElement>(
                $"/api/conversations.history?channel={channel}&limit=200&include_all_metadata=true&cursor={Uri.EscapeDataString(cursor)}");
            Assert.True(page.GetProperty("ok").GetBoolean(), page.ToString());
            all.AddRange(page.GetProperty("messages").EnumerateArray());
            cursor = page.TryGetProperty("response_metadata", out var metadata) && metadata.TryGetProperty("next_cursor", out var next)
                && next.GetString() is { Length: > 0 } more ? more : null;
        }

        return all;
    }

    /// <summary>The replies in a message's thread, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> RepliesAsync(string channel, string ts)
    {
        var page = await _client.GetFromJsonAsync<JsonElement>(
            $"/api/conversations.replies?channel={channel}&ts={ts}&limit=200&include_all_metadata=true");
        return [.. page.GetProperty("messages").EnumerateArray().Skip(1)];
    }

    /// <summary>The subject that a message says it is about, or null.</summary>
    public static string? SubjectOf(JsonElement message) =>
        message.TryGetProperty("metadata", out var metadata)
            ? metadata.GetProperty("event_payload").GetProperty("subject").GetString()
            : null;
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace ChatOps.Sandbox.Slack;

/// <summary>One server-sent event. <c>User</c> null: for everyone.</summary>
internal sealed record PageEvent(string Id, long Number, string? User, string Type, string Data);

/// <summary>What the page is told as it happens, with enough memory for a page that reconnects.</summary>
internal sealed class PageStream
{
    private const int Remembered = 2000;
    private readonly Lock _lock = new();
    private readonly Queue<PageEvent> _events = new();
    private readonly List<(string User, Channel<PageEvent> Channel)> _subscribers = [];
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private long _last;

    /// <summary>Tells everyone (<paramref name="user"/> null) or one person.</summary>
    public void Publish(string type, JsonNode data, string? user = null)
    {
        var json = data.ToJsonString(JsonSerializerOptions.Web);
        lock (_lock)
        {
            var number = ++_last;
            var item = new PageEvent($"{_run}-{number}", number, user, type, json);
            _events.Enqueue(item);
            if (_events.Count > Remembered)
            {
                _events.Dequeue();
            }
            foreach (var (subscriber, channel) in _subscribers)
            {
                if (user is null || user == subscriber)
                {
                    channel.Writer.TryWrite(item);
                }
            }
        }
    }

    /// <summary>
    /// The events for one person, first those after <paramref name="lastEventId"/>. When they are no longer remembered,
    /// or belong to an earlier run, the first event is <c>reset</c>: the page then loads everything again.
    /// </summary>
    public async IAsyncEnumerable<PageEvent> Subscribe(string user, string? lastEventId, [EnumeratorCancellation] CancellationToken cancel)
    {
        var channel = Channel.CreateBounded<PageEvent>(new BoundedChannelOptions(Remembered) { FullMode = BoundedChannelFullMode.Wait });
        List<PageEvent> missed = [];
        lock (_lock)
        {
            if (!string.IsNullOrEmpty(lastEventId))
            {
                var known = lastEventId.StartsWith(_run + "-", StringComparison.Ordinal) && long.TryParse(lastEventId.AsSpan(_run.Length + 1), out var seen) && seen <= _last
                    ? seen
                    : -1;
                var oldest = _events.TryPeek(out var first) ? first.Number : _last + 1;
                missed = known < 0 || known + 1 < oldest
                    ? [new PageEvent($"{_run}-{_last}", _last, user, "reset", "{}")]
                    : [.. _events.Where(e => e.Number > known && (e.User is null || e.User == user))];
            }
            _subscribers.Add((user, channel));
        }
        try
        {
            foreach (var item in missed)
            {
                yield return item;
            }
            await foreach (var item in channel.Reader.ReadAllAsync(cancel))
            {
                yield return item;
            }
        }
        finally
        {
            lock (_lock)
            {
                _subscribers.RemoveAll(s => s.Channel == channel);
            }
        }
    }
}

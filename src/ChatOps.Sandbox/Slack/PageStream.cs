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
    private readonly List<Subscription> _subscribers = [];
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
            foreach (var subscriber in _subscribers)
            {
                subscriber.Offer(item);
            }
        }
    }

    /// <summary>
    /// Listens for one person from now on, first to the events after <paramref name="lastEventId"/>. When they are no longer
    /// remembered, or belong to an earlier run, the first event is <c>reset</c>: the page then loads everything again.
    /// </summary>
    public Subscription Subscribe(string user, string? lastEventId)
    {
        lock (_lock)
        {
            var subscription = new Subscription(this, user);
            foreach (var missed in string.IsNullOrEmpty(lastEventId) ? [] : After(lastEventId))
            {
                subscription.Offer(missed);
            }
            _subscribers.Add(subscription);
            return subscription;
        }
    }

    private IEnumerable<PageEvent> After(string lastEventId)
    {
        var known = lastEventId.StartsWith(_run + "-", StringComparison.Ordinal)
            && long.TryParse(lastEventId.AsSpan(_run.Length + 1), out var seen) && seen <= _last
            ? seen
            : -1;
        var oldest = _events.TryPeek(out var first) ? first.Number : _last + 1;
        return known < 0 || known + 1 < oldest
            ? [new PageEvent($"{_run}-{_last}", _last, null, "reset", "{}")]
            : _events.Where(e => e.Number > known);
    }

    /// <summary>One open page. It ends when disposed, or when the page reads too slowly: it then reconnects and catches up.</summary>
    internal sealed class Subscription(PageStream stream, string user) : IDisposable
    {
        private readonly Channel<PageEvent> _channel = Channel.CreateBounded<PageEvent>(Remembered);

        public IAsyncEnumerable<PageEvent> ReadAllAsync(CancellationToken cancel) => _channel.Reader.ReadAllAsync(cancel);

        public void Dispose()
        {
            lock (stream._lock)
            {
                stream._subscribers.Remove(this);
            }
        }

        internal void Offer(PageEvent item)
        {
            if ((item.User is null || item.User == user) && !_channel.Writer.TryWrite(item))
            {
                _channel.Writer.TryComplete();
            }
        }
    }
}

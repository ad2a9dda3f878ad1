using ChatOps.Slack.Api;

namespace ChatOps.Platform.Delivery;

/// <summary>
/// The workspace's channels by name, read page by page. Slack takes twenty pages a minute and a large workspace has more: a reading that is
/// refused goes on where it stopped, and what was read is known at once. A whole list is good for hours; for a name that is not in it
/// another is read sooner, though not soon: a misspelt route must not cost a list each time. Thread-safe.
/// </summary>
internal sealed class ChannelList(ISlackApiClient slack, TimeProvider time) : IDisposable
{
    /// <summary>The method that lists.</summary>
    public const string Method = "conversations.list";

    private const int PageSize = 1000;

    private static readonly TimeSpan Fresh = TimeSpan.FromHours(6);

    /// <summary>How soon a list of one page is read again for a name that is not in it; a longer one as many times later.</summary>
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AgainAtLatest = TimeSpan.FromMinutes(30);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private Dictionary<string, Conversation> _known = new(StringComparer.Ordinal);
    private Dictionary<string, Conversation>? _reading;
    private string? _cursor;
    private int _pages;
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;
    private DateTimeOffset _nextReading = DateTimeOffset.MinValue;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    /// <summary>The channel with a name; null when the workspace has none that we see.</summary>
    /// <exception cref="SlackCallException">Slack does not take further pages now.</exception>
    public async Task<Conversation?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (now - _readAt < Fresh && _known.TryGetValue(name, out var known)) return known;
            if (_reading is null)
            {
                if (now < _nextReading) return _known.GetValueOrDefault(name);
                (_reading, _cursor, _pages) = (new Dictionary<string, Conversation>(StringComparer.Ordinal), null, 0);
            }

            while (!_reading.ContainsKey(name))
            {
                await ReadPageAsync(cancellationToken);
                if (_reading is null) return _known.GetValueOrDefault(name);
            }

            return _reading[name];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The workspace's general channel, whatever its name is, when we are in it and have read of it.</summary>
    public Conversation? General => _known.Values.FirstOrDefault(channel => channel is { IsGeneral: true, IsMember: true });

    /// <summary>What we know of the name is wrong.</summary>
    public async Task ForgetAsync(string name, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        _known.Remove(name);
        _reading?.Remove(name);
        _turn.Release();
    }

    public void Dispose() => _turn.Dispose();

    private async Task ReadPageAsync(CancellationToken cancellationToken)
    {
        if (_notBefore - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
            throw new SlackRateLimitedException(Method, wait);
        ConversationPage page;
        try
        {
            page = await slack.Conversations.ListPage(_cursor, PageSize, cancellationToken: cancellationToken);
        }
        catch (SlackRateLimitedException limited)
        {
            _notBefore = time.GetUtcNow() + limited.RetryAfter;
            throw;
        }
        catch (SlackException refused) when (refused.Error == "invalid_cursor")
        {
            _reading = null;
            throw;
        }

        _pages++;
        foreach (var channel in page.Conversations.Where(channel => !string.IsNullOrEmpty(channel.Id)))
        {
            // A direct message has no name.
            if (!string.IsNullOrEmpty(channel.Name) && !channel.IsArchived) _reading![channel.Name] = channel;
        }

        if (page.Next is not null && page.Next != _cursor)
        {
            _cursor = page.Next;
            return;
        }

        (_known, _reading, _readAt) = (_reading!, null, time.GetUtcNow());
        var again = AgainAfter * _pages;
        _nextReading = _readAt + (again < AgainAtLatest ? again : AgainAtLatest);
    }
}

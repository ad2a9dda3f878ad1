namespace ChatOps.Slack.Interactions;

/// <summary>
/// Remembers the last requests, so that a repetition is known. In memory: the durable claim is made where the act happens.
/// </summary>
internal sealed class RecentRequests(int capacity)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>False when it is known already.</summary>
    public bool TryAdd(string id)
    {
        lock (_lock)
        {
            if (!_known.Add(id))
            {
                return false;
            }

            _order.Enqueue(id);
            if (_order.Count > capacity)
            {
                _known.Remove(_order.Dequeue());
            }

            return true;
        }
    }

    /// <summary>It was not taken after all: let it come again.</summary>
    public void Forget(string id)
    {
        lock (_lock)
        {
            _known.Remove(id);
        }
    }
}

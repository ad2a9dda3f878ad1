namespace ChatOps.Slack.Interactions;

/// <summary>
/// The memory that bodies of requests may take together while they come in. Who has waited longest for the rest of theirs gives way to
/// who comes now: a sender that means it is done in a moment, one that holds connections open is not. Thread-safe.
/// </summary>
public sealed class BodyBudget
{
    /// <summary>What a body takes at first is counted apart, so that large ones cannot keep small ones out.</summary>
    public const int Small = 16 * 1024;

    /// <summary>How long a body is left in peace, whoever else comes.</summary>
    private static readonly TimeSpan Peace = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly LinkedList<BodyShare> _arriving = new();
    private readonly long _largest;
    private readonly TimeProvider _time;
    private long _small;
    private long _large;

    /// <summary>A budget of so many bytes for what goes beyond <see cref="Small"/>, and as many for what does not.</summary>
    public BodyBudget(long bytes, TimeProvider time) => (_largest, _time) = (bytes, time);

    /// <summary>Bytes that are taken now.</summary>
    public long Taken
    {
        get
        {
            lock (_gate) return _small + _large;
        }
    }

    /// <summary>A share for the body of one request; dispose it when its memory is free again.</summary>
    public BodyShare Begin()
    {
        var share = new BodyShare(this, _time.GetTimestamp());
        lock (_gate) _arriving.AddLast(share.Node);
        return share;
    }

    internal bool TryGrow(BodyShare share, long bytes)
    {
        List<BodyShare> givingWay = [];
        var fits = true;
        lock (_gate)
        {
            if (share.IsGivenUp) return false;
            var small = Math.Min(bytes, Small) - Math.Min(share.Bytes, Small);
            var large = bytes - share.Bytes - small;
            var oldest = _arriving.First;
            while (_small + small > _largest || _large + large > _largest)
            {
                while (oldest is not null && (ReferenceEquals(oldest.Value, share) || oldest.Value.Bytes == 0)) oldest = oldest.Next;
                if (oldest is null || _time.GetElapsedTime(oldest.Value.Since) < Peace)
                {
                    fits = false;
                    break;
                }

                var gone = oldest.Value;
                oldest = oldest.Next;
                Free(gone);
                gone.IsGivenUp = true;
                givingWay.Add(gone);
            }

            if (fits)
            {
                _small += small;
                _large += large;
                share.Bytes = bytes;
            }
        }

        foreach (var gone in givingWay) gone.GiveUp();
        return fits;
    }

    internal void Complete(BodyShare share)
    {
        lock (_gate) Leave(share);
    }

    internal void Return(BodyShare share)
    {
        lock (_gate) Free(share);
    }

    private void Free(BodyShare share)
    {
        Leave(share);
        _small -= Math.Min(share.Bytes, Small);
        _large -= Math.Max(0, share.Bytes - Small);
        share.Bytes = 0;
    }

    private void Leave(BodyShare share)
    {
        if (share.Node.List is not null) _arriving.Remove(share.Node);
    }
}

/// <summary>What the body of one request takes of the <see cref="BodyBudget"/>.</summary>
public sealed class BodyShare : IDisposable
{
    private readonly BodyBudget _budget;
    private readonly CancellationTokenSource _givenUp = new();

    internal BodyShare(BodyBudget budget, long since)
    {
        (_budget, Since) = (budget, since);
        Node = new LinkedListNode<BodyShare>(this);
    }

    /// <summary>Ends when the body has to give way to others.</summary>
    public CancellationToken GivenUp => _givenUp.Token;

    internal LinkedListNode<BodyShare> Node { get; }

    internal long Since { get; }

    internal long Bytes { get; set; }

    internal bool IsGivenUp { get; set; }

    /// <summary>Takes so many bytes in all; false when there is no place for them.</summary>
    public bool TryGrow(long bytes) => _budget.TryGrow(this, bytes);

    /// <summary>The body is whole: it gives way to nobody any more.</summary>
    public void Complete() => _budget.Complete(this);

    /// <summary>The memory is free again.</summary>
    public void Dispose()
    {
        _budget.Return(this);
        _givenUp.Dispose();
    }

    internal void GiveUp()
    {
        try
        {
            _givenUp.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }
}

/// <summary>The budgets of the host: who is known before the body is read does not stand in line with who is not.</summary>
public sealed class BodyBudgets
{
    private const long ForStrangers = 48 * 1024 * 1024;
    private const long ForKnown = 128 * 1024 * 1024;

    /// <summary>Budgets by this clock.</summary>
    public BodyBudgets(TimeProvider time) =>
        (Strangers, Known) = (new BodyBudget(ForStrangers, time), new BodyBudget(ForKnown, time));

    /// <summary>For requests that show who they are by their body alone: a signature over it.</summary>
    public BodyBudget Strangers { get; }

    /// <summary>For requests with a key or token.</summary>
    public BodyBudget Known { get; }
}

/// <summary>What came of reading a body.</summary>
public enum BodyOutcome
{
    /// <summary>It is whole.</summary>
    Whole,

    /// <summary>It is longer than is taken.</summary>
    TooLarge,

    /// <summary>There is no memory for it now.</summary>
    NoPlace,

    /// <summary>It did not come in time.</summary>
    TooSlow,
}

/// <summary>Reads bodies into memory that grows with the bytes that have come, whatever length was declared.</summary>
public static class BodyReader
{
    private const int First = 4 * 1024;

    /// <summary>How long a body may take to come.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromSeconds(15);

    /// <summary>Reads a body, behind so many free bytes.</summary>
    /// <param name="body">The body.</param>
    /// <param name="max">The longest that is taken, in bytes.</param>
    /// <param name="headroom">Bytes left free at the beginning of the buffer.</param>
    /// <param name="share">Its share of the budget; complete when the body is whole.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The outcome; the buffer and the body's length when it is whole.</returns>
    public static async ValueTask<(BodyOutcome Outcome, byte[] Buffer, int Length)> ReadAsync(
        Stream body, int max, int headroom, BodyShare share, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Within, time);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, share.GivenUp, late.Token);
        if (!share.TryGrow(First)) return (BodyOutcome.NoPlace, [], 0);
        var buffer = new byte[headroom + First];
        var length = 0;
        try
        {
            while (true)
            {
                if (headroom + length == buffer.Length)
                {
                    var larger = (int)Math.Min((long)(buffer.Length - headroom) * 2, max + 1L);
                    // Both are there while one is copied into the other.
                    if (!share.TryGrow(larger)) return (BodyOutcome.NoPlace, [], 0);
                    Array.Resize(ref buffer, headroom + larger);
                }

                var read = await body.ReadAsync(buffer.AsMemory(headroom + length), until.Token);
                if (read == 0)
                {
                    share.Complete();
                    return (BodyOutcome.Whole, buffer, length);
                }

                length += read;
                if (length > max) return (BodyOutcome.TooLarge, [], 0);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (share.GivenUp.IsCancellationRequested ? BodyOutcome.NoPlace : BodyOutcome.TooSlow, [], 0);
        }
    }
}

using System.Data.Common;
using ChatOps.Platform.Storage;
using ChatOps.Slack;
using Dapper;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Delivery;

/// <summary>
/// One sender a channel, over all replicas, so that order, pace and places hold for the channel and not for a replica: a row with its
/// holder, a term by the database's clock and an epoch. A holder that stops, or is cut off, gives its channels up by saying nothing;
/// when it comes back its epoch is over, and nothing that it writes under it is taken.
/// </summary>
internal sealed class ChannelLeases(IDatabase database, TimeProvider time, IOptions<SlackOptions> slack)
{
    /// <summary>How long a channel is held without a sign of life.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromSeconds(15);

    /// <summary>How often the terms of all channels held are extended.</summary>
    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);

    /// <summary>The part of a term in which nothing new is sent any more: our clock and the database's may run unevenly.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private readonly string _owner = Guid.NewGuid().ToString("N");
    private readonly HashSet<ChannelLease> _held = [];
    private readonly Lock _gate = new();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The database's clock in Unix milliseconds.</summary>
    private string Clock => database.Kind == DatabaseKind.Postgres
        ? "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
        : "CAST(unixepoch('subsec') * 1000 AS integer)";

    /// <summary>The right to send to a channel, or null while another replica has it. Dispose it to give it back.</summary>
    public async Task<ChannelLease?> TryAcquireAsync(string target, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var lease = await database.WriteAsync(uow => TakeAsync(uow, target), cancellationToken);
        if (lease is null) return null;
        lease.HeldUntil(asked + Ticks(Term - Margin));
        lock (_gate) _held.Add(lease);
        return lease;
    }

    /// <summary>Extends the terms of all channels held; those that are no longer ours send nothing more.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        List<ChannelLease> held;
        lock (_gate) held = [.. _held];
        if (held.Count == 0) return;
        var asked = time.GetTimestamp();
        var renewed = await database.WriteAsync(
            async uow => (await uow.Connection.QueryAsync<(string, long)>(
                $"""
                UPDATE channel_leases SET expires_at = {Clock} + @term WHERE owner = @owner AND expires_at > {Clock}
                RETURNING target, epoch
                """,
                new { owner = _owner, term = (long)Term.TotalMilliseconds },
                uow.Transaction)).ToHashSet(),
            cancellationToken);
        foreach (var lease in held)
        {
            if (renewed.Contains((lease.Target, lease.Epoch))) lease.HeldUntil(asked + Ticks(Term - Margin));
            else lease.HeldUntil(0);
        }
    }

    /// <summary>Makes sure, in the caller's transaction, that the channel is ours for another term: before something is sent.</summary>
    /// <exception cref="ChannelLeaseLostException">It is not.</exception>
    public async Task HoldAsync(UnitOfWork uow, ChannelLease lease)
    {
        var asked = time.GetTimestamp();
        var held = await uow.Connection.ExecuteAsync(
            $"""
            UPDATE channel_leases SET expires_at = {Clock} + @term
            WHERE target = @Target AND owner = @owner AND epoch = @Epoch AND expires_at > {Clock}
            """,
            new { lease.Target, owner = _owner, lease.Epoch, term = (long)Term.TotalMilliseconds },
            uow.Transaction);
        if (held == 0) throw new ChannelLeaseLostException(lease.Target);
        lease.HeldUntil(asked + Ticks(Term - Margin));
    }

    /// <summary>The same in a transaction of its own.</summary>
    public Task HoldAsync(ChannelLease lease, CancellationToken cancellationToken) =>
        database.WriteAsync(uow => HoldAsync(uow, lease), cancellationToken);

    /// <summary>
    /// Makes sure, in the caller's transaction, that nobody took the channel since: for writing down what came of a call. The row is
    /// locked, so that nobody does before the commit.
    /// </summary>
    /// <exception cref="ChannelLeaseLostException">Somebody did.</exception>
    public async Task CheckAsync(UnitOfWork uow, ChannelLease lease)
    {
        var epoch = await uow.Connection.ExecuteScalarAsync<long?>(
            $"SELECT epoch FROM channel_leases WHERE target = @Target AND owner = @owner {ForUpdate(uow)}",
            new { lease.Target, owner = _owner }, uow.Transaction);
        if (epoch != lease.Epoch) throw new ChannelLeaseLostException(lease.Target);
    }

    /// <summary>What was updated since the channel was taken over is updated once more: an old update may have landed on it late.</summary>
    public async Task UpdateAgainAsync(ChannelLease lease, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async uow =>
            {
                await CheckAsync(uow, lease);
                await uow.Connection.ExecuteAsync(
                    """
                    UPDATE living_messages SET version = version + 1, content_hash = NULL
                    WHERE target = @Target AND state = 'posted' AND updated_at >= @TakenAt
                    """,
                    new { lease.Target, lease.TakenAt }, uow.Transaction);
                await uow.Connection.ExecuteAsync(
                    "UPDATE channel_leases SET again_at = NULL WHERE target = @Target", new { lease.Target }, uow.Transaction);
            },
            cancellationToken);
        lease.AgainAt = null;
    }

    /// <summary>Gives a channel back: nothing is under way there any more.</summary>
    internal async Task ReleaseAsync(ChannelLease lease)
    {
        lock (_gate) _held.Remove(lease);
        lease.HeldUntil(0);
        try
        {
            await database.WriteAsync(
                uow => uow.Connection.ExecuteAsync(
                    "UPDATE channel_leases SET expires_at = 0 WHERE target = @Target AND owner = @owner AND epoch = @Epoch",
                    new { lease.Target, owner = _owner, lease.Epoch }, uow.Transaction),
                CancellationToken.None);
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            // The term ends by itself.
        }
    }

    private async Task<ChannelLease?> TakeAsync(UnitOfWork uow, string target)
    {
        var parameters = new { target, owner = _owner, term = (long)Term.TotalMilliseconds };
        // As a rule we gave it back ourselves, and nothing was left unfinished.
        var returned = await uow.Connection.QueryAsync<(long Epoch, long TakenAt, long? AgainAt)>(
            $"""
            UPDATE channel_leases SET epoch = epoch + 1, expires_at = {Clock} + @term
            WHERE target = @target AND owner = @owner AND expires_at = 0 RETURNING epoch, taken_at, again_at
            """,
            parameters, uow.Transaction);
        if (returned.FirstOrDefault() is { Epoch: > 0 } ours)
            return new ChannelLease(this, time, target, ours.Epoch) { TakenAt = Math.Min(ours.TakenAt, Now), AgainAt = ours.AgainAt };

        await uow.Connection.ExecuteAsync(
            "INSERT INTO channel_leases (target, owner, epoch, expires_at) VALUES (@target, @owner, 0, 0) ON CONFLICT (target) DO NOTHING",
            parameters, uow.Transaction);
        var (before, expiresAt, isFree) = await uow.Connection.QuerySingleAsync<(string, long, long)>(
            $"""
            SELECT owner, expires_at, CASE WHEN expires_at <= {Clock} THEN CAST(1 AS bigint) ELSE 0 END FROM channel_leases
            WHERE target = @target {ForUpdate(uow)}
            """,
            parameters, uow.Transaction);
        var isAnothers = before != _owner;
        // One process has a SQLite file: whoever was before us is dead, however much of the term is left.
        if (isAnothers && isFree == 0 && database.Kind == DatabaseKind.Postgres) return null;

        var isUnfinished = expiresAt != 0;
        var taken = new { target, owner = _owner, parameters.term, now = Now, again = Now + AgainAfter };
        var (epoch, takenAt, againAt) = await uow.Connection.QuerySingleAsync<(long, long, long?)>(
            $"""
            UPDATE channel_leases SET owner = @owner, epoch = epoch + 1, expires_at = {Clock} + @term
              {(isUnfinished ? ", taken_at = @now, again_at = @again" : "")}
            WHERE target = @target RETURNING epoch, taken_at, again_at
            """,
            taken, uow.Transaction);
        if (isAnothers) await TrustOwnClockAsync(uow, taken);
        if (isUnfinished) await MistrustUnfinishedAsync(uow, taken);
        return new ChannelLease(this, time, target, epoch) { TakenAt = Math.Min(takenAt, taken.now), AgainAt = againAt };
    }

    /// <summary>Longer than the call of whoever was before us may take.</summary>
    private long AgainAfter => (long)(slack.Value.CallTimeout + TimeSpan.FromSeconds(1)).TotalMilliseconds;

    /// <summary>Times that another replica's clock wrote, and that are still to come by ours, hold nothing up.</summary>
    private static async Task TrustOwnClockAsync(UnitOfWork uow, object taken)
    {
        await uow.Connection.ExecuteAsync(
            "UPDATE living_messages SET posted_at = @now WHERE target = @target AND posted_at > @now", taken, uow.Transaction);
        await uow.Connection.ExecuteAsync(
            """
            UPDATE living_messages SET intent_at = CASE WHEN intent_at > @now THEN @now ELSE intent_at END,
              asked_at = CASE WHEN asked_at > @now THEN @now ELSE asked_at END, next_attempt_at = 0
            WHERE target = @target AND state = 'waiting'
            """,
            taken, uow.Transaction);
        await uow.Connection.ExecuteAsync(
            """
            UPDATE living_messages SET next_attempt_at = 0, updated_at = CASE WHEN updated_at > @now THEN @now ELSE updated_at END
            WHERE target = @target AND state = 'posted' AND version > settled_version
            """,
            taken, uow.Transaction);
        await uow.Connection.ExecuteAsync(
            """
            UPDATE thread_replies SET intent_at = CASE WHEN intent_at > @now THEN @now ELSE intent_at END,
              asked_at = CASE WHEN asked_at > @now THEN @now ELSE asked_at END, next_attempt_at = 0
            WHERE state = 'waiting' AND message_id IN (SELECT id FROM living_messages WHERE target = @target)
            """,
            taken, uow.Transaction);
        await uow.Connection.ExecuteAsync(
            """
            UPDATE thread_replies SET sent_at = @now
            WHERE state = 'sent' AND sent_at > @now AND message_id IN (SELECT id FROM living_messages WHERE target = @target)
            """,
            taken, uow.Transaction);
        await uow.Connection.ExecuteAsync(
            """
            UPDATE delivery_bursts SET last_joined_at = @now WHERE target = @target AND closed = 0 AND last_joined_at > @now
            """,
            taken, uow.Transaction);
    }

    /// <summary>What was to be updated may have been, by whoever did not finish: it is sent whatever it reads.</summary>
    private static Task<int> MistrustUnfinishedAsync(UnitOfWork uow, object taken) => uow.Connection.ExecuteAsync(
        "UPDATE living_messages SET content_hash = NULL WHERE target = @target AND state = 'posted' AND version > settled_version",
        taken, uow.Transaction);

    private static string ForUpdate(UnitOfWork uow) => uow.Kind == DatabaseKind.Postgres ? "FOR UPDATE" : "";

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}

/// <summary>The right to send to a channel, for as long as its term goes on.</summary>
internal sealed class ChannelLease(ChannelLeases leases, TimeProvider time, string target, long epoch) : IAsyncDisposable
{
    private long _until;

    /// <summary>The channel's id.</summary>
    public string Target => target;

    /// <summary>Which taking of the channel this is.</summary>
    public long Epoch => epoch;

    /// <summary>When the channel was last taken from a holder that had not finished; Unix milliseconds.</summary>
    public long TakenAt { get; init; }

    /// <summary>When what was updated since then is to be updated once more; null when it was.</summary>
    public long? AgainAt { get; set; }

    /// <summary>By our own clock, without asking: for the last moment before a call, which a stop of the process may precede.</summary>
    public bool IsHeld => time.GetTimestamp() < Volatile.Read(ref _until);

    public async ValueTask DisposeAsync() => await leases.ReleaseAsync(this);

    internal void HeldUntil(long timestamp) => Volatile.Write(ref _until, timestamp);
}

/// <summary>Another replica sends to the channel now.</summary>
/// <param name="target">The channel.</param>
internal sealed class ChannelLeaseLostException(string target) : Exception($"Channel {target} is another replica's now.");

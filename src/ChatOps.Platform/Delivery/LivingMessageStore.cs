using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Delivery;

/// <summary>The SQL of living messages, as their channel's sender sees them.</summary>
internal sealed class LivingMessageStore(IDatabase database, ChannelLeases leases, TimeProvider time)
{
    /// <summary>A minute, the window in which a channel's new messages are counted.</summary>
    public const long Minute = 60_000;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What waits for a channel goes to this Slack channel.</summary>
    public Task ResolveAsync(string channel, string target, CancellationToken cancellationToken) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(
            "UPDATE living_messages SET target = @target WHERE channel = @channel AND target IS NULL", new { channel, target },
            uow.Transaction),
        cancellationToken);

    /// <summary>
    /// What waits for a Slack channel that cannot be used goes to another. The first of them tells why in its thread, once for the channel.
    /// </summary>
    /// <param name="from">What waits there, and why it leaves.</param>
    /// <param name="fallback">The id of the channel that it goes to.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether this is the first we write down of the fault.</returns>
    public Task<bool> FallBackAsync(Leaving from, string fallback, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            if (from.Lease is not null) await leases.CheckAsync(uow, from.Lease);
            var parameters = new
            {
                channel = from.Channel,
                target = from.Target,
                only = from.Only,
                fallback,
                error = from.Error,
                now = Now,
                reply = Renderer.FallbackReply,
            };
            await uow.Connection.ExecuteAsync(
                $"""
                UPDATE living_messages SET target = @fallback, placed = 0, form = 0, refusals = 0, next_attempt_at = 0
                WHERE channel = @channel AND state = 'waiting' AND intent_at IS NULL AND (target IS NULL OR target = @target)
                  {(from.Only is null ? "" : "AND id = @only")}
                """,
                parameters,
                uow.Transaction);
            var first = await uow.Connection.ExecuteAsync(
                "INSERT INTO channel_faults (channel, error, noted_at) VALUES (@channel, @error, @now) ON CONFLICT (channel) DO NOTHING",
                parameters, uow.Transaction) == 1;
            if (first)
            {
                await uow.Connection.ExecuteAsync(
                    """
                    INSERT INTO thread_replies (message_id, reply, data, created_at)
                    SELECT id, @reply, @error, @now FROM living_messages WHERE channel = @channel AND target = @fallback
                      AND state = 'waiting' ORDER BY rank, id LIMIT 1
                    """,
                    parameters,
                    uow.Transaction);
            }

            return first;
        },
        cancellationToken);

    /// <summary>
    /// The channel can be found and entered (again): the next fault is noted anew. That it takes no posts shows only when posting.
    /// </summary>
    public Task ForgetFaultAsync(string channel, CancellationToken cancellationToken) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(
            "DELETE FROM channel_faults WHERE channel = @channel AND error IN ('channel_not_found', 'not_in_channel', 'is_archived')",
            new { channel }, uow.Transaction), cancellationToken);

    /// <summary>Channels for which there is something to do, now or later.</summary>
    public async Task<ChannelsWithWork> ChannelsWithWorkAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = (await connection.QueryAsync<(string? Channel, string? Target, long HasFault)>(new CommandDefinition(
            """
            SELECT m.channel, NULL, CASE WHEN EXISTS (SELECT 1 FROM channel_faults AS f WHERE f.channel = m.channel) THEN CAST(1 AS bigint)
              ELSE 0 END
              FROM living_messages AS m WHERE m.target IS NULL AND m.state = 'waiting'
            UNION SELECT NULL, m.target, 0 FROM living_messages AS m WHERE m.state = 'waiting' AND m.target IS NOT NULL
              AND m.version > m.settled_version
            UNION SELECT NULL, m.target, 0 FROM living_messages AS m WHERE m.state = 'posted' AND m.version > m.settled_version
            UNION SELECT NULL, m.target, 0 FROM thread_replies AS r JOIN living_messages AS m ON m.id = r.message_id
              WHERE r.state = 'waiting' AND m.state = 'posted'
            """,
            cancellationToken: cancellationToken))).AsList();
        return new ChannelsWithWork(
            [.. rows.Where(row => row.Channel is not null).Select(row => new UnresolvedChannel(row.Channel!, row.HasFault != 0))],
            [.. rows.Select(row => row.Target).OfType<string>()]);
    }

    /// <summary>
    /// Writes down that the message is about to be posted, and the token by which Slack's copy can be found; the channel is ours for a term
    /// from now.
    /// </summary>
    public Task IntendAsync(ChannelLease lease, long id, string delivery, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await leases.HoldAsync(uow, lease);
            await uow.Connection.ExecuteAsync(
                "UPDATE living_messages SET intent_at = @now, delivery = @delivery, asked_at = NULL WHERE id = @id AND state = 'waiting'",
                new { id, delivery, now = Now }, uow.Transaction);
        },
        cancellationToken);

    /// <summary>Slack has not got the message: it may be posted (again).</summary>
    public Task ForgetIntentAsync(ChannelLease lease, long id, CancellationToken cancellationToken) => ExecuteAsync(
        lease, "UPDATE living_messages SET intent_at = NULL, asked_at = NULL WHERE id = @id", new { id }, cancellationToken);

    /// <summary>Slack did not show the message; it is asked once more before that is believed.</summary>
    public Task AskedAsync(ChannelLease lease, long id, CancellationToken cancellationToken) => ExecuteAsync(
        lease, "UPDATE living_messages SET asked_at = @now WHERE id = @id", new { id, now = Now }, cancellationToken);

    /// <summary>
    /// Slack has the message, posted under this token. A hash of null makes the next look compare nothing, and update.
    /// </summary>
    /// <returns>False when it is not this post that counts: another was made, or found, meanwhile.</returns>
    public async Task<bool> PostedAsync(ChannelLease lease, LivingMessage message, PostedCopy copy, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            lease,
            """
            UPDATE living_messages SET state = 'posted', ts = @Ts, posted_at = @PostedAt, updated_at = @PostedAt, intent_at = NULL,
              asked_at = NULL, placed = 0, content_hash = @Hash, form = 0, refusals = 0, lost = NULL, shown_rank = @Rank,
              shown_open = @IsOpen, settled_version = CASE WHEN @Hash IS NULL THEN settled_version ELSE @Version END, error = NULL,
              next_attempt_at = @nextUpdateAt
            WHERE id = @Id AND delivery = @Delivery AND state = 'waiting'
            """,
            new
            {
                message.Id,
                message.Version,
                message.Rank,
                message.IsOpen,
                copy.Ts,
                copy.Hash,
                copy.PostedAt,
                copy.Delivery,
                nextUpdateAt = copy.NextUpdateAt ?? 0,
            },
            cancellationToken) == 1;

    /// <summary>Slack's copy shows this version.</summary>
    public Task UpdatedAsync(
        ChannelLease lease, LivingMessage message, string hash, long? nextUpdateAt, CancellationToken cancellationToken) => ExecuteAsync(
        lease,
        """
        UPDATE living_messages SET content_hash = @hash, updated_at = @now, error = NULL, form = 0, refusals = 0,
          next_attempt_at = @nextUpdateAt, shown_rank = @Rank, shown_open = @IsOpen,
          settled_version = CASE WHEN settled_version < @Version THEN @Version ELSE settled_version END
        WHERE id = @Id AND ts = @Ts
        """,
        new
        {
            message.Id,
            message.Version,
            message.Rank,
            message.IsOpen,
            message.Ts,
            hash,
            now = Now,
            nextUpdateAt = nextUpdateAt ?? 0,
        },
        cancellationToken);

    /// <summary>Slack refused it: it is tried again in this form, at that time.</summary>
    public Task RefusedAsync(
        ChannelLease lease, LivingMessage message, PlainForm form, DateTimeOffset next, string error,
        CancellationToken cancellationToken) => ExecuteAsync(
        lease,
        """
        UPDATE living_messages SET intent_at = NULL, asked_at = NULL, form = @form, refusals = refusals + 1, next_attempt_at = @next,
          error = @error
        WHERE id = @Id
        """,
        new { message.Id, form = (int)form, next = next.ToUnixTimeMilliseconds(), error }, cancellationToken);

    /// <summary>
    /// The message in Slack can no longer be changed. When its subject needs somebody (it got worse than it was shown, or is open again)
    /// it is posted anew, in its route's channel; otherwise it rests until it does.
    /// </summary>
    /// <returns>Whether it is posted anew.</returns>
    public Task<bool> LostAsync(ChannelLease lease, LivingMessage message, string error, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async uow =>
            {
                await leases.CheckAsync(uow, lease);
                var parameters = new { message.Id, message.Version, error, now = Now };
                var again = await uow.Connection.ExecuteAsync(
                    """
                    UPDATE living_messages SET state = 'waiting', ts = NULL, posted_at = NULL, content_hash = NULL, form = 0, refusals = 0,
                      placed = 0, next_attempt_at = 0, created_at = @now, lost = NULL, error = NULL,
                      target = CASE WHEN subject_kind IN ('group', 'storm') THEN target ELSE NULL END
                    WHERE id = @Id AND state = 'posted' AND is_open = 1 AND (rank < shown_rank OR shown_open = 0)
                    """,
                    parameters, uow.Transaction) == 1;
                if (again) return true;
                await uow.Connection.ExecuteAsync(
                    """
                    UPDATE living_messages SET lost = @error, error = @error, form = 0, refusals = 0, updated_at = @now, shown_rank = rank,
                      shown_open = is_open,
                      settled_version = CASE WHEN settled_version < @Version THEN @Version ELSE settled_version END
                    WHERE id = @Id
                    """,
                    parameters, uow.Transaction);
                return false;
            },
            cancellationToken);

    /// <summary>A line that delivery itself adds to the message's thread.</summary>
    public Task AddReplyAsync(long id, string reply, string data, CancellationToken cancellationToken) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(
            "INSERT INTO thread_replies (message_id, reply, data, created_at) VALUES (@id, @reply, @data, @now)",
            new { id, reply, data, now = Now }, uow.Transaction),
        cancellationToken);

    /// <summary>
    /// A call that was ours ended when the channel was another's: what it left in Slack is put right by whoever has the channel now.
    /// </summary>
    public Task MistrustAsync(long id, CancellationToken cancellationToken) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(
            "UPDATE living_messages SET version = version + 1, content_hash = NULL WHERE id = @id AND state = 'posted'", new { id },
            uow.Transaction),
        cancellationToken);

    /// <summary>Where Slack's copy of the message is, as far as we know; null for nowhere.</summary>
    public async Task<(string? Ts, string? Delivery)> CopyOfAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<(string?, string?)>(
            "SELECT ts, delivery FROM living_messages WHERE id = @id", new { id });
    }

    /// <summary>The subject no longer exists: nothing more is shown of it.</summary>
    public Task GoneAsync(ChannelLease lease, LivingMessage message, CancellationToken cancellationToken) => ExecuteAsync(
        lease,
        "UPDATE living_messages SET settled_version = @Version, state = CASE WHEN state = 'waiting' THEN 'gone' ELSE state END WHERE id " +
        "= @Id",
        new { message.Id, message.Version },
        cancellationToken);

    /// <summary>This version cannot be shown, however often it is tried; the next change of the subject tries again.</summary>
    public Task GiveUpAsync(ChannelLease lease, LivingMessage message, string error, CancellationToken cancellationToken) => ExecuteAsync(
        lease,
        """
        UPDATE living_messages SET intent_at = NULL, placed = 0, error = @error, updated_at = @now,
          settled_version = CASE WHEN settled_version < @Version THEN @Version ELSE settled_version END
        WHERE id = @Id
        """,
        new { message.Id, message.Version, error, now = Now },
        cancellationToken);

    private Task<int> ExecuteAsync(ChannelLease lease, string sql, object parameters, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async uow =>
            {
                await leases.CheckAsync(uow, lease);
                return await uow.Connection.ExecuteAsync(sql, parameters, uow.Transaction);
            },
            cancellationToken);
}

/// <summary>A message as Slack took it.</summary>
/// <param name="Ts">Its timestamp.</param>
/// <param name="Delivery">The token it was posted under.</param>
/// <param name="Hash">The hash of what it reads; null when that is not known.</param>
/// <param name="PostedAt">When it was posted; Unix milliseconds.</param>
/// <param name="NextUpdateAt">Before when it is not updated; null for at once.</param>
internal sealed record PostedCopy(string Ts, string Delivery, string? Hash, long PostedAt, long? NextUpdateAt);

/// <summary>What leaves a channel that cannot be used.</summary>
/// <param name="Channel">The channel as routed.</param>
/// <param name="Target">The Slack channel that refused; null when there is none.</param>
/// <param name="Error">What Slack said.</param>
/// <param name="Only">The one message that leaves; null for all that wait there.</param>
/// <param name="Lease">The right to the channel, for who sends there.</param>
internal sealed record Leaving(string Channel, string? Target, string Error, long? Only = null, ChannelLease? Lease = null);

/// <summary>Channels for which there is something to do.</summary>
/// <param name="Unresolved">Those whose Slack channel is not known yet.</param>
/// <param name="Targets">The ids of the others.</param>
internal sealed record ChannelsWithWork(IReadOnlyList<UnresolvedChannel> Unresolved, IReadOnlyList<string> Targets);

/// <summary>A channel, as routed, whose Slack channel is not known yet.</summary>
/// <param name="Channel">Its name or id.</param>
/// <param name="HasFault">Whether we noted that it could not be used.</param>
internal sealed record UnresolvedChannel(string Channel, bool HasFault);

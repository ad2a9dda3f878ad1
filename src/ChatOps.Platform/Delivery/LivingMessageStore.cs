using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Delivery;

/// <summary>The SQL of living messages, as their channel's sender sees them.</summary>
internal sealed class LivingMessageStore(IDatabase database, TimeProvider time)
{
    /// <summary>A minute, the window in which a channel's new messages are counted.</summary>
    public const long Minute = 60_000;

    private const string NeedsWork = "m.version > m.settled_version AND m.intent_at IS NULL";

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Channels, as routed, whose Slack channel is not known yet.</summary>
    public async Task<IReadOnlyList<string>> UnresolvedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<string>("SELECT DISTINCT channel FROM living_messages WHERE target IS NULL AND state = 'waiting'")).AsList();
    }

    /// <summary>What waits for a channel goes to this Slack channel.</summary>
    public Task ResolveAsync(string channel, string target, CancellationToken cancellationToken) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(
            "UPDATE living_messages SET target = @target WHERE channel = @channel AND target IS NULL", new { channel, target }, uow.Transaction),
        cancellationToken);

    /// <summary>
    /// What waits for a Slack channel that cannot be used goes to another. The first of them tells why in its thread, once for the channel.
    /// </summary>
    /// <returns>Whether this is the first we write down of the fault.</returns>
    public Task<bool> FallBackAsync(string channel, string? target, string fallback, string error, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            var parameters = new { channel, target, fallback, error, now = Now, reply = Renderer.FallbackReply };
            await uow.Connection.ExecuteAsync(
                "UPDATE living_messages SET target = @fallback, placed = 0 WHERE channel = @channel AND state = 'waiting' AND intent_at IS NULL AND (target IS NULL OR target = @target)",
                parameters,
                uow.Transaction);
            var first = await uow.Connection.ExecuteAsync(
                "INSERT INTO channel_faults (channel, error, noted_at) VALUES (@channel, @error, @now) ON CONFLICT (channel) DO NOTHING", parameters, uow.Transaction) == 1;
            if (first)
            {
                await uow.Connection.ExecuteAsync(
                    """
                    INSERT INTO thread_replies (message_id, reply, data, created_at)
                    SELECT id, @reply, @error, @now FROM living_messages WHERE channel = @channel AND target = @fallback AND state = 'waiting' ORDER BY rank, id LIMIT 1
                    """,
                    parameters,
                    uow.Transaction);
            }

            return first;
        },
        cancellationToken);

    /// <summary>The channel can be found and entered (again): the next fault is noted anew. That it takes no posts shows only when posting.</summary>
    public Task ForgetFaultAsync(string channel, CancellationToken cancellationToken) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync("DELETE FROM channel_faults WHERE channel = @channel AND error IN ('channel_not_found', 'not_in_channel', 'is_archived')", new { channel }, uow.Transaction), cancellationToken);

    /// <summary>Slack channels for which there is something to do, now or later.</summary>
    public async Task<IReadOnlyList<string>> TargetsWithWorkAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<string>(
            """
            SELECT m.target FROM living_messages AS m WHERE m.state = 'waiting' AND m.target IS NOT NULL AND m.version > m.settled_version
            UNION SELECT m.target FROM living_messages AS m WHERE m.state = 'posted' AND m.version > m.settled_version
            UNION SELECT m.target FROM thread_replies AS r JOIN living_messages AS m ON m.id = r.message_id WHERE r.state = 'waiting' AND m.state = 'posted'
            """)).AsList();
    }

    /// <summary>A message of which we do not know whether Slack has it: we, or a replica before us, stopped in between.</summary>
    public async Task<LivingMessage?> InDoubtAsync(string target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<LivingMessage?>(
            $"SELECT {LivingMessage.Columns} FROM living_messages AS m WHERE m.target = @target AND m.state = 'waiting' AND m.intent_at IS NOT NULL ORDER BY m.intent_at LIMIT 1",
            new { target });
    }

    /// <summary>The next message to post: worst first, the storm's after the critical ones, then by arrival.</summary>
    public async Task<LivingMessage?> NextNewAsync(string target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<LivingMessage?>(
            $"""
            SELECT {LivingMessage.Columns} FROM living_messages AS m
            WHERE m.target = @target AND m.state = 'waiting' AND {NeedsWork} AND m.next_attempt_at <= @now
            ORDER BY CASE WHEN m.subject_kind = 'storm' THEN 1 ELSE 2 * m.rank END, m.id LIMIT 1
            """,
            new { target, now = Now });
    }

    /// <summary>The next message to update: the one whose last update is longest ago, so that none starves.</summary>
    public async Task<LivingMessage?> NextChangedAsync(string target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<LivingMessage?>(
            $"""
            SELECT {LivingMessage.Columns} FROM living_messages AS m
            WHERE m.target = @target AND m.state = 'posted' AND m.version > m.settled_version AND m.next_attempt_at <= @now ORDER BY m.updated_at, m.id LIMIT 1
            """,
            new { target, now = Now });
    }

    /// <summary>When something that waits out a pause is due next, or null.</summary>
    public async Task<long?> NextDueAsync(string target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long?>(
            """
            SELECT MIN(due) FROM (
              SELECT MIN(m.next_attempt_at) AS due FROM living_messages AS m
                WHERE m.target = @target AND m.state = 'waiting' AND m.version > m.settled_version AND m.next_attempt_at > @now
              UNION ALL SELECT MIN(m.next_attempt_at) FROM living_messages AS m
                WHERE m.target = @target AND m.state = 'posted' AND m.version > m.settled_version AND m.next_attempt_at > @now) AS dues
            """,
            new { target, now = Now });
    }

    /// <summary>The times of the channel's new messages in the last minute, oldest first, and of its last post of any kind.</summary>
    public async Task<(IReadOnlyList<long> Places, long LastPost)> PostedAsync(string target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var places = (await connection.QueryAsync<long>(
            "SELECT posted_at FROM living_messages WHERE target = @target AND posted_at > @since ORDER BY posted_at", new { target, since = Now - Minute })).AsList();
        var reply = await connection.ExecuteScalarAsync<long?>(
            "SELECT MAX(r.sent_at) FROM thread_replies AS r JOIN living_messages AS m ON m.id = r.message_id WHERE m.target = @target AND r.sent_at > @since",
            new { target, since = Now - Minute });
        return (places, Math.Max(places.Count > 0 ? places[^1] : 0, reply ?? 0));
    }

    /// <summary>Writes down that the message is about to be posted, and the token by which Slack's copy can be found.</summary>
    public Task IntendAsync(long id, string delivery, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE living_messages SET intent_at = @now, delivery = @delivery WHERE id = @id AND state = 'waiting'", new { id, delivery, now = Now }, cancellationToken);

    /// <summary>Slack has not got the message: it may be posted (again).</summary>
    public Task ForgetIntentAsync(long id, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE living_messages SET intent_at = NULL WHERE id = @id", new { id }, cancellationToken);

    /// <summary>Slack has the message. A hash of null makes the next look compare nothing, and update.</summary>
    public Task PostedAsync(LivingMessage message, string ts, string? hash, long postedAt, long? nextUpdateAt, CancellationToken cancellationToken) => ExecuteAsync(
        """
        UPDATE living_messages SET state = 'posted', ts = @ts, posted_at = @postedAt, updated_at = @postedAt, intent_at = NULL, placed = 0, content_hash = @hash,
          settled_version = CASE WHEN @hash IS NULL THEN settled_version ELSE @Version END, error = NULL, next_attempt_at = @nextUpdateAt
        WHERE id = @Id
        """,
        new { message.Id, message.Version, ts, hash, postedAt, nextUpdateAt = nextUpdateAt ?? 0 },
        cancellationToken);

    /// <summary>Slack's copy shows this version.</summary>
    public Task UpdatedAsync(LivingMessage message, string hash, long? nextUpdateAt, CancellationToken cancellationToken) => ExecuteAsync(
        """
        UPDATE living_messages SET content_hash = @hash, updated_at = @now, error = NULL, next_attempt_at = @nextUpdateAt,
          settled_version = CASE WHEN settled_version < @Version THEN @Version ELSE settled_version END
        WHERE id = @Id
        """,
        new { message.Id, message.Version, hash, now = Now, nextUpdateAt = nextUpdateAt ?? 0 },
        cancellationToken);

    /// <summary>The subject no longer exists: nothing more is shown of it.</summary>
    public Task GoneAsync(LivingMessage message, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE living_messages SET settled_version = @Version, state = CASE WHEN state = 'waiting' THEN 'gone' ELSE state END WHERE id = @Id",
        new { message.Id, message.Version },
        cancellationToken);

    /// <summary>This version cannot be shown, however often it is tried; the next change of the subject tries again.</summary>
    public Task GiveUpAsync(LivingMessage message, string error, CancellationToken cancellationToken) => ExecuteAsync(
        """
        UPDATE living_messages SET intent_at = NULL, placed = 0, error = @error, updated_at = @now,
          settled_version = CASE WHEN settled_version < @Version THEN @Version ELSE settled_version END
        WHERE id = @Id
        """,
        new { message.Id, message.Version, error, now = Now },
        cancellationToken);

    private Task<int> ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        database.WriteAsync(uow => uow.Connection.ExecuteAsync(sql, parameters, uow.Transaction), cancellationToken);
}

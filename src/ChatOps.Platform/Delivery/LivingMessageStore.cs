using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Delivery;

/// <summary>The SQL of living messages, as their channel's sender sees them.</summary>
internal sealed class LivingMessageStore(IDatabase database, TimeProvider time)
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
    /// <returns>Whether this is the first we write down of the fault.</returns>
    public Task<bool> FallBackAsync(
        string channel, string? target, string fallback, string error, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            var parameters = new { channel, target, fallback, error, now = Now, reply = Renderer.FallbackReply };
            await uow.Connection.ExecuteAsync(
                "UPDATE living_messages SET target = @fallback, placed = 0 WHERE channel = @channel AND state = 'waiting' AND intent_at " +
                "IS NULL AND (target IS NULL OR target = @target)",
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

    /// <summary>Writes down that the message is about to be posted, and the token by which Slack's copy can be found.</summary>
    public Task IntendAsync(long id, string delivery, CancellationToken cancellationToken) =>
        ExecuteAsync(
            "UPDATE living_messages SET intent_at = @now, delivery = @delivery WHERE id = @id AND state = 'waiting'",
            new { id, delivery, now = Now }, cancellationToken);

    /// <summary>Slack has not got the message: it may be posted (again).</summary>
    public Task ForgetIntentAsync(long id, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE living_messages SET intent_at = NULL WHERE id = @id", new { id }, cancellationToken);

    /// <summary>Slack has the message. A hash of null makes the next look compare nothing, and update.</summary>
    public Task PostedAsync(
        LivingMessage message, string ts, string? hash, long postedAt, long? nextUpdateAt,
        CancellationToken cancellationToken) => ExecuteAsync(
        """
        UPDATE living_messages SET state = 'posted', ts = @ts, posted_at = @postedAt, updated_at = @postedAt, intent_at = NULL, placed = 0,
          content_hash = @hash,
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
        "UPDATE living_messages SET settled_version = @Version, state = CASE WHEN state = 'waiting' THEN 'gone' ELSE state END WHERE id " +
        "= @Id",
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

/// <summary>Channels for which there is something to do.</summary>
/// <param name="Unresolved">Those whose Slack channel is not known yet.</param>
/// <param name="Targets">The ids of the others.</param>
internal sealed record ChannelsWithWork(IReadOnlyList<UnresolvedChannel> Unresolved, IReadOnlyList<string> Targets);

/// <summary>A channel, as routed, whose Slack channel is not known yet.</summary>
/// <param name="Channel">Its name or id.</param>
/// <param name="HasFault">Whether we noted that it could not be used.</param>
internal sealed record UnresolvedChannel(string Channel, bool HasFault);

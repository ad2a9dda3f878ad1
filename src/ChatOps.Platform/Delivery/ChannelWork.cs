using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Delivery;

/// <summary>All that a channel's sender needs to know for its next step, read by one statement and so of one moment.</summary>
/// <param name="Counts">Pace, places and what is to be grouped.</param>
/// <param name="DoubtfulMessage">
/// A message of which we do not know whether Slack has it: we, or a replica before us, stopped in between.
/// </param>
/// <param name="DoubtfulReply">The same of a reply.</param>
/// <param name="New">The next message to post: worst first, the storm's after the critical ones, then by arrival.</param>
/// <param name="Reply">The next reply to send; a thread's replies go in order, so one that waits holds back those behind it.</param>
/// <param name="Changed">The next message to update: the one whose last update is longest ago, so that none starves.</param>
internal sealed record ChannelWork(
    ChannelCounts Counts, LivingMessage? DoubtfulMessage, ThreadReply? DoubtfulReply, LivingMessage? New, ThreadReply? Reply,
    LivingMessage? Changed)
{
    /// <summary>A minute, the window in which a channel's new messages are counted; in milliseconds.</summary>
    private const long Minute = LivingMessageStore.Minute;

    private const string NeedsWork = "m.version > m.settled_version";

    /// <summary>Waits, has no place yet, and is certainly not in Slack.</summary>
    private const string Free = $"m.target = @target AND m.state = 'waiting' AND m.placed = 0 AND m.intent_at IS NULL AND {NeedsWork}";

    private const string AnythingFree = $"EXISTS (SELECT 1 FROM living_messages AS m WHERE {Free})";

    // What is only of interest when something waits for its place is behind a CASE: while nothing does, nothing is counted.
    private const string Sql =
        $"""
        SELECT
          (SELECT m.posted_at FROM living_messages AS m
             WHERE m.target = @target AND m.posted_at > @since ORDER BY m.posted_at DESC LIMIT 1 OFFSET @otherPlaces) AS FullSince,
          (SELECT MAX(m.posted_at) FROM living_messages AS m WHERE m.target = @target AND m.posted_at > @since) AS LastPost,
          (SELECT MAX(r.sent_at) FROM thread_replies AS r JOIN living_messages AS m ON m.id = r.message_id
             WHERE m.target = @target AND r.sent_at > @since) AS LastReply,
          (SELECT MIN(due) FROM (
             SELECT MIN(m.next_attempt_at) AS due FROM living_messages AS m
               WHERE m.target = @target AND m.state = 'waiting' AND {NeedsWork} AND m.next_attempt_at > @now
             UNION ALL
             SELECT MIN(m.next_attempt_at) FROM living_messages AS m
               WHERE m.target = @target AND m.state = 'posted' AND {NeedsWork} AND m.next_attempt_at > @now
             UNION ALL
             SELECT MIN(r.next_attempt_at) FROM thread_replies AS r JOIN living_messages AS m ON m.id = r.message_id
               WHERE m.target = @target AND m.state = 'posted' AND r.state = 'waiting' AND r.next_attempt_at > @now) AS dues) AS NextDue,
          (SELECT COUNT(*) FROM living_messages AS m WHERE {Free} AND m.subject_kind <> 'storm') AS Unplaced,
          CASE WHEN {AnythingFree} THEN
            (SELECT COUNT(*) FROM delivery_bursts AS b WHERE b.target = @target AND b.closed = 0) ELSE 0 END AS OpenGroups,
          CASE WHEN {AnythingFree} THEN
            (SELECT COUNT(*) FROM living_messages AS m WHERE m.target = @target AND m.group_key IS NOT NULL AND m.absorbed_by IS NULL
               AND (m.state = 'waiting' OR (m.state = 'posted' AND m.created_at > @since))) ELSE 0 END AS Groupable,
          CASE WHEN {AnythingFree} THEN
            (SELECT COUNT(*) FROM living_messages AS m WHERE m.target = @target AND m.posted_at > @since)
            + (SELECT COUNT(*) FROM living_messages AS m WHERE m.target = @target AND m.state = 'waiting'
                 AND (m.placed = 1 OR m.intent_at IS NOT NULL) AND m.subject_kind <> 'storm') ELSE 0 END AS Taken,
          doubtful_message.*, doubtful_reply.*, new_message.*, next_reply.*, changed_message.*
        FROM (SELECT 1 AS always) AS this_channel
        LEFT JOIN (
          SELECT {LivingMessage.Columns} FROM living_messages AS m
          WHERE m.target = @target AND m.state = 'waiting' AND m.intent_at IS NOT NULL
          ORDER BY COALESCE(m.asked_at, m.intent_at) LIMIT 1) AS doubtful_message ON true
        LEFT JOIN (
          SELECT {ThreadReply.Columns} FROM thread_replies AS r JOIN living_messages AS m ON m.id = r.message_id
          WHERE m.target = @target AND m.state = 'posted' AND r.state = 'waiting' AND r.intent_at IS NOT NULL
          ORDER BY COALESCE(r.asked_at, r.intent_at) LIMIT 1) AS doubtful_reply ON true
        LEFT JOIN (
          SELECT {LivingMessage.Columns} FROM living_messages AS m
          WHERE m.target = @target AND m.state = 'waiting' AND {NeedsWork} AND m.intent_at IS NULL AND m.next_attempt_at <= @now
          ORDER BY CASE WHEN m.subject_kind = 'storm' THEN 1 ELSE 2 * m.rank END, m.id LIMIT 1) AS new_message ON true
        LEFT JOIN (
          SELECT {ThreadReply.Columns} FROM thread_replies AS r JOIN living_messages AS m ON m.id = r.message_id
          WHERE m.target = @target AND m.state = 'posted' AND r.state = 'waiting' AND r.intent_at IS NULL AND r.next_attempt_at <= @now
            AND NOT EXISTS (SELECT 1 FROM thread_replies AS e WHERE e.message_id = r.message_id AND e.state = 'waiting' AND e.id < r.id)
          ORDER BY r.id LIMIT 1) AS next_reply ON true
        LEFT JOIN (
          SELECT {LivingMessage.Columns} FROM living_messages AS m
          WHERE m.target = @target AND m.state = 'posted' AND {NeedsWork} AND m.next_attempt_at <= @now
          ORDER BY m.updated_at, m.id LIMIT 1) AS changed_message ON true
        """;

    /// <summary>Reads the work of a Slack channel.</summary>
    /// <param name="database">The database.</param>
    /// <param name="target">The channel's id.</param>
    /// <param name="places">New messages that the channel takes in a minute.</param>
    /// <param name="now">The present, in Unix milliseconds.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<ChannelWork> ReadAsync(
        IDatabase database, string target, int places, long now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<
            ChannelCounts, LivingMessage?, ThreadReply?, LivingMessage?, ThreadReply?, LivingMessage?, ChannelWork>(
            new CommandDefinition(
                Sql, new { target, since = now - Minute, otherPlaces = places - 1, now }, cancellationToken: cancellationToken),
            (counts, doubtfulMessage, doubtfulReply, next, reply, changed) => new ChannelWork(
                counts, doubtfulMessage, doubtfulReply, next, reply, changed),
            splitOn: "Id,Id,Id,Id,Id");
        return rows.Single();
    }
}

/// <summary>What a channel's pace and grouping depend on. Times in Unix milliseconds.</summary>
internal sealed record ChannelCounts
{
    /// <summary>When the oldest of the posts was made that fill all places of this minute; null while a place is free.</summary>
    public long? FullSince { get; init; }

    /// <summary>The last new message of this minute.</summary>
    public long? LastPost { get; init; }

    /// <summary>The last reply of this minute.</summary>
    public long? LastReply { get; init; }

    /// <summary>When something that waits out a pause is due next.</summary>
    public long? NextDue { get; init; }

    /// <summary>Messages that wait without a place, a storm's own not counted.</summary>
    public long Unplaced { get; init; }

    /// <summary>Group and storm messages that still gather; 0 when nothing waits without a place.</summary>
    public long OpenGroups { get; init; }

    /// <summary>Subjects that could form a group; 0 when nothing waits without a place.</summary>
    public long Groupable { get; init; }

    /// <summary>Places of this minute that are given away; 0 when nothing waits without a place.</summary>
    public long Taken { get; init; }

    /// <summary>
    /// Whether something may have to be grouped, or to be given a place, before anything is posted. True more often than needed:
    /// <see cref="Grouping.GroupingPlan"/> looks closer, in a transaction.
    /// </summary>
    public bool NeedsArranging(DeliveryOptions options) =>
        OpenGroups > 0 || Groupable > options.GroupAfter || Unplaced > Math.Max(0, options.PlacesPerMinute - Taken - 1);
}

using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Delivery;

/// <summary>The SQL of thread replies.</summary>
internal sealed class ThreadReplyStore(IDatabase database, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A reply of which we do not know whether Slack has it.</summary>
    public async Task<ThreadReply?> InDoubtAsync(string target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<ThreadReply?>(
            $"""
            SELECT {ThreadReply.Columns} FROM thread_replies AS r JOIN living_messages AS m ON m.id = r.message_id
            WHERE m.target = @target AND m.state = 'posted' AND r.state = 'waiting' AND r.intent_at IS NOT NULL ORDER BY r.id LIMIT 1
            """,
            new { target });
    }

    /// <summary>The next reply to send; a thread's replies go in order, so one that waits holds back those behind it.</summary>
    public async Task<ThreadReply?> NextAsync(string target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<ThreadReply?>(
            $"""
            SELECT {ThreadReply.Columns} FROM thread_replies AS r JOIN living_messages AS m ON m.id = r.message_id
            WHERE m.target = @target AND m.state = 'posted' AND r.state = 'waiting' AND r.intent_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM thread_replies AS e WHERE e.message_id = r.message_id AND e.state = 'waiting' AND e.id < r.id)
            ORDER BY r.id LIMIT 1
            """,
            new { target });
    }

    /// <summary>Writes down that the reply is about to be sent.</summary>
    public Task IntendAsync(long id, string delivery, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE thread_replies SET intent_at = @now, delivery = @delivery WHERE id = @id", new { id, delivery, now = Now }, cancellationToken);

    /// <summary>Slack has not got it.</summary>
    public Task ForgetIntentAsync(long id, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE thread_replies SET intent_at = NULL WHERE id = @id", new { id }, cancellationToken);

    /// <summary>Slack has it.</summary>
    public Task SentAsync(long id, string ts, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE thread_replies SET state = 'sent', ts = @ts, sent_at = @now, intent_at = NULL, error = NULL WHERE id = @id", new { id, ts, now = Now }, cancellationToken);

    /// <summary>It cannot be sent, however often it is tried; those behind it go on.</summary>
    public Task GiveUpAsync(long id, string error, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE thread_replies SET state = 'failed', intent_at = NULL, error = @error WHERE id = @id", new { id, error }, cancellationToken);

    private Task<int> ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        database.WriteAsync(uow => uow.Connection.ExecuteAsync(sql, parameters, uow.Transaction), cancellationToken);
}

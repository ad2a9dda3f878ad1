using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Delivery;

/// <summary>The SQL of thread replies.</summary>
internal sealed class ThreadReplyStore(IDatabase database, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Writes down that the reply is about to be sent.</summary>
    public Task IntendAsync(long id, string delivery, CancellationToken cancellationToken) =>
        ExecuteAsync(
            "UPDATE thread_replies SET intent_at = @now, delivery = @delivery WHERE id = @id", new { id, delivery, now = Now },
            cancellationToken);

    /// <summary>Slack has not got it.</summary>
    public Task ForgetIntentAsync(long id, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE thread_replies SET intent_at = NULL WHERE id = @id", new { id }, cancellationToken);

    /// <summary>Slack has it.</summary>
    public Task SentAsync(long id, string ts, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE thread_replies SET state = 'sent', ts = @ts, sent_at = @now, intent_at = NULL, error = NULL WHERE id = @id",
        new { id, ts, now = Now }, cancellationToken);

    /// <summary>It cannot be sent, however often it is tried; those behind it go on.</summary>
    public Task GiveUpAsync(long id, string error, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE thread_replies SET state = 'failed', intent_at = NULL, error = @error WHERE id = @id", new { id, error },
        cancellationToken);

    private Task<int> ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        database.WriteAsync(uow => uow.Connection.ExecuteAsync(sql, parameters, uow.Transaction), cancellationToken);
}

using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Delivery;

/// <summary>The SQL of thread replies, as their channel's sender sees them.</summary>
internal sealed class ThreadReplyStore(IDatabase database, ChannelLeases leases, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Writes down that the reply is about to be sent; the channel is ours for a term from now.</summary>
    public Task IntendAsync(ChannelLease lease, long id, string delivery, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await leases.HoldAsync(uow, lease);
            await uow.Connection.ExecuteAsync(
                "UPDATE thread_replies SET intent_at = @now, delivery = @delivery, asked_at = NULL WHERE id = @id",
                new { id, delivery, now = Now }, uow.Transaction);
        },
        cancellationToken);

    /// <summary>Slack has not got it.</summary>
    public Task ForgetIntentAsync(ChannelLease lease, long id, CancellationToken cancellationToken) => ExecuteAsync(
        lease, "UPDATE thread_replies SET intent_at = NULL, asked_at = NULL WHERE id = @id", new { id }, cancellationToken);

    /// <summary>Slack did not show it; it is asked once more before that is believed.</summary>
    public Task AskedAsync(ChannelLease lease, long id, CancellationToken cancellationToken) => ExecuteAsync(
        lease, "UPDATE thread_replies SET asked_at = @now WHERE id = @id", new { id, now = Now }, cancellationToken);

    /// <summary>Slack has it, sent under this token.</summary>
    /// <returns>False when it is not this one that counts.</returns>
    public async Task<bool> SentAsync(ChannelLease lease, long id, string ts, string delivery, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            lease,
            """
            UPDATE thread_replies SET state = 'sent', ts = @ts, sent_at = @now, intent_at = NULL, asked_at = NULL, error = NULL
            WHERE id = @id AND delivery = @delivery AND state = 'waiting'
            """,
            new { id, ts, delivery, now = Now }, cancellationToken) == 1;

    /// <summary>Slack refused it: it is tried again in this form, at that time.</summary>
    public Task RefusedAsync(
        ChannelLease lease, long id, PlainForm form, DateTimeOffset next, string error, CancellationToken cancellationToken) =>
        ExecuteAsync(
            lease,
            """
            UPDATE thread_replies SET intent_at = NULL, asked_at = NULL, form = @form, refusals = refusals + 1, next_attempt_at = @next,
              error = @error
            WHERE id = @id
            """,
            new { id, form = (int)form, next = next.ToUnixTimeMilliseconds(), error }, cancellationToken);

    /// <summary>It cannot be sent, however often it is tried; those behind it go on.</summary>
    public Task GiveUpAsync(ChannelLease lease, long id, string error, CancellationToken cancellationToken) => ExecuteAsync(
        lease, "UPDATE thread_replies SET state = 'failed', intent_at = NULL, asked_at = NULL, error = @error WHERE id = @id",
        new { id, error }, cancellationToken);

    /// <summary>The timestamp of Slack's copy that counts; null for none.</summary>
    public async Task<(string? Ts, string? Delivery)> CopyOfAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<(string?, string?)>(
            "SELECT ts, delivery FROM thread_replies WHERE id = @id", new { id });
    }

    private Task<int> ExecuteAsync(ChannelLease lease, string sql, object parameters, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async uow =>
            {
                await leases.CheckAsync(uow, lease);
                return await uow.Connection.ExecuteAsync(sql, parameters, uow.Transaction);
            },
            cancellationToken);
}

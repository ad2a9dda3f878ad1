using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Delivery;

/// <summary>The SQL of names that were found to be Slack channels.</summary>
internal sealed class RoutedChannelStore(IDatabase database, TimeProvider time)
{
    /// <summary>The id of the channel, if it was found since; null otherwise.</summary>
    public async Task<string?> FindAsync(string channel, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string?>(
            "SELECT target FROM routed_channels WHERE channel = @channel AND found_at >= @since",
            new { channel, since = since.ToUnixTimeMilliseconds() });
    }

    /// <summary>The name is this channel's.</summary>
    public Task FoundAsync(string channel, string target, CancellationToken cancellationToken) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(
            """
            INSERT INTO routed_channels (channel, target, found_at) VALUES (@channel, @target, @now)
            ON CONFLICT (channel) DO UPDATE SET target = excluded.target, found_at = excluded.found_at
            """,
            new { channel, target, now = time.GetUtcNow().ToUnixTimeMilliseconds() }, uow.Transaction),
        cancellationToken);

    /// <summary>The name has to be looked for again.</summary>
    public Task ForgetAsync(string channel, CancellationToken cancellationToken) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync("DELETE FROM routed_channels WHERE channel = @channel", new { channel }, uow.Transaction),
        cancellationToken);
}

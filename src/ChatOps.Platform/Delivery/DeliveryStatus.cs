using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Delivery;

/// <summary>How delivery stands, for <c>/chatops status</c> and health.</summary>
/// <param name="Waiting">New messages not posted yet.</param>
/// <param name="Changed">Posted messages that do not show the latest yet.</param>
/// <param name="Replies">Thread replies not sent yet.</param>
/// <param name="Channels">Channels with something waiting, the longest wait first.</param>
/// <param name="Errors">The latest messages that Slack refused, at most 20.</param>
public sealed record DeliveryCounts(
    long Waiting, long Changed, long Replies, IReadOnlyList<ChannelLag> Channels, IReadOnlyList<DeliveryError> Errors);

/// <summary>What waits for one channel.</summary>
/// <param name="Channel">As routed.</param>
/// <param name="Waiting">New messages.</param>
/// <param name="Oldest">How long the oldest of them has waited.</param>
public sealed record ChannelLag(string Channel, long Waiting, TimeSpan Oldest);

/// <summary>A message that Slack refused.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Channel">As routed.</param>
/// <param name="Error">What Slack said.</param>
public sealed record DeliveryError(SubjectId Subject, string Channel, string Error);

/// <summary>Answers how delivery stands.</summary>
public sealed class DeliveryStatus
{
    private readonly IDatabase _database;
    private readonly TimeProvider _time;

    internal DeliveryStatus(IDatabase database, TimeProvider time) => (_database, _time) = (database, time);

    /// <summary>Counts as it is now.</summary>
    public async Task<DeliveryCounts> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenAsync(cancellationToken);
        var now = _time.GetUtcNow();
        var lags = await connection.QueryAsync<(string Channel, long Waiting, long Oldest)>(
            "SELECT channel, COUNT(*), MIN(created_at) FROM living_messages WHERE state = 'waiting' AND version > settled_version GROUP " +
            "BY channel ORDER BY 3");
        var changed = await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM living_messages WHERE state = 'posted' AND version > settled_version");
        var replies = await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM thread_replies WHERE state = 'waiting'");
        var errors = await connection.QueryAsync<(string Kind, string Key, string Channel, string Error)>(
            "SELECT subject_kind, subject_key, channel, error FROM living_messages WHERE error IS NOT NULL ORDER BY id DESC LIMIT 20");
        var channels = lags.Select(
            lag => new ChannelLag(lag.Channel, lag.Waiting, now - DateTimeOffset.FromUnixTimeMilliseconds(lag.Oldest))).ToList();
        return new DeliveryCounts(
            channels.Sum(lag => lag.Waiting), changed, replies, channels,
            [.. errors.Select(row => new DeliveryError(new SubjectId(row.Kind, row.Key), row.Channel, row.Error))]);
    }

    /// <summary>The numbers alone: new messages, changed ones, replies, and since when the first of the new ones waits.</summary>
    internal async Task<(long New, long Changed, long Replies, long? Oldest)> WaitingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenAsync(cancellationToken);
        return await connection.QuerySingleAsync<(long, long, long, long?)>(
            """
            SELECT (SELECT COUNT(*) FROM living_messages WHERE state = 'waiting' AND version > settled_version),
                   (SELECT COUNT(*) FROM living_messages WHERE state = 'posted' AND version > settled_version),
                   (SELECT COUNT(*) FROM thread_replies WHERE state = 'waiting'),
                   (SELECT MIN(created_at) FROM living_messages WHERE state = 'waiting' AND version > settled_version)
            """);
    }
}

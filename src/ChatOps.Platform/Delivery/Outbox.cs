using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Delivery;

/// <summary>Writes down what domains want shown; the deliverer does the rest. Every statement takes the whole batch.</summary>
internal sealed class Outbox(DeliverySignal signal, TimeProvider time) : IOutbox
{
    public async Task RequestAsync(UnitOfWork uow, IReadOnlyList<MessageRequest> requests, CancellationToken cancellationToken)
    {
        if (requests.Count == 0) return;
        // One row a subject and channel: PostgreSQL refuses to update a row twice in one statement. The last word counts.
        var rows = requests
            .GroupBy(item => (item.Subject, Channel: Normalize(item.Channel)))
            .Select(group => (group.Key.Channel, Item: group.Last()))
            .Select(row => new Row(
                row.Item.Subject.Kind, row.Item.Subject.Key, row.Channel, row.Item.Language, row.Item.Group, (int)row.Item.Rank,
                row.Item.Open ? 1 : 0));
        var parameters = new { rows = JsonSerializer.Serialize(rows), now = time.GetUtcNow().ToUnixTimeMilliseconds() };
        var groups = await uow.Connection.QueryAsync<long?>(
            $"""
            INSERT INTO living_messages (subject_kind, subject_key, channel, language, group_key, rank, is_open, created_at)
            SELECT r.value ->> 'Kind', r.value ->> 'Key', r.value ->> 'Channel', r.value ->> 'Language', r.value ->> 'Group',
              CAST(r.value ->> 'Rank' AS integer), CAST(r.value ->> 'Open' AS integer), @now
            FROM {JsonRows.From(uow.Kind, "@rows")} AS r WHERE true
            ON CONFLICT (subject_kind, subject_key, channel) DO UPDATE SET
              rank = excluded.rank, is_open = excluded.is_open, language = excluded.language, version = living_messages.version + 1,
              state = CASE WHEN living_messages.state = 'gone' THEN 'waiting' ELSE living_messages.state END
            RETURNING absorbed_by
            """,
            parameters,
            uow.Transaction);
        await TouchBurstsAsync(uow, groups);
        uow.AfterCommit(signal.Wake);
    }

    public async Task MarkChangedAsync(UnitOfWork uow, IReadOnlyList<ChangedSubject> changed, CancellationToken cancellationToken)
    {
        if (changed.Count == 0) return;
        var rows = JsonSerializer.Serialize(changed
            .GroupBy(item => item.Subject)
            .Select(group => new Row(group.Key.Kind, group.Key.Key, "", null, null, (int)group.Last().Rank, group.Last().Open ? 1 : 0)));
        var groups = await uow.Connection.QueryAsync<long?>(
            $"""
            UPDATE living_messages SET rank = t.rank, is_open = t.is_open, version = version + 1
            FROM (
              SELECT r.value ->> 'Kind' AS kind, r.value ->> 'Key' AS key, CAST(r.value ->> 'Rank' AS integer) AS rank,
                CAST(r.value ->> 'Open' AS integer) AS is_open
              FROM {JsonRows.From(uow.Kind, "@rows")} AS r) AS t
            WHERE subject_kind = t.kind AND subject_key = t.key
            RETURNING absorbed_by
            """,
            new { rows },
            uow.Transaction);
        await TouchBurstsAsync(uow, groups);
        uow.AfterCommit(signal.Wake);
    }

    public async Task ReplyAsync(UnitOfWork uow, SubjectId subject, string reply, string data, CancellationToken cancellationToken)
    {
        await uow.Connection.ExecuteAsync(
            """
            INSERT INTO thread_replies (message_id, reply, data, created_at)
            SELECT id, @reply, @data, @now FROM living_messages
            WHERE subject_kind = @Kind AND subject_key = @Key AND state IN ('waiting', 'posted') ORDER BY id
            """,
            new { subject.Kind, subject.Key, reply, data, now = time.GetUtcNow().ToUnixTimeMilliseconds() },
            uow.Transaction);
        uow.AfterCommit(signal.Wake);
    }

    public async Task ReplyAsync(UnitOfWork uow, IReadOnlyList<ThreadLine> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0) return;
        var rows = lines.Select((line, order) => new ReplyRow(line.Subject.Kind, line.Subject.Key, line.Reply, line.Data, order));
        await uow.Connection.ExecuteAsync(
            $"""
            INSERT INTO thread_replies (message_id, reply, data, created_at)
            SELECT m.id, r.value ->> 'Reply', r.value ->> 'Data', @now FROM {JsonRows.From(uow.Kind, "@rows")} AS r
            JOIN living_messages AS m ON m.subject_kind = r.value ->> 'Kind' AND m.subject_key = r.value ->> 'Key'
            WHERE m.state IN ('waiting', 'posted') ORDER BY CAST(r.value ->> 'Order' AS integer), m.id
            """,
            new { rows = JsonSerializer.Serialize(rows), now = time.GetUtcNow().ToUnixTimeMilliseconds() },
            uow.Transaction);
        uow.AfterCommit(signal.Wake);
    }

    /// <summary>A channel as routes write it, without <c>#</c>; Slack's names are lower case, its ids upper case.</summary>
    internal static string Normalize(string channel) => channel.Trim().TrimStart('#');

    /// <summary>Groups and storms that count any of the subjects show them as they are now.</summary>
    private static async Task TouchBurstsAsync(UnitOfWork uow, IEnumerable<long?> absorbedBy)
    {
        List<long> groups = [.. absorbedBy.OfType<long>().Distinct().Order()];
        if (groups.Count == 0) return;
        await uow.Connection.ExecuteAsync(
            $"UPDATE living_messages SET version = version + 1 WHERE id IN (SELECT CAST(r.value ->> 'id' AS bigint) FROM " +
            $"{JsonRows.From(uow.Kind, "@ids")} AS r)",
            new { ids = JsonRows.Ids(groups) },
            uow.Transaction);
    }

    private sealed record ReplyRow(string Kind, string Key, string Reply, string Data, int Order);

    private sealed record Row(string Kind, string Key, string Channel, string? Language, string? Group, int Rank, int Open);
}

/// <summary>Wakes the deliverer.</summary>
internal sealed class DeliverySignal : WakeSignal;

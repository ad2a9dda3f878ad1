using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using Dapper;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Ingest;

public class EventSourceTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_source_is_known_with_its_last_event_also_when_the_inbox_has_none_of_it_left(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        var database = test.Database;
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(100_000));
        var sources = new EventSources(database);
        Assert.Empty(await sources.ReadAsync(default));

        await database.WriteAsync(uow => uow.Connection.ExecuteAsync(
            """
            INSERT INTO inbox_events (dedup_key, source, kind, body, received_at)
            VALUES ('a', 'sns', 'x', '{}', 40000), ('b', 'eventbridge', 'x', '{}', 70000), ('c', 'eventbridge', 'x', '{}', 60000)
            """, transaction: uow.Transaction), default);
        Assert.Equal([("eventbridge", 70_000L), ("sns", 40_000L)], await sources.ReadAsync(default));

        await database.WriteAsync(uow => uow.Connection.ExecuteAsync("DELETE FROM inbox_events", transaction: uow.Transaction), default);
        Assert.Equal([("eventbridge", 70_000L), ("sns", 40_000L)], await new EventSources(database).ReadAsync(default));
        Assert.Equal([30d, 60d], (await new EventSourceGauges(sources, time).ReadAsync(default)).Select(reading => reading.Value));
    }
}

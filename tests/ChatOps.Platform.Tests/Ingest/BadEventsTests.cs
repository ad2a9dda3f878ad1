using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using Dapper;
using static ChatOps.Platform.Tests.Ingest.InboxHarness;

namespace ChatOps.Platform.Tests.Ingest;

/// <summary>What an event that cannot be read costs those that can, and what becomes of it.</summary>
public sealed class BadEventsTests
{
    private const int Events = 5_000;

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    /// <summary>Where it fails: while it is parsed, or in the database when all were written.</summary>
    public static TheoryData<DatabaseKind, BadReader.Place> Places
    {
        get
        {
            var places = new TheoryData<DatabaseKind, BadReader.Place>();
            foreach (var kind in (DatabaseKind[])[DatabaseKind.Postgres, DatabaseKind.Sqlite])
            {
                foreach (var place in (BadReader.Place[])[BadReader.Place.Parsing, BadReader.Place.Database]) places.Add(kind, place);
            }

            return places;
        }
    }

    [Theory, MemberData(nameof(Places))]
    public async Task One_bad_event_in_a_hundred_costs_less_than_half_as_much_again(DatabaseKind kind, BadReader.Place place)
    {
        var reader = new BadReader(place);
        await using var inbox = await StartAsync(kind, null, reader);
        var bad = new Random(8).GetItems([.. Enumerable.Range(0, Events)], Events / 100).ToHashSet();
        await inbox.AcceptAsync([.. Enumerable.Range(0, Events).Select(i => Event($"k{i}", body: bad.Contains(i) ? "bad" : "{}"))]);

        await inbox.DispatchAllAsync();

        Assert.Equal(Events - bad.Count, reader.Seen.Distinct().Count());
        Assert.Equal(Events - bad.Count, reader.Seen.Count);
        const int clean = Events / 250;
        Assert.True(inbox.Counted.Writes < 1.5 * (clean + 1), $"{inbox.Counted.Writes} transactions instead of {clean}.");
        Assert.True(reader.Worked < 1.5 * Events, $"{reader.Worked} events were written instead of {Events}.");

        // All further attempts of the bad ones cost themselves alone.
        var (writes, worked) = (inbox.Counted.Writes, reader.Worked);
        for (var attempt = 0; attempt < 8; attempt++)
        {
            inbox.Time.Advance(TimeSpan.FromMinutes(6));
            await inbox.DispatchAllAsync();
        }

        Assert.Equal(bad.Count, inbox.Box.Letters.Count);
        Assert.True(inbox.Counted.Writes - writes <= 50, $"{inbox.Counted.Writes - writes} transactions for {bad.Count} bad events.");
        Assert.True(reader.Worked - worked <= 8 * bad.Count, "Good events were read again.");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Without_bad_events_a_batch_is_one_transaction_without_savepoints(DatabaseKind kind)
    {
        var reader = new BadReader(BadReader.Place.Parsing);
        await using var inbox = await StartAsync(kind, null, reader);
        await inbox.AcceptAsync([.. Enumerable.Range(0, 1_000).Select(i => Event($"k{i}"))]);

        await inbox.DispatchAllAsync();

        Assert.Equal(1_000, reader.Worked);
        // The last look finds nothing, and one look is for events that failed before.
        Assert.InRange(inbox.Counted.Writes, 4, 6);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Events_that_fail_only_together_are_all_read(DatabaseKind kind)
    {
        var reader = new BadReader(BadReader.Place.Together);
        await using var inbox = await StartAsync(kind, null, reader);
        await inbox.AcceptAsync([.. Enumerable.Range(0, 100).Select(i => Event($"k{i}", body: i is 20 or 70 ? "bad" : "{}"))]);

        await inbox.DispatchAllAsync();

        Assert.Equal(100, reader.Seen.Distinct().Count());
        Assert.Equal(100, (await inbox.Status.ReadAsync(default)).Done);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_a_failed_part_wrote_or_promised_is_gone_and_the_rest_is_there(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        var promised = new List<string>();
        async Task WriteAsync(UnitOfWork uow, string key, bool fails)
        {
            await uow.Connection.ExecuteAsync(
                "INSERT INTO inbox_events (dedup_key, source, kind, body, received_at) VALUES (@key, 's', 'k', '{}', 0)", new { key },
                uow.Transaction);
            uow.AfterCommit(() => promised.Add(key));
            if (fails) await uow.Connection.ExecuteAsync("SELECT no_such_column FROM inbox_events", transaction: uow.Transaction);
        }

        await test.Database.WriteAsync(
            async uow =>
            {
                Assert.Null(await uow.TryAsync(() => WriteAsync(uow, "a", fails: false), default));
                Assert.NotNull(await uow.TryAsync(() => WriteAsync(uow, "b", fails: true), default));
                Assert.Null(await uow.TryAsync(() => WriteAsync(uow, "c", fails: false), default));
            },
            default);

        await using var connection = await test.Database.OpenAsync(default);
        Assert.Equal(["a", "c"], await connection.QueryAsync<string>("SELECT dedup_key FROM inbox_events ORDER BY dedup_key"));
        Assert.Equal(["a", "c"], promised);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_discarded_event_is_done_keeps_its_error_and_is_known_when_it_comes_again(DatabaseKind kind)
    {
        var reader = new RecordingReader { Poison = _ => true };
        await using var inbox = await StartAsync(kind, new IngestOptions { MaxAttempts = 1 }, reader);
        await inbox.AcceptAsync(Event("a"));
        await inbox.DispatchAllAsync();

        Assert.Equal(
            1, await inbox.Database.WriteAsync(uow => inbox.DeadLetters.DiscardAsync(uow, [inbox.Box.Letters[0].Key], default), default));

        Assert.Equal((1, 0), ((await inbox.Status.ReadAsync(default)).Done, (await inbox.Status.ReadAsync(default)).Failed));
        Assert.Equal(0, await inbox.AcceptAsync(Event("a")));
        Assert.Equal(
            0, await inbox.Database.WriteAsync(uow => inbox.DeadLetters.RetryAsync(uow, [inbox.Box.Letters[0].Key], default), default));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_dead_letter_that_could_not_be_listed_holds_nobody_up_and_is_listed_later(DatabaseKind kind)
    {
        var reader = new RecordingReader { Poison = item => item.Event.DedupKey == "bad" };
        await using var inbox = await StartAsync(kind, new IngestOptions { MaxAttempts = 1 }, reader);
        inbox.Box.Fault = new InvalidOperationException("no place");
        await inbox.AcceptAsync(Event("bad"), Event("b"));

        await inbox.DispatchAllAsync();

        Assert.Equal(["b"], reader.Seen);
        Assert.Equal(1, (await inbox.Status.ReadAsync(default)).Failed);
        Assert.Empty(inbox.Box.Letters);

        inbox.Box.Fault = null;
        Assert.Equal(1, await inbox.DeadLetters.ListAllAsync(default));
        Assert.Equal("FormatException: cannot read bad", Assert.Single(inbox.Box.Letters).Error);
    }
}

/// <summary>Reads events whose body is 'bad' badly, and counts the work it does on the way.</summary>
public sealed class BadReader(BadReader.Place place) : IEventReader
{
    public enum Place
    {
        /// <summary>While the event is parsed, before anything is written.</summary>
        Parsing,

        /// <summary>When all were written, by the database: nobody knows which one it was.</summary>
        Database,

        /// <summary>Two of them in one batch; by itself each is well.</summary>
        Together,
    }

    public List<string> Seen { get; } = [];

    /// <summary>Events that were written, whether it held or not.</summary>
    public int Worked { get; private set; }

    public IReadOnlyCollection<string> Kinds => ["known"];

    public async Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        var parsed = events.Select(item => place != Place.Parsing || item.Event.Body != "bad"
            ? item.Event
            : throw new FormatException($"cannot read {item.Event.DedupKey}")).ToList();
        Worked += parsed.Count;
        var bad = parsed.Count(item => item.Body == "bad");
        if (bad > (place == Place.Together ? 1 : 0))
            await uow.Connection.ExecuteAsync("SELECT no_such_column FROM inbox_events", transaction: uow.Transaction);
        uow.AfterCommit(() => Seen.AddRange(parsed.Select(item => item.DedupKey)));
    }
}

using System.Diagnostics.Metrics;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using Dapper;
using static ChatOps.Platform.Tests.Ingest.InboxHarness;

namespace ChatOps.Platform.Tests.Ingest;

public sealed class InboxTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_redelivered_event_changes_nothing(DatabaseKind kind)
    {
        var reader = new RecordingReader();
        await using var inbox = await StartAsync(kind, null, reader);

        Assert.Equal(1, await inbox.AcceptAsync(Event("a", body: "first")));
        await inbox.DispatchAllAsync();
        Assert.Equal(0, await inbox.AcceptAsync(Event("a", body: "second")));
        await inbox.DispatchAllAsync();

        Assert.Equal(["a"], reader.Seen);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_event_twice_in_one_request_is_one(DatabaseKind kind)
    {
        await using var inbox = await StartAsync(kind);

        Assert.Equal(1, await inbox.AcceptAsync(Event("a"), Event("a")));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Concurrent_senders_of_the_same_events_are_told_each_is_new_once(DatabaseKind kind)
    {
        await using var inbox = await StartAsync(kind);

        var counts = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(() => inbox.AcceptAsync(Event($"k{i % 100}")))));

        Assert.Equal(100, counts.Sum());
        Assert.Equal(100, (await inbox.Status.ReadAsync(default)).Pending);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Text_that_a_database_cannot_hold_is_kept_without_it(DatabaseKind kind)
    {
        await using var inbox = await StartAsync(kind);

        await inbox.AcceptAsync(Event("nul\0key", body: "a\0b 한글 🔴"));

        await using var connection = await inbox.Database.OpenAsync(default);
        Assert.Equal("a\uFFFDb 한글 🔴", await connection.ExecuteScalarAsync<string>("SELECT body FROM inbox_events"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Requests_in_flight_are_answered_before_the_stop_and_later_ones_refused(DatabaseKind kind)
    {
        await using var inbox = await StartAsync(kind);

        var inFlight = Enumerable.Range(0, 50).Select(i => inbox.AcceptAsync(Event($"k{i}"))).ToList();
        await inbox.Inbox.StopAsync(default);

        Assert.Equal(50, (await Task.WhenAll(inFlight)).Sum());
        await Assert.ThrowsAsync<InboxUnavailableException>(() => inbox.AcceptAsync(Event("late")));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Events_are_read_in_batches_in_the_order_they_came(DatabaseKind kind)
    {
        var reader = new RecordingReader();
        await using var inbox = await StartAsync(kind, null, reader);
        var keys = Enumerable.Range(0, 600).Select(i => $"k{i}").ToArray();

        await inbox.AcceptAsync([.. keys.Select(key => Event(key))]);
        await inbox.DispatchAllAsync();

        Assert.Equal(keys, reader.Seen);
        Assert.Equal(3, reader.Batches.Count);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_kind_nobody_reads_is_kept_and_counted_and_read_once_somebody_does(DatabaseKind kind)
    {
        await using var inbox = await StartAsync(kind, null, new RecordingReader());
        await inbox.AcceptAsync(Event("a", "strange/one"), Event("b", "strange/one"), Event("c", "strange/two"), Event("d"));
        await inbox.DispatchAllAsync();

        var counts = await inbox.Status.ReadAsync(default);
        Assert.Equal((0, 1, 0), (counts.Pending, counts.Done, counts.Failed));
        Assert.Equal(2, counts.Unknown["strange/one"]);
        Assert.Equal(1, counts.Unknown["strange/two"]);

        Assert.Equal(2, await inbox.Store.RequeueUnknownAsync(["strange/one"], default));
        Assert.Equal(2, (await inbox.Status.ReadAsync(default)).Pending);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_kind_nobody_reads_is_metered_as_unknown_once(DatabaseKind kind)
    {
        await using var inbox = await StartAsync(kind, null, new RecordingReader());
        var unknown = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Scope == inbox.Meters && instrument.Name == "chatops.ingest.processed")
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            foreach (var tag in tags) if (tag is { Key: "outcome", Value: "unknown" }) Interlocked.Add(ref unknown, count);
        });
        listener.Start();

        await inbox.AcceptAsync(Event("a", "strange/one"), Event("b", "strange/one"), Event("c"));
        await inbox.AcceptAsync(Event("a", "strange/one"));
        await inbox.DispatchAllAsync();

        Assert.Equal(2, unknown);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_poison_event_is_set_aside_with_its_error_and_holds_nobody_up(DatabaseKind kind)
    {
        var reader = new RecordingReader { Poison = item => item.Event.DedupKey == "bad" };
        await using var inbox = await StartAsync(kind, new IngestOptions { MaxAttempts = 3 }, reader);
        await inbox.AcceptAsync(Event("a"), Event("bad"), Event("c"));

        for (var attempt = 0; attempt < 3; attempt++)
        {
            await inbox.DispatchAllAsync();
            inbox.Time.Advance(TimeSpan.FromMinutes(6));
        }

        Assert.Equal(["a", "c"], reader.Seen);
        Assert.Equal(1, (await inbox.Status.ReadAsync(default)).Failed);
        await using var connection = await inbox.Database.OpenAsync(default);
        Assert.Equal(
            "FormatException: cannot read bad",
            await connection.ExecuteScalarAsync<string>("SELECT error FROM inbox_events WHERE state = 'failed'"));

        reader.Poison = _ => false;
        var letter = Assert.Single(inbox.Box.Letters);
        Assert.Equal(
            ("inbox", "known (test)", "FormatException: cannot read bad", 3), (letter.Source, letter.Kind, letter.Error, letter.Attempts));
        Assert.Equal("{}", await inbox.DeadLetters.ReadAsync(letter.Key, default));
        Assert.Equal(1, await inbox.Database.WriteAsync(uow => inbox.DeadLetters.RetryAsync(uow, [letter.Key], default), default));
        Assert.Null(await inbox.DeadLetters.ReadAsync(letter.Key, default));
        await inbox.DispatchAllAsync();
        Assert.Equal(["a", "c", "bad"], reader.Seen);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_failed_event_waits_longer_after_each_attempt(DatabaseKind kind)
    {
        var reader = new RecordingReader { Poison = _ => true };
        await using var inbox = await StartAsync(kind, null, reader);
        await inbox.AcceptAsync(Event("a"));

        List<long?> waits = [];
        for (var attempt = 0; attempt < 4; attempt++)
        {
            await inbox.IngestDispatcher.DispatchAsync(default);
            var next = await inbox.Store.NextAttemptAtAsync(default);
            waits.Add((next - inbox.Time.GetUtcNow().ToUnixTimeMilliseconds()) / 1000);
            inbox.Time.Advance(TimeSpan.FromMinutes(6));
        }

        Assert.Equal([2, 4, 8, 16], waits);
    }

    [Fact]
    public async Task Two_replicas_read_every_event_once()
    {
        RecordingReader recordingReader = new(), other = new();
        await using var inbox = await StartAsync(DatabaseKind.Postgres, null, recordingReader);
        var second = inbox.ReplicaWith(other);
        await inbox.AcceptAsync([.. Enumerable.Range(0, 2_000).Select(i => Event($"k{i}"))]);

        async Task DrainAsync(IngestDispatcher dispatcher)
        {
            while ((await inbox.Status.ReadAsync(default)).Pending > 0) await dispatcher.DispatchAsync(default);
        }

        await Task.WhenAll(Task.Run(() => DrainAsync(inbox.IngestDispatcher)), Task.Run(() => DrainAsync(second)));

        Assert.Equal(2_000, recordingReader.Seen.Concat(other.Seen).Distinct().Count());
        Assert.Equal(2_000, recordingReader.Seen.Count + other.Seen.Count);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Finished_events_are_deleted_after_their_retention_and_pending_or_failed_ones_never(DatabaseKind kind)
    {
        var reader = new RecordingReader { Poison = item => item.Event.DedupKey == "bad" };
        await using var inbox = await StartAsync(kind, new IngestOptions { RetentionDays = 7, MaxAttempts = 1 }, reader);
        await inbox.AcceptAsync(Event("old"), Event("bad"), Event("odd", "strange"));
        await inbox.DispatchAllAsync();
        inbox.Time.Advance(TimeSpan.FromDays(8));
        await inbox.AcceptAsync(Event("waiting"));

        Assert.Equal(2, await inbox.Retention.PurgeAsync(default));

        var counts = await inbox.Status.ReadAsync(default);
        Assert.Equal((1, 0, 1, 0), (counts.Pending, counts.Done, counts.Failed, counts.Unknown.Count));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_running_dispatcher_wakes_on_accept(DatabaseKind kind)
    {
        var reader = new RecordingReader();
        await using var inbox = await StartAsync(kind, null, reader);
        await inbox.IngestDispatcher.StartAsync(default);

        await inbox.AcceptAsync(Event("a"));
        await Eventually.TrueAsync(async () => (await inbox.Status.ReadAsync(default)).Done == 1);

        await inbox.IngestDispatcher.StopAsync(default);
        Assert.Equal(["a"], reader.Seen);
    }
}

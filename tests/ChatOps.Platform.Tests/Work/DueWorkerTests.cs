using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Platform.Tests.Work;

public sealed class DueWorkerTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_is_due_is_done_the_longest_due_first_and_what_is_not_due_waits(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        await harness.AddAsync("third", -1);
        await harness.AddAsync("first", -30);
        await harness.AddAsync("later", 60);
        await harness.AddAsync("second", -10);
        var processor = new TestProcessor(harness.Database);
        var worker = harness.Worker(processor);

        Assert.Equal(3, await worker.RunOnceAsync(default));
        Assert.Equal(0, await worker.RunOnceAsync(default));

        Assert.Equal(["first", "second", "third"], processor.Begun);
        Assert.Equal(WorkHarness.Start.AddSeconds(60), await worker.NextDueAsync(default));
        Assert.Equal("done", await harness.ReadAsync<string>("first", "state"));
        Assert.Null(await harness.ReadAsync<string>("first", "lease_owner"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_lease_is_taken_over_when_it_is_over_by_the_databases_clock_whatever_the_processes_clocks_say(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        await harness.AddAsync("a");
        var stopped = harness.Worker(new TestProcessor(harness.Database));
        Assert.NotNull(await stopped.TakeAsync(default));
        var processor = new TestProcessor(harness.Database);
        var other = harness.Worker(processor);

        // This process is an hour ahead: that is no reason to take what another holds.
        harness.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await other.RunOnceAsync(default));
        harness.Clock.Advance(WorkHarness.Table.Lease - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await other.RunOnceAsync(default));
        harness.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await other.RunOnceAsync(default));

        Assert.Equal("done", await harness.ReadAsync<string>("a", "state"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_clock_of_leases_is_the_databases_own(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        await harness.AddAsync("a");
        var before = DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeMilliseconds();
        Assert.NotNull(await harness.Worker(new TestProcessor(harness.Database), clock: new DatabaseClock()).TakeAsync(default));
        var after = DateTimeOffset.UtcNow.AddSeconds(1).ToUnixTimeMilliseconds();

        Assert.InRange(await harness.ReadAsync<long>("a", "lease_until") - (long)WorkHarness.Table.Lease.TotalMilliseconds, before, after);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_stopped_process_that_goes_on_writes_nothing_under_its_old_lease(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        await harness.AddAsync("a");
        var processor = new TestProcessor(harness.Database);
        var stopped = (await harness.Worker(processor).TakeAsync(default))!;
        harness.Clock.Advance(WorkHarness.Table.Lease);

        // Its lease is over, whether or not somebody else has come meanwhile.
        await Assert.ThrowsAsync<LeaseLostException>(() => processor.WriteAsync(stopped, default));
        var other = (await harness.Worker(processor).TakeAsync(default))!;
        await Assert.ThrowsAsync<LeaseLostException>(() => processor.WriteAsync(stopped, default));
        await Assert.ThrowsAsync<LeaseLostException>(
            () => harness.Database.WriteAsync(uow => stopped.HoldAsync(uow, stopped.Items[0]), default));
        await Assert.ThrowsAsync<LeaseLostException>(() => harness.Database.WriteAsync(
            uow => stopped.RescheduleAsync(uow, stopped.Items[0], WorkHarness.Start.AddDays(1)), default));
        Assert.Equal("pending", await harness.ReadAsync<string>("a", "state"));

        await processor.WriteAsync(other, default);
        Assert.Equal("done", await harness.ReadAsync<string>("a", "state"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_failure_after_the_lease_was_lost_changes_nothing_of_the_next_holders(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        await harness.AddAsync("a");
        WorkBatch<TestJob>? other = null;
        var stopped = new TestProcessor(harness.Database)
        {
            Do = async (_, _) =>
            {
                harness.Clock.Advance(WorkHarness.Table.Lease);
                other = await harness.Worker(new TestProcessor(harness.Database)).TakeAsync(default);
                throw new TimeoutException("no answer");
            },
        };

        Assert.Equal(1, await harness.Worker(stopped).RunOnceAsync(default));

        Assert.NotNull(other);
        Assert.NotNull(await harness.ReadAsync<string>("a", "lease_owner"));
        Assert.Null(await harness.ReadAsync<string>("a", "error"));
        Assert.Equal(TimeSpan.Zero, await harness.DueInAsync("a"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Waits_double_up_to_the_longest_and_after_the_last_attempt_there_is_a_dead_letter(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        await harness.AddAsync("a");
        var processor = new TestProcessor(harness.Database) { Do = (_, _) => throw new TimeoutException("no answer") };
        var table = WorkHarness.Table with { Retry = new RetrySchedule(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), MaxAttempts: 5) };
        var worker = harness.Worker(processor, table);

        var waits = new List<double>();
        while (await harness.ReadAsync<string>("a", "state") == "pending")
        {
            Assert.Equal(1, await worker.RunOnceAsync(default));
            Assert.Equal(0, await worker.RunOnceAsync(default));
            var wait = await harness.DueInAsync("a");
            if (wait > TimeSpan.Zero) waits.Add(wait.TotalSeconds);
            harness.Time.Advance(wait);
        }

        Assert.Equal([2, 4, 5, 5], waits);
        Assert.Equal(5, processor.Begun.Count);
        Assert.Equal("TimeoutException: no answer", await harness.ReadAsync<string>("a", "error"));
        var letter = Assert.Single(harness.Box.Letters);
        Assert.Equal(("test-job", "a", "TimeoutException: no answer", 5), (letter.Source, letter.Key, letter.Error, letter.Attempts));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_dead_letter_can_be_read_tried_again_with_all_its_attempts_and_discarded(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        await harness.AddAsync("a");
        await harness.AddAsync("b");
        var processor = new TestProcessor(harness.Database) { Do = (_, _) => throw new TimeoutException("no answer") };
        var worker = harness.Worker(
            processor,
            WorkHarness.Table with { Retry = new RetrySchedule(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), MaxAttempts: 1) });
        await worker.RunOnceAsync(default);
        var letters = new WorkDeadLetters<TestJob>(WorkHarness.Table, harness.Database, new WorkSignal<TestJob>(), harness.Time);

        Assert.Equal("""{"id":"a"}""", (await letters.ReadAsync("a", default))!.ToLowerInvariant());
        Assert.Null(await letters.ReadAsync("none", default));
        Assert.Equal(1, await harness.Database.WriteAsync(uow => letters.RetryAsync(uow, ["a", "none"], default), default));
        Assert.Equal(1, await harness.Database.WriteAsync(uow => letters.DiscardAsync(uow, ["b"], default), default));
        // What is not dead is not touched.
        Assert.Equal(0, await harness.Database.WriteAsync(uow => letters.DiscardAsync(uow, ["a"], default), default));
        processor.Do = (_, _) => Task.CompletedTask;
        Assert.Equal(1, await worker.RunOnceAsync(default));

        Assert.Equal(("done", 1L), (await harness.ReadAsync<string>("a", "state"), await harness.ReadAsync<long>("a", "attempts")));
        Assert.Null(await harness.ReadAsync<string>("b", "state"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task One_bad_item_of_a_batch_costs_itself(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        foreach (var id in (string[])["a", "bad", "c"]) await harness.AddAsync(id);
        var processor = new TestProcessor(harness.Database)
        {
            Do = (job, _) => job.Id == "bad" ? throw new FormatException("bad") : Task.CompletedTask,
        };
        var worker = harness.Worker(processor);

        await worker.RunOnceAsync(default);
        harness.Time.Advance(TimeSpan.FromSeconds(2));
        await worker.RunOnceAsync(default);

        Assert.Equal(("done", "pending", "done"), (
            await harness.ReadAsync<string>("a", "state"), await harness.ReadAsync<string>("bad", "state"),
            await harness.ReadAsync<string>("c", "state")));
        Assert.Equal([3, 1, 1, 1], processor.Batches);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_is_recorded_is_done_right_after_its_commit(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        var signal = new WorkSignal<TestJob>();
        using var worker = harness.Worker(new TestProcessor(harness.Database), signal: signal);
        await worker.StartAsync(default);

        // The clock stands still: nothing but the wake can bring it.
        for (var i = 0; i < 5; i++)
        {
            var id = $"job {i}";
            await harness.AddAsync(id, wakes: signal);
            await Eventually.TrueAsync(async () => await harness.ReadAsync<string>(id, "state") == "done", because: $"{id} was not done");
        }

        await worker.StopAsync(default);
        Assert.True(worker.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_row_that_is_woken_while_somebody_works_on_it_is_due_at_once(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        await harness.AddAsync("a");
        await harness.AddAsync("b");
        var worker = harness.Worker(new TestProcessor(harness.Database));
        var batch = (await worker.TakeAsync(default))!;
        var woken = harness.Time.GetUtcNow().AddMilliseconds(-1).ToUnixTimeMilliseconds();
        await harness.ExecuteAsync($"UPDATE test_jobs SET due_at = {woken} WHERE id = 'a'");

        foreach (var job in batch.Items)
            await harness.Database.WriteAsync(uow => batch.RescheduleAsync(uow, job, harness.Time.GetUtcNow().AddMinutes(5)), default);

        Assert.Equal(TimeSpan.FromMilliseconds(-1), await harness.DueInAsync("a"));
        Assert.Equal(TimeSpan.FromMinutes(5), await harness.DueInAsync("b"));
        Assert.Equal("a", Assert.Single((await worker.TakeAsync(default))!.Items).Id);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Replicas_share_the_work_and_nothing_is_done_twice(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        for (var i = 0; i < 60; i++) await harness.AddAsync($"job {i}");
        var processor = new TestProcessor(harness.Database);
        var table = WorkHarness.Table with { BatchSize = 2, Parallelism = 3 };

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var worker = harness.Worker(processor, table);
            while (await worker.RunOnceAsync(default) > 0)
            {
            }
        })));

        Assert.Equal(60, processor.Begun.Count);
        Assert.Equal(60, processor.Begun.Distinct().Count());
        Assert.All(processor.Batches, size => Assert.InRange(size, 1, 2));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_stop_lets_what_is_under_way_end_and_takes_nothing_new(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        await harness.AddAsync("under way", -5);
        await harness.AddAsync("next");
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var processor = new TestProcessor(harness.Database)
        {
            Do = async (_, _) =>
            {
                begun.TrySetResult();
                await end.Task;
            },
        };
        using var worker = harness.Worker(processor, WorkHarness.Table with { BatchSize = 1 });
        await worker.StartAsync(default);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var stopping = worker.StopAsync(default);
        Assert.False(stopping.IsCompleted);
        end.SetResult();
        await stopping;

        Assert.Equal(
            ("done", "pending"), (await harness.ReadAsync<string>("under way", "state"), await harness.ReadAsync<string>("next", "state")));
        Assert.Equal("under way", Assert.Single(processor.Begun));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_does_not_end_in_time_at_a_stop_is_cancelled_and_given_back(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        await harness.AddAsync("slow");
        var begun = new TaskCompletionSource();
        var processor = new TestProcessor(harness.Database)
        {
            Do = async (_, token) =>
            {
                begun.TrySetResult();
                await Task.Delay(Timeout.Infinite, token);
            },
        };
        using var worker = harness.Worker(processor);
        await worker.StartAsync(default);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));

        using var hostGivesUp = new CancellationTokenSource();
        var stopping = worker.StopAsync(hostGivesUp.Token);
        await hostGivesUp.CancelAsync();
        await stopping;
        await worker.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Null(await harness.ReadAsync<string>("slow", "lease_owner"));
        Assert.NotNull(await harness.Worker(processor).TakeAsync(default));
    }

    [Fact]
    public async Task A_worker_that_begins_on_SQLite_takes_up_at_once_what_its_predecessor_held()
    {
        await using var harness = await WorkHarness.StartAsync(DatabaseKind.Sqlite);
        await harness.AddAsync("a");
        await harness.Worker(new TestProcessor(harness.Database)).TakeAsync(default);
        using var worker = harness.Worker(new TestProcessor(harness.Database));

        await worker.StartAsync(default);

        await Eventually.TrueAsync(async () => await harness.ReadAsync<string>("a", "state") == "done");
        await worker.StopAsync(default);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Gauges_count_what_is_due_and_for_how_long(DatabaseKind kind)
    {
        await using var harness = await WorkHarness.StartAsync(kind);
        var gauges = new WorkGauges(
            harness.Database, [WorkHarness.Table, WorkHarness.Table with { Kind = "other", Waiting = "w.state = 'other'" }], harness.Time);
        await harness.AddAsync("a", -90);
        await harness.AddAsync("b", -5);
        await harness.AddAsync("later", 60);

        Assert.Equal(
            "chatops.work.due{kind=test-job} 2, chatops.work.oldest_age{kind=test-job} 90, chatops.work.due{kind=other} 0, " +
            "chatops.work.oldest_age{kind=other} 0",
            await GaugeText.ReadAsync(gauges));
    }
}

using ChatOps.Aws;
using ChatOps.Platform.Storage;

namespace ChatOps.Assets.Tests;

public sealed class AssetSyncTests
{
    private const string Bucket = "AWS::S3::Bucket";
    private const string Queue = "AWS::SQS::Queue";

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_exists_comes_from_Config_tags_from_the_Tagging_API_groups_from_Resource_Groups(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        world.Aws.Add("arn:aws:s3:::untagged", Bucket, "untagged");
        world.Aws.Add("arn:aws:s3:::payroll", Bucket, "payroll", ("Env", "PROD"));
        world.Aws.Remembered.Add(new TaggedResource(
            "arn:aws:glacier:ap-northeast-2:111122223333:vaults/old", new Dictionary<string, string> { ["Env"] = "PROD" }));
        world.Aws.Groups["pay"] = ["arn:aws:s3:::payroll"];

        var state = await world.SyncAsync();

        Assert.Null(state.StartedAt);
        Assert.Equal((2, world.Time.GetUtcNow().ToUnixTimeMilliseconds()), (state.Seen, state.SucceededAt));
        Assert.Equal(["old", "payroll", "untagged"], (await world.FindAsync("")).Order(StringComparer.Ordinal));
        var payroll = (await world.Register.FindAsync("arn:aws:s3:::payroll", default))!;
        Assert.Equal(("PROD", "pay", AssetWorld.Prod), (payroll.Tags["Env"], payroll.Groups[0], payroll.Account));
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), payroll.CreatedAt);
        Assert.Equal(["payroll"], await world.FindAsync("group:PAY"));
        Assert.Empty(await world.Sync.DueAsync(default) is { } due
            ? due.Where(scope => scope == new AssetScope(AssetWorld.Prod, AssetWorld.Seoul))
            : []);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_a_complete_run_no_longer_sees_is_marked_and_comes_back_when_seen(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        world.Aws.Add("arn:aws:s3:::kept", Bucket);
        var gone = world.Aws.Add("arn:aws:s3:::gone", Bucket, null, ("Env", "PROD"));
        await world.SyncAsync();
        world.Aws.Resources.Remove(gone);
        // The Tagging API goes on listing it for a while: that does not bring it back.
        world.Aws.Remembered.Add(new TaggedResource(gone.Arn, gone.Tags));
        world.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, (await world.SyncAsync()).Deleted);
        Assert.Equal(["kept"], await world.FindAsync(""));
        Assert.Equal(world.Time.GetUtcNow(), (await world.Register.FindAsync(gone.Arn, default))!.DeletedAt);

        world.Aws.Resources.Add(gone);
        world.Time.Advance(TimeSpan.FromHours(1));
        await world.SyncAsync();
        Assert.Equal(["gone", "kept"], (await world.FindAsync("")).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_only_the_Tagging_API_knows_stays_when_its_last_tag_has_gone(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        const string Vault = "arn:aws:glacier:ap-northeast-2:111122223333:vaults/old";
        world.Aws.Add("arn:aws:s3:::kept", Bucket);
        world.Aws.Remembered.Add(new TaggedResource(Vault, new Dictionary<string, string> { ["Env"] = "PROD" }));
        await world.SyncAsync();

        world.Aws.Remembered[0] = new TaggedResource(Vault, new Dictionary<string, string>());
        world.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, (await world.SyncAsync()).Deleted);
        Assert.Empty((await world.Register.FindAsync(Vault, default))!.Tags);

        world.Aws.Remembered.Clear();
        world.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, (await world.SyncAsync()).Deleted);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_failed_or_partial_listing_marks_nothing_deleted(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        for (var i = 0; i < 20; i++) world.Aws.Add(FormattableString.Invariant($"arn:aws:s3:::b{i}"), Bucket, null, ("Env", "PROD"));
        world.Aws.Add("arn:aws:sqs:ap-northeast-2:111122223333:q", Queue);
        await world.SyncAsync();
        foreach (var (fail, after) in new[]
        {
            ("GROUP BY", 0), (Bucket, 0), (Bucket, 7), (Queue, 0), ("GetResources", 0), ("ListGroups", 0),
        })
        {
            world.Time.Advance(TimeSpan.FromHours(2));
            (world.Aws.Fail, world.Aws.FailAfter) = (fail, after);
            var state = await world.SyncAsync();
            Assert.NotNull(state.FailedAt);
            Assert.Contains("ThrottlingException", state.Error!, StringComparison.Ordinal);
            Assert.Equal(21, (await world.FindAsync("")).Count);
        }

        // A recorder that is off answers, with nothing.
        world.Aws.Fail = null;
        world.Aws.Resources.Clear();
        await world.SyncAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        await world.SyncAsync();
        Assert.Equal(21, (await world.FindAsync("")).Count);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_run_that_listed_too_little_marks_nothing_deleted_when_it_goes_on_after_a_stop(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        for (var i = 0; i < 5; i++) world.Aws.Add(FormattableString.Invariant($"arn:aws:s3:::b{i}"), Bucket);
        await world.SyncAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Aws.Resources.Clear();
        world.Aws.Fail = "GetResources";
        Assert.Equal("tags", (await world.SyncAsync()).Phase);
        world.Aws.Fail = null;
        world.Time.Advance(TimeSpan.FromMinutes(10));

        var resumed = await world.SyncAsync();

        Assert.Equal((0L, null), (resumed.Deleted, resumed.StartedAt));
        Assert.Equal(5, (await world.FindAsync("")).Count);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_run_that_stopped_goes_on_with_the_type_it_was_at(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        world.Aws.Add("arn:aws:s3:::b", Bucket);
        world.Aws.Add("arn:aws:sqs:ap-northeast-2:111122223333:q", Queue);
        world.Aws.Fail = Queue;
        var stopped = await world.SyncAsync();
        var began = stopped.StartedAt;
        Assert.Equal(("resources", 1), (stopped.Phase, stopped.Seen));
        Assert.DoesNotContain(await world.Sync.DueAsync(default), scope => scope == new AssetScope(AssetWorld.Prod, AssetWorld.Seoul));

        world.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Contains(await world.Sync.DueAsync(default), scope => scope == new AssetScope(AssetWorld.Prod, AssetWorld.Seoul));
        world.Aws.Fail = null;
        world.Aws.Asked.Clear();
        var done = await world.SyncAsync();

        Assert.NotNull(began);
        Assert.Equal((2, null), (done.Seen, done.Error));
        Assert.DoesNotContain(world.Aws.Asked, asked => asked.EndsWith($"'{Bucket}'", StringComparison.Ordinal));
        Assert.Contains(world.Aws.Asked, asked => asked.EndsWith($"'{Queue}'", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_tag_that_is_set_after_AWS_has_answered_outlives_the_answer(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        var bucket = world.Aws.Add("arn:aws:s3:::payroll", Bucket, null, ("Env", "DEV"));
        world.Aws.AfterTags = async () =>
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await world.RecordAsync(bucket.Arn, tags: ("Env", "PROD"));
            world.Time.Advance(TimeSpan.FromSeconds(1));
        };

        await world.SyncAsync();

        Assert.Equal("PROD", (await world.Register.FindAsync(bucket.Arn, default))!.Tags["Env"]);
        Assert.Equal(["payroll"], await world.FindAsync("tag:Env=PROD"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_an_event_told_just_now_is_neither_overwritten_nor_taken_for_deleted(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        world.Aws.Add("arn:aws:s3:::old", Bucket, null);
        // Config captured it yesterday, without the tag that was set a minute ago.
        await world.RecordAsync("arn:aws:s3:::old", tags: ("Env", "PROD"));
        await world.RecordAsync("arn:aws:s3:::brand-new", creator: "jiyeon");
        world.Time.Advance(TimeSpan.FromMinutes(1));

        var state = await world.SyncAsync();

        Assert.Equal(0, state.Deleted);
        Assert.Equal("PROD", (await world.Register.FindAsync("arn:aws:s3:::old", default))!.Tags["Env"]);
        Assert.Equal("jiyeon", (await world.Register.FindAsync("arn:aws:s3:::brand-new", default))!.Creator);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Two_replicas_do_not_sync_the_same_account_at_once(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        var now = world.Time.GetUtcNow();
        var scope = new AssetScope(AssetWorld.Prod, AssetWorld.Seoul);
        Assert.NotNull(
            await world.Database.WriteAsync(uow => AssetSyncStore.ClaimAsync(uow, scope, now, now.AddMinutes(3), default), default));

        Assert.Null(
            await world.Database.WriteAsync(uow => AssetSyncStore.ClaimAsync(uow, scope, now, now.AddMinutes(3), default), default));
        await world.SyncAsync();
        Assert.Empty(world.Aws.Asked);

        world.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.NotNull((await world.SyncAsync()).SucceededAt);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Status_says_how_each_account_stands(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        var status = new AssetSyncStatus(world.Database, new TwoAccounts(), world.Time);
        Assert.Contains("about to begin", await status.DescribeAsync(world.English, default), StringComparison.Ordinal);

        world.Aws.Add("arn:aws:s3:::b", Bucket);
        await world.SyncAsync();
        Assert.Contains(
            "prod ap-northeast-2: 1 seen, 0 deleted", await status.DescribeAsync(world.English, default), StringComparison.Ordinal);

        world.Aws.Fail = Bucket;
        world.Time.Advance(TimeSpan.FromHours(1));
        await world.SyncAsync();
        Assert.Contains("ThrottlingException", await status.DescribeAsync(world.English, default), StringComparison.Ordinal);
    }
}

using ChatOps.Platform.Storage;

namespace ChatOps.Tagging.Tests;

/// <summary>What tags are now is the service's own word; the index may be seconds or minutes behind.</summary>
public sealed class TagTruthTests
{
    private const string Bucket = "arn:aws:s3:::garden-ledger";
    private const string Env = "bighead:Env";
    private static readonly TagChange Prod = new(new Dictionary<string, string?> { [Env] = "PROD" });

    [Theory]
    [InlineData(15, true)]
    [InlineData(15, false)]
    [InlineData(600, true)]
    [InlineData(0, false)]
    public async Task Undo_is_true_though_the_index_is_behind(int behind, bool serviceKnows)
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Aws.IndexBehind = TimeSpan.FromSeconds(behind);
        world.Aws.ServiceKnows = _ => serviceKnows;
        world.Assets.Add(Bucket, "AWS::S3::Bucket", "garden-ledger", (Env, "DEV"));
        world.Aws.Set(Bucket, Env, "DEV");
        world.Time.Advance(TimeSpan.FromHours(1));

        var run = await DoneAsync(world, new TagSource(TagSource.Search, "garden"), Prod);
        Assert.Equal("PROD", world.Aws.Of(Bucket)[Env]);
        // Where only the index tells, the change is done when that shows it.
        if (!serviceKnows) await world.WorkAsync(TimeSpan.FromSeconds(behind * 2));
        var undo = await world.Acts.UndoAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync(TimeSpan.FromSeconds(75));

        Assert.Equal("DEV", world.Aws.Of(Bucket)[Env]);
        Assert.Equal(TagRunState.Done, (await world.Runs.FindAsync(undo.Id, default))!.State);
        Assert.Equal(0, (await world.Runs.FindAsync(undo.Id, default))!.Counts.Failed);
    }

    [Fact]
    public async Task A_change_is_done_only_when_it_is_read_back()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Aws.IndexBehind = TimeSpan.FromDays(1);
        world.Aws.ServiceKnows = _ => false;
        world.Assets.Add(Bucket, "AWS::S3::Bucket", "garden-ledger", (Env, "DEV"));

        var run = await DoneAsync(world, new TagSource(TagSource.Search, "garden"), Prod);
        Assert.Equal(1, (await world.Runs.FindAsync(run.Id, default))!.Counts.Pending);
        Assert.Single(world.Aws.Calls);
        await world.WorkAsync(TimeSpan.FromHours(2));

        var ended = (await world.Runs.FindAsync(run.Id, default))!;
        Assert.Equal((TagRunState.Done, 1L), (ended.State, ended.Counts.Failed));
        Assert.Equal(TagCalls.NotVerified, Assert.Single(await world.Runs.ItemsAsync(run.Id, "failed", "", 10, default)).Code);
        // It was not written again and again meanwhile.
        Assert.Single(world.Aws.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tag_that_the_maker_sets_a_second_later_stays(bool serviceKnows)
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        const string New = "arn:aws:s3:::prod-garden-tmp";
        world.Aws.IndexBehind = TimeSpan.FromSeconds(15);
        world.Aws.ServiceKnows = _ => serviceKnows;
        // The event is of 02:59:00, the world begins at 03:00.
        world.Aws.Set(New, Env, "DEV");
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await world.ReadAsync(CreateEventTests.Event(
            "s3", "CreateBucket", request: new System.Text.Json.Nodes.JsonObject { ["bucketName"] = "prod-garden-tmp" },
            at: world.Time.GetUtcNow()));
        await world.WorkAsync(TimeSpan.FromSeconds(75));

        Assert.Equal(("DEV", "jiyeon"), (world.Aws.Of(New)[Env], world.Aws.Of(New)["bighead:Creator"]));
        Assert.Equal(CreationState.Tagged, Assert.Single(await world.CountsAsync()).State);
    }

    [Fact]
    public async Task Who_may_not_ask_the_service_asks_the_index()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Aws.ServiceFault = new ChatOps.Aws.AwsServiceException(
            "no", null, Amazon.Runtime.ErrorType.Sender, "AccessDenied", "r", System.Net.HttpStatusCode.Forbidden);
        world.Assets.Add(Bucket, "AWS::S3::Bucket", "garden-ledger", (Env, "DEV"));

        var run = await DoneAsync(world, new TagSource(TagSource.Search, "garden"), Prod);

        Assert.Equal(1, (await world.Runs.FindAsync(run.Id, default))!.Counts.Done);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_group_whose_call_says_no_ARN_is_asked_for_by_name(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        const string Group =
            "arn:aws:autoscaling:ap-northeast-2:111122223333:autoScalingGroup:7c6b5a49-3827-4615-9403-f2e1d0c9b8a7:"
            + "autoScalingGroupName/garden-web";
        await world.ReadAsync(CreateCallCases.Body("create-auto-scaling-group"));
        await world.WorkAsync();
        world.Aws.Groups["garden-web"] = Group;
        await world.WorkAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("sora", world.Aws.Of(Group)["bighead:Creator"]);
        Assert.Equal("sora", world.Assets[Group].Creator);
        Assert.Equal(CreationState.Tagged, Assert.Single(await world.CountsAsync()).State);
    }

    private static async Task<TagRun> DoneAsync(TaggingWorld world, TagSource source, TagChange change)
    {
        var run = await world.Acts.DraftAsync(source, change, TaggingWorld.Operator, TaggingWorld.Follower, now: true, default);
        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync();
        return (await world.Runs.FindAsync(run.Id, default))!;
    }
}

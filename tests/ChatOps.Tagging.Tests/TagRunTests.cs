using System.Text.Json.Nodes;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;

namespace ChatOps.Tagging.Tests;

public sealed class TagRunTests
{
    private const string Env = "bighead:Env";
    private static readonly TagChange Prod = new(new Dictionary<string, string?> { [Env] = "PROD" });

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_plan_counts_what_changes_and_writes_nothing(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var servers = world.Servers(52, (Env, "PROD"));
        foreach (var arn in servers.Take(12))
            world.Assets.Put(world.Assets[arn] with { Tags = new Dictionary<string, string> { [Env] = "DEV" } });

        var run = await DraftAsync(world, "web", Prod);

        Assert.Equal(TagRunState.Planned, run.State);
        Assert.Equal(
            [(Env, "DEV", "PROD", 12L), (Env, "PROD", "PROD", 40L)],
            run.Plan!.Lines.Select(line => (line.Key, line.From, line.To, line.Count)));
        Assert.Equal(
            "*bighead:Env*: 12 × `DEV` → `PROD`, 40 unchanged",
            TagRunBlocks.Lines(run.Plan, world.Locales.Default).Replace("\u200B", "", StringComparison.Ordinal));
        await world.WorkAsync();
        Assert.Empty(world.Aws.Calls);
    }

    [Theory]
    [InlineData("arn:aws:iam::111122223333:group/team")]
    [InlineData("arn:aws:cloudformation:ap-northeast-2:111122223333:stack/web/0a1b")]
    public async Task What_only_its_own_service_tags_is_said_so_at_once_and_AWS_is_not_asked(string arn)
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Servers(1, (Env, "DEV"));
        var asset = world.Assets.Add(arn, "AWS::Own::Api", "web-own");
        var run = await DraftAsync(world, "web", Prod);

        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync(TimeSpan.FromHours(3));

        var ended = (await world.Runs.FindAsync(run.Id, default))!;
        Assert.Equal((TagRunState.Done, 1L, 1L), (ended.State, ended.Counts.Done, ended.Counts.Failed));
        Assert.DoesNotContain(asset.Arn, world.Aws.Calls.SelectMany(call => call.Arns));
        var item = Assert.Single(await world.Runs.ItemsAsync(run.Id, "failed", "", 10, default));
        Assert.Equal((TagCalls.OwnApi, 1L), (item.Code, item.Attempts));
        Assert.Contains("only by an update of the stack", string.Join('\n', TagRunBlocks.Render(ended, [item], world.Locales.Default)
            .OfType<ChatOps.Slack.Blocks.SectionBlock>().Select(block => block.Text?.Text)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_ones_of_these_are_counted_and_never_tried()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.ReadAsync(
            CreateEventTests.Event(
                "iam", "CreateGroup", new JsonObject { ["group"] = new JsonObject { ["arn"] = "arn:aws:iam::111122223333:group/new" } }),
            CreateEventTests.Event(
                "cloudformation", "CreateStack",
                new JsonObject { ["stackId"] = "arn:aws:cloudformation:us-east-1:111122223333:stack/web/0a1b" }));
        Assert.Null(await world.AutoTag.NextDueAsync());
        await world.WorkAsync(TimeSpan.FromHours(3));

        var counts = await world.CountsAsync();
        Assert.All(counts, count => Assert.Equal(CreationState.NotTaggable, count.State));
        Assert.Equal(["AWS::CloudFormation::Stack", "AWS::IAM::Group"], counts.Select(count => count.Detail).Order());
        Assert.Empty(world.Aws.Calls);
        var blocks = AutoTagVerb.Render(counts, [], world.Locales.Default).Blocks;
        Assert.Contains("2 not taggable: ", ((ChatOps.Slack.Blocks.SectionBlock)blocks[0]).Text!.Text, StringComparison.Ordinal);
        Assert.Contains(blocks.OfType<ChatOps.Slack.Blocks.ContextBlock>(), block => block.Elements.OfType<ChatOps.Slack.Blocks.Mrkdwn>()
            .Any(text => text.Text.Contains("only by an update of the stack", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_confirmed_run_tells_AWS_by_twenty_and_the_inventory_and_the_audit(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var servers = world.Servers(45, (Env, "DEV"));
        var run = await DraftAsync(world, "web", Prod);

        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync();

        Assert.Equal([20, 20, 5], world.Aws.Calls.Select(call => call.Arns.Count));
        Assert.All(servers, arn => Assert.Equal(("PROD", "PROD"), (world.Aws.Of(arn)[Env], world.Assets[arn].Tags[Env])));
        var done = (await world.Runs.FindAsync(run.Id, default))!;
        Assert.Equal((TagRunState.Done, 45L, 0L), (done.State, done.Counts.Done, done.Counts.Failed));
        Assert.Contains(world.Outbox.Requests, request => request.Subject == run.Subject && request.Channel == "#assets");
        Assert.Equal(["done", "requested"], (await world.Audit.LastAsync(10, default)).Select(entry => entry.Outcome));
        Assert.Null(await world.Audit.VerifyAsync(default));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Confirming_twice_runs_once(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        world.Servers(2, (Env, "DEV"));
        var run = await DraftAsync(world, "web", Prod);

        await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default)));
        await world.WorkAsync();

        Assert.Single(world.Aws.Calls);
        Assert.Single(await world.Audit.LastAsync(10, default), entry => entry.Outcome == "requested");
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_viewer_cannot_confirm_and_the_refusal_is_audited(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        world.Servers(1, (Env, "DEV"));
        var run = await DraftAsync(world, "web", Prod);

        await Assert.ThrowsAsync<AccessDeniedException>(
            () => world.Acts.ConfirmAsync(run.Id, TaggingWorld.Viewer, TaggingWorld.Follower, default));
        await world.WorkAsync();

        Assert.Empty(world.Aws.Calls);
        Assert.Equal("refused", Assert.Single(await world.Audit.LastAsync(10, default)).Outcome);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Throttling_is_ridden_out(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        world.Servers(3, (Env, "DEV"));
        foreach (var _ in Enumerable.Range(0, 5))
            world.Aws.Faults.Enqueue(new AwsServiceException(
                "slow down", null, ErrorType.Sender, "ThrottlingException", "r", System.Net.HttpStatusCode.BadRequest));
        var run = await DraftAsync(world, "web", Prod);

        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(6, world.Aws.Calls.Count);
        Assert.Equal((3L, 0L, 0L), await CountsAsync(world, run.Id));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_fails_is_named_told_in_the_channel_and_can_be_retried(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var servers = world.Servers(3, (Env, "DEV"));
        world.Aws.Failing[servers[1]] = ("InvalidParameterException", "You are not authorized to perform: ec2:CreateTags", 1);
        var run = await DraftAsync(world, "web", Prod);

        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync();
        Assert.Equal((2L, 1L, 0L), await CountsAsync(world, run.Id));
        var failed = Assert.Single(await world.Runs.ItemsAsync(run.Id, "failed", "", 10, default));
        Assert.Equal((servers[1], "InvalidParameterException"), (failed.Arn, failed.Code));

        await world.Acts.RetryAsync(run.Id, TaggingWorld.Operator, default);
        await world.WorkAsync();
        Assert.Equal((3L, 0L, 0L), await CountsAsync(world, run.Id));
        Assert.Equal([servers[1]], world.Aws.Calls[^1].Arns);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Undo_brings_back_what_AWS_had_and_leaves_what_was_changed_since(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var servers = world.Servers(3, (Env, "DEV"));
        // The inventory is old: AWS has none on the first.
        world.Aws.Of(servers[0]).Remove(Env);
        var run = await DraftAsync(world, "web", new TagChange(new Dictionary<string, string?> { [Env] = "PROD", ["team"] = "red" }));
        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync();
        world.Aws.Of(servers[2])[Env] = "QA";

        var undo = await world.Acts.UndoAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync();

        Assert.Empty(world.Aws.Of(servers[0]));
        Assert.Equal(new Dictionary<string, string> { [Env] = "DEV" }, world.Aws.Of(servers[1]));
        Assert.Equal(new Dictionary<string, string> { [Env] = "QA" }, world.Aws.Of(servers[2]));
        Assert.Equal((3L, 0L, 0L), await CountsAsync(world, undo.Id));
        await Assert.ThrowsAsync<UserFacingException>(
            () => world.Acts.UndoAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_restart_goes_on_where_it_stopped(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        world.Servers(30, (Env, "DEV"));
        var run = await DraftAsync(world, "web", Prod);
        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        // The process dies in the middle of the second call: nothing of it is written down.
        world.Aws.Faults.Enqueue(null);
        world.Aws.Faults.Enqueue(new InvalidOperationException("killed"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Worker.WorkAsync(default));
        Assert.Equal((20L, 0L, 10L), await CountsAsync(world, run.Id));

        world.Time.Advance(TimeSpan.FromMinutes(5));
        await world.NewWorker().WorkAsync(default);

        Assert.Equal((30L, 0L, 0L), await CountsAsync(world, run.Id));
        Assert.Equal(TagRunState.Done, (await world.Runs.FindAsync(run.Id, default))!.State);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_was_before_is_known_although_the_process_died_when_AWS_had_done_it(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var server = world.Servers(1, (Env, "DEV"))[0];
        var run = await DraftAsync(world, "web", Prod);
        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await DieAndGoOnAsync(world);
        Assert.Equal((1L, 0L, 0L), await CountsAsync(world, run.Id));

        // The same while it is undone: what AWS has done already is not somebody else's change.
        var undo = await world.Acts.UndoAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.Worker.WorkAsync(default);
        await DieAndGoOnAsync(world);

        Assert.Equal("DEV", world.Aws.Of(server)[Env]);
        Assert.Equal((1L, 0L, 0L), await CountsAsync(world, undo.Id));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_change_of_what_a_search_finds_is_for_all_of_it(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        world.Servers(52, (Env, "DEV"));
        world.Assets.CountedTo = 30;

        var run = await DraftAsync(world, "web", Prod);

        Assert.Equal((52L, false), (run.Plan!.Changed, run.Plan.Cut));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_retry_with_nothing_to_try_and_an_undo_with_nothing_to_bring_back_do_not_run_for_ever(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var server = world.Servers(1, (Env, "DEV"))[0];
        var run = await DraftAsync(world, "web", Prod);
        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync();

        // An old message still has the button.
        Assert.Equal(TagRunState.Done, (await world.Acts.RetryAsync(run.Id, TaggingWorld.Operator, default)).State);

        // Somebody has brought it back in the console, and the inventory knows.
        world.Assets.Put(world.Assets[server] with { Tags = new Dictionary<string, string> { [Env] = "DEV" } });
        var undo = await world.Acts.UndoAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync();
        Assert.Equal(TagRunState.Done, (await world.Runs.FindAsync(undo.Id, default))!.State);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_was_undone_is_not_done_again_by_a_retry(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var servers = world.Servers(2, (Env, "DEV"));
        world.Aws.Failing[servers[1]] = ("InvalidParameterException", "You are not authorized to perform: ec2:CreateTags", 1);
        var run = await DraftAsync(world, "web", Prod);
        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync();
        await world.Acts.UndoAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync();

        var retried = await world.Acts.RetryAsync(run.Id, TaggingWorld.Operator, default);
        await world.WorkAsync();

        Assert.All(servers, arn => Assert.Equal("DEV", world.Aws.Of(arn)[Env]));
        Assert.DoesNotContain(
            TagRunBlocks.Render(retried, [], world.Locales.Default).OfType<ChatOps.Slack.Blocks.ActionsBlock>(), _ => true);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_ARN_that_AWS_cannot_read_costs_itself_alone(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var servers = world.Servers(25, (Env, "DEV"));
        world.Aws.Unreadable = servers[7];
        var run = await DraftAsync(world, "web", Prod);

        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync();

        Assert.Equal((24L, 1L, 0L), await CountsAsync(world, run.Id));
        Assert.Equal(servers[7], Assert.Single(await world.Runs.ItemsAsync(run.Id, "failed", "", 10, default)).Arn);
    }

    private static async Task DieAndGoOnAsync(TaggingWorld world)
    {
        world.Time.Advance(TimeSpan.FromSeconds(1));
        world.Aws.DieAfterWrite = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Worker.WorkAsync(default));
        world.Time.Advance(TimeSpan.FromMinutes(5));
        await world.NewWorker().WorkAsync(default);
    }

    [Fact]
    public async Task An_account_that_is_not_ours_fails_with_what_to_do()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Assets.Add("arn:aws:sqs:ap-northeast-2:999988887777:jobs", "AWS::SQS::Queue", "jobs");
        var run = await DraftAsync(world, "jobs", Prod);

        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync();

        Assert.Equal("NoAccount", Assert.Single(await world.Runs.ItemsAsync(run.Id, "failed", "", 10, default)).Code);
        // Nobody may be looking at the modal: one resource alone is told in the channel when it fails.
        Assert.Contains(world.Outbox.Requests, request => request.Subject == run.Subject);
        Assert.Contains(world.Slack.Shown, shown => shown.How == "update" && shown.View.CallbackId == TagPlanModal.CallbackId);
    }

    private static Task<TagRun> DraftAsync(TaggingWorld world, string search, TagChange change) =>
        world.Acts.DraftAsync(
            new TagSource(TagSource.Search, search), change, TaggingWorld.Operator, TaggingWorld.Follower, now: true, default);

    private static async Task<(long, long, long)> CountsAsync(TaggingWorld world, string id) =>
        (await world.Runs.FindAsync(id, default))!.Counts is var counts ? (counts.Done, counts.Failed, counts.Pending) : default;
}

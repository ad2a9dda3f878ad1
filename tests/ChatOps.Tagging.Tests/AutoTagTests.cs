using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using ChatOps.Platform.Storage;

namespace ChatOps.Tagging.Tests;

public sealed class AutoTagTests
{
    private const string Instance = "arn:aws:ec2:us-east-1:111122223333:instance/i-1";

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_new_instance_is_tagged_and_its_creator_asked_for_the_rest(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        world.Aws.Parameters["/auto-tag/ec2/tag/bighead_ServiceType"] = "platform";

        await world.ReadAsync(Launched("web-prod-1"));
        await world.WorkAsync();

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["bighead:AssetType"] = "WEB",
                ["bighead:Env"] = "PROD",
                ["bighead:ServiceType"] = "platform",
                ["bighead:Creator"] = "jiyeon",
                ["bighead:CreateDate"] = "2026-11-25",
            },
            world.Aws.Of(Instance));
        Assert.Equal("PROD", world.Assets[Instance].Tags["bighead:Env"]);
        var asked = Assert.Single(world.Outbox.Requests, request => request.Subject.Kind == TagNotice.SubjectKind);
        Assert.Equal("D0JIYEON", asked.Channel);
        var notice = (await world.Creations.NoticeAsync(asked.Subject.Key, default))!;
        var created = await world.Creations.OfNoticeAsync(notice.Id, default);
        Assert.Equal(["PIHandling", "Owner", "ExternalAccess"], Assert.Single(created).Missing);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Completing_the_tags_turns_the_notice_green(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        await world.ReadAsync(Launched("web-prod-1"));
        await world.WorkAsync();
        var notice = world.Outbox.Requests.Single(request => request.Subject.Kind == TagNotice.SubjectKind).Subject.Key;

        var change = new TagChange(new Dictionary<string, string?>
        {
            ["bighead:PIHandling"] = "N",
            ["bighead:Owner"] = "DEVOPS",
            ["bighead:ExternalAccess"] = "Y",
        });
        var run = await world.Acts.DraftAsync(
            new TagSource(TagSource.Notice, notice), change, TaggingWorld.Operator, TaggingWorld.Follower, now: true, default);
        await world.Acts.ConfirmAsync(run.Id, TaggingWorld.Operator, TaggingWorld.Follower, default);
        await world.WorkAsync();

        Assert.Equal(TaggingWorld.Operator, (await world.Creations.NoticeAsync(notice, default))!.CompletedBy);
        Assert.Empty(Assert.Single(await world.Creations.OfNoticeAsync(notice, default)).Missing);
        Assert.False(world.Outbox.Changed.Last(changed => changed.Subject.Key == notice).Open);
        Assert.Equal(0, await world.Gaps.CountAsync(ChatOps.Kernel.Filters.Filter.All, default));
    }

    [Fact]
    public async Task Tags_that_exist_are_never_overwritten_whoever_set_them()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Aws.Parameters["/auto-tag/ec2/tag/bighead_Env"] = "PROD";
        world.Aws.Parameters["/auto-tag/ec2/tag/bighead_Owner"] = "DEVOPS";
        // One by the call itself, one by somebody else a moment later, in another case even.
        await world.ReadAsync(Launched("web-prod-1", ("bighead:Env", "DEV")));
        world.Aws.Of(Instance)["bighead:owner"] = "SECURITY";
        await world.WorkAsync();

        Assert.Equal("SECURITY", world.Aws.Of(Instance)["bighead:owner"]);
        Assert.DoesNotContain("bighead:Owner", world.Aws.Of(Instance).Keys);
        Assert.DoesNotContain("bighead:Env", world.Aws.Of(Instance).Keys);
    }

    [Fact]
    public async Task Parameters_of_the_session_win_over_the_role_the_user_and_the_service()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        foreach (var (path, value) in new[] { ("ec2", "service"), ("Developer", "role"), ("Developer/alice", "session") })
            world.Aws.Parameters[$"/auto-tag/{path}/tag/bighead_ServiceType"] = value;
        world.Aws.Parameters["/auto-tag/ec2/tag/cost_center"] = "1";
        world.Aws.Parameters["/auto-tag/Developer/tag/cost_center"] = "2";

        await world.ReadAsync(Launched(
            "web-1",
            identity: new JsonObject { ["type"] = "AssumedRole", ["arn"] = "arn:aws:sts::111122223333:assumed-role/Developer/alice" }));
        await world.WorkAsync();

        var tags = world.Aws.Of(Instance);
        // The underscore is a colon for the service; what people have for roles keeps it.
        Assert.Equal(
            ("session", "1", "2", "alice"),
            (tags["bighead:ServiceType"], tags["cost:center"], tags["cost_center"], tags["bighead:Creator"]));
    }

    [Fact]
    public async Task Parameters_are_read_once_for_many_resources()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.ReadAsync([.. Enumerable.Range(1, 30).Select(i => Launched($"web-{i}", id: $"i-{i}"))]);
        await world.WorkAsync();

        Assert.Equal(2, world.Aws.ParameterCalls);
        Assert.Equal(30, (await world.CountsAsync()).Single(count => count.State == CreationState.Tagged).Count);
    }

    [Fact]
    public async Task A_value_that_policy_does_not_allow_is_left_for_a_person()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Aws.Parameters["/auto-tag/ec2/tag/bighead_Owner"] = "marketing";
        world.Aws.Parameters["/auto-tag/ec2/tag/bighead_PIHandling"] = "n";
        await world.ReadAsync(Launched("web-1"));
        await world.WorkAsync();

        Assert.DoesNotContain("bighead:Owner", world.Aws.Of(Instance).Keys);
        Assert.Equal("N", world.Aws.Of(Instance)["bighead:PIHandling"]);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_is_not_ready_is_tried_again(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        const string Table = "arn:aws:dynamodb:us-east-1:111122223333:table/orders";
        world.Aws.Failing[Table] = ("InvalidParameterException", "Requested resource not found: Table: orders not found", 3);

        await world.ReadAsync(CreateEventTests.Body("dynamodb-create-table"));
        await world.WorkAsync();
        Assert.Equal(CreationState.Pending, Assert.Single(await world.CountsAsync()).State);
        await world.WorkAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(CreationState.Tagged, Assert.Single(await world.CountsAsync()).State);
        Assert.Equal("DB", world.Aws.Of(Table)["bighead:AssetType"]);
    }

    [Fact]
    public async Task What_AWS_refuses_is_counted_with_why_and_what_it_cannot_tag_as_not_taggable()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Aws.Failing["arn:aws:ec2:us-east-1:111122223333:instance/i-1"] = (
            "InvalidParameterException", "not authorized to perform: ec2:CreateTags", -1);
        world.Aws.Failing["arn:aws:ec2:us-east-1:111122223333:instance/i-2"] = (
            "InvalidParameterException", "The resource type is not supported", -1);
        await world.ReadAsync(
            Launched("a"), Launched("b", id: "i-2"), CreateEventTests.Event(
                "iam", "CreateGroup", new JsonObject { ["group"] = new JsonObject { ["arn"] = "arn:aws:iam::111122223333:group/new" } }));
        await world.WorkAsync();

        var counts = await world.CountsAsync();
        Assert.Contains(
            "ec2:CreateTags", Assert.Single(counts, count => count.State == CreationState.Failed).Detail, StringComparison.Ordinal);
        Assert.Equal(2, counts.Where(count => count.State == CreationState.NotTaggable).Sum(count => count.Count));
    }

    [Fact]
    public async Task Without_Parameter_Store_the_rest_is_set()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Aws.ParameterFault = new AmazonSimpleSystemsManagementException(
            "no", ErrorType.Sender, "AccessDeniedException", "r", System.Net.HttpStatusCode.BadRequest);
        await world.ReadAsync(Launched("web-dev"));
        await world.WorkAsync();

        Assert.Equal("DEV", world.Aws.Of(Instance)["bighead:Env"]);
    }

    [Fact]
    public async Task A_creator_is_found_by_mail_and_who_is_not_in_Slack_is_asked_in_the_channel()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        JsonObject Session(string name) =>
            new() { ["type"] = "AssumedRole", ["arn"] = $"arn:aws:sts::111122223333:assumed-role/Developer/{name}" };
        await world.ReadAsync(
            Launched("a", identity: Session("alice@bighead.example")), Launched("b", id: "i-2", identity: Session("stranger")));
        await world.WorkAsync();

        Assert.Equal(["#assets", "D0ALICE"], world.Outbox.Requests.Where(request => request.Subject.Kind == TagNotice.SubjectKind)
            .Select(request => request.Channel).Order());
    }

    [Fact]
    public async Task An_update_of_what_was_there_is_no_creation()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        var alarm = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:cpu";
        world.Aws.Of(alarm)["team"] = "red";
        await world.ReadAsync(CreateEventTests.Event("monitoring", "PutMetricAlarm", null, new JsonObject { ["alarmName"] = "cpu" }));
        await world.WorkAsync();

        Assert.Equal(SkipReasons.Update, Assert.Single(await world.CountsAsync()).Detail);
        Assert.Empty(world.Aws.Calls);
        Assert.Null(world.Assets[alarm].Creator);
    }

    private static string Launched(string name, (string Key, string Value)? tag = null, string id = "i-1", JsonNode? identity = null)
    {
        var tags = new JsonArray(new JsonObject { ["key"] = "Name", ["value"] = name });
        if (tag is var (key, value)) tags.Add(new JsonObject { ["key"] = key, ["value"] = value });
        return CreateEventTests.Event(
            "ec2", "RunInstances",
            new JsonObject { ["instancesSet"] = new JsonObject { ["items"] = new JsonArray(new JsonObject { ["instanceId"] = id }) } },
            new JsonObject
            {
                ["tagSpecificationSet"] = new JsonObject
                {
                    ["items"] = new JsonArray(new JsonObject { ["resourceType"] = "instance", ["tags"] = tags }),
                }
            },
            identity);
    }
}

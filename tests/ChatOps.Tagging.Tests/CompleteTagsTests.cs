using System.Text.Json.Nodes;
using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tagging.Tests;

/// <summary>What a creator without a role may do, and what not.</summary>
public sealed class CompleteTagsTests
{
    private const string Instance = "arn:aws:ec2:us-east-1:111122223333:instance/i-1";
    private const string SsoRole = "AWSReservedSSO_Developer_0a1b2c3d4e5f6071";

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_creator_without_a_role_completes_the_policys_tags_on_what_they_created(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var notice = await CreatedAsync(world, SsoRole, "sora@bighead.example");

        await Modal(world).Handle(Press(notice, TaggingWorld.Viewer), default);
        var form = world.Slack.Shown[^1].View;
        Assert.Equal(CompleteTagsModal.ActionId, form.CallbackId);
        var inputs = form.Blocks.OfType<InputBlock>().ToList();
        Assert.DoesNotContain(inputs, input => input.BlockId == TagEditorModal.FreeBlock);
        Assert.DoesNotContain(
            inputs.Select(input => input.Element).OfType<StaticSelect>().SelectMany(select => select.Options!),
            option => option.Value == TagEditorModal.Remove);

        // What the form does not offer counts for nothing.
        var planned = Shown(await Modal(world).Handle(
            Submitted(
                form, ("key-Owner", Chosen("set:DEVOPS")), ("key-PIHandling", Chosen("set:N")), ("key-ExternalAccess", Chosen("set:Y")),
                ("key-Env", Chosen("remove")), ("free", Typed("team=red"))), default));
        Assert.Equal(CompleteTagsPlan.CallbackId, planned.CallbackId);
        var plan = new CompleteTagsPlan(new TagPlanModal(world.Acts, world.Locales));
        await plan.Handle(Submitted(planned), default);
        await plan.Handle(Submitted(planned), default);
        await world.WorkAsync();

        var tags = world.Aws.Of(Instance);
        Assert.Equal(
            ("DEVOPS", "N", "Y", "PROD"),
            (tags["bighead:Owner"], tags["bighead:PIHandling"], tags["bighead:ExternalAccess"], tags["bighead:Env"]));
        Assert.DoesNotContain("team", tags.Keys);
        Assert.Equal(TaggingWorld.Viewer, (await world.Creations.NoticeAsync(notice, default))!.CompletedBy);
        var entry = Assert.Single(await world.Audit.LastAsync(10, default), entry => entry.UserId == TaggingWorld.Viewer);
        Assert.Equal((TagCreators.Verb, "viewer", "requested"), (entry.Verb, entry.Role.ToLowerInvariant(), entry.Outcome));
    }

    /// <summary>A handle is a guess, and whoever assumes a role of ours names the session as they like.</summary>
    [Theory]
    [InlineData(SsoRole, "sora")]
    [InlineData("Developer", "sora@bighead.example")]
    public async Task Who_is_not_known_with_certainty_is_refused_and_told_whom_to_ask(string role, string session)
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.People.All.Add(new ChatOps.Slack.Api.User { Id = TaggingWorld.Viewer, Name = "sora" });
        var notice = await CreatedAsync(world, role, session);
        Assert.Equal((TaggingWorld.Viewer, false), (
            (await world.Creations.NoticeAsync(notice, default))!.SlackUser,
            (await world.Creations.NoticeAsync(notice, default))!.Certain));

        var refused = await Assert.ThrowsAsync<AccessDeniedException>(
            () => Modal(world).Handle(Press(notice, TaggingWorld.Viewer), default));

        Assert.Equal(Role.Operator, refused.Act.Role);
        Assert.Contains(TaggingWorld.Operator, refused.Holders);
        Assert.Empty(world.Slack.Shown);
    }

    [Fact]
    public async Task Nobody_else_completes_it_and_the_creator_does_nothing_else()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        var notice = await CreatedAsync(world, SsoRole, "sora@bighead.example");
        var source = new TagSource(TagSource.Notice, notice);
        Task<TagRun> ConfirmAsync(string user, TagSource of, string key, string? value) => Task.Run(async () =>
        {
            var run = await world.Acts.DraftAsync(
                of, new TagChange(new Dictionary<string, string?> { [key] = value }), user, TaggingWorld.Follower, now: true, default);
            return await world.Acts.ConfirmAsync(run.Id, user, TaggingWorld.Follower, default);
        });

        await Assert.ThrowsAsync<AccessDeniedException>(() => Modal(world).Handle(Press(notice, "U0STRANGER"), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => ConfirmAsync("U0STRANGER", source, "bighead:Owner", "DEVOPS"));
        await Assert.ThrowsAsync<AccessDeniedException>(() => ConfirmAsync(TaggingWorld.Viewer, source, "team", "red"));
        await Assert.ThrowsAsync<AccessDeniedException>(() => ConfirmAsync(TaggingWorld.Viewer, source, "bighead:Owner", "MARKETING"));
        await Assert.ThrowsAsync<AccessDeniedException>(() => ConfirmAsync(TaggingWorld.Viewer, source, "bighead:Env", null));
        await Assert.ThrowsAsync<AccessDeniedException>(
            () => ConfirmAsync(TaggingWorld.Viewer, new TagSource(TagSource.Asset, world.Assets[Instance].Id), "bighead:Owner", "DEVOPS"));
        // Somebody else's plan is not theirs to confirm either.
        var theirs = await world.Acts.DraftAsync(
            source, new TagChange(new Dictionary<string, string?> { ["bighead:Owner"] = "DEVOPS" }), TaggingWorld.Operator,
            TaggingWorld.Follower, now: true, default);
        await Assert.ThrowsAsync<AccessDeniedException>(
            () => world.Acts.ConfirmAsync(theirs.Id, TaggingWorld.Viewer, TaggingWorld.Follower, default));
        await world.WorkAsync();
        Assert.DoesNotContain("bighead:Owner", world.Aws.Of(Instance).Keys);

        // An operator gets the whole editor.
        await Modal(world).Handle(Press(notice, TaggingWorld.Operator), default);
        Assert.Equal(TagEditorModal.ActionId, world.Slack.Shown[^1].View.CallbackId);
    }

    private static CompleteTagsModal Modal(TaggingWorld world) => new(world.Editor, world.Creators, world.Access);

    private static async Task<string> CreatedAsync(TaggingWorld world, string role, string session)
    {
        world.People.ByMail["sora@bighead.example"] = TaggingWorld.Viewer;
        await world.ReadAsync(CreateEventTests.Event(
            "ec2", "RunInstances",
            new JsonObject { ["instancesSet"] = new JsonObject { ["items"] = new JsonArray(new JsonObject { ["instanceId"] = "i-1" }) } },
            new JsonObject
            {
                ["tagSpecificationSet"] = new JsonObject
                {
                    ["items"] = new JsonArray(new JsonObject
                    {
                        ["resourceType"] = "instance",
                        ["tags"] = new JsonArray(new JsonObject { ["key"] = "Name", ["value"] = "web-prod-1" }),
                    })
                }
            },
            new JsonObject { ["type"] = "AssumedRole", ["arn"] = $"arn:aws:sts::111122223333:assumed-role/{role}/{session}" }));
        await world.WorkAsync();
        return world.Outbox.Requests.Single(request => request.Subject.Kind == TagNotice.SubjectKind).Subject.Key;
    }

    private static BlockActionRequest Press(string notice, string user) => new()
    {
        UserId = user,
        ActionId = CompleteTagsModal.ActionId,
        Action = new StateValue { Type = "button", Value = notice },
        TriggerId = "t",
    };

    private static ViewSubmission Submitted(ModalView view, params (string Block, StateValue Value)[] values) => new()
    {
        UserId = TaggingWorld.Viewer,
        View = new ViewInfo
        {
            Id = "V1",
            InputBlockIds = ["key-Env"],
            State = new(values.ToDictionary(value => (value.Block, TagEditorModal.Field), value => value.Value)),
            PrivateMetadata = view.PrivateMetadata!,
        },
    };

    private static StateValue Chosen(string value) => new() { Type = "static_select", SelectedOption = new SelectedOption(value, value) };

    private static StateValue Typed(string value) => new() { Type = "plain_text_input", Value = value };

    private static ModalView Shown(ViewSubmissionResponse response) =>
        (ModalView)response.GetType().GetProperty("View")!.GetValue(response)!;
}

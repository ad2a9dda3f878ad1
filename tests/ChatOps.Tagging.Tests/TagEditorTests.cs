using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tagging.Tests;

public sealed class TagEditorTests
{
    private const string Web = "arn:aws:ec2:ap-northeast-2:111122223333:instance/i-1";

    [Fact]
    public async Task What_is_missing_stands_on_top_and_present_values_are_chosen()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        var asset = world.Assets.Add(
            Web, "AWS::EC2::Instance", "prod-web-1", ("bighead:Owner", "DEVOPS"), ("bighead:PIHandling", "N"), ("team", "red"));

        var view = TagEditorModal.Render(
            new TagView(new TagSource(TagSource.Asset, asset.Id), [asset], 1), world.Policy.Value, world.Locales.Default);

        var inputs = view.Blocks.OfType<InputBlock>().ToList();
        Assert.Equal(
            ["key-AssetType", "key-Env", "key-ExternalAccess", "key-PIHandling", "key-Owner", "key-ServiceType", "key-CreateDate", "free"],
            inputs.Select(input => input.BlockId));
        Assert.Equal("set:DEVOPS", Select(inputs, "Owner").InitialOption!.Value);
        // Proposed from the name: 'prod' and 'web' are words of it.
        Assert.Equal(
            ("set:PROD", "set:WEB"), (Select(inputs, "Env").InitialOption!.Value, Select(inputs, "AssetType").InitialOption!.Value));
        Assert.Equal(
            (TagEditorModal.Keep, "Not set yet"),
            (Select(inputs, "ExternalAccess").InitialOption!.Value, Select(inputs, "ExternalAccess").InitialOption!.Text.Text));
        Assert.Equal("team=red", ((PlainTextInput)inputs[^1].Element).InitialValue);
        // Slack writes '(optional)' behind some of these labels: none says both.
        Assert.All(inputs, input => Assert.Equal(!input.Optional, input.Label.Text.Contains("required", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_text_that_policy_asks_for_says_so_in_its_hint_for_it_may_be_left_for_later()
    {
        var policy = ChatOps.Platform.Policy.PolicyDocument.Read(
            "tags.yaml", "keys:\n  - { key: Team, pattern: '[a-z]+', required: true }", TagPolicyFile.Read);
        var asset = TagPolicyTests.Of("AWS::EC2::Instance", "x");
        var view = TagEditorModal.Render(
            new TagView(new TagSource(TagSource.Asset, "a1"), [asset], 1), policy, new GivenLocales("en").Default);

        var team = view.Blocks.OfType<InputBlock>().First();
        Assert.Equal(("Team", true), (team.Label.Text, team.Optional));
        Assert.Contains("Required by the policy", team.Hint!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_what_differs_is_left_as_it_is()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Servers(2, ("bighead:Env", "DEV"));
        world.Assets.Add("arn:aws:ec2:ap-northeast-2:111122223333:instance/i-9", "AWS::EC2::Instance", "web-9", ("bighead:Env", "PROD"));
        var shown = await world.Scope.SceneAsync(new TagSource(TagSource.Search, "web"), default);

        var view = TagEditorModal.Render(shown, world.Policy.Value, world.Locales.Default);

        var inputs = view.Blocks.OfType<InputBlock>().ToList();
        Assert.Equal(TagEditorModal.Keep, Select(inputs, "Env").InitialOption!.Value);
        Assert.Contains("DEV 2, PROD 1", inputs.Single(input => input.BlockId == "key-Env").Hint!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_policy_does_not_know_can_be_kept()
    {
        var asset = TagPolicyTests.Of("AWS::EC2::Instance", "x", ("bighead:Env", "QA"));
        var view = TagEditorModal.Render(
            new TagView(new TagSource(TagSource.Asset, "a1"), [asset], 1), TaggingWorld.SandboxPolicy(), new GivenLocales("en").Default);

        var select = Select([.. view.Blocks.OfType<InputBlock>()], "Env");
        Assert.Equal(("keep", "Leave “QA”"), (select.InitialOption!.Value, select.InitialOption.Text.Text));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task One_asset_is_planned_confirmed_and_written(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var asset = world.Assets.Add(Web, "AWS::EC2::Instance", "web-1", ("bighead:Env", "DEV"), ("team", "red"));
        foreach (var (key, value) in asset.Tags) world.Aws.Of(Web)[key] = value;
        var source = new TagSource(TagSource.Asset, asset.Id);

        var planned = Shown(await world.Editor.Handle(
            Submitted(world, source, ("key-Env", Chosen("set:PROD")), ("key-Owner", Chosen("set:DEVOPS")), ("free", Typed("purpose=lab"))),
            default));
        var text = string.Join('\n', planned.Blocks.OfType<SectionBlock>().Select(block => block.Text!.Text)).Replace(
            "\u200B", "", StringComparison.Ordinal);
        Assert.Contains("Changes 4 tags on 1 resource", text, StringComparison.Ordinal);
        Assert.Contains("*bighead:Env*: `DEV` → `PROD`", text, StringComparison.Ordinal);
        Assert.Contains("*team*: `red` → removed", text, StringComparison.Ordinal);
        Assert.Empty(world.Aws.Calls);

        var modal = new TagPlanModal(world.Acts, world.Locales);
        var running = Shown(await modal.Handle(new ViewSubmission
        {
            UserId = TaggingWorld.Operator,
            View = new ViewInfo { Id = "V1", PrivateMetadata = planned.PrivateMetadata! },
        }, default));
        Assert.Null(running.Submit);
        await world.WorkAsync();

        Assert.Equal(
            new Dictionary<string, string> { ["bighead:Env"] = "PROD", ["bighead:Owner"] = "DEVOPS", ["purpose"] = "lab" },
            world.Aws.Of(Web));
        var last = world.Slack.Shown[^1];
        Assert.Equal("update", last.How);
        Assert.Contains("✅", ((SectionBlock)last.View.Blocks[0]).Text!.Text, StringComparison.Ordinal);
        Assert.Contains(
            last.View.Blocks.OfType<ActionsBlock>().SelectMany(actions => actions.Elements).OfType<Button>(),
            button => button.ActionId == UndoTagsButton.ActionId);
        // One resource is nobody else's business unless it fails.
        Assert.DoesNotContain(world.Outbox.Requests, request => request.Subject.Kind == TagRun.SubjectKind);
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_its_field_and_nothing_changed_too()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        var asset = world.Assets.Add(Web, "AWS::EC2::Instance", "web-1");
        var source = new TagSource(TagSource.Asset, asset.Id);
        var locale = world.Locales.Default;

        var (_, errors) = TagEditorModal.ChangeOf(
            State(("key-ServiceType", Typed("?!")), ("free", Typed("nonsense"))), asset, [], world.Policy.Value, locale);
        Assert.Equal(["free", "key-ServiceType"], errors.Keys.Order());
        var (change, _) = TagEditorModal.ChangeOf(State(), asset, [], world.Policy.Value, locale);
        Assert.True(change.IsEmpty);
        Assert.NotEqual(ViewSubmissionResponse.Close, await world.Editor.Handle(Submitted(world, source), default));
        Assert.Empty(world.Slack.Shown);
    }

    [Fact]
    public async Task Free_tags_that_the_field_had_no_room_for_and_those_that_came_meanwhile_stay()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        // Twelve tags of 263 characters: eleven of them fit a field of text.
        var long_ = Enumerable.Range(0, 12).Select(i => ($"note{i:D2}", new string((char)('a' + i), 256))).ToArray();
        var asset = world.Assets.Add(Web, "AWS::EC2::Instance", "web-1", long_);
        var source = new TagSource(TagSource.Asset, asset.Id);
        var view = TagEditorModal.Render(new TagView(source, [asset], 1), world.Policy.Value, world.Locales.Default);
        var field = ((PlainTextInput)view.Blocks.OfType<InputBlock>().Single(input => input.BlockId == "free").Element).InitialValue!;
        var lines = field.Split('\n');
        Assert.All(lines, line => Assert.Equal(263, line.Length));
        Assert.Equal(11, lines.Length);
        var submitted = Submitted(world, source, ("free", Typed(string.Join('\n', lines.Skip(1)))));
        world.Assets.Put(asset with { Tags = new Dictionary<string, string>(asset.Tags) { ["meanwhile"] = "x" } });

        await world.Editor.Handle(submitted, default);

        var run = (await world.Runs.FindAsync(
            await Dapper.SqlMapper.QuerySingleAsync<string>(await world.Database.OpenAsync(default), "SELECT id FROM tagging_run"),
            default))!;
        Assert.Equal(new Dictionary<string, string?> { ["note00"] = null }, run.Change.Tags);
    }

    [Fact]
    public void A_tag_of_before_the_policy_that_is_called_as_its_key_is_without_the_prefix_is_left_alone()
    {
        var asset = TagPolicyTests.Of("AWS::EC2::Instance", "x", ("Env", "STAGE"), ("Owner", "DEV"));

        var (matching, errors) = TagEditorModal.ChangeOf(
            State(("free", Typed("Env=STAGE\nOwner=DEV"))), asset, [TagEditorModal.MarkOf("Env"), TagEditorModal.MarkOf("Owner")],
            TaggingWorld.SandboxPolicy(), new GivenLocales("en").Default);
        Assert.Empty(errors);
        Assert.True(matching.IsEmpty);

        var (change, _) = TagEditorModal.ChangeOf(
            State(("free", Typed("Env=TEST"))), asset, [TagEditorModal.MarkOf("Env"), TagEditorModal.MarkOf("Owner")],
            TaggingWorld.SandboxPolicy(), new GivenLocales("en").Default);
        Assert.Equal(
            [("Env", "TEST"), ("Owner", null)],
            change.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => (tag.Key, tag.Value)));
    }

    [Fact]
    public async Task A_search_that_is_too_old_and_an_asset_that_is_gone_are_said()
    {
        await using var world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        var request = new BlockActionRequest
        {
            UserId = TaggingWorld.Operator,
            ActionId = TagTheseButton.ActionId,
            Action = new StateValue { Value = "old" },
        };

        Assert.Equal("tag.fault.search-old", (await Assert.ThrowsAsync<UserFacingException>(
            () => new TagTheseButton(world.Editor, world.Assets).Handle(request, default))).Key);
        Assert.Equal("tag.fault.gone", (await Assert.ThrowsAsync<UserFacingException>(() => world.Editor.Handle(request, default))).Key);
    }

    private static StaticSelect Select(IReadOnlyList<InputBlock> inputs, string key) =>
        (StaticSelect)inputs.Single(input => input.BlockId == $"key-{key}").Element;

    private static StateValue Chosen(string value) => new() { Type = "static_select", SelectedOption = new SelectedOption(value, value) };

    private static StateValue Typed(string value) => new() { Type = "plain_text_input", Value = value };

    private static ChatOps.Slack.Interactions.ViewState State(params (string Block, StateValue Value)[] values) =>
        new(values.ToDictionary(value => (value.Block, TagEditorModal.Field), value => value.Value));

    private static ViewSubmission Submitted(TaggingWorld world, TagSource source, params (string Block, StateValue Value)[] values)
    {
        var asset = world.Assets.FindByIdAsync(source.Value, default).Result!;
        return new ViewSubmission
        {
            UserId = TaggingWorld.Operator,
            View = new ViewInfo
            {
                Id = "V1",
                InputBlockIds = ["key-Env"],
                State = State(values),
                PrivateMetadata = TagEditorModal.Render(new TagView(source, [asset], 1), world.Policy.Value, world.Locales.Default)
                    .PrivateMetadata!,
            },
        };
    }

    private static ModalView Shown(ViewSubmissionResponse response) =>
        (ModalView)response.GetType().GetProperty("View")!.GetValue(response)!;
}

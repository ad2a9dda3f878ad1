using ChatOps.Assets;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tagging.Tests;

/// <summary><c>/asset tag</c> and <c>/asset untag</c> as people type them, right and wrong.</summary>
public sealed class TagVerbTests : IAsyncLifetime
{
    private TaggingWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await TaggingWorld.CreateAsync(DatabaseKind.Sqlite);
        _world.Assets.Add("arn:aws:s3:::payroll", "AWS::S3::Bucket", "payroll", ("bighead:Env", "DEV"), ("team", "red"));
        _world.Assets.Add("arn:aws:s3:::payroll-exports", "AWS::S3::Bucket", "payroll-exports");
        _world.Assets.Put(_world.Assets.Add("arn:aws:s3:::gone", "AWS::S3::Bucket", "gone") with { DeletedAt = _world.Time.GetUtcNow() });
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData("tag", "")]
    [InlineData("tag", "   ")]
    [InlineData("tag", "Env=PROD")]
    [InlineData("untag", "")]
    [InlineData("untag", "payroll")]
    public async Task What_is_not_whole_is_answered_by_how_it_is_used(string verb, string typed)
    {
        var answer = await AskAsync(verb, typed);
        Assert.StartsWith($"`/asset {verb} WHAT", answer.Text, StringComparison.Ordinal);
        Assert.Empty(answer.Blocks);
    }

    [Theory]
    [InlineData("tag", "payroll Env=STAGING", "tag.fault.not-allowed")]
    [InlineData("tag", "payroll env=", "tag.fault.not-allowed")]
    [InlineData("tag", "payroll CreateDate=tomorrow", "tag.fault.not-allowed")]
    [InlineData("tag", "payroll ServiceType=?!", "tag.fault.value")]
    [InlineData("tag", "payroll aws:name=x", "tag.fault.key")]
    [InlineData("tag", "payroll te|am=x", "tag.fault.key")]
    [InlineData("tag", "payroll note=a<b", "tag.fault.value")]
    [InlineData("tag", "nobody Env=PROD", "tag.fault.not-found")]
    [InlineData("tag", "arn:aws:s3:::nobody Env=PROD", "tag.fault.not-found")]
    [InlineData("tag", "arn:aws:s3:::gone Env=PROD", "tag.fault.not-found")]
    [InlineData("untag", "nobody Env", "tag.fault.not-found")]
    [InlineData("untag", "payroll aws:name", "tag.fault.key")]
    [InlineData("untag", "payroll te|am", "tag.fault.key")]
    public async Task What_is_wrong_is_said_and_nothing_is_planned(string verb, string typed, string fault)
    {
        var known = await Assert.ThrowsAsync<UserFacingException>(() => AskAsync(verb, typed));
        Assert.Equal(fault, known.Key);
        // It can be said: every placeholder has its value.
        Assert.DoesNotContain('{', _world.Locales.Default.Text(known.Key, [.. known.Values]));
        Assert.Empty(_world.Slack.Responses);
        await _world.WorkAsync();
        Assert.Empty(_world.Aws.Calls);
    }

    [Fact]
    public async Task A_value_that_may_not_be_is_told_with_those_that_may()
    {
        var fault = await Assert.ThrowsAsync<UserFacingException>(() => AskAsync("tag", "payroll Env=STAGING"));
        Assert.Equal(
            "`Env` cannot be `STAGING`. Allowed: `DEV`, `PROD`",
            _world.Locales.Default.Text(fault.Key, [.. fault.Values]).Replace("\u200B", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tag", "payroll env=prod \"note=two words\"", "bighead:Env=PROD note=two words")]
    [InlineData("tag", "payroll “bighead:Owner=devops”", "bighead:Owner=DEVOPS")]
    [InlineData("tag", "payroll Env=DEV Env=PROD", "bighead:Env=PROD")]
    [InlineData("untag", "payroll Env", "bighead:Env=-")]
    [InlineData("untag", "payroll env bighead:ENV", "bighead:Env=-")]
    [InlineData("untag", "payroll team", "team=-")]
    public async Task What_is_right_becomes_a_plan_that_waits_for_its_button(string verb, string typed, string change)
    {
        var answer = await AskAsync(verb, typed);

        var confirm = Assert.Single(Buttons(answer), button => button.ActionId == ConfirmTagsButton.ActionId);
        var run = (await _world.Runs.FindAsync(confirm.Value!, default))!;
        Assert.Equal((TagRunState.Planned, TagSource.Asset, 1L), (run.State, run.Source.Kind, run.Plan!.Changed));
        Assert.Equal(change, string.Join(
            ' ', run.Change.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value ?? "-"}")));
        await _world.WorkAsync();
        Assert.Empty(_world.Aws.Calls);
    }

    [Fact]
    public async Task What_would_change_nothing_has_no_button()
    {
        Assert.Empty(Buttons(await AskAsync("tag", "payroll Env=DEV")));
        Assert.Empty(Buttons(await AskAsync("untag", "payroll Owner")));
    }

    [Fact]
    public async Task Without_tags_one_opens_the_editor_and_several_are_a_choice()
    {
        Assert.Null(await AskOrNullAsync("tag", "payroll"));
        Assert.Equal(TagEditorModal.ActionId, Assert.Single(_world.Slack.Shown).View.CallbackId);

        var choice = await AskAsync("tag", "pay");
        Assert.Equal(
            2, choice.Blocks.OfType<SectionBlock>().Count(block => block.Accessory is Button { ActionId: TagEditorModal.ActionId }));
    }

    public static TheoryData<string, string, string> Slips => FilterSlips.Of("tag", "untag");

    [Theory, MemberData(nameof(Slips))]
    public async Task A_slip_in_a_filter_is_named_as_in_every_command(string verb, string typed, string answer)
    {
        var fault = await Assert.ThrowsAsync<UserFacingException>(
            () => AskAsync(verb, verb == "tag" || typed.Contains('"') ? typed : $"{typed} Env"));

        Assert.StartsWith(answer, _world.Locales.Default.Text(fault.Key, [.. fault.Values]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Untag_takes_all_keys_at_the_end_although_the_policy_does_not_know_them()
    {
        using var cases = System.Text.Json.JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "data", "untag-free-keys.json")));
        foreach (var asset in cases.RootElement.GetProperty("assets").EnumerateArray())
        {
            var name = asset.GetProperty("name").GetString()!;
            _world.Assets.Add(
                $"arn:aws:s3:::{name}", "AWS::S3::Bucket", name,
                [.. asset.GetProperty("tags").EnumerateObject().Select(tag => (tag.Name, tag.Value.GetString()!))]);
        }

        foreach (var command in cases.RootElement.GetProperty("commands").EnumerateArray())
        {
            var plan = await AskAsync("untag", command.GetProperty("text").GetString()!["untag ".Length..]);
            var run = (await _world.Runs.FindAsync(
                Assert.Single(Buttons(plan), button => button.ActionId == ConfirmTagsButton.ActionId).Value!, default))!;
            Assert.Equal((TagSource.Search, "barn"), (run.Source.Kind, run.Source.Value));
            Assert.Equal(["Note", "Team"], run.Change.Tags.Keys.Order());
            Assert.All(run.Change.Tags.Values, Assert.Null);
            Assert.Equal(2, run.Plan!.Changed);
        }
    }

    [Fact]
    public async Task Untag_searches_several_words_where_they_are_no_keys()
    {
        _world.Assets.Add("arn:aws:s3:::online-school", "AWS::S3::Bucket", "online-school", ("Note", "x"));

        var plan = await AskAsync("untag", "online school Note");

        var run = (await _world.Runs.FindAsync(
            Assert.Single(Buttons(plan), button => button.ActionId == ConfirmTagsButton.ActionId).Value!, default))!;
        Assert.Equal("Note", Assert.Single(run.Change.Tags).Key);
    }

    private static IEnumerable<Button> Buttons(Message message) =>
        message.Blocks.OfType<ActionsBlock>().SelectMany(actions => actions.Elements).OfType<Button>();

    private async Task<Message> AskAsync(string verb, string typed) => (await AskOrNullAsync(verb, typed))!;

    private async Task<Message?> AskOrNullAsync(string verb, string typed)
    {
        var targets = new TagTargets(_world.Assets);
        IAssetVerb handler = verb == "tag"
            ? new TagVerb(_world.Assets, targets, _world.Acts, _world.Scope, _world.Policy, _world.Slack)
            : new UntagVerb(_world.Assets, targets, _world.Acts, _world.Policy);
        _world.Slack.Responses.Clear();
        await handler.HandleAsync(
            new SlashCommand { Command = "/asset", Text = $"{verb} {typed}", UserId = TaggingWorld.Operator, TriggerId = "t" },
            typed.Trim(),
            new SlashCommandResponder(_world.Slack, "https://hooks.slack.com/x"), _world.Locales.Default, default);
        var answer = _world.Slack.Responses.SingleOrDefault()?.Message;
        _world.Slack.Responses.Clear();
        return answer;
    }
}

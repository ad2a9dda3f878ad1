using static Microsoft.Playwright.Assertions;

namespace ChatOps.EndToEnd.Stories;

[Collection(nameof(StoryTests))]
public sealed class TaggingTests(Chromium chromium)
{
    private const string Stage = "444455556666";

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task A_new_instance_is_tagged_by_itself_and_its_creator_completes_the_rest(string language)
    {
        var korean = language == "ko";
        var who = korean ? Somebody.Jiyeon : Somebody.Alex;
        await using var sandbox = await Sandbox.StartAsync(language);
        await using var window = await Window.OpenAsync(chromium, sandbox, who, $"D0{who.Name.ToUpperInvariant()}");

        await window.Page.GetByTestId("panel-create-kind").SelectOptionAsync("instance");
        await window.Page.GetByTestId("panel-create-person").SelectOptionAsync(who.Name);
        await window.Page.GetByTestId("panel-create-name").FillAsync("web-dev-7");
        await window.Panel.PressAsync("create");

        var notice = window.Post("web-dev-7");
        await Expect(notice.Headline).ToContainTextAsync(
            korean ? "🟡 태그 누락: PIHandling, Owner, ExternalAccess" : "🟡 Tags missing: PIHandling, ExternalAccess");
        var arn = Assert.Single(await sandbox.ArnsAsync(Stage, "web-dev-7"));
        var tags = await sandbox.TagsAsync(Stage, arn);
        // The name says where it is, Parameter Store whose it is, CloudTrail who made it.
        Assert.Equal(("WEB", "DEV", "edu-platform"), (tags["bighead:AssetType"], tags["bighead:Env"], tags["bighead:ServiceType"]));
        Assert.StartsWith(who.Name, tags["bighead:Creator"], StringComparison.Ordinal);
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", tags["bighead:CreateDate"]);
        Assert.Equal(korean ? null : "DEVOPS", tags.GetValueOrDefault("bighead:Owner"));
        await Screenshots.TakeAsync(window, korean ? "autotag-ko.png" : "autotag.png");

        await notice.Act("tag.complete").ClickAsync();
        await window.Modal.ChooseAsync("key-PIHandling", "N", exact: true);
        await window.Modal.ChooseAsync("key-ExternalAccess", "Y", exact: true);
        if (korean) await window.Modal.ChooseAsync("key-Owner", "DEVELOPER");
        await window.Modal.Submit.ClickAsync();
        await Expect(window.Modal.At).ToContainTextAsync(korean ? "리소스 1개의 태그 3개를 바꿉니다" : "Changes 2 tags on 1 resource");
        await window.Modal.Submit.ClickAsync();
        await Expect(window.Modal.At).ToContainTextAsync(korean ? "✅ 리소스 1개의 태그를 바꿨습니다" : "✅ Tags changed on 1 resource");
        await window.Modal.CloseAsync();

        await Expect(notice.Headline).ToContainTextAsync(korean ? "✅ 태그 완성" : "✅ Tags complete");
        await Expect(notice.Act("tag.complete")).ToHaveCountAsync(0);
        tags = await sandbox.TagsAsync(Stage, arn);
        Assert.Equal(
            ("N", "Y", korean ? "DEVELOPER" : "DEVOPS"),
            (tags["bighead:PIHandling"], tags["bighead:ExternalAccess"], tags["bighead:Owner"]));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task An_asset_is_found_and_its_tags_are_fixed(string language)
    {
        const string Arn = "arn:aws:ec2:ap-northeast-2:444455556666:instance/i-0123456789abcdef0";
        var korean = language == "ko";
        var who = korean ? Somebody.Jiyeon : Somebody.Alex;
        await using var sandbox = await Sandbox.StartAsync(language);
        await using var window = await Window.OpenAsync(chromium, sandbox, who, "assets");

        // The inventory is read as soon as the bot runs. Who asks before that is told how far it is.
        await Eventually.TrueAsync(
            async () =>
            {
                var answers = await window.Private.CountAsync();
                await window.CommandAsync("/asset find stage-api type:ec2:instance");
                await Expect(window.Private).ToHaveCountAsync(answers + 1);
                // Not any asset: where nothing is found yet, names that are near are offered.
                if ((await window.OnlyToMe.InnerTextAsync()).Contains("stage-api-1", StringComparison.Ordinal)) return true;
                await Expect(window.OnlyToMe).ToContainTextAsync(korean ? "처음으로" : "first time");
                return false;
            },
            because: "the inventory was not read");
        await Expect(window.OnlyToMe).ToContainTextAsync("stage-api-1");
        await window.OnlyToMe.Locator("[data-action-id='asset.open']").First.ClickAsync();
        await Expect(window.Modal.At).ToContainTextAsync(Arn);
        await window.Modal.At.Locator("[data-action-id='tag.edit']").ClickAsync();
        await Expect(window.Modal.At).ToContainTextAsync(korean ? "PIHandling · 필수" : "PIHandling · required");
        await window.Modal.ChooseAsync("key-PIHandling", "N", exact: true);
        await window.Modal.ChooseAsync("key-ExternalAccess", "Y", exact: true);
        await Screenshots.TakeAsync(window, "asset-tags.png", !korean);
        await window.Modal.Submit.ClickAsync();
        // Env and AssetType are proposed from the name, Owner from a tag of before the policy.
        await Expect(window.Modal.At).ToContainTextAsync(korean ? "리소스 1개의 태그 5개를 바꿉니다" : "Changes 5 tags on 1 resource");
        await Screenshots.TakeAsync(window, "asset-plan.png", !korean);
        await window.Modal.Submit.ClickAsync();
        await Expect(window.Modal.At).ToContainTextAsync(korean ? "✅ 리소스 1개의 태그를 바꿨습니다" : "✅ Tags changed on 1 resource");
        await Screenshots.TakeAsync(window, "asset-tagged.png", !korean);

        var tags = await sandbox.TagsAsync(Stage, Arn);
        Assert.Equal(
            ("N", "Y", "DEV", "DEVELOPER", "WAS"),
            (
                tags["bighead:PIHandling"], tags["bighead:ExternalAccess"], tags["bighead:Env"], tags["bighead:Owner"],
                tags["bighead:AssetType"]));
        Assert.Equal("stage-api-1", tags["Name"]);

        // The asset as it was before the change does not come back from under the plan.
        await window.Modal.CloseAsync();
        await window.CommandAsync("/asset show stage-api-1");
        await Expect(window.OnlyToMe).ToContainTextAsync("bighead:PIHandling");
        await Expect(window.OnlyToMe).ToContainTextAsync("DEVELOPER");
        await Screenshots.TakeAsync(window, "asset-show-ko.png", korean);
    }

    [Fact]
    public async Task What_is_not_ready_skipped_or_not_taggable_is_told_by_the_command_and_strangers_work_is_asked_in_the_channel()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var alex = await Window.OpenAsync(chromium, sandbox, Somebody.Alex, "assets");
        await sandbox.CreateAsync("instance", "autoscaling", "web-scaled-1");
        await sandbox.CreateAsync("user", "minho", "ledger-user-x1");
        await sandbox.CreateAsync("queue", "minho", "ledger-jobs-x1");
        var table = await sandbox.CreateAsync("table", "terraform", "ledger-dev-x1");

        // The table refuses tags for its first seconds; nobody in Slack is called ci-4711.
        await Expect(alex.Post("ledger-dev-x1").Headline).ToContainTextAsync("🟡 Tags missing: PIHandling, Owner");
        Assert.Equal("DB", (await sandbox.TagsAsync(Stage, table))["bighead:AssetType"]);
        await alex.CommandAsync("/chatops autotag");
        foreach (var part in (string[])[
            "4 seen", "3 tagged", "2 wait for their creators", "1 skipped: created by an AWS service"
        ])
            await Expect(alex.OnlyToMe).ToContainTextAsync(part);
        await Screenshots.TakeAsync(alex, "autotag-status.png");
    }
}

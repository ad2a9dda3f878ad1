using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Tagging.Tests;

/// <summary>Every message and modal of tagging: for snapshots, limits, and the check against Slack's own types.</summary>
public sealed class TaggingGallery : IGallery
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 3, 0, 0, TimeSpan.Zero);
    private static readonly TagPolicy Policy = TaggingWorld.SandboxPolicy();

    private static readonly TagPlan Plan = new(
        52, 12,
        [
            new("bighead:Env", "DEV", "PROD", 12), new("bighead:Env", "PROD", "PROD", 40), new("bighead:Owner", null, "DEVOPS", 52),
            new("team", "<!channel> *red*", null, 3), new("team", null, null, 49)
        ],
        ["prod-web-1", "prod-web-2", "<b>_odd_</b>"]);

    private static readonly TagRun Run = new()
    {
        Id = "0199a0f0111172228333444455556666",
        State = TagRunState.Planned,
        Source = new TagSource(TagSource.Search, "web"),
        Plan = Plan,
        Change = new TagChange(new Dictionary<string, string?> { ["bighead:Env"] = "PROD" }),
        RequestedBy = "U0JIYEON",
        RequestedAt = Now,
        Counts = new TagRunCounts(0, 0, 12),
    };

    private static readonly IReadOnlyList<TagRunItem> Failures =
    [
        Item(
            "prod-web-1", "AccessDeniedException",
            "User: arn:aws:sts::111122223333:assumed-role/ChatOpsMember/chatops is not authorized to perform: tag:TagResources"),
        Item("prod-web-2", "ChangedSince", ""),
        Item("orders", "NoAccount", "The AWS account '999988887777' is not configured."),
        Item("`odd`", "InvalidParameterException", "<!here> no"),
    ];

    private static readonly Creation Created = new()
    {
        Id = "c1",
        NoticeId = "n1",
        Arn = "arn:aws:ec2:ap-northeast-2:111122223333:instance/i-1",
        Type = "AWS::EC2::Instance",
        Name = "prod-web-1",
        Account = "111122223333",
        Region = "ap-northeast-2",
        Event = "ec2:RunInstances",
        At = Now,
        Creator = new Creator("jiyeon"),
        OwnTags = new Dictionary<string, string>(),
        State = CreationState.Tagged,
        Tags = new Dictionary<string, string>
        {
            ["bighead:Env"] = "PROD",
            ["bighead:Creator"] = "jiyeon",
            ["bighead:CreateDate"] = "2026-11-25",
        },
        Missing = ["Owner", "PIHandling"],
    };

    private static readonly TagNotice Notice = new("n1", "jiyeon", "U0JIYEON", Now, null, null);

    private static readonly Census Census = new(Now, TimeSpan.FromMilliseconds(300), new CensusFigures
    {
        Assets = 48_213,
        Concerned = 31_000,
        Complete = 30_412,
        FaultsByKey = new Dictionary<string, long> { ["Env"] = 312, ["Owner"] = 120, ["PIHandling"] = 588 },
    });

    public static string Domain => "tagging";

    public static SnapshotFolder Snapshots { get; } = SnapshotFolder.Beside();

    public static IEnumerable<(string Name, Func<Locale, ModalView> Render)> Modals =>
    [
        ("editor-one", locale => TagEditorModal.Render(new TagView(new TagSource(TagSource.Asset, "a1"), [TagPolicyTests.Of(
            "AWS::EC2::Instance", "prod-<web>-1", ("bighead:Owner", "DEVOPS"), ("bighead:PIHandling", "maybe"),
            ("team", "red"))], 1), Policy, locale)),
        ("editor-complete", locale => TagEditorModal.Render(new TagView(new TagSource(TagSource.Asset, "a1"), [TagPolicyTests.Of(
            "AWS::SNS::Topic", "jobs", ("bighead:Owner", "DEVOPS"), ("bighead:Env", "DEV"),
            ("bighead:CreateDate", "2026-11-25"))], 1), Policy, locale)),
        (
            "editor-many",
            locale => TagEditorModal.Render(new TagView(new TagSource(TagSource.Search, "web"), [.. Enumerable.Range(1, 7).Select(
                i => TagPolicyTests.Of("AWS::EC2::Instance", $"web-{i}", ("bighead:Env", i > 2 ? "DEV" : "PROD")))], 7), Policy, locale)),
        ("editor-completing", locale => TagEditorModal.Render(new TagView(
            new TagSource(TagSource.Notice, "n1"),
            [TagPolicyTests.Of("AWS::EC2::Instance", "prod-web-1", ("bighead:Owner", "DEVOPS"), ("team", "red"))],
            1), Policy, locale, completing: true)),
        ("plan-gathering", locale => TagPlanModal.Render(Run with { State = TagRunState.Gathering, Plan = null }, [], locale)),
        ("plan", locale => TagPlanModal.Render(Run, [], locale)),
        ("plan-cut", locale => TagPlanModal.Render(Run with { Plan = Plan with { Cut = true } }, [], locale)),
        (
            "plan-nothing",
            locale => TagPlanModal.Render(Run with { Plan = Plan with { Changed = 0, Lines = [Plan.Lines[1]], Names = [] } }, [], locale)),
        (
            "plan-running",
            locale => TagPlanModal.Render(Run with { State = TagRunState.Running, Counts = new TagRunCounts(5, 0, 7) }, [], locale)),
        (
            "plan-done",
            locale => TagPlanModal.Render(Run with { State = TagRunState.Done, Counts = new TagRunCounts(12, 0, 0) }, [], locale)),
        (
            "plan-failed",
            locale => TagPlanModal.Render(Run with { State = TagRunState.Done, Counts = new TagRunCounts(6, 6, 0) }, Failures, locale)),
    ];

    public static IEnumerable<(string Name, Func<Locale, Message> Render)> Messages =>
    [
        (
            "run-running",
            locale => TagRunMessage.Render(Run with { State = TagRunState.Running, Counts = new TagRunCounts(5, 0, 7) }, [], locale)),
        (
            "run-failed",
            locale => TagRunMessage.Render(Run with { State = TagRunState.Done, Counts = new TagRunCounts(8, 4, 0) }, Failures, locale)),
        ("run-undone", locale => TagRunMessage.Render(
            Run with { State = TagRunState.Done, UndoneBy = "x", Counts = new TagRunCounts(12, 0, 0) }, [], locale)),
        ("run-undo", locale => TagRunMessage.Render(
            Run with { State = TagRunState.Done, UndoOf = "x", Counts = new TagRunCounts(12, 0, 0) }, [], locale)),
        ("command-plan", locale => TagCommandMessage.Plan(Run, locale)),
        ("command-choice", locale => TagCommandMessage.Choice(new TagView(
            new TagSource(TagSource.Search, "web"),
            [.. Enumerable.Range(1, 7).Select(i => TagPolicyTests.Of("AWS::EC2::Instance", $"web-{i}"))], 7), "web", locale)),
        ("command-help", locale => TagCommandMessage.Help("tag", locale)),
        ("untagged", locale => TagCommandMessage.Untagged([Gap("prod-web-1"), Gap("<odd> *name*")], "", 0, 588, Census, locale)),
        ("untagged-none", locale => TagCommandMessage.Untagged([], "", 0, 0, Census, locale)),
        ("untagged-nothing", locale => TagCommandMessage.Untagged([], "key:Env x", 0, 0, Census, locale)),
        ("notice", locale => TagNoticeMessage.Render(Notice, [Created], locale)),
        ("notice-stranger", locale => TagNoticeMessage.Render(
            Notice with { SlackUser = null, CreatorName = "ci <4711>" },
            [.. Enumerable.Range(1, 10).Select(i => Created with { Name = $"web-{i}" })], locale)),
        ("notice-creator", locale => TagNoticeMessage.Render(Notice with { Certain = true }, [Created], locale)),
        ("notice-complete", locale => TagNoticeMessage.Render(
            Notice with { CompletedBy = "U0JIYEON", CompletedAt = Now }, [Created with { Missing = [] }], locale)),
        ("autotag", locale => AutoTagVerb.Render(
            [
                new(CreationState.Tagged, null, 1204, 12), new(CreationState.Nothing, null, 31, 0), new(CreationState.Pending, null, 2, 0),
                new(CreationState.Failed, "AccessDeniedException: no", 3, 0),
                new(CreationState.NotTaggable, "AWS::CloudFormation::Stack", 4, 0),
                new(CreationState.Skipped, SkipReasons.Service, 77, 0), new(CreationState.Skipped, SkipReasons.Refused, 5, 0),
            ],
            [Created with { State = CreationState.Failed, Reason = "AccessDeniedException: not authorized in 111122223333" }], locale)),
        ("autotag-nothing", locale => AutoTagVerb.Render([], [], locale)),
    ];

    public static void AddHandlers(IServiceCollection services) => services.AddTagging();

    public static bool IsOfAnotherDomain(string actionId) =>
        !(actionId.StartsWith("tag.", StringComparison.Ordinal) || actionId.StartsWith("autotag.", StringComparison.Ordinal));

    private static TagRunItem Item(string name, string code, string message) => new()
    {
        RunId = Run.Id,
        Arn = "arn:" + name,
        Name = name,
        Account = "111122223333",
        Region = "ap-northeast-2",
        Change = Run.Change,
        State = "failed",
        Code = code,
        Message = message,
    };

    private static TagGap Gap(string name) => new()
    {
        Arn = "arn:" + name,
        AssetId = "a1",
        Type = "AWS::EC2::Instance",
        Name = name,
        Account = "111122223333",
        Region = "ap-northeast-2",
        Creator = "jiyeon",
        Since = Now,
        Faults =
        [
            new TagViolation("Env", TagViolationKind.Missing, null), new TagViolation("Owner", TagViolationKind.NotAllowed, "marketing"),
        ],
    };
}

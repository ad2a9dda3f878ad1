using ChatOps.Findings;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Assets.Tests;

/// <summary>Every message and modal of assets, in every state: for snapshots, and for the check against Slack's own types.</summary>
public sealed class AssetGallery : IGallery
{
    private const string Evil = "<!channel> <https://evil.example|click> *bold* `code` & @here \u202e😀 ";
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);
    private static readonly FilterGrammar Grammar = AssetFilters.GrammarOf(new TwoAccounts());
    private static readonly Dictionary<string, string> Accounts = new() { ["111122223333"] = "prod", ["444455556666"] = "stage" };

    private static readonly Asset Bucket = new()
    {
        Arn = "arn:aws:s3:::payroll-exports",
        Id = "abcdefghijkmnpqr",
        Type = "AWS::S3::Bucket",
        Name = "payroll-exports",
        Account = "111122223333",
        Region = "ap-northeast-2",
        Tags = new Dictionary<string, string> { ["bighead:Env"] = "PROD", ["bighead:Owner"] = "SECURITY", ["Name"] = "payroll-exports" },
        Groups = ["payroll"],
        Creator = "jiyeon",
        CreatedAt = Now.AddDays(-3),
        SeenAt = Now,
    };

    private static readonly Asset Bare = Bucket with
    {
        Arn = "arn:aws:glacier:us-east-1:999988887777:vaults/old",
        Id = "qrstuvwxyz234567",
        Type = "AWS::glacier::vaults",
        Name = "old",
        Account = "999988887777",
        Tags = new Dictionary<string, string>(),
        Groups = [],
        Creator = null,
        CreatedAt = null,
    };

    private static readonly Asset Hostile = Bucket with
    {
        Name = string.Concat(Enumerable.Repeat(Evil, 20)),
        Type = Evil,
        Region = Evil,
        Creator = Evil,
        Groups = [.. Enumerable.Repeat(Evil, 50)],
        Tags = Enumerable.Range(0, 50).ToDictionary(i => $"{Evil}{i}", _ => string.Concat(Enumerable.Repeat(Evil, 5))),
    };

    private static readonly AssetTagViolation[] Faults =
    [
        new("bighead:AssetType", AssetTagViolationKind.Missing, null, ["WEB", "WAS", "DB"]),
        new("bighead:Env", AssetTagViolationKind.ValueCase, "prod", ["PROD"]),
        new("bighead:Owner", AssetTagViolationKind.NotAllowed, "MARKETING", ["SECURITY", "DEVELOPER"]),
        new("bighead:ServiceType", AssetTagViolationKind.KeyCase, "bighead:servicetype", []),
        new("bighead:CreateDate", AssetTagViolationKind.NotAllowed, "soon", []),
    ];

    public static string Domain => "asset";

    public static SnapshotFolder Snapshots { get; } = SnapshotFolder.Beside();

    public static IEnumerable<string> Agreed =>
    [
        "list", "list-many", "list-ambiguous", "nothing", "nothing-first", "nothing-yet", "show", "show-tags-right", "show-tags-wrong",
        "show-tags-none", "show-bare", "show-deleted", "groups", "stats", "help", "shared",
    ];

    public static IEnumerable<(string Name, Func<Locale, Message> Render)> Messages
    {
        get
        {
            var findings = new Dictionary<string, OpenFindings> { [Bucket.Arn] = new(1, Severity.Critical) };
            var few = View("payroll type:s3", [Bucket, Bucket with
            {
                Name = "payroll-old",
                Tags = new Dictionary<string, string>(),
                Arn = "arn:aws:s3:::payroll-old",
                DeletedAt = Now,
            }, Bare], 3, 0) with
            { Findings = findings, CanTag = true };
            yield return ("list", locale => AssetListMessage.Render(few, locale));
            var many = View("prod", [.. Enumerable.Repeat(Bucket, AssetListMessage.PageSize)], 1000, 8);
            yield return ("list-many", locale => AssetListMessage.Render(many, locale));
            yield return ("list-all", locale => AssetListMessage.Render(View("", [Bucket], 1, 0), locale));
            yield return ("list-ambiguous", locale => AssetListMessage.Render(few with { Ambiguous = "payroll" }, locale));
            yield return (
                "list-hostile",
                locale => AssetListMessage.Render(View(Evil, [.. Enumerable.Repeat(Hostile, AssetListMessage.PageSize)], 8, 0), locale));
            yield return ("shared", locale => AssetListMessage.RenderShared(few, "U0JIYEON", locale));
            yield return ("nothing", locale => AssetListMessage.Nothing(
                "payrol type:s3", "abc", 48213, null, [Bucket, Bare], [("type:s3", 12, 1000), ("payrol", 1000, 1000)], locale));
            yield return ("nothing-empty", locale => AssetListMessage.Nothing(Evil, "abc", 0, null, [], [], locale));
            yield return (
                "nothing-first", locale => AssetListMessage.Nothing("payroll", "abc", 0, new FirstSync(1200, 4820, false), [], [], locale));
            yield return (
                "nothing-yet",
                locale => AssetListMessage.Nothing("payroll", "abc", 1200, new FirstSync(1200, 4820, false), [], [], locale));
            yield return (
                "nothing-begins", locale => AssetListMessage.Nothing("payroll", "abc", 0, new FirstSync(0, 0, false), [], [], locale));
            yield return (
                "nothing-gaps",
                locale => AssetListMessage.Nothing("payroll", "abc", 1200, new FirstSync(1200, 4820, true), [], [], locale));
            yield return ("wrong", locale => FilterFaultText.Render(
                new FilterFault(FilterFaultKind.NotATime, "created", Evil) { Name = "created", Nearest = "created:7d" }, locale));
            yield return ("show", locale => AssetMessage.Render(Bucket, Scene(2), locale));
            yield return ("show-tags-right", locale => AssetMessage.Render(Bucket, Scene(0) with { TagFaults = [] }, locale));
            yield return ("show-tags-wrong", locale => AssetMessage.Render(
                Bucket with
                {
                    Tags = new Dictionary<string, string>
                    {
                        ["bighead:Env"] = "prod",
                        ["bighead:Owner"] = "MARKETING",
                        ["bighead:servicetype"] = "payroll",
                        ["bighead:CreateDate"] = "soon",
                        ["Name"] = "payroll-exports",
                    }
                },
                Scene(0) with { TagFaults = Faults }, locale));
            yield return (
                "show-tags-none",
                locale => AssetMessage.Render(Bare, new AssetView(Bare.Account, [], null, true) { TagFaults = [Faults[0]] }, locale));
            yield return ("show-bare", locale => AssetMessage.Render(Bare, new AssetView(Bare.Account, [], null, false), locale));
            yield return ("show-deleted", locale => AssetMessage.Render(Bucket with { DeletedAt = Now }, Scene(0), locale));
            yield return ("show-hostile", locale => AssetMessage.Render(Hostile, Scene(9) with
            {
                TagFaults =
            [
                new($"{Evil}1", AssetTagViolationKind.NotAllowed, Evil, [.. Enumerable.Repeat(Evil, 50)]),
                new(Evil, AssetTagViolationKind.KeyCase, $"{Evil}2", []),
            ]
            }, locale));
            yield return ("help", locale => HelpVerb.Render(["find", "show", "group", "stats", "export", "help"], Grammar, locale));
            yield return (
                "groups",
                locale => GroupVerb.Render([Group("payroll", 12, "What payroll runs on"), Group(Evil, 1, Evil)], "", Accounts, locale));
            yield return ("groups-none", locale => GroupVerb.Render([], "", Accounts, locale));
            yield return ("groups-none-named", locale => GroupVerb.Render([], Evil, Accounts, locale));
            var stats = new AssetStats(
                48213, 4821, 77, [.. Enumerable.Range(0, 30).Select(i => ($"AWS::EC2::Kind{i}", 3000L - (i * 100)))],
                [("111122223333", 30000), ("444455556666", 18213)], [("ap-northeast-2", 40000), ("us-east-1", 8213)]);
            yield return ("stats", locale => StatsVerb.Render(stats, Accounts, ("F0123", "Assets by type: EC2 Kind0 3,000"), locale));
            yield return ("stats-empty", locale => StatsVerb.Render(new AssetStats(0, 0, 0, [], [], []), Accounts, null, locale));
        }
    }

    public static IEnumerable<(string Name, Func<Locale, ModalView> Render)> Modals
    {
        get
        {
            yield return ("open", locale => AssetMessage.Modal(Bucket, Scene(2), locale));
            yield return ("open-hostile", locale => AssetMessage.Modal(Hostile, Scene(9), locale));
            yield return (
                "refine", locale => RefineModal.Render("payroll type:s3", "https://hooks.slack.com/commands/T1/2/x", Grammar, locale));
            yield return ("refine-empty", locale => RefineModal.Render("", "", Grammar, locale));
        }
    }

    public static void AddHandlers(IServiceCollection services) => services.AddAssets(new ConfigurationBuilder().Build());

    public static bool IsOfAnotherDomain(string actionId) => !actionId.StartsWith("asset.", StringComparison.Ordinal);

    private static AssetView Scene(int open) => new(
        "prod", [.. FindingGallery.States.Take(Math.Min(open, AssetMessage.FindingsShown)).Select(state => state.Finding)],
        open == 0 ? null : new OpenFindings(open, Severity.High), true);

    private static AssetListView View(string query, IReadOnlyList<Asset> assets, long total, int offset) =>
        new(query, "0123456789abcdef", offset, new AssetPage(assets, total, 1000, 48213, TimeSpan.FromMilliseconds(8)))
        {
            Accounts = Accounts,
            Vocabulary = new TagVocabulary("bighead:"),
        };

    private static AssetGroup Group(string name, long members, string description) => new()
    {
        Arn = name,
        Name = name,
        Account = "111122223333",
        Region = "ap-northeast-2",
        Description = description,
        Members = members,
    };
}

using ChatOps.Findings;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatOps.Assets.Tests;

/// <summary>The inventory on a real database, with AWS and Slack played.</summary>
internal sealed class AssetWorld : World
{
    public const string Prod = "111122223333";
    public const string Stage = "444455556666";
    public const string Seoul = "ap-northeast-2";

    /// <summary>The sandbox's company, whose tags the tests use.</summary>
    private static readonly GivenPolicy<TagVocabulary> Vocabulary = new(new TagVocabulary("bighead:"));

    private AssetWorld(TestDatabase test)
        : base(test, new DateTimeOffset(2026, 11, 20, 3, 0, 0, TimeSpan.Zero))
    {
        Searcher = new AssetSearcher(Database, Accounts, Locales, Time);
        Register = new AssetService(Database, Searcher, Vocabulary, Time);
        Sync = new AssetSync(
            Database, Aws, Accounts, Options.Create(new AssetsOptions()), Vocabulary, Time, NullLogger<AssetSync>.Instance);
        var signal = new WorkSignal<FindingWrite>();
        var recorder = new FindingChanges(new RecordingOutbox(), new FindingRoutes(Routes, Vocabulary), signal, new(), Time);
        Findings = new FindingService(Database, Aws, new SecurityHubAggregation(Accounts), recorder, signal, Time);
        Answers = new AssetAnswers(Database, Register, Searcher, Findings, TagRules, Accounts, new SlackRegistry(), Vocabulary);
    }

    public PlayedEstate Aws { get; } = new();

    public AssetSearcher Searcher { get; }

    public AssetService Register { get; }

    public AssetSync Sync { get; }

    public FindingService Findings { get; }

    public AssetAnswers Answers { get; }

    /// <summary>Who judges tags; nobody, until a test says so.</summary>
    public List<IAssetTagRules> TagRules { get; } = [];

    public static async Task<AssetWorld> CreateAsync(DatabaseKind kind) => new(await Databases.CreateAsync(kind));

    public Task RecordAsync(
        string arn, string? creator = null, DateTimeOffset? createdAt = null, string? type = null,
        params (string Key, string? Value)[] tags) => Database.WriteAsync(
        uow => Register.RecordAsync(
            uow,
            new SeenAsset(arn, Time.GetUtcNow())
            {
                Type = type,
                Account = Prod,
                Region = Seoul,
                Creator = creator,
                CreatedAt = createdAt,
                Tags = tags.ToDictionary(tag => tag.Key, tag => tag.Value),
            },
            default),
        default);

    /// <summary>Reads events as ingest would.</summary>
    public Task ReadAsync(string body) => ReadEventsAsync("eventbridge", _ => "", [body], new TagChangeReader(Register));

    public async Task<IReadOnlyList<string>> FindAsync(string text, int offset = 0, int limit = 100) =>
        [.. (await Register.SearchAsync(new AssetSearch(text, offset, limit), default)).Assets.Select(asset => asset.Name)];

    public async Task<SyncState> SyncAsync(string account = Prod, string region = Seoul)
    {
        await Sync.RunAsync(new AssetScope(account, region), default);
        await using var connection = await Database.OpenAsync(default);
        return (await AssetSyncStore.AllAsync(connection, default)).Single(state => state.Account == account && state.Region == region);
    }

    public static IEnumerable<string> Texts(Message message) => message.Blocks.SelectMany(block => block switch
    {
        SectionBlock { Text: { } text } => [text.Text],
        ContextBlock context => context.Elements.OfType<Mrkdwn>().Select(text => text.Text),
        _ => Enumerable.Empty<string>(),
    });

    public static IEnumerable<Button> Buttons(Message message) => message.Blocks.SelectMany(block => block switch
    {
        ActionsBlock actions => actions.Elements.OfType<Button>(),
        SectionBlock { Accessory: Button button } => [button],
        _ => Enumerable.Empty<Button>(),
    });
}

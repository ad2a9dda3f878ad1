using ChatOps.Findings;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Assets.Tests;

/// <summary>The inventory on a real database, with AWS and Slack played.</summary>
internal sealed class AssetWorld : IAsyncDisposable
{
    public const string Prod = "111122223333";
    public const string Stage = "444455556666";
    public const string Seoul = "ap-northeast-2";

    private readonly TestDatabase _test;

    private AssetWorld(TestDatabase test)
    {
        _test = test;
        var accounts = new TwoAccounts();
        Locales = new Locales(Options.Create(new LocalizationOptions { Language = "en" }), new SlackPeople(Slack, Time, NullLogger<SlackPeople>.Instance));
        Searcher = new AssetSearcher(test.Database, accounts, Locales, Time);
        Register = new AssetService(test.Database, Searcher, Time);
        Sync = new AssetSync(test.Database, Aws, accounts, Options.Create(new AssetsOptions()), Time, NullLogger<AssetSync>.Instance);
        var signal = new SecurityHubWriterSignal();
        var recorder = new FindingChanges(new RecordingOutbox(), new FindingRoutes(new ShippedRoutes()), signal, Time);
        Findings = new FindingService(test.Database, Aws, new SecurityHubAggregation(accounts), recorder, signal, Time);
        Answers = new AssetAnswers(test.Database, Register, Searcher, Findings, TagRules, accounts, new SlackRegistry());
    }

    public IDatabase Database => _test.Database;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 20, 3, 0, 0, TimeSpan.Zero));

    public PlayedEstate Aws { get; } = new();

    public RecordingSlack Slack { get; } = new();

    public Locales Locales { get; }

    public Locale English => Locales.For("en");

    public AssetSearcher Searcher { get; }

    public AssetService Register { get; }

    public AssetSync Sync { get; }

    public FindingService Findings { get; }

    public AssetAnswers Answers { get; }

    /// <summary>Who judges tags; nobody, until a test says so.</summary>
    public List<IAssetTagRules> TagRules { get; } = [];

    public static async Task<AssetWorld> CreateAsync(DatabaseKind kind) => new(await Databases.CreateAsync(kind));

    public Task RecordAsync(string arn, string? creator = null, DateTimeOffset? createdAt = null, string? type = null, params (string Key, string? Value)[] tags) => Database.WriteAsync(
        uow => Register.RecordAsync(
            uow,
            new SeenAsset(arn, Time.GetUtcNow()) { Type = type, Account = Prod, Region = Seoul, Creator = creator, CreatedAt = createdAt, Tags = tags.ToDictionary(tag => tag.Key, tag => tag.Value) },
            default),
        default);

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

    public ValueTask DisposeAsync() => _test.DisposeAsync();
}

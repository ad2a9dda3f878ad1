using System.Text.Json.Nodes;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Findings.Tests;

/// <summary>Findings on a real database, with delivery and AWS played.</summary>
internal sealed class FindingWorld : IAsyncDisposable
{
    private readonly TestDatabase _test;
    private long _events;

    private FindingWorld(TestDatabase test)
    {
        _test = test;
        Home = new SecurityHubAggregation(new TwoAccounts());
        Recorder = new FindingChanges(Outbox, new FindingRoutes(new ShippedRoutes(), GivenVocabulary.Bare), Signal, Time);
        Reader = new FindingEventReader(Recorder, NullLogger<FindingEventReader>.Instance);
        Insights = new InsightReader(Outbox, new ShippedRoutes());
        Register = new FindingService(test.Database, Aws, Home, Recorder, Signal, Time);
        People = new SlackPeople(Slack, Time, NullLogger<SlackPeople>.Instance);
        Locales = new Locales(Options.Create(new LocalizationOptions { Language = "en" }), People);
        Views = new FindingViews(test.Database, new FindingViewReader(Home, [], GivenVocabulary.Bare), Locales, Slack);
        Filters = new FindingFilters(new TwoAccounts(), Locales, Time);
        Queries = new FindingQueries(test.Database, Filters, Views);
        Acts = new FindingActions(
            test.Database, new TwoOperators(), new SubjectActions(test.Database, new TwoOperators(), Audit), Outbox, Recorder, Signal, Time);
        Writer = new TestWorker<FindingWrite>(
            FindingWrites.Work, new SecurityHubWriter(test.Database, Aws, Home, Recorder, Time, NullLogger<SecurityHubWriter>.Instance), test.Database, Time);
    }

    public IDatabase Database => _test.Database;

    public RecordingOutbox Outbox { get; } = new();

    public PlayedSecurityHub Aws { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 4, 6, 0, 0, TimeSpan.Zero));

    public WorkSignal<FindingWrite> Signal { get; } = new();

    public SecurityHubAggregation Home { get; }

    public FindingFilters Filters { get; }

    public FindingChanges Recorder { get; }

    public FindingEventReader Reader { get; }

    public InsightReader Insights { get; }

    public FindingService Register { get; }

    public TestWorker<FindingWrite> Writer { get; }

    public RecordingSlack Slack { get; } = new();

    public RecordingAudit Audit { get; } = new();

    public SlackPeople People { get; }

    public Locales Locales { get; }

    public Locale English => Locales.For("en");

    public FindingViews Views { get; }

    public FindingQueries Queries { get; }

    public FindingActions Acts { get; }

    public static async Task<FindingWorld> CreateAsync(DatabaseKind kind) => new(await Databases.CreateAsync(kind));

    /// <summary>Reads events as ingest would: one batch, one transaction.</summary>
    public Task ReadAsync(params IReadOnlyList<string> bodies)
    {
        var events = bodies.Select(body => new InboxEvent(++_events, new IncomingEvent($"e{_events}", "eventbridge", KindOf(body), body), Time.GetUtcNow())).ToList();
        return Database.WriteAsync(
            async uow =>
            {
                await Reader.ReadAsync([.. events.Where(one => Reader.Kinds.Contains(one.Event.Kind))], uow, default);
                await Insights.ReadAsync([.. events.Where(one => Insights.Kinds.Contains(one.Event.Kind))], uow, default);
            },
            default);
    }

    public Task<Finding?> FindAsync(string id) => Register.FindAsync(id, default);

    public async Task<long> CountAsync(string table)
    {
        await using var connection = await Database.OpenAsync(default);
        return await Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, $"SELECT COUNT(*) FROM {table}");
    }

    /// <summary>The event of a file with its finding changed.</summary>
    public static string Changed(string file, Action<JsonNode> change, string? time = null)
    {
        var node = JsonNode.Parse(Events.Body(file))!;
        change(node["detail"]!["findings"]![0]!);
        if (time is not null) node["time"] = time;
        return node.ToJsonString();
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
    }

    private static string KindOf(string body)
    {
        var node = JsonNode.Parse(body)!;
        if (node["source"] is null) return Incoming.ConfigRuleInvocation;
        return $"{node["source"]}/{node["detail-type"]}";
    }
}

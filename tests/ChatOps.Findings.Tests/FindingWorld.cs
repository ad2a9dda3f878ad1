using System.Text.Json.Nodes;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatOps.Findings.Tests;

/// <summary>Findings on a real database, with delivery and AWS played.</summary>
internal sealed class FindingWorld : ActionWorld
{
    private FindingWorld(TestDatabase test)
        : base(test, new DateTimeOffset(2026, 3, 4, 6, 0, 0, TimeSpan.Zero))
    {
        Home = new SecurityHubAggregation(Accounts);
        Recorder = new FindingChanges(Outbox, new FindingRoutes(Routes, GivenVocabulary.Bare), Signal, Readings, Time);
        Reader = new FindingEventReader(Recorder, NullLogger<FindingEventReader>.Instance);
        Insights = new InsightReader(Outbox, Routes);
        Register = new FindingService(Database, Aws, Home, Recorder, Signal, Time);
        Views = new FindingViews(Database, new FindingViewReader(Home, [], GivenVocabulary.Bare), Locales, Slack);
        Filters = new FindingFilters(Accounts, Locales, Time);
        Queries = new FindingQueries(Database, Filters, Views);
        var actions = new SubjectActions(Database, Access, Audit);
        Approvals = new SuppressionApprovals(
            Database, Access, actions, Outbox, Recorder, new FindingRoutes(Routes, GivenVocabulary.Bare), Signal, Time);
        Acts = new FindingActions(Database, Access, actions, Outbox, Recorder, Approvals, Signal, Time);
        Writer = new TestWorker<FindingWrite>(
            FindingWrites.Work, new SecurityHubWriter(Database, Aws, Home, Recorder, Time, NullLogger<SecurityHubWriter>.Instance),
            Database, Time);
        HubReader = new TestWorker<FindingReading>(
            FindingReadings.Work, new SecurityHubReader(Database, Aws, Home, Recorder, Time), Database, Time);
        Scanner = new SecurityHubScanner(
            Database, Aws, Accounts, Recorder, Readings, Options.Create(Settings), Time, NullLogger<SecurityHubScanner>.Instance);
        Scans = new TestWorker<FindingScan>(FindingScans.Work, Scanner, Database, Time);
    }

    public PlayedSecurityHub Aws { get; } = new();

    public WorkSignal<FindingWrite> Signal { get; } = new();

    public WorkSignal<FindingReading> Readings { get; } = new();

    public TestWorker<FindingReading> HubReader { get; }

    public FindingsOptions Settings { get; } = new();

    public SecurityHubScanner Scanner { get; }

    public TestWorker<FindingScan> Scans { get; }

    public SecurityHubAggregation Home { get; }

    public FindingFilters Filters { get; }

    public FindingChanges Recorder { get; }

    public FindingEventReader Reader { get; }

    public InsightReader Insights { get; }

    public FindingService Register { get; }

    public TestWorker<FindingWrite> Writer { get; }

    public FindingViews Views { get; }

    public FindingQueries Queries { get; }

    public FindingActions Acts { get; }

    public SuppressionApprovals Approvals { get; }

    public static async Task<FindingWorld> CreateAsync(DatabaseKind kind) => new(await Databases.CreateAsync(kind));

    /// <summary>Reads events as ingest would: one batch, one transaction.</summary>
    public Task ReadAsync(params IReadOnlyList<string> bodies) => ReadEventsAsync("eventbridge", KindOf, bodies, Reader, Insights);

    public Task<Finding?> FindAsync(string id) => Register.FindAsync(id, default);

    /// <summary>The event of a file with its finding changed.</summary>
    public static string Changed(string file, Action<JsonNode> change, string? time = null)
    {
        var node = JsonNode.Parse(Events.Body(file))!;
        change(node["detail"]!["findings"]![0]!);
        if (time is not null) node["time"] = time;
        return node.ToJsonString();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
    }

    private static string KindOf(string body)
    {
        var node = JsonNode.Parse(body)!;
        if (node["source"] is null) return Incoming.ConfigRuleInvocation;
        return $"{node["source"]}/{node["detail-type"]}";
    }
}

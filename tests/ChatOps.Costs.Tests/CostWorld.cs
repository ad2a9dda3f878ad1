using System.Text.Json;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Email;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs.Tests;

/// <summary>Costs on a real database, with delivery, Slack and AWS played.</summary>
internal sealed class CostWorld : ActionWorld
{
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private readonly IOptions<CostOptions> _options;

    private CostWorld(TestDatabase test, CostOptions options, GivenPolicy<TagVocabulary>? vocabulary)
        : base(test, new DateTimeOffset(2026, 3, 4, 6, 0, 0, TimeSpan.Zero))
    {
        Aws.Today = () => DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);
        var wrapped = _options = Options.Create(options);
        var meters = _metrics.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        var routes = new CostRoutes(Routes);
        Requests = new CostRequests(Database, wrapped, Time, meters, NullLogger<CostRequests>.Instance);
        Explorer = new CostExplorer(Database, Aws, Accounts, wrapped, vocabulary ?? GivenVocabulary.Bare, Requests, Time);
        Recorder = new CostService(Outbox, routes, Signal, Time);
        Reader = new CostEventReader(Recorder, Accounts, NullLogger<CostEventReader>.Instance);
        Details = new BudgetDetails(Aws, Explorer);
        Budgets = new BudgetList(Aws, Accounts, Database, NullLogger<BudgetList>.Instance);
        Pictures = new CostPictures(Painter, Painter, Locales, Explorer, NullLogger<CostPictures>.Instance);
        Refresher = new TestWorker<DueBudget>(
            CostSubjectStore.Refreshes,
            new BudgetRefresher(Database, Details, Pictures, routes, Recorder, wrapped, Time, NullLogger<BudgetRefresher>.Instance),
            Database, Time);
        Acts = new CostActions(new SubjectActions(Database, Access, Audit), Recorder, Time);
        Views = new CostViews(Database, Locales, Slack);
        Answers = new CostAnswers(
            Explorer, Pictures, Budgets, Accounts, Database, new CostFilters(Accounts, Locales, Time), Time,
            NullLogger<CostAnswers>.Instance);
        Command = new CostCommand(Answers, Locales, Access, Time);
        Drill = new DrillDownModal(Views, Explorer, Details, Accounts);
        var reader = new DigestReader(Explorer, Budgets, wrapped, Time, NullLogger<DigestReader>.Instance);
        var distribution = new DigestDistribution(Pictures, routes, Outbox, Mail, Locales, wrapped);
        Digests = new CostDigests(Explorer, reader, distribution, Database, wrapped, Time, NullLogger<CostDigests>.Instance);
        DigestRefresher = new TestWorker<DueDigest>(
            DigestStore.Refreshes, new DigestRefresher(reader, distribution, Database, Outbox, wrapped, Time), Database, Time);
        Watch = new BudgetWatch(Budgets, Aws, Recorder, Database, Time, NullLogger<BudgetWatch>.Instance);
    }

    public PlayedBilling Aws { get; } = new();

    public PlayedPainter Painter { get; } = new();

    public RecordingMail Mail { get; } = new();

    public WorkSignal<DueBudget> Signal { get; } = new();

    public CostExplorer Explorer { get; }

    public CostService Recorder { get; }

    public CostEventReader Reader { get; }

    public BudgetDetails Details { get; }

    public BudgetList Budgets { get; }

    public CostPictures Pictures { get; }

    public TestWorker<DueBudget> Refresher { get; }

    public CostActions Acts { get; }

    public CostViews Views { get; }

    public CostAnswers Answers { get; }

    public CostCommand Command { get; }

    public DrillDownModal Drill { get; }

    public CostDigests Digests { get; }

    public CostRequests Requests { get; }

    public TestWorker<DueDigest> DigestRefresher { get; }

    public BudgetWatch Watch { get; }

    /// <summary>Cost Explorer as another replica has it: the same database and AWS.</summary>
    public CostExplorer Replica() =>
        new(Database, Aws, Accounts, _options, GivenVocabulary.Bare, Requests, Time);

    public static async Task<CostWorld> CreateAsync(
        DatabaseKind kind = DatabaseKind.Sqlite, Action<CostOptions>? configure = null, GivenPolicy<TagVocabulary>? vocabulary = null)
    {
        var options = new CostOptions();
        configure?.Invoke(options);
        return new CostWorld(await Databases.CreateAsync(kind), options, vocabulary);
    }

    /// <summary>Reads messages as ingest would: recognized by their content, in one transaction.</summary>
    public Task ReadAsync(params IReadOnlyList<string> bodies)
    {
        var recognizer = new CostRecognizer();
        return ReadEventsAsync("sns", body => KindOf(recognizer, body), bodies, Reader);
    }

    public async Task<Budget?> BudgetAsync(string name, string period = "2026-03", string account = "111122223333")
    {
        await using var connection = await Database.OpenAsync(default);
        return await CostSubjectStore.BudgetAsync(connection, null, Budget.IdOf(account, name, period), default);
    }

    public override async ValueTask DisposeAsync()
    {
        await _metrics.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>A file of AWS's messages; of an SNS envelope, what it carries.</summary>
    public static string File(string name)
    {
        var text = System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "events", name));
        if (!name.StartsWith("sns/", StringComparison.Ordinal)) return text;
        using var envelope = JsonDocument.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..]);
        var root = envelope.RootElement;
        return (root.TryGetProperty("Records", out var records) ? records[0].GetProperty("Sns") : root).GetProperty("Message").GetString()!;
    }

    internal static string KindOf(CostRecognizer recognizer, string body)
    {
        if (!body.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal))
            return recognizer.KindOf(new SnsContent("topic", null, body, null)) ?? "sns/topic";
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("detail-type", out var type)
            ? $"aws.ce/{type.GetString()}"
            : recognizer.KindOf(new SnsContent("topic", null, body, json.RootElement)) ?? "sns/topic";
    }
}

/// <summary>Remembers mails, each key once, as the outbox does.</summary>
internal sealed class RecordingMail : IEmailOutbox
{
    public List<EmailMessage> Sent { get; } = [];

    public Task SendAsync(UnitOfWork uow, EmailMessage message, CancellationToken cancellationToken)
    {
        if (Sent.TrueForAll(emailMessage => emailMessage.Key != message.Key)) Sent.Add(message);
        return Task.CompletedTask;
    }
}

/// <summary>Remembers what was to be drawn and brought to Slack.</summary>
internal sealed class PlayedPainter : IPainter, IPictures
{
    public List<object> Drawn { get; } = [];

    public List<string> Uploaded { get; } = [];

    public Picture Draw(LineChart chart, Locale locale) => Drawing(chart, chart.Title);

    public Picture Draw(BarChart chart, Locale locale) => Drawing(chart, chart.Title);

    public Picture Draw(StackedChart chart, Locale locale) => Drawing(chart, chart.Title);

    public Picture Compose(string title, IReadOnlyList<Picture> pictures) => throw new NotSupportedException();

    public Task<string> UploadAsync(Picture picture, string fileName, CancellationToken cancellationToken)
    {
        Uploaded.Add(fileName);
        return Task.FromResult($"F{Uploaded.Count}");
    }

    private Picture Drawing(object chart, string title)
    {
        Drawn.Add(chart);
        return new Picture(new byte[] { 1 }, 10, 10, title);
    }
}

using System.Globalization;
using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Charts;
using ChatOps.Costs;
using ChatOps.Delivery;
using ChatOps.Email;
using ChatOps.Ingest;
using ChatOps.Localization;
using ChatOps.Policy;
using ChatOps.Routing;
using ChatOps.Storage;
using ChatOps.Tests.Findings;
using ChatOps.Tests.Routing;
using ChatOps.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Tests.Costs;

/// <summary>Costs on a real database, with delivery, Slack and AWS played.</summary>
internal sealed class CostWorld : IAsyncDisposable
{
    private readonly TestDatabase _test;
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private long _events;

    private CostWorld(TestDatabase test, CostOptions options)
    {
        _test = test;
        var accounts = new FindingWorld.TwoAccounts();
        var wrapped = Options.Create(options);
        var meters = _metrics.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        var routes = new CostRoutes(new ShippedRoutes());
        Locales = new Locales(Options.Create(new LocalizationOptions { Language = "en" }), new SlackPeople(Slack, Time, NullLogger<SlackPeople>.Instance));
        Explorer = new CostExplorer(test.Database, Aws, accounts, wrapped, Time, meters);
        Recorder = new CostRecorder(Outbox, routes, Signal, Time);
        Reader = new CostEventReader(Recorder, NullLogger<CostEventReader>.Instance);
        Details = new BudgetDetails(Aws, Explorer);
        Budgets = new BudgetList(Aws, accounts, NullLogger<BudgetList>.Instance);
        Pictures = new CostPictures(Painter, Painter, Locales, Explorer, NullLogger<CostPictures>.Instance);
        Refresher = new BudgetRefresher(test.Database, Details, Pictures, routes, Recorder, Signal, wrapped, Time, NullLogger<BudgetRefresher>.Instance);
        Acts = new CostActs(test.Database, new TwoOperators(), Audit, Recorder, Time);
        Views = new CostViews(test.Database, Locales, Slack);
        Answers = new CostAnswers(Explorer, Pictures, Budgets, accounts, test.Database, NullLogger<CostAnswers>.Instance);
        Command = new CostCommand(Answers, Locales);
        Drill = new DrillDownModal(Views, Explorer, Details, accounts);
        Digests = new CostDigests(Explorer, Budgets, Pictures, routes, test.Database, Outbox, Mail, Locales, wrapped, Time, NullLogger<CostDigests>.Instance);
    }

    public IDatabase Database => _test.Database;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 4, 6, 0, 0, TimeSpan.Zero));

    public PlayedBilling Aws { get; } = new();

    public RecordingOutbox Outbox { get; } = new();

    public RecordingSlack Slack { get; } = new();

    public RecordingAudit Audit { get; } = new();

    public PlayedPainter Painter { get; } = new();

    public RecordingMail Mail { get; } = new();

    public BudgetRefreshSignal Signal { get; } = new();

    public Locales Locales { get; }

    public Locale English => Locales.For("en");

    public CostExplorer Explorer { get; }

    public CostRecorder Recorder { get; }

    public CostEventReader Reader { get; }

    public BudgetDetails Details { get; }

    public BudgetList Budgets { get; }

    public CostPictures Pictures { get; }

    public BudgetRefresher Refresher { get; }

    public CostActs Acts { get; }

    public CostViews Views { get; }

    public CostAnswers Answers { get; }

    public CostCommand Command { get; }

    public DrillDownModal Drill { get; }

    public CostDigests Digests { get; }

    public static async Task<CostWorld> CreateAsync(DatabaseKind kind = DatabaseKind.Sqlite, Action<CostOptions>? configure = null)
    {
        var options = new CostOptions();
        configure?.Invoke(options);
        return new CostWorld(await Databases.CreateAsync(kind), options);
    }

    /// <summary>Reads messages as ingest would: recognized by their content, in one transaction.</summary>
    public Task ReadAsync(params IReadOnlyList<string> bodies)
    {
        var recognizer = new CostRecognizer();
        var events = bodies.Select(body => new InboxEvent(
            ++_events, new IncomingEvent(string.Create(CultureInfo.InvariantCulture, $"sns:{_events}"), "sns", KindOf(recognizer, body), body), Time.GetUtcNow())).ToList();
        return Database.WriteAsync(uow => Reader.ReadAsync(events, uow, default), default);
    }

    public async Task<Budget?> BudgetAsync(string name, string period = "2026-03", string account = "111122223333")
    {
        await using var connection = await Database.OpenAsync(default);
        return await CostSubjectStore.BudgetAsync(connection, null, Budget.IdOf(account, name, period), default);
    }

    public async Task<long> CountAsync(string table)
    {
        await using var connection = await Database.OpenAsync(default);
        return await Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, $"SELECT COUNT(*) FROM {table}");
    }

    public async ValueTask DisposeAsync()
    {
        Refresher.Dispose();
        Explorer.Dispose();
        await _metrics.DisposeAsync();
        await _test.DisposeAsync();
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
        if (!body.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal)) return recognizer.KindOf(new SnsContent("topic", null, body, null)) ?? "sns/topic";
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("detail-type", out var type) ? $"aws.ce/{type.GetString()}" : recognizer.KindOf(new SnsContent("topic", null, body, json.RootElement)) ?? "sns/topic";
    }

    private sealed class ShippedRoutes : IPolicy<Routes>
    {
        public Routes Value { get; } = RoutesTests.Shipped();
    }
}

/// <summary>Remembers mails, each key once, as the outbox does.</summary>
internal sealed class RecordingMail : IEmailOutbox
{
    public List<EmailMessage> Sent { get; } = [];

    public Task SendAsync(UnitOfWork uow, EmailMessage message, CancellationToken cancellationToken)
    {
        if (Sent.TrueForAll(one => one.Key != message.Key)) Sent.Add(message);
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

/// <summary>Budgets and Cost Explorer: a hundred dollars a day, of which EC2 is most.</summary>
internal sealed class PlayedBilling : IAwsClients, IBudgetsClient, ICostExplorerClient
{
    private string _account = "";

    public List<CostQuery> Asked { get; } = [];

    public int Requests { get; private set; }

    public List<AwsBudget> Known { get; } = [];

    public List<BudgetNotificationRule> Rules { get; } = [];

    public List<BudgetAction> Actions { get; } = [];

    public List<AwsAnomaly> Anomalies { get; } = [];

    public Exception? Fault { get; set; }

    /// <summary>What a day costs, by group and currency.</summary>
    public Func<DateOnly, CostGroup, IEnumerable<(string Key, decimal Amount, string Currency)>> Day { get; set; } = (day, group) => group.Type == "TAG"
        ? [($"{group.Key}$", 10m, "USD"), ($"{group.Key}$DEVOPS", 90m, "USD")]
        : group.Key == "SERVICE" ? [("Amazon Elastic Compute Cloud - Compute", 80m, "USD"), ("Amazon Simple Storage Service", 20m, "USD")] : [("111122223333", 100m, "USD")];

    /// <summary>Days before this one are closed.</summary>
    public DateOnly ClosedBefore { get; set; } = new(2026, 3, 1);

    public decimal ForecastDaily { get; set; } = 100m;

    public int DaysOfPage { get; set; } = int.MaxValue;

    public IBudgetsClient Budgets(string account)
    {
        _account = account;
        return Fault is null ? this : throw Fault;
    }

    public ICostExplorerClient CostExplorer(string account) => this;

    public Task<CostPage> GetCostAndUsage(CostQuery query, string? pageToken, CancellationToken cancellation = default)
    {
        Requests++;
        Asked.Add(query);
        var skip = pageToken is null ? 0 : int.Parse(pageToken, CultureInfo.InvariantCulture);
        var days = Enumerable.Range(0, query.To.DayNumber - query.From.DayNumber).Select(query.From.AddDays).ToList();
        var page = days.Skip(skip).Take(DaysOfPage).Select(day => new CostPeriod(
            day, day.AddDays(1), day >= ClosedBefore, null, [.. Day(day, query.GroupBy[0]).Select(one => new CostGroupSpend([one.Key], new Spend(one.Amount, one.Currency)))])).ToList();
        return Task.FromResult(new CostPage(page, skip + page.Count < days.Count ? (skip + page.Count).ToString(CultureInfo.InvariantCulture) : null));
    }

    public Task<CostForecast> GetCostForecast(CostForecastQuery query, CancellationToken cancellation = default)
    {
        Requests++;
        var days = Enumerable.Range(0, query.To.DayNumber - query.From.DayNumber).Select(query.From.AddDays).ToList();
        return Task.FromResult(new CostForecast(new Spend(days.Count * ForecastDaily, "USD"), [.. days.Select(day => new ForecastPeriod(day, day.AddDays(1), ForecastDaily, ForecastDaily * 0.9m, ForecastDaily * 1.1m))]));
    }

    public Task<AnomalyPage> GetAnomalies(DateOnly from, DateOnly to, string? pageToken, CancellationToken cancellation = default)
    {
        Requests++;
        return Task.FromResult(new AnomalyPage(Anomalies, null));
    }

    public Task<IReadOnlyList<string>> GetTags(DateOnly from, DateOnly to, string? tagKey, CancellationToken cancellation = default)
    {
        Requests++;
        return Task.FromResult<IReadOnlyList<string>>(["Env", "Owner"]);
    }

    public async IAsyncEnumerable<AwsBudget> DescribeBudgets([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        // The second account has no budget.
        foreach (var budget in _account == "111122223333" ? Known : [])
        {
            await Task.Yield();
            yield return budget;
        }
    }

    public Task<AwsBudget?> DescribeBudget(string name, CancellationToken cancellation = default) => Task.FromResult(Known.Find(budget => budget.BudgetName == name));

    public Task<IReadOnlyList<BudgetedPeriod>> DescribeBudgetPerformanceHistory(string name, CancellationToken cancellation = default) => Task.FromResult<IReadOnlyList<BudgetedPeriod>>([]);

    public Task<IReadOnlyList<BudgetNotificationRule>> DescribeNotificationsForBudget(string name, CancellationToken cancellation = default) => Task.FromResult<IReadOnlyList<BudgetNotificationRule>>(Rules);

    public Task<IReadOnlyList<BudgetAction>> DescribeBudgetActionsForAccount(CancellationToken cancellation = default) => Task.FromResult<IReadOnlyList<BudgetAction>>(Actions);

    public ISecurityHubClient SecurityHub(string account, string region) => throw new NotSupportedException();

    public ITaggingClient Tagging(string account, string region) => throw new NotSupportedException();

    public IResourceGroupsClient ResourceGroups(string account, string region) => throw new NotSupportedException();

    public IConfigClient Config(string account, string region) => throw new NotSupportedException();

    public Amazon.SimpleSystemsManagement.IAmazonSimpleSystemsManagement Ssm(string account, string region) => throw new NotSupportedException();

    public Amazon.S3.IAmazonS3 S3(string account, string region) => throw new NotSupportedException();

    public Amazon.EC2.IAmazonEC2 Ec2(string account, string region) => throw new NotSupportedException();

    public Amazon.SQS.IAmazonSQS Sqs(string region) => throw new NotSupportedException();
}

using ChatOps.Platform.Charts;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatOps.Alerts.Tests;

/// <summary>Alerts on a real database, with delivery, Alertmanager, Prometheus and Slack played.</summary>
internal sealed class AlertWorld : ActionWorld
{
    private AlertWorld(TestDatabase test)
        : base(test, new DateTimeOffset(2026, 3, 4, 5, 10, 0, TimeSpan.Zero))
    {
        Servers = new PlayedServers(Alertmanager);
        Recorder = new AlertService(
            Outbox, Routes, Policy, Servers, new WorkSignal<AlertGroup>(), new WorkSignal<AlertServer>(),
            Options.Create(new AlertsOptions()),
            Time);
        ReadBackWorker = new AlertReadBackWorker(
            Database, Servers, Recorder, Policy, Options.Create(new AlertsOptions()), Time, NullLogger<AlertReadBackWorker>.Instance);
        ReadBack = new TestWorker<AlertServer>(AlertServerStore.Work, ReadBackWorker, Database, Time);
        Reader = new AlertEventReader(Recorder, NullLogger<AlertEventReader>.Instance);
        Graph = new AlertGraph(Prometheus, new PlayedPainter(), Policy, Time);
        Views = new AlertViews(Database, Graph, Locales, Slack);
        Filters = new AlertFilters(Accounts, Locales, Time);
        Queries = new AlertQueries(Database, Filters, Views, Graph, Prometheus, Servers, Pictures, Policy, Time);
        Acts = new AlertActions(
            Database, Access, Audit, new SubjectActions(Database, Access, Audit), Recorder, Servers,
            new WorkSignal<SilenceRow>(), Time);
        Silences = new TestWorker<SilenceRow>(
            SilenceStore.Work,
            new SilenceWorker(
                Database, Servers, Recorder, Options.Create(new AlertsOptions()), Time,
                NullLogger<SilenceWorker>.Instance), Database, Time);
        Drawing = new TestWorker<AlertGroup>(
            AlertStore.Pictures,
            new AlertPictureWorker(
                Database, Graph, Pictures, Recorder, Locales, Options.Create(new AlertsOptions()), Time,
                NullLogger<AlertPictureWorker>.Instance), Database, Time);
        Report = new AlertReport(Database);
    }

    public static GivenPolicy<AlertPolicy> Policy { get; } = new(ShippedPolicies.Read(AlertPolicy.File, AlertPolicy.Read));

    public PlayedAlertmanager Alertmanager { get; } = new();

    public PlayedServers Servers { get; }

    public AlertReadBackWorker ReadBackWorker { get; }

    public TestWorker<AlertServer> ReadBack { get; }

    public PlayedPrometheus Prometheus { get; } = new();

    public PlayedPictures Pictures { get; } = new();

    public AlertService Recorder { get; }

    public AlertEventReader Reader { get; }

    public AlertFilters Filters { get; }

    public AlertGraph Graph { get; }

    public AlertViews Views { get; }

    public AlertQueries Queries { get; }

    public AlertActions Acts { get; }

    public TestWorker<SilenceRow> Silences { get; }

    public TestWorker<AlertGroup> Drawing { get; }

    public AlertReport Report { get; }

    public static new Locale English { get; } = Locale.For("en", TimeZoneInfo.Utc);

    public static async Task<AlertWorld> CreateAsync(DatabaseKind kind) => new(await Databases.CreateAsync(kind));

    /// <summary>Reads events as ingest would: one batch, one transaction.</summary>
    public Task ReadAsync(string kind, params IReadOnlyList<string> bodies) => ReadEventsAsync("test", _ => kind, bodies, Reader);

    public Task WebhookAsync(params IReadOnlyList<string> bodies) => ReadAsync("alertmanager/webhook", bodies);

    /// <summary>Lets time pass, and has every server asked that is due by then.</summary>
    public async Task ReadBackAsync(TimeSpan? after = null)
    {
        Time.Advance(after ?? new AlertsOptions().ReadBackEvery);
        await ReadBackWorker.SweepAsync(default);
        await ReadBack.RunOnceAsync();
    }

    /// <summary>The groups there are, the latest first.</summary>
    public async Task<IReadOnlyList<AlertGroup>> GroupsAsync()
    {
        await using var connection = await Database.OpenAsync(default);
        Assert.True(Filters.TryRead("state:all", out var all, out _));
        return (await AlertList.PageAsync(connection, all, 0, 100, default)).Page;
    }

    public async Task<AlertGroup> GroupAsync() => Assert.Single(await GroupsAsync());

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
    }

    internal sealed class PlayedPrometheus : IPrometheus
    {
        public bool IsConfigured { get; set; } = true;

        public List<string> Asked { get; } = [];

        public PrometheusException? Fault { get; set; }

        public Task<IReadOnlyList<Sample>> QueryAsync(string expression, DateTimeOffset at, CancellationToken cancellationToken) =>
            Fault is null
                ? Task.FromResult<IReadOnlyList<Sample>>([new Sample(new Dictionary<string, string> { ["job"] = "node" }, at, 0.25)])
                : throw Fault;

        public Task<IReadOnlyList<SampleSeries>> QueryRangeAsync(
            string expression, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken)
        {
            Asked.Add(expression);
            return Fault is null
                ? Task.FromResult<IReadOnlyList<SampleSeries>>(
                    [new SampleSeries(new Dictionary<string, string> { ["job"] = "node" }, [(from, 1), (to, 0)])])
                : throw Fault;
        }
    }

    internal sealed class PlayedPictures : IPictures
    {
        public int Uploaded { get; private set; }

        public Exception? Fault { get; set; }

        public Task<string> UploadAsync(Picture picture, string fileName, CancellationToken cancellationToken) =>
            Fault is { } fault ? Task.FromException<string>(fault) : Task.FromResult($"F{++Uploaded}");
    }

    internal sealed class PlayedPainter : IPainter
    {
        public Picture Draw(LineChart chart, Locale locale) => new(new byte[] { 1 }, 1, 1, chart.Title);

        public Picture Draw(BarChart chart, Locale locale) => throw new NotSupportedException();

        public Picture Draw(StackedChart chart, Locale locale) => throw new NotSupportedException();

        public Picture Compose(string title, IReadOnlyList<Picture> pictures) => throw new NotSupportedException();
    }
}

/// <summary>The real messages in <c>data/events</c>.</summary>
internal static class AlertEvents
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "data", "events");

    public static IReadOnlyList<string> Files { get; } =
    [
        .. new[] { "alertmanager", "cloudwatch-alarm" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder)).Select(file => $"{folder}/{Path.GetFileName(file)}"))
        .Order(StringComparer.Ordinal),
        // Of what topics carry, these are alerts; budgets and anomalies are other domains'.
        "sns/notification-v2-amp-json.json",
        "sns/notification-v2-cloudwatch-alarm.json",
    ];

    /// <summary>What a topic carries, for the files that are envelopes; the file itself otherwise.</summary>
    public static string Body(string file)
    {
        var text = File.ReadAllText(Path.Combine(Root, file));
        return file.StartsWith("sns/", StringComparison.Ordinal)
            ? System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("Message").GetString()!
            : text;
    }

    /// <summary>Alertmanager's webhook about one group with alerts that fire or not: <c>("a", true)</c>.</summary>
    public static string Webhook(string name, DateTimeOffset starts, params (string Instance, bool Firing)[] alerts) =>
        System.Text.Json.JsonSerializer.Serialize(new
        {
            version = "4",
            groupKey = $"{{}}:{{alertname=\"{name}\"}}",
            status = alerts.Any(alert => alert.Firing) ? "firing" : "resolved",
            groupLabels = new { alertname = name },
            externalURL = "http://alertmanager.example.com",
            alerts = alerts.Select(alert => new
            {
                status = alert.Firing ? "firing" : "resolved",
                labels = new { alertname = name, instance = alert.Instance, severity = "warning" },
                annotations = new { summary = "It is so", runbook_url = "https://runbooks.example.com/x" },
                startsAt = starts.UtcDateTime.ToString("O"),
                endsAt = alert.Firing ? "0001-01-01T00:00:00Z" : starts.AddMinutes(1).UtcDateTime.ToString("O"),
                generatorURL = "http://prometheus.example.com/graph?g0.expr=up+%3D%3D+0",
            }),
        });
}

using System.Diagnostics.Metrics;
using ChatOps.Assets;
using ChatOps.Costs;
using ChatOps.Delivery;
using ChatOps.Findings;
using ChatOps.Ingest;
using ChatOps.Storage;
using ChatOps.Tagging;
using ChatOps.Telemetry;
using ChatOps.Tests.Assets;
using ChatOps.Tests.Delivery;
using ChatOps.Tests.Findings;
using ChatOps.Tests.Ingest;
using ChatOps.Tests.Storage;
using ChatOps.Tests.Tagging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Tests.Telemetry;

public sealed class GaugeTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_inbox_says_what_waits_since_when_and_what_was_set_aside(DatabaseKind kind)
    {
        await using var harness = await InboxHarness.StartAsync(kind, new IngestOptions { MaxAttempts = 1 }, new RecordingReader { Poison = item => item.Event.DedupKey == "bad" });
        var gauges = new InboxGauges(harness.Store, harness.Time);
        Assert.Equal("chatops.inbox.pending 0, chatops.inbox.failed 0, chatops.inbox.oldest_age 0", await SaidAsync(gauges));

        await harness.AcceptAsync(InboxHarness.Event("bad"), InboxHarness.Event("good"));
        harness.Time.Advance(TimeSpan.FromSeconds(90));
        await harness.AcceptAsync(InboxHarness.Event("later"), InboxHarness.Event("nobody reads it", "strange"));
        Assert.Equal("chatops.inbox.pending 3, chatops.inbox.failed 0, chatops.inbox.oldest_age 90", await SaidAsync(gauges));

        await harness.DispatchAllAsync();
        Assert.Equal("chatops.inbox.pending 0, chatops.inbox.failed 1, chatops.inbox.oldest_age 0", await SaidAsync(gauges));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Delivery_says_what_waits_for_Slack(DatabaseKind kind)
    {
        await using var delivery = await DeliveryHarness.StartAsync(kind);
        var gauges = new DeliveryGauges(delivery.Status, delivery.Time);
        await delivery.WantAsync(DeliveryHarness.Want("a"), DeliveryHarness.Want("b"));
        delivery.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(
            "chatops.delivery.waiting{what=message} 2, chatops.delivery.waiting{what=update} 0, chatops.delivery.waiting{what=reply} 0, chatops.delivery.oldest_age 5", await SaidAsync(gauges));

        await delivery.PumpAsync();
        await delivery.ReplyAsync("a", "told");
        await delivery.TouchAsync(new Touched(DeliveryHarness.Thing("b"), Rank.High, true));
        Assert.Equal(
            "chatops.delivery.waiting{what=message} 0, chatops.delivery.waiting{what=update} 1, chatops.delivery.waiting{what=reply} 1, chatops.delivery.oldest_age 0", await SaidAsync(gauges));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Findings_are_counted_while_they_are_open(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(
            FindingWorld.Changed("securityhub-imported/control-ec2-19-consolidated", Open("one", "HIGH")),
            FindingWorld.Changed("securityhub-imported/control-ec2-19-consolidated", Open("two", "HIGH")),
            FindingWorld.Changed("securityhub-imported/control-ec2-19-consolidated", Open("three", "CRITICAL")),
            FindingWorld.Changed("securityhub-imported/control-ec2-19-consolidated", finding =>
            {
                Open("four", "HIGH")(finding);
                finding["RecordState"] = "ARCHIVED";
            }));

        var said = await SaidAsync(new FindingGauges(world.Database));

        Assert.Contains("chatops.findings.open{severity=high,state=new,account=111122223333} 2", said, StringComparison.Ordinal);
        Assert.Contains("chatops.findings.open{severity=critical,state=new,account=111122223333} 1", said, StringComparison.Ordinal);
        Assert.Equal(2, said.Split(", ").Length);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_budget_is_told_by_its_present_period_alone(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        var now = new DateTimeOffset(2026, 3, 20, 0, 0, 0, TimeSpan.Zero);
        Budget Of(string id, DateTimeOffset at, decimal actual) => new()
        {
            Id = id,
            Account = "111122223333",
            Name = "prod",
            Limit = new Money(12_000, "USD"),
            Actual = new Money(actual, "USD"),
            NoticedAt = at,
        };
        await test.Database.WriteAsync(
            async uow =>
            {
                await CostSubjectStore.SaveAsync(uow, Of("february", now.AddDays(-25), 11_000), null, default);
                await CostSubjectStore.SaveAsync(uow, Of("march", now.AddDays(-1), 10_870.5m), null, default);
            },
            default);

        var said = await SaidAsync(new BudgetGauges(test.Database, new FakeTimeProvider(now)));

        Assert.Equal(
            "chatops.costs.budget_limit{budget=prod,account=111122223333,currency=USD} 12000, chatops.costs.budget_actual{budget=prod,account=111122223333,currency=USD} 10870.5", said);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_inventory_says_how_large_it_is_and_how_old(DatabaseKind kind)
    {
        await using var world = await AssetWorld.CreateAsync(kind);
        var gauges = new AssetGauges(world.Database, world.Time);
        Assert.Equal("", await SaidAsync(gauges));

        world.Aws.Add("arn:aws:s3:::a", "AWS::S3::Bucket", "a");
        world.Aws.Add("arn:aws:s3:::b", "AWS::S3::Bucket", "b");
        await world.SyncAsync();
        world.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal($"chatops.assets.known{{account={AssetWorld.Prod}}} 2, chatops.assets.sync_age{{account={AssetWorld.Prod},region={AssetWorld.Seoul}}} 600", await SaidAsync(gauges));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Gaps_in_the_tags_are_counted_by_account_until_they_are_closed(DatabaseKind kind)
    {
        await using var world = await TaggingWorld.CreateAsync(kind);
        var gauges = new TagGauges(world.Database);
        Assert.Equal("", await SaidAsync(gauges));

        var servers = world.Servers(2);
        await JudgeAsync();
        Assert.Equal("chatops.tags.missing{account=111122223333} 2", await SaidAsync(gauges));

        world.Assets.Put(world.Assets[servers[0]] with
        {
            Tags = new Dictionary<string, string> { ["bighead:AssetType"] = "WEB", ["bighead:PIHandling"] = "N", ["bighead:Env"] = "DEV", ["bighead:Owner"] = "DEVOPS", ["bighead:ExternalAccess"] = "N" },
        });
        await JudgeAsync();
        Assert.Equal("chatops.tags.missing{account=111122223333} 1", await SaidAsync(gauges));

        Task JudgeAsync() => world.Database.WriteAsync(uow => world.Compliance.JudgeAsync(uow, [.. servers.Select(arn => world.Assets[arn])], null, default), default);
    }

    [Fact]
    public async Task What_cannot_be_read_is_missing_until_it_can_be_read_again()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var time = new FakeTimeProvider();
        var source = new Played();
        using var sampler = new GaugeSampler([source], services.GetRequiredService<IMeterFactory>(), time, NullLogger<GaugeSampler>.Instance);
        List<double> seen = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == Played.Gauge.Name) listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => seen.Add(value));
        listener.Start();
        await sampler.StartAsync(default);
        await ShowsAsync([7]);

        source.Fails = true;
        await ShowsAsync([]);

        source.Fails = false;
        await ShowsAsync([7]);
        await sampler.StopAsync(default);

        Task ShowsAsync(double[] expected) => Eventually.TrueAsync(
            () =>
            {
                time.Advance(source.Every);
                seen.Clear();
                listener.RecordObservableInstruments();
                return Task.FromResult(seen.SequenceEqual(expected));
            },
            because: $"the gauge never showed [{string.Join(", ", expected)}]");
    }

    private static Action<System.Text.Json.Nodes.JsonNode> Open(string id, string severity) => finding =>
    {
        finding["Id"] = $"arn:aws:securityhub:ap-northeast-2:111122223333:security-control/EC2.19/finding/{id}";
        finding["RecordState"] = "ACTIVE";
        finding["AwsAccountId"] = "111122223333";
        finding["Workflow"] = new System.Text.Json.Nodes.JsonObject { ["Status"] = "NEW" };
        finding["Compliance"]!["Status"] = "FAILED";
        finding["Severity"] = new System.Text.Json.Nodes.JsonObject { ["Label"] = severity };
    };

    private static async Task<string> SaidAsync(IGaugeSource source)
    {
        var readings = await source.ReadAsync(default);
        Assert.All(readings, reading => Assert.Contains(reading.Gauge, source.Gauges));
        return string.Join(", ", readings.Select(reading => string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{reading.Gauge.Name}{(reading.Tags.Length == 0 ? "" : "{" + string.Join(',', reading.Tags.Select(tag => $"{tag.Key}={tag.Value}")) + "}")} {reading.Value}")));
    }

    private sealed class Played : IGaugeSource
    {
        public static readonly Gauge Gauge = new("test.played", "{thing}", "A gauge of a test.");

        public bool Fails { get; set; }

        public TimeSpan Every { get; } = TimeSpan.FromSeconds(15);

        public IReadOnlyList<Gauge> Gauges { get; } = [Gauge];

        public Task<IReadOnlyList<GaugeReading>> ReadAsync(CancellationToken cancellationToken) =>
            Fails ? throw new TimeoutException("the database is away") : Task.FromResult<IReadOnlyList<GaugeReading>>([Gauge.At(7)]);
    }
}

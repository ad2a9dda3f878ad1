using System.Diagnostics.Metrics;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using ChatOps.Platform.Tests.Delivery;
using ChatOps.Platform.Tests.Ingest;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Telemetry;

public sealed class GaugeTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_inbox_says_what_waits_since_when_and_what_was_set_aside(DatabaseKind kind)
    {
        await using var harness = await InboxHarness.StartAsync(
            kind, new IngestOptions { MaxAttempts = 1 }, new RecordingReader { Poison = item => item.Event.DedupKey == "bad" });
        var gauges = new InboxGauges(harness.Store, harness.Time);
        Assert.Equal("chatops.inbox.pending 0, chatops.inbox.failed 0, chatops.inbox.oldest_age 0", await GaugeText.ReadAsync(gauges));

        await harness.AcceptAsync(InboxHarness.Event("bad"), InboxHarness.Event("good"));
        harness.Time.Advance(TimeSpan.FromSeconds(90));
        await harness.AcceptAsync(InboxHarness.Event("later"), InboxHarness.Event("nobody reads it", "strange"));
        Assert.Equal("chatops.inbox.pending 3, chatops.inbox.failed 0, chatops.inbox.oldest_age 90", await GaugeText.ReadAsync(gauges));

        await harness.DispatchAllAsync();
        Assert.Equal("chatops.inbox.pending 0, chatops.inbox.failed 1, chatops.inbox.oldest_age 0", await GaugeText.ReadAsync(gauges));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Delivery_says_what_waits_for_Slack(DatabaseKind kind)
    {
        await using var delivery = await DeliveryHarness.StartAsync(kind);
        var gauges = new DeliveryGauges(delivery.Status, delivery.Time);
        await delivery.RequestAsync(DeliveryHarness.Want("a"), DeliveryHarness.Want("b"));
        delivery.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(
            "chatops.delivery.waiting{what=message} 2, chatops.delivery.waiting{what=update} 0, chatops.delivery.waiting{what=reply} 0, " +
            "chatops.delivery.oldest_age 5",
            await GaugeText.ReadAsync(gauges));

        await delivery.PumpAsync();
        await delivery.ReplyAsync("a", "told");
        await delivery.MarkChangedAsync(new ChangedSubject(DeliveryHarness.Thing("b"), Severity.High, true));
        Assert.Equal(
            "chatops.delivery.waiting{what=message} 0, chatops.delivery.waiting{what=update} 1, chatops.delivery.waiting{what=reply} 1, " +
            "chatops.delivery.oldest_age 0",
            await GaugeText.ReadAsync(gauges));
    }

    [Fact]
    public async Task What_cannot_be_read_is_missing_until_it_can_be_read_again()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var time = new FakeTimeProvider();
        var source = new Played();
        using var sampler = new GaugeSampler(
            [source], services.GetRequiredService<IMeterFactory>(), TestWorkers.Health(time), time, NullLogger<GaugeSampler>.Instance);
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

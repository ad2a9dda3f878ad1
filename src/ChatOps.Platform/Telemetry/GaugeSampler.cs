using System.Diagnostics.Metrics;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Telemetry;

/// <summary>
/// Reads the gauges now and then, so that a scrape costs the database nothing and waits for nothing. What could not be read is not
/// shown: an old number that looks like a present one is worse than none.
/// </summary>
internal sealed class GaugeSampler : SupervisedService
{
    private readonly List<Sample> _samples = [];

    public GaugeSampler(
        IEnumerable<IGaugeSource> sources, IMeterFactory meters, WorkerHealth health, TimeProvider time, ILogger<GaugeSampler> logger)
        : base(health, time, logger)
    {
        var meter = meters.Create("ChatOps");
        foreach (var source in sources)
        {
            var sample = new Sample(source);
            _samples.Add(sample);
            foreach (var gauge in source.Gauges)
                meter.CreateObservableGauge(gauge.Name, () => sample.Of(gauge), gauge.Unit, gauge.Description);
        }
    }

    protected override IReadOnlyList<WorkerLoop> Loops =>
        [.. _samples.Select(
            sample => new WorkerLoop($"gauges {sample.Source.Gauges[0].Name}", stoppingToken => ReadAsync(sample, stoppingToken)))];

    private static async Task<TimeSpan> ReadAsync(Sample sample, CancellationToken stoppingToken)
    {
        try
        {
            sample.Readings = await sample.Source.ReadAsync(stoppingToken);
        }
        catch (Exception)
        {
            sample.Readings = [];
            throw;
        }

        return sample.Source.Every;
    }

    private sealed class Sample(IGaugeSource source)
    {
        private volatile IReadOnlyList<GaugeReading> _readings = [];

        public IGaugeSource Source { get; } = source;

        public IReadOnlyList<GaugeReading> Readings
        {
            get => _readings;
            set => _readings = value;
        }

        public IEnumerable<Measurement<double>> Of(Gauge gauge) =>
            _readings.Where(reading => reading.Gauge == gauge).Select(reading => new Measurement<double>(reading.Value, reading.Tags));
    }
}

using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Telemetry;

/// <summary>
/// Reads the gauges now and then, so that a scrape costs the database nothing and waits for nothing. What could not be read is not
/// shown: an old number that looks like a present one is worse than none.
/// </summary>
internal sealed partial class GaugeSampler : BackgroundService
{
    private readonly TimeProvider _time;
    private readonly ILogger<GaugeSampler> _logger;
    private readonly List<Sample> _samples = [];

    public GaugeSampler(IEnumerable<IGaugeSource> sources, IMeterFactory meters, TimeProvider time, ILogger<GaugeSampler> logger)
    {
        (_time, _logger) = (time, logger);
        var meter = meters.Create("ChatOps");
        foreach (var source in sources)
        {
            var sample = new Sample(source);
            _samples.Add(sample);
            foreach (var gauge in source.Gauges) meter.CreateObservableGauge(gauge.Name, () => sample.Of(gauge), gauge.Unit, gauge.Description);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_samples.Select(sample => RepeatAsync(sample, stoppingToken)));

    private async Task RepeatAsync(Sample sample, CancellationToken stoppingToken)
    {
        // The start is not held up by the first reading.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                sample.Readings = await sample.Source.ReadAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // Whatever it is, the bot goes on without the number; a database that is away is told of elsewhere.
                if (sample.Readings.Count > 0) LogUnread(_logger, fault, sample.Source.GetType().Name);
                sample.Readings = [];
            }

            await Task.Delay(sample.Source.Every, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Source} cannot be read; its numbers are missing until it can")]
    private static partial void LogUnread(ILogger logger, Exception fault, string source);
}

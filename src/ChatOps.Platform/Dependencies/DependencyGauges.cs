using ChatOps.Platform.Telemetry;

namespace ChatOps.Platform.Dependencies;

/// <summary>Whether each dependency is well.</summary>
internal sealed class DependencyGauges(DependencyHealth health) : IGaugeSource
{
    private static readonly Gauge Up = new("chatops.dependency.up", "", "1 while a dependency is well, 0 while it is ill.");

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(5);

    public IReadOnlyList<Gauge> Gauges { get; } = [Up];

    public Task<IReadOnlyList<GaugeReading>> ReadAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<GaugeReading>>(
            [.. health.Read().Select(state => Up.At(state.IsUp ? 1 : 0, KeyValuePair.Create("dependency", (object?)state.Name)))]);
}

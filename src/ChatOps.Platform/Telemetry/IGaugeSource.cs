namespace ChatOps.Platform.Telemetry;

/// <summary>Numbers of a domain that stand in the database rather than being counted on the way: what waits, what is open.</summary>
public interface IGaugeSource
{
    /// <summary>How often they are read.</summary>
    TimeSpan Every { get; }

    /// <summary>All that it can say, whether there is a reading or not.</summary>
    IReadOnlyList<Gauge> Gauges { get; }

    /// <summary>Reads them; cheap queries only, for every replica does so.</summary>
    Task<IReadOnlyList<GaugeReading>> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>A gauge on the meter <c>ChatOps</c>.</summary>
/// <param name="Name">Its name, such as <c>chatops.inbox.pending</c>.</param>
/// <param name="Unit">In UCUM: <c>s</c>, <c>{event}</c>.</param>
/// <param name="Description">What it says.</param>
public sealed record Gauge(string Name, string Unit, string Description)
{
    /// <summary>A reading of it.</summary>
    public GaugeReading At(double value, params KeyValuePair<string, object?>[] tags) => new(this, value, tags);
}

/// <summary>What a gauge showed.</summary>
/// <param name="Gauge">Which.</param>
/// <param name="Value">The number.</param>
/// <param name="Tags">What of: few values each, as every combination is a series.</param>
public sealed record GaugeReading(Gauge Gauge, double Value, KeyValuePair<string, object?>[] Tags);

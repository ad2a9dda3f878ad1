namespace ChatOps.Platform.Prometheus;

/// <summary>
/// The PromQL HTTP API (<c>/api/v1</c>) of Prometheus or an Amazon Managed Prometheus workspace; requests to the latter are signed.
/// </summary>
/// <remarks>Every method throws <see cref="PrometheusException"/> with the server's own words when it refuses or does not answer.</remarks>
public interface IPrometheus
{
    /// <summary>Whether a server is configured; without one, graphs and queries say so instead.</summary>
    bool IsConfigured { get; }

    /// <summary>The value of an expression now, a row per series.</summary>
    Task<IReadOnlyList<Sample>> QueryAsync(string expression, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The values of an expression over time.</summary>
    Task<IReadOnlyList<SampleSeries>> QueryRangeAsync(
        string expression, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken);
}

/// <summary>A series' value at one moment.</summary>
public sealed record Sample(IReadOnlyDictionary<string, string> Labels, DateTimeOffset At, double Value);

/// <summary>A series' values, oldest first.</summary>
public sealed record SampleSeries(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<(DateTimeOffset At, double Value)> Points);

/// <summary>The server refused or could not be reached.</summary>
/// <param name="message">A sentence that may be shown.</param>
/// <param name="cause">What it stands on.</param>
public sealed class PrometheusException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What kind of refusal it is.</summary>
    public PrometheusFault Fault { get; init; } = PrometheusFault.Unavailable;
}

/// <summary>Why a server did not answer what was asked.</summary>
public enum PrometheusFault
{
    /// <summary>It is away, overloaded, or answers nonsense: later may do.</summary>
    Unavailable,

    /// <summary>The expression is wrong or asks for too much: the message says what.</summary>
    BadQuery,

    /// <summary>We may not ask it.</summary>
    Denied,

    /// <summary>None is configured.</summary>
    NotConfigured,
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ChatOps.Platform.Work;

/// <summary>How a background loop stands.</summary>
/// <param name="Name">The loop.</param>
/// <param name="FailingSince">When it first failed without having succeeded since; null when it is well.</param>
/// <param name="Reason">Why it fails; null when it is well.</param>
/// <param name="Restarts">How often it was restarted since the process began.</param>
public sealed record WorkerState(string Name, DateTimeOffset? FailingSince, string? Reason, long Restarts);

/// <summary>How all background loops of this process stand, for <c>/chatops status</c> and metrics.</summary>
public sealed class WorkerHealth
{
    private const int MaxReason = 300;

    private readonly ConcurrentDictionary<string, WorkerState> _states = new(StringComparer.Ordinal);
    private readonly Counter<long> _restarts;
    private readonly TimeProvider _time;

    /// <summary>Counts on the meter <c>ChatOps</c>.</summary>
    public WorkerHealth(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _restarts = meters.Create("ChatOps").CreateCounter<long>(
            "chatops.worker.restarts", "{restart}", "Restarts of background loops after an unforeseen error, by worker.");
    }

    /// <summary>All loops that have begun, by name.</summary>
    public IReadOnlyList<WorkerState> Read() => [.. _states.Values.OrderBy(state => state.Name, StringComparer.Ordinal)];

    /// <summary>A loop begins.</summary>
    internal void Begin(string name) => _states.TryAdd(name, new WorkerState(name, null, null, 0));

    /// <summary>A loop failed and is restarted. True when it was well before: then it is worth a line in the log.</summary>
    internal bool Failed(string name, Exception fault)
    {
        _restarts.Add(1, new KeyValuePair<string, object?>("worker", name));
        var wasWell = false;
        _states.AddOrUpdate(
            name,
            _ => new WorkerState(name, _time.GetUtcNow(), Reason(fault), 1),
            (_, known) =>
            {
                wasWell = known.FailingSince is null;
                return known with
                {
                    FailingSince = known.FailingSince ?? _time.GetUtcNow(),
                    Reason = Reason(fault),
                    Restarts = known.Restarts + 1,
                };
            });
        return wasWell;
    }

    /// <summary>A loop has done a round. True when it failed before.</summary>
    internal bool Succeeded(string name)
    {
        if (!_states.TryGetValue(name, out var known) || known.FailingSince is null) return false;
        _states[name] = known with { FailingSince = null, Reason = null };
        return true;
    }

    private static string Reason(Exception fault)
    {
        var reason = $"{fault.GetType().Name}: {fault.Message.ReplaceLineEndings(" ")}";
        return reason.Length <= MaxReason ? reason : reason[..MaxReason];
    }
}

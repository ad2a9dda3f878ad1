using System.Collections.Concurrent;
using Amazon.Runtime;
using ChatOps.Slack.Api;

namespace ChatOps.Platform.Dependencies;

/// <summary>How a dependency stands.</summary>
/// <param name="Name">What it is.</param>
/// <param name="IsUp">Whether it was well when last asked.</param>
/// <param name="Since">When it became so, or the process began to ask.</param>
/// <param name="Reason">Why it is ill; null when it is well.</param>
public sealed record DependencyState(string Name, bool IsUp, DateTimeOffset Since, string? Reason);

/// <summary>How all that the bot depends on stands, as this process saw it last. What was not asked yet is not there.</summary>
public sealed class DependencyHealth(TimeProvider time)
{
    private const int MaxReason = 200;

    private readonly ConcurrentDictionary<string, DependencyState> _states = new(StringComparer.Ordinal);

    /// <summary>All that were asked, by name.</summary>
    public IReadOnlyList<DependencyState> Read() => [.. _states.Values.OrderBy(state => state.Name, StringComparer.Ordinal)];

    /// <summary>It is well. True when it was ill, or was not known.</summary>
    internal bool Up(string name) => Put(name, isUp: true, reason: null);

    /// <summary>It is ill. True when it was well, or was not known.</summary>
    internal bool Down(string name, Exception fault) => Put(name, isUp: false, ReasonOf(fault));

    /// <summary>The code that Slack or AWS gave, where there is one; else the exception's own sentence on one line.</summary>
    internal static string ReasonOf(Exception fault)
    {
        var reason = fault switch
        {
            SlackException slack => slack.Needed is { } needed ? $"{slack.Error} ({needed})" : slack.Error,
            AmazonServiceException { ErrorCode.Length: > 0 } aws => $"{aws.ErrorCode}: {aws.Message}",
            OperationCanceledException => "no answer in time",
            _ => fault.Message,
        };
        reason = reason.ReplaceLineEndings(" ").Trim();
        return reason.Length <= MaxReason ? reason : reason[..(MaxReason - 1)] + "…";
    }

    private bool Put(string name, bool isUp, string? reason)
    {
        var now = time.GetUtcNow();
        var changed = true;
        _states.AddOrUpdate(name, _ => new DependencyState(name, isUp, now, reason), (_, known) =>
        {
            changed = known.IsUp != isUp;
            return changed ? new DependencyState(name, isUp, now, reason) : known with { Reason = reason };
        });
        return changed;
    }
}

namespace ChatOps.Sandbox.Slack;

/// <summary>Faults the side panel asks for: a forced rate limit, and errors for the next calls. Guarded by the workspace's lock.</summary>
internal sealed class SlackFaults(TimeProvider time)
{
    private string? _limitedMethod;
    private DateTimeOffset _limitedUntil;
    private string? _failingMethod;
    private int _failures;
    private string _error = "internal_error";

    /// <summary>Answers 429 for some seconds, to one method or to all; 0 ends it.</summary>
    public void RateLimit(int seconds, string? method) => (_limitedUntil, _limitedMethod) = (time.GetUtcNow().AddSeconds(seconds), method);

    /// <summary>Refuses the next calls with an error; <c>service_unavailable</c> answers with HTTP 503.</summary>
    public void FailNext(int calls, string? error, string? method) =>
        (_failures, _error, _failingMethod) = (calls, error ?? "internal_error", method);

    /// <summary>The seconds a call must wait; null when it is not limited.</summary>
    public int? RetryAfter(string method)
    {
        var left = (_limitedUntil - time.GetUtcNow()).TotalSeconds;
        return left > 0 && (_limitedMethod is null || _limitedMethod == method) ? Math.Max(1, (int)Math.Ceiling(left)) : null;
    }

    /// <summary>The error of this call, when one was asked for.</summary>
    public string? NextError(string method)
    {
        if (_failures == 0 || _failingMethod is not null && _failingMethod != method)
        {
            return null;
        }
        _failures--;
        return _error;
    }
}

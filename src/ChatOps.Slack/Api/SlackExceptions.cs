namespace ChatOps.Slack.Api;

/// <summary>A call to Slack did not do what was asked.</summary>
public abstract class SlackCallException : Exception
{
    private protected SlackCallException(string method, string message, Exception? inner = null)
        : base(message, inner) => Method = method;

    /// <summary>The method called, such as <c>chat.postMessage</c>; <c>response_url</c> for those.</summary>
    public string Method { get; }
}

/// <summary>Slack answered with an error.</summary>
public sealed class SlackException : SlackCallException
{
    /// <summary>An error of a method.</summary>
    public SlackException(string method, string error, IReadOnlyList<string>? messages = null, string? needed = null)
        : base(method, Describe(method, error, messages, needed)) => (Error, Messages, Needed) = (error, messages ?? [], needed);

    /// <summary>Slack's code, such as <c>channel_not_found</c>.</summary>
    public string Error { get; }

    /// <summary>Slack's explanations, from <c>response_metadata.messages</c>.</summary>
    public IReadOnlyList<string> Messages { get; }

    /// <summary>The scope that is missing, with <c>missing_scope</c>.</summary>
    public string? Needed { get; }

    private static string Describe(string method, string error, IReadOnlyList<string>? messages, string? needed) =>
        $"Slack refused {method}: {error}"
        + (needed is null ? "" : $" (needs the scope {needed})")
        + (messages is { Count: > 0 } ? $" ({string.Join("; ", messages)})" : "");
}

/// <summary>Slack asks to wait.</summary>
public sealed class SlackRateLimitedException : SlackCallException
{
    /// <summary>A method that must wait.</summary>
    public SlackRateLimitedException(string method, TimeSpan retryAfter)
        : base(method, $"Slack limits the rate of {method}: wait {retryAfter.TotalSeconds:0} s.") => RetryAfter = retryAfter;

    /// <summary>How long to wait.</summary>
    public TimeSpan RetryAfter { get; }
}

/// <summary>
/// No answer that can be understood: HTTP 5xx, a connection fault, a time-out, broken JSON. It may have been done or not.
/// </summary>
public sealed class SlackTransportException : SlackCallException
{
    /// <summary>A call that failed on the way.</summary>
    public SlackTransportException(string method, string fault, Exception? inner = null, int? status = null)
        : base(method, $"{method} failed: {fault}", inner) => Status = status;

    /// <summary>The HTTP status; null when there was no answer.</summary>
    public int? Status { get; }

    /// <summary>The call never left: no connection came about.</summary>
    public bool IsUnsent { get; init; }
}

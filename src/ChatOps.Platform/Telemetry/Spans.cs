using System.Diagnostics;

namespace ChatOps.Platform.Telemetry;

/// <summary>Our own spans, on the source <c>ChatOps</c>. Nobody listens unless traces are exported, and then they cost nothing.</summary>
internal static class Spans
{
    private static readonly ActivitySource Source = new("ChatOps");

    /// <summary>Begins a span within the present one; null when nobody listens.</summary>
    public static Activity? Start(string name, ActivityKind kind = ActivityKind.Internal) => Source.StartActivity(name, kind);

    /// <summary>Begins a span of work that nobody waits for, such as a batch of the inbox: a trace of its own.</summary>
    public static Activity? StartAlone(string name) =>
        Source.HasListeners() ? Source.StartActivity(name, ActivityKind.Consumer, default(ActivityContext)) : null;

    /// <summary>Marks a span as failed.</summary>
    public static void Failed(this Activity? span, string error) => span?.SetStatus(ActivityStatusCode.Error, error);
}

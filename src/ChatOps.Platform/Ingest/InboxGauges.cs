using ChatOps.Platform.Telemetry;

namespace ChatOps.Platform.Ingest;

/// <summary>What waits in the inbox.</summary>
internal sealed class InboxGauges(InboxStore store, TimeProvider time) : IGaugeSource
{
    private static readonly Gauge Pending = new("chatops.inbox.pending", "{event}", "Events accepted and not yet read.");
    private static readonly Gauge Failed = new("chatops.inbox.failed", "{event}", "Events set aside with an error.");
    private static readonly Gauge OldestAge = new(
        "chatops.inbox.oldest_age", "s", "How long the oldest unread event has waited; 0 when none does.");

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(15);

    public IReadOnlyList<Gauge> Gauges { get; } = [Pending, Failed, OldestAge];

    public async Task<IReadOnlyList<GaugeReading>> ReadAsync(CancellationToken cancellationToken)
    {
        var (pending, failed, oldest) = await store.WaitingAsync(cancellationToken);
        var age = oldest is { } at ? Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - at) / 1000d : 0;
        return [Pending.At(pending), Failed.At(failed), OldestAge.At(age)];
    }
}

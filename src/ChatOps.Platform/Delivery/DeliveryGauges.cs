using ChatOps.Platform.Telemetry;

namespace ChatOps.Platform.Delivery;

/// <summary>What waits to be shown.</summary>
internal sealed class DeliveryGauges(DeliveryStatus status, TimeProvider time) : IGaugeSource
{
    private static readonly Gauge Waiting = new(
        "chatops.delivery.waiting", "{message}", "What Slack does not show yet, by what it is: message, update, reply.");
    private static readonly Gauge OldestAge = new(
        "chatops.delivery.oldest_age", "s", "How long the oldest new message has waited; 0 when none does.");

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(15);

    public IReadOnlyList<Gauge> Gauges { get; } = [Waiting, OldestAge];

    public async Task<IReadOnlyList<GaugeReading>> ReadAsync(CancellationToken cancellationToken)
    {
        var (fresh, changed, replies, oldest) = await status.WaitingAsync(cancellationToken);
        var age = oldest is { } at ? Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - at) / 1000d : 0;
        return [
            Waiting.At(fresh, What("message")), Waiting.At(changed, What("update")), Waiting.At(replies, What("reply")), OldestAge.At(age)
        ];
    }

    private static KeyValuePair<string, object?> What(string what) => new("what", what);
}

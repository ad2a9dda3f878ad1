using System.Diagnostics.Metrics;

namespace ChatOps.Platform.Delivery;

/// <summary>What goes out, on the meter <c>ChatOps</c>.</summary>
internal sealed class DeliveryMetrics
{
    private readonly Counter<long> _sent;
    private readonly Counter<long> _rateLimited;
    private readonly Counter<long> _givenUp;
    private readonly Histogram<double> _delay;

    public DeliveryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("ChatOps");
        _sent = meter.CreateCounter<long>(
            "chatops.delivery.sent", "{message}", "Calls that Slack took, by what they were: message, update, reply.");
        _rateLimited = meter.CreateCounter<long>("chatops.delivery.rate_limited", "{call}", "Calls that Slack answered with 429.");
        _givenUp = meter.CreateCounter<long>(
            "chatops.delivery.given_up", "{message}", "Messages, updates and replies that Slack refuses for good.");
        _delay = meter.CreateHistogram(
            "chatops.delivery.delay", "s", "From the wish to the post of a new message.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900] });
    }

    public void Posted(TimeSpan delay)
    {
        Sent("message");
        _delay.Record(delay.TotalSeconds);
    }

    public void Updated() => Sent("update");

    public void Replied() => Sent("reply");

    public void RateLimited() => _rateLimited.Add(1);

    public void GaveUp() => _givenUp.Add(1);

    private void Sent(string what) => _sent.Add(1, new KeyValuePair<string, object?>("what", what));
}

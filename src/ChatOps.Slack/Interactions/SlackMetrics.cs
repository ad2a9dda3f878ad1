using System.Diagnostics.Metrics;

namespace ChatOps.Slack.Interactions;

/// <summary>What came from Slack and what became of it.</summary>
internal sealed class SlackMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "ChatOps.Slack";

    private readonly Histogram<double> _handled;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _ignored;
    private readonly Counter<long> _repeated;
    private readonly Counter<long> _busy;

    public SlackMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _handled = meter.CreateHistogram(
            "chatops.slack.handled", "s", "Time a handler took, by kind, id and outcome.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
        _refused = meter.CreateCounter<long>("chatops.slack.rejected", description: "Requests refused before dispatch, by reason.");
        _ignored = meter.CreateCounter<long>("chatops.slack.unknown", description: "Requests that no handler takes, by kind.");
        _repeated = meter.CreateCounter<long>(
            "chatops.slack.repeated", description: "Requests that Slack or a finger sent again, by kind.");
        _busy = meter.CreateCounter<long>("chatops.slack.busy", description: "Requests turned away because too much waited, by kind.");
    }

    public void Handled(Interaction interaction, string outcome, TimeSpan elapsed) => _handled.Record(
        elapsed.TotalSeconds, new("kind", interaction.Kind.ToString()), new("id", interaction.Id), new("outcome", outcome));

    public void Rejected(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Unknown(InteractionKind kind) => _ignored.Add(1, Kind(kind));

    public void Repeated(InteractionKind kind) => _repeated.Add(1, Kind(kind));

    public void Busy(InteractionKind kind) => _busy.Add(1, Kind(kind));

    private static KeyValuePair<string, object?> Kind(InteractionKind kind) => new("kind", kind.ToString());
}

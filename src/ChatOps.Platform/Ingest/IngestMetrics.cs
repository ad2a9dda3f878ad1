using System.Diagnostics.Metrics;

namespace ChatOps.Platform.Ingest;

/// <summary>What comes in and what becomes of it, on the meter <c>ChatOps</c>.</summary>
internal sealed class IngestMetrics
{
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _processed;

    public IngestMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("ChatOps");
        _accepted = meter.CreateCounter<long>("chatops.ingest.accepted", "{event}", "Events committed to the inbox for the first time.");
        _duplicates = meter.CreateCounter<long>("chatops.ingest.duplicates", "{event}", "Events that were already in the inbox.");
        _processed = meter.CreateCounter<long>("chatops.ingest.processed", "{event}", "Events by outcome: done, unknown, retried, failed.");
    }

    public void Accepted(int events, int fresh)
    {
        if (fresh > 0) _accepted.Add(fresh);
        if (events > fresh) _duplicates.Add(events - fresh);
    }

    public void Processed(string outcome, int events)
    {
        if (events > 0) _processed.Add(events, new KeyValuePair<string, object?>("outcome", outcome));
    }
}

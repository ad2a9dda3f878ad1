using System.Diagnostics.Metrics;

namespace ChatOps.Platform.Work;

/// <summary>What becomes of due work, by kind, on the meter <c>ChatOps</c>.</summary>
internal sealed class WorkMetrics
{
    private readonly Counter<long> _done;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _dead;

    public WorkMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("ChatOps");
        _done = meter.CreateCounter<long>("chatops.work.done", "{item}", "Due items that were done, by kind.");
        _failed = meter.CreateCounter<long>("chatops.work.failed", "{item}", "Attempts that failed and are repeated, by kind.");
        _dead = meter.CreateCounter<long>("chatops.work.dead", "{item}", "Items given up after their last attempt, by kind.");
    }

    public void Processed(string kind, int done, int failed, int dead)
    {
        var tag = new KeyValuePair<string, object?>("kind", kind);
        if (done > 0) _done.Add(done, tag);
        if (failed > 0) _failed.Add(failed, tag);
        if (dead > 0) _dead.Add(dead, tag);
    }
}

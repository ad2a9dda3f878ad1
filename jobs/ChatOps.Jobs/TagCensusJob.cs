using ChatOps.Tagging;
using Hangfire;

namespace ChatOps.Jobs;

/// <summary>Judges the tags of the whole estate, for the list of what is untagged and for the report.</summary>
internal sealed class TagCensusJob(ITagCensus census)
{
    // The next hour is the retry.
    [Queue(Queues.Timetable), AutomaticRetry(Attempts = 0), DisableConcurrentExecution(0)]
    public Task RunAsync(CancellationToken cancellationToken) => census.TakeAsync(cancellationToken);
}

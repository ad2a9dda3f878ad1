using ChatOps.Costs;
using Hangfire;

namespace ChatOps.Jobs;

/// <summary>Looks at all budgets, for not every budget notifies by SNS.</summary>
internal sealed class BudgetWatchJob(IBudgetWatch watch)
{
    [Queue(Queues.Timetable), AutomaticRetry(Attempts = 0), DisableConcurrentExecution("budget-watch", 0)]
    public Task RunAsync(CancellationToken cancellationToken) => watch.WatchAsync(cancellationToken);
}

using ChatOps.Remediation;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.Extensions.Logging;

namespace ChatOps.Jobs;

/// <summary>Puts looks at remediations into Hangfire.</summary>
internal sealed partial class RemediationWatch(IBackgroundJobClient jobs, ILogger<RemediationWatch> logger) : IRemediationWatch
{
    public void Wake(string remediationId) => Put(remediationId, null, new EnqueuedState(Queues.Watch));

    public void Follow(string remediationId, DateTimeOffset due) =>
        Put(remediationId, due.ToUnixTimeMilliseconds(), new ScheduledState(due.UtcDateTime));

    private void Put(string id, long? dueAt, IState state)
    {
        try
        {
            jobs.Create(Job.FromExpression<RemediationWatchJob>(job => job.RunAsync(id, dueAt, CancellationToken.None)), state);
        }
        catch (BackgroundJobClientException fault)
        {
            LogLost(fault, id);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A look at remediation {Id} could not be scheduled; the sweep finds it within a minute")]
    private partial void LogLost(Exception fault, string id);
}

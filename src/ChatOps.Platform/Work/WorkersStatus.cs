using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Work;

/// <summary>The background loops of this process in <c>/chatops status</c>: which fails, since when and why.</summary>
internal sealed class WorkersStatus(WorkerHealth health) : IStatusSection
{
    public int Order => 45;

    public Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        var workers = health.Read();
        var failing = workers.Where(worker => worker.FailingSince is not null).Select(worker => locale.Text(
            "status.worker.failing",
            ("worker", Mrkdwn.Code(worker.Name)),
            (
                "since",
                Mrkdwn.Date(worker.FailingSince!.Value, "{date_short_pretty} {time_secs}", locale.DayAndTime(worker.FailingSince.Value))),
            ("restarts", worker.Restarts),
            ("reason", Mrkdwn.Escape(worker.Reason ?? ""))));
        return Task.FromResult(string.Join('\n', [locale.Text("status.workers", ("running", workers.Count)), .. failing]));
    }
}
